"""Bad input of every kind, through the real steps: each with its reason, nothing stopped, nothing lost."""

from __future__ import annotations

import os
import random
import shutil
import socket
from pathlib import Path

import fsspec
import pytest
import sqlalchemy as sa
from fsspec import AbstractFileSystem

from tests.world import World, page, story
from worker.errors import Reason
from worker.steps.ingest import give
from worker.store.articles.listed import Listed
from worker.store.snapshots import SnapshotFolder
from worker.store.tables import State, sources

TEXT = story().partition("\n\n")[2]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(5000)
FOR_EVER = 30 * 24 * 3600

# Where nothing but the steps is at stake, one database will do; what a database might choke on runs on both.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def feed(world: World, *links: str) -> None:
    """A feed that lists these addresses, and a good one at its end."""
    good = world.site.page("/good", page("A good story", TEXT))
    world.source("wire", world.site.feed("/feed.xml", [*links, good]))


def inbox(world: World, **files: bytes) -> Path:
    """A folder of these files, and a good one."""
    folder = world.settings.data / "in"
    folder.mkdir()
    for name, content in {"good_txt": story().encode(), **files}.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    world.source("inbox", str(folder), "folder")
    return folder


def ended(world: World, name: str) -> Listed:
    """The article at that address, after everything that is due was done; the good one beside it came through."""
    world.settle()
    (good,) = [each for each in world.articles() if "/good" in each.address]
    assert good.state == State.EXTRACTED
    found = world.ledger()
    assert found.balanced, found
    (bad,) = [each for each in world.articles() if each.address.endswith(name)]
    return bad


def run_on(world: World, times: int = 12) -> None:
    """Lets that many six-hour shifts pass, with everything that falls due in them."""
    for _ in range(times):
        world.settle()
        world.later(6 * 3600 + 1)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.html", b"", Reason.EMPTY),
        ("blank.txt", b" \n\n\t", Reason.EMPTY),
        ("picture.html", PNG, Reason.NOT_HTML),
        ("picture.png", PNG, Reason.NOT_HTML),
        ("large.html", b"<p>" + b"words " * 20_000, Reason.TOO_LARGE),
        ("noise.txt", random.Random(2).randbytes(50_000), Reason.NOT_HTML),
    ],
)
def test_a_file_that_is_no_article_is_rejected(world: World, name: str, content: bytes, reason: Reason) -> None:
    """Under a reason that says what it is instead."""
    inbox(world, **{name.replace(".", "_"): content})
    bad = ended(world, name)
    assert (bad.state, bad.reason) == (State.REJECTED, reason)
    assert bad.detail


@on_sqlite
@pytest.mark.parametrize("change", ["gone", "a folder now"])
def test_a_file_that_is_no_longer_there_is_not_found(world: World, change: str) -> None:
    """It was there when the folder was listed."""
    folder = inbox(world, brief_txt=b"Here today.")
    world.poll("inbox")
    (folder / "brief.txt").unlink()
    if change != "gone":
        (folder / "brief.txt").mkdir()
    bad = ended(world, "brief.txt")
    assert (bad.state, bad.reason) == (State.REJECTED, Reason.NOT_FOUND)


@on_sqlite
def test_a_file_that_cannot_be_read_is_unreadable(world: World) -> None:
    """By its rights, or, where we are root and have them all, by the kernel's."""
    folder = inbox(world)
    if os.geteuid():
        (folder / "mem").write_text("secret")
        (folder / "mem").chmod(0)
    elif os.path.exists("/proc/self/mem"):
        (folder / "mem").symlink_to("/proc/self/mem")
    else:
        pytest.skip("root can read every file here")
    bad = ended(world, "mem")
    assert (bad.state, bad.reason) == (State.REJECTED, Reason.UNREADABLE)


@on_sqlite
@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, Reason.NOT_FOUND), (410, Reason.GONE), (401, Reason.FORBIDDEN), (403, Reason.FORBIDDEN),
     (451, Reason.FORBIDDEN), (418, Reason.HTTP_ERROR), (304, Reason.HTTP_ERROR)],
)  # fmt: skip
def test_a_status_that_will_not_change_is_rejected_at_once(world: World, status: int, reason: Reason) -> None:
    """The page is asked for once, and its snapshot is kept all the same."""
    world.site.pages["/bad"] = (status, {"Content-Type": "text/html"}, b"" if status == 304 else b"<p>no</p>")
    feed(world, world.site.url("/bad"))
    bad = ended(world, "/bad")
    assert (bad.state, bad.reason) == (State.REJECTED, reason)
    assert str(status) in (bad.detail or "")
    run_on(world, 2)
    assert [path for path, _ in world.site.requests].count("/bad") == 1


@on_sqlite
def test_a_server_that_keeps_failing_is_given_up(world: World) -> None:
    """After as many attempts as allowed, each later than the one before; then the article is dead, and says why."""
    world.site.pages["/bad"] = (500, {}, b"")
    feed(world, world.site.url("/bad"))
    bad = ended(world, "/bad")
    assert (bad.state, bad.reason) == (State.LISTED, Reason.SERVER_ERROR)
    run_on(world)
    bad = ended(world, "/bad")
    assert (bad.state, bad.reason) == (State.DEAD, Reason.SERVER_ERROR)
    assert "attempt 5 of 5" in (bad.detail or "")
    assert [path for path, _ in world.site.requests].count("/bad") == world.settings.max_attempts


@on_sqlite
def test_an_address_that_refuses_is_given_up(world: World) -> None:
    """Nobody listens there."""
    feed(world)
    given = give([f"http://127.0.0.1:{unused_port()}/bad"], local=True, database=world.database, now=world.now)
    assert len(given.due) == 1
    run_on(world)
    bad = ended(world, "/bad")
    assert (bad.state, bad.reason) == (State.DEAD, Reason.UNREACHABLE)


@on_sqlite
def test_a_server_that_recovers_loses_nothing(world: World) -> None:
    """The failure is forgotten with the success."""
    world.site.pages["/bad"] = (503, {}, b"")
    feed(world, world.site.url("/bad"))
    assert ended(world, "/bad").state == State.LISTED
    world.site.page("/bad", page("It came back", TEXT))
    world.later(61)
    bad = ended(world, "/bad")
    assert (bad.state, bad.reason) == (State.EXTRACTED, None)


@on_sqlite
@pytest.mark.parametrize(("asked", "waits"), [("900", 900), ("Thu, 28 Jan 1999 08:30:00 GMT", 1800), ("soon", 60)])
def test_a_rate_limit_is_kept(world: World, asked: str, waits: int) -> None:
    """Not one request before the time that the server asked for."""
    world.site.pages["/bad"] = (429, {"Retry-After": asked}, b"")
    feed(world, world.site.url("/bad"))
    assert ended(world, "/bad").reason == Reason.RATE_LIMITED
    world.site.page("/bad", page("Now it may", TEXT))
    world.later(waits - 5)
    assert ended(world, "/bad").state == State.LISTED
    world.later(6)
    assert ended(world, "/bad").state == State.EXTRACTED
    assert [path for path, _ in world.site.requests].count("/bad") == 2


@pytest.mark.parametrize("asked", ["99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "²", "-1", "9" * 400])
def test_a_rate_limit_of_nonsense_stops_nobody(world: World, asked: str) -> None:
    """No server can push an article out of the calendar."""
    world.site.pages["/bad"] = (429, {"Retry-After": asked}, b"")
    feed(world, world.site.url("/bad"))
    assert ended(world, "/bad").reason == Reason.RATE_LIMITED
    world.site.page("/bad", page("Now it may", TEXT))
    world.later(FOR_EVER)
    assert ended(world, "/bad").state == State.EXTRACTED


@pytest.mark.parametrize(
    "link",
    ["mailto:desk@example.org", "javascript:void(0)", "ftp://example.org/bad", f"http://example.org/{'x' * 9000}"],
)
def test_a_link_that_cannot_be_fetched_is_counted(world: World, link: str) -> None:
    """As rejected, with what is wrong with it."""
    feed(world, link)
    world.settle()
    assert world.ledger().balanced
    (line,) = world.ledger().lines
    assert (line.seen, line.extracted, line.rejected) == (2, 1, {"bad-address": 1})


@on_sqlite
@pytest.mark.parametrize("link", ["http://1.2.3.999/bad", "http://0177.0.0.1/bad", "http://a..b/bad"])
def test_an_address_that_only_the_client_refuses_ends_too(world: World, link: str) -> None:
    """Whoever notices, it has a reason and an end."""
    feed(world, link)
    run_on(world)
    bad = ended(world, "/bad")
    assert bad.state in (State.REJECTED, State.DEAD)
    assert bad.reason in (Reason.BAD_ADDRESS, Reason.UNREACHABLE, Reason.ROBOTS_UNREACHABLE)


@on_sqlite
def test_an_address_inside_is_refused_unless_the_source_is_local(world: World) -> None:
    """A stranger's feed cannot make us ask this machine."""
    address = world.site.page("/inside", page("Inside", TEXT))
    feed(world, address)
    with world.database.write() as connection:
        connection.execute(sources.update().values(local=False))
    assert world.poll("wire").reason == Reason.FORBIDDEN_ADDRESS  # type: ignore[union-attr]
    assert world.ledger().polls[0][1] == "forbidden-address"
    assert world.site.requests == []


@on_sqlite
@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"<!doctype html><html><body><h1>Not here</h1></body></html>", "text/html", Reason.NOT_A_FEED),
        (b"", "application/rss+xml", Reason.NOT_A_FEED),
        (PNG, "image/png", Reason.NOT_A_FEED),
        (b"<rss>" + bytes(200_000), "application/rss+xml", Reason.TOO_LARGE),
    ],
    ids=["HTML", "empty", "a picture", "too large"],
)
def test_a_source_that_brings_no_list_says_so(world: World, content: bytes, kind: str, reason: Reason) -> None:
    """Its failure stands in the ledger, its next poll comes later, and the other sources go on."""
    feed(world)
    world.source("bad", world.site.page("/bad.xml", content, kind))
    world.settle()
    assert [(name, why) for name, why, _ in world.ledger().polls] == [("bad", str(reason))]
    assert world.source_row("bad").due_at > world.source_row("wire").due_at  # type: ignore[operator]
    assert [each.state for each in world.articles()] == [State.EXTRACTED]
    world.site.feed("/bad.xml", [world.site.url("/good")])
    world.later(FOR_EVER)
    world.settle()
    assert world.ledger().polls == ()


@on_sqlite
@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_source_that_fails_is_asked_again(world: World, status: int) -> None:
    """No source is dead for good."""
    feed(world)
    kept = world.site.pages["/feed.xml"]
    world.site.pages["/feed.xml"] = (status, {"Retry-After": "9" * 30}, b"")
    for _ in range(10):
        world.settle()
        world.later(FOR_EVER)
    assert world.source_row("wire").polls == 10
    world.site.pages["/feed.xml"] = kept
    world.settle()
    assert [each.state for each in world.articles()] == [State.EXTRACTED]


def test_a_folder_that_is_gone_is_asked_again(world: World) -> None:
    """An unmounted disk comes back with everything on it, and nothing twice."""
    folder = inbox(world)
    world.settle()
    before = [m.id for m in world.messages()]
    shutil.move(folder, folder.with_name("away"))
    world.later(FOR_EVER)
    world.settle()
    assert [(name, why) for name, why, _ in world.ledger().polls] == [("inbox", "unreadable")]
    shutil.move(folder.with_name("away"), folder)
    world.later(FOR_EVER)
    world.settle()
    assert world.ledger().polls == ()
    assert [m.id for m in world.messages()] == before


def test_a_store_that_is_down_loses_nothing(world: World) -> None:
    """Nothing dies of our own outage, however long it lasts; when the store is back, everything comes through."""
    folder = Path(world.snapshots.root)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    bad = world.site.page("/bad", page("Kept waiting", TEXT))
    good = world.site.page("/good", page("A good story", TEXT))
    world.source("wire", world.site.feed("/feed.xml", [bad, good]))
    run_on(world, world.settings.max_attempts + 5)
    assert {(each.state, each.reason) for each in world.articles()} == {(State.LISTED, Reason.STORE_DOWN)}
    assert world.ledger().balanced
    folder.unlink()
    world.later(6 * 3600 + 1)
    assert ended(world, "/bad").state == State.EXTRACTED


class Away(AbstractFileSystem):  # type: ignore[misc]
    """A store that cannot be reached, and says so in words of its own, as those of other people do."""

    protocol = "away"

    def exists(self, path: str, **_: object) -> bool:
        raise RuntimeError("no route to the bucket")

    def cat_file(self, path: str, **_: object) -> bytes:
        raise RuntimeError("no route to the bucket")


fsspec.register_implementation("away", Away)


@on_sqlite
def test_a_store_of_another_kind_that_is_away_loses_nothing(world: World) -> None:
    """At whichever step it goes away, and however long it stays."""
    here, away = world.snapshots, SnapshotFolder("away://bucket")
    feed(world, world.site.page("/bad", page("Kept waiting", TEXT)))
    world.snapshots = away
    run_on(world, world.settings.max_attempts + 2)
    assert {(each.state, each.reason) for each in world.articles()} == {(State.LISTED, Reason.STORE_DOWN)}
    world.snapshots = here
    world.later(6 * 3600 + 1)
    for article in world.sweep().fetches:
        world.fetch(article)
    world.snapshots = away
    run_on(world, world.settings.max_attempts + 2)
    assert {(each.state, each.reason) for each in world.articles()} == {(State.FETCHED, Reason.STORE_DOWN)}
    world.snapshots = here
    world.later(6 * 3600 + 1)
    assert ended(world, "/bad").state == State.EXTRACTED


def test_a_lost_snapshot_is_told(world: World) -> None:
    """The article is dead with its reason, and the others go on."""
    feed(world, world.site.page("/bad", page("To be lost", TEXT)))
    world.poll("wire")
    for article in [each.id for each in world.articles() if each.address.endswith("/bad")]:
        world.fetch(article)
    shutil.rmtree(world.snapshots.root)
    bad = ended(world, "/bad")
    assert (bad.state, bad.reason) == (State.DEAD, Reason.SNAPSHOT_LOST)


@pytest.mark.parametrize("poison", ["\x00", "&#0;", "&#xD800;", "\ufffe", "<b>" * 3000, "a" * 90_000])
def test_a_page_with_poison_in_it_stops_nobody(world: World, poison: str) -> None:
    """What no database holds, and what no parser expects, has an end like every other page."""
    feed(world, world.site.page("/bad", page(f"Poison {poison[:10]}", f"{TEXT}\n\n{poison} {TEXT}")))
    bad = ended(world, "/bad")
    assert bad.state in (State.EXTRACTED, State.REJECTED)


def poison(world: World, table: str, what: str) -> None:
    """Makes the database refuse a row of that table, as it refuses what no library knew that it would."""
    trigger = f"CREATE TRIGGER poison BEFORE INSERT ON {table} WHEN {what} BEGIN SELECT RAISE(ABORT, 'poison'); END"
    with world.database.write() as connection:
        connection.execute(sa.text(trigger))


def antidote(world: World) -> None:
    with world.database.write() as connection:
        connection.execute(sa.text("DROP TRIGGER poison"))


POISONED = {
    "fetch": ("snapshots", "NEW.address LIKE '%/bad'"),
    "extract": ("records", "NEW.article_id = (SELECT id FROM articles WHERE address LIKE '%/bad')"),
}


@on_sqlite
@pytest.mark.parametrize("step", sorted(POISONED))
def test_an_article_that_breaks_a_step_is_booked_tried_again_and_dead_in_the_end(world: World, step: str) -> None:
    """What nobody foresaw stands in the ledger with its class, costs its article alone, and is never lost."""
    poison(world, *POISONED[step])
    feed(world, world.site.page("/bad", page("To break", TEXT)))
    first = ended(world, "/bad")
    assert first.state in (State.LISTED, State.FETCHED)
    assert first.reason == Reason.BROKEN
    assert first.detail is not None
    assert first.detail.startswith("IntegrityError: ")
    run_on(world)
    (bad,) = [each for each in world.articles() if each.address.endswith("/bad")]
    assert (bad.state, bad.reason) == (State.DEAD, Reason.BROKEN)
    assert "attempt 5 of 5" in str(bad.detail)
    assert world.ledger().balanced


@on_sqlite
@pytest.mark.parametrize("step", sorted(POISONED))
def test_an_article_that_broke_a_step_comes_through_when_it_is_mended(world: World, step: str) -> None:
    """At its next attempt, as after an upgrade."""
    poison(world, *POISONED[step])
    feed(world, world.site.page("/bad", page("To break", TEXT)))
    assert ended(world, "/bad").reason == Reason.BROKEN
    antidote(world)
    world.later(3600)
    assert ended(world, "/bad").state == State.EXTRACTED


@on_sqlite
def test_a_source_that_breaks_a_poll_is_booked_and_asked_later(world: World) -> None:
    """Its failure counts, its next poll comes later each time, and the other sources go on."""
    poison(world, "entries", "NEW.source = 'bad'")
    feed(world)
    world.source("bad", world.site.feed("/bad.xml", [world.site.page("/late", page("A late story", TEXT))]))
    world.settle()
    assert [(name, why) for name, why, _ in world.ledger().polls] == [("bad", str(Reason.BROKEN))]
    first = world.source_row("bad")
    assert first.last_detail is not None
    assert first.last_detail.startswith("IntegrityError: ")
    assert first.due_at > world.source_row("wire").due_at  # type: ignore[operator]
    assert [each.state for each in world.articles()] == [State.EXTRACTED]
    world.later(FOR_EVER)
    world.settle()
    assert world.source_row("bad").failures == 2 * first.failures > 0
    antidote(world)
    world.later(FOR_EVER)
    world.settle()
    assert world.ledger().polls == ()
    assert {each.state for each in world.articles()} == {State.EXTRACTED}
    assert len(world.articles()) == 2


@on_sqlite
def test_a_source_with_an_address_that_cannot_be_read_is_booked(world: World) -> None:
    """Whoever wrote it into the database: the poll fails before it began, and says so."""
    feed(world)
    world.source("bad", "http://[half/feed", local=False)
    world.settle()
    assert [(name, why) for name, why, _ in world.ledger().polls] == [("bad", str(Reason.BROKEN))]
    assert [each.state for each in world.articles()] == [State.EXTRACTED]

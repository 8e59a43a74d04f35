"""Looks for a change: when, with what question, and what an answer may do to an article that stands."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests.world import MORNING, World, page, story
from worker.decide.schedule import next_check
from worker.store import attempts, leases
from worker.store.articles.claims import claim_check
from worker.store.tables import State, articles

TEXT = story().partition("\n\n")[2]
MORE = story(body="A correction: the talks lasted two days.").partition("\n\n")[2]
HOUR = 3600


@pytest.fixture
def published(world: World) -> World:
    """One article that is out, an hour before its first look."""
    item = f"<item><link>{put(world, TEXT, ETag='1')}</link><pubDate>Thu, 28 Jan 1999 07:00:00 GMT</pubDate></item>"
    feed = world.site.page("/feed.xml", f"<rss version='2.0'><channel>{item}</channel></rss>", "application/rss+xml")
    world.source("wire", feed, interval=60 * 86_400)
    world.settle()
    assert kinds(world) == ["article.created", "event.created"]
    return world


def put(world: World, text: str, **headers: str) -> str:
    return world.site.page("/a", page("Halvari meets Aksoylu in Ankara", text), **headers)


def kinds(world: World) -> list[str]:
    return sorted({message.type.removeprefix("wireroom.") for message in world.messages()})


def row(world: World) -> sa.Row:
    with world.database.read() as connection:
        return connection.execute(sa.select(articles)).one()


def looks(world: World) -> int:
    return len([path for path, _ in world.site.requests if path == "/a"])


def test_the_looks_come_after_an_hour_six_a_day_and_a_week(published: World) -> None:
    """Each with the validators of what is kept; then no more."""
    seen = []
    for hours in (*range(30), *range(30, 24 * 30, 5)):
        published.now = MORNING + dt.timedelta(hours=hours)
        before = looks(published)
        published.settle()
        if looks(published) > before:
            seen.append(hours)
    assert [round(hours, -1) if hours > 24 else hours for hours in seen] == [1, 6, 24, 170]
    asked = [headers for path, headers in published.site.requests if path == "/a"]
    assert [headers.get("If-None-Match") for headers in asked] == [None, *["1"] * 4]
    assert (row(published).state, row(published).due_at) == (State.EXTRACTED, None)
    assert kinds(published) == ["article.created", "event.created"]
    assert published.ledger().balanced


def test_a_correction_is_published_and_looked_at_anew(published: World) -> None:
    """As a revision of the same article."""
    put(published, MORE, ETag="2")
    published.later(HOUR + 1)
    published.settle()
    assert "article.updated" in kinds(published)
    assert row(published).checks == 0
    assert row(published).due_at == next_check(published.now, 0, (1.0,))
    assert published.ledger().balanced


def test_not_modified_stores_nothing(published: World) -> None:
    """The attempt is kept, with its status."""
    published.site.pages["/a"] = (304, {"ETag": "1"}, b"")
    published.later(HOUR + 1)
    published.settle()
    with published.database.read() as connection:
        history = attempts.fetches_of(connection, row(published).id)
        kept = connection.execute(sa.text("SELECT count(*) FROM snapshots")).scalar()
    assert [each.answer.status for each in history] == [304, 200]
    assert kept == 1
    assert row(published).checks == 1


@pytest.mark.parametrize(
    "answer",
    [
        (404, {"Content-Type": "text/html"}, b"not found"),
        (500, {}, b""),
        (200, {"Content-Type": "text/html"}, b""),
        (200, {"Content-Type": "text/html"}, b"<title>Just a moment...</title><body>Checking your browser"),
        (302, {"Location": "/"}, b""),
    ],
    ids=["404", "500", "empty", "challenge", "to the front page"],
)
def test_what_is_no_page_of_the_article_does_not_touch_it(
    published: World, answer: tuple[int, dict[str, str], bytes]
) -> None:
    """It stands as it was, also for a later extraction, and is looked at again."""
    published.site.page("/", "<title>Front</title><p>News of the day")
    before = row(published)
    published.site.pages["/a"] = answer
    published.later(HOUR + 1)
    published.settle()
    after = row(published)
    assert (after.state, after.reason, after.snapshot_id) == (State.EXTRACTED, None, before.snapshot_id)
    assert after.checks == 1
    assert after.due_at > published.now
    assert kinds(published) == ["article.created", "event.created"]
    assert published.ledger().balanced


def test_what_its_site_took_back_is_withdrawn(published: World) -> None:
    """Status 410 says so."""
    published.site.pages["/a"] = (410, {}, b"")
    published.later(HOUR + 1)
    published.settle()
    assert {"article.withdrawn", "event.retracted"} <= set(kinds(published))
    assert row(published).state == State.REJECTED
    assert published.ledger().balanced


def test_a_doubled_wake_up_asks_nobody(published: World) -> None:
    """Before it is due there is nothing to claim."""
    assert published.fetch(row(published).id) is None
    assert looks(published) == 1


def test_a_worker_that_dies_over_a_look_leaves_the_article_standing(published: World) -> None:
    """It is given back without a reason, and looked at by another."""
    published.later(HOUR + 1)
    with published.database.write() as connection:
        assert claim_check(
            connection, row(published).id, due_before=published.now, owner="w", now=published.now, until=published.now
        )
        leases.release(connection, "w", now=published.now)
    assert (row(published).state, row(published).reason) == (State.EXTRACTED, None)
    assert published.ledger().balanced
    published.settle()
    assert looks(published) == 2

"""The commands under `wireroom sources`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.world import World, page, story
from worker.cli.main import app
from worker.cli.show.console import Refused
from worker.store import leases, sources
from worker.store.sources import Source

TEXT = story().partition("\n\n")[2]


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose database the commands find by their settings."""
    monkeypatch.chdir(world.settings.data)
    monkeypatch.setenv("WIREROOM_DATA", str(world.settings.data))
    monkeypatch.setenv("WIREROOM_DATABASE_URL", world.database.engine.url.render_as_string(hide_password=False))
    return world


def run(*words: str, code: int = 0) -> str:
    """What a command prints, once it ended with that code."""
    done = CliRunner().invoke(app, ["sources", *words], catch_exceptions=False, env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.stdout


def one(world: World, name: str) -> Source | None:
    with world.database.read() as connection:
        return sources.one(connection, name)


def add(name: str, address: str = "https://x.example/feed", *words: str) -> str:
    return run("add", name, address, "--kind", "feed", *words)


def test_what_is_a_source_already_is_added_again_only_where_that_is_meant(typed: World) -> None:
    """Its host would be asked as often as it has names."""
    add("first")
    with pytest.raises(Refused, match=r"http://www\.x\.example/feed/ is a source already: first\..*--again"):
        add("second", "http://www.x.example/feed/")
    assert one(typed, "second") is None
    add("second", "http://www.x.example/feed/", "--again")
    assert one(typed, "second")


def test_a_check_tells_what_is_known_and_what_was_left_out(typed: World) -> None:
    """With the reason; without a database it does as well."""
    pages = [typed.site.page(f"/{number}", page("A story", TEXT)) for number in range(1, 4)]
    address = typed.site.feed("/feed.xml", pages)
    assert "is a source already" not in run("check", address, "--local")
    add("wire", address, "--local")
    assert "is a source already: wire" in run("check", address, "--local")
    (told,) = map(json.loads, run("check", address, "--local", "--json").splitlines())
    assert (told["known_as"], told["why_left_out"]) == (["wire"], {})
    folder = typed.settings.data / "inbox"
    folder.mkdir()
    (folder / "a.html").write_text("<p>a")
    (folder / "link").symlink_to("/etc")
    assert "left out: folders that links lead to elsewhere (1)" in run("check", str(folder))


def test_a_check_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.html").write_text("<p>a")
    assert "folder" in run("check", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("x.example/feed", "https://x.example/feed"),
        ("www.x.example", "https://www.x.example"),
        ("a.html", ""),
        ("in", ""),
    ],
)
def test_an_address_without_its_scheme_is_told_of_it(typed: World, given: str, hint: str) -> None:
    """It is no path that somebody forgot."""
    said = CliRunner().invoke(app, ["sources", "check", given], catch_exceptions=False)
    assert said.exit_code == 1
    assert ("begins with its scheme" in said.stderr, hint in said.stderr) == (bool(hint), True)
    with pytest.raises(Refused, match=hint or "there is no such"):
        run("add", "x", given)


def test_an_import_knows_a_place_again(typed: World) -> None:
    """Under whatever name and scheme; a name that is taken gets a number."""
    add("a", "https://a.example/rss")
    rows = {"a": "https://b.example/rss", "other": "feed://www.a.example/rss", "again": "https://b.example/rss/"}
    outlines = "".join(f'<outline text="{name}" xmlUrl="{at}"/>' for name, at in rows.items())
    Path("x.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    assert run("import", "x.opml") == "1 source added, 2 known already, 0 refused\n"
    assert [each["name"] for each in json.loads(run("list", "--json"))] == ["a", "a 2"]


def test_a_source_is_set_and_keeps_what_is_not_named(typed: World) -> None:
    """Its pause and its options too."""
    run("add", "page", "https://x.example/", "--kind", "listing", "--option", "links=h2 a", "--interval", "60")
    run("pause", "page")
    run("set", "page", "--address", "https://y.example/news")
    found = one(typed, "page")
    assert found
    assert (found.address, found.interval_seconds, found.paused, found.local) == (
        "https://y.example/news", 60, True, False,
    )  # fmt: skip
    assert found.options == {"links": "h2 a"}
    run("set", "page", "--interval", "0", "--local")
    found = one(typed, "page")
    assert found
    assert (found.interval_seconds, found.local, found.options) == (None, True, {"links": "h2 a"})
    with pytest.raises(Refused, match="say what"):
        run("set", "page")


def test_what_stands_in_the_file_is_changed_there(typed: World) -> None:
    """The next start would undo it."""
    with typed.database.write() as connection:
        sources.put(connection, Source("wire", "feed", "https://x.example/", origin="file", due_at=typed.now))
    for words in (["set", "wire", "--interval", "9"], ["rename", "wire", "other"]):
        with pytest.raises(Refused, match="change it there"):
            run(*words)
    assert "a start that finds it in its sources file brings it back" in run("remove", "wire")


def test_a_source_is_renamed_with_all_that_it_listed(typed: World) -> None:
    """The ledger balances under the new name; while it is polled, or over another, it is not."""
    typed.source("wire", typed.site.feed("/feed.xml", [typed.site.page("/a", page("A story", TEXT))]))
    typed.settle()
    with typed.database.write() as connection:
        claimed = sources.claim(
            connection, "wire", due_before=typed.now.replace(year=2100), owner="x", now=typed.now,
            until=typed.now.replace(year=2100),
        )  # fmt: skip
        assert claimed
    with pytest.raises(Refused, match="is being polled"):
        run("rename", "wire", "agency")
    with typed.database.write() as connection:
        leases.release_all(connection, now=typed.now)
    add("taken")
    with pytest.raises(Refused, match="there is a source 'taken' already"):
        run("rename", "wire", "taken")
    run("rename", "wire", "agency")
    assert one(typed, "wire") is None
    assert typed.ledger().balanced
    assert [(line.source, line.extracted) for line in typed.ledger().lines] == [("agency", 1)]
    assert len(json.loads(run("attempts", "agency", "--json").splitlines()[0])) > 5


def test_a_poll_is_brought_forward(typed: World) -> None:
    add("wire")
    later = typed.now.replace(year=2100)
    with typed.database.write() as connection:
        connection.execute(sources.sources.update().values(due_at=later))
    run("poll", "wire")
    found = one(typed, "wire")
    assert found
    assert found.due_at is not None
    assert found.due_at < later
    run("pause", "wire")
    with pytest.raises(Refused, match="wireroom sources resume wire"):
        run("poll", "wire")


def test_a_source_that_is_removed_is_in_no_list(typed: World) -> None:
    """What it listed is accounted for; one that listed nothing is gone; each may come again."""
    typed.source("wire", typed.site.feed("/feed.xml", [typed.site.page("/a", page("A story", TEXT))]))
    typed.settle()
    add("empty")
    said = run("remove", "wire", "empty")
    assert said.splitlines() == ["removed wire; its articles stay", "removed empty"]
    assert one(typed, "empty") is None
    assert json.loads(run("list", "--json")) == []
    assert "wire" not in run("export")
    with pytest.raises(Refused, match="there is no source 'wire'"):
        run("pause", "wire")
    assert typed.ledger().balanced
    assert [line.extracted for line in typed.ledger().lines] == [1]
    add("wire")
    found = one(typed, "wire")
    assert found
    assert (found.paused, found.origin) == (False, "added")

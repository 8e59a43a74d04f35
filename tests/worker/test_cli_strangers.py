"""What strangers wrote is shown as words: no markup, no control codes, no formulas; whatever command shows it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from rich.table import Table
from typer.testing import CliRunner

from extractors import Learned
from tests.world import World, page, story
from worker.cli.main import app
from worker.cli.show.console import UNSAFE, Terminal, out
from worker.publication.export import COLUMNS, write_csv
from worker.store import learning, sources, tables
from worker.store.outgoing import published, webhooks
from worker.store.outgoing.webhooks import New
from worker.store.sources import Source
from worker.store.tables import articles, heartbeats

BAD = (
    "[/x] [sic] [red]hot[/red] :bomb: \x1b]52;c;ZWNobw==\x07 \x1b[2J \x9b1A \u202etxt.exe \u2066 \x7f \x00 end".replace(
        "\x00", ""
    )
)
SHOWN = "[/x] [sic] [red]hot[/red] :bomb:"
BODY = story(body="If Turkey and Finland meet again, a summit could follow.").partition("\n\n")[2]


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose every text that a command shows is hostile."""
    monkeypatch.chdir(world.settings.data)
    monkeypatch.setenv("WIREROOM_DATA", str(world.settings.data))
    monkeypatch.setenv("WIREROOM_DATABASE_URL", world.database.engine.url.render_as_string(hide_password=False))
    world.source("wire", world.site.feed("/feed.xml", [world.site.page("/a", page("A story", BODY))]))
    world.settle()
    with world.database.write() as connection:
        connection.execute(articles.update().values(title=BAD, detail=BAD))
        connection.execute(articles.insert().values(
            id="f" * 36, address=f"http://x.example/{BAD}", source="wire", state="rejected", reason="empty", detail=BAD,
            title=BAD, seen_at=world.now, changed_at=world.now, due_at=None, attempts=0,
        ))  # fmt: skip
        sources.put(connection, Source(name=f"bad {BAD}", kind="feed", address=f"http://y.example/{BAD}"))
        failed = {"last_reason": "unreachable", "last_detail": BAD, "polled_at": world.now, "failures": 1}
        connection.execute(tables.sources.update().values(failed))
        connection.execute(heartbeats.insert().values(role="poll", host=BAD, seen_at=world.now))
        learning.put_table(connection, "wire", Learned(frozenset({BAD}), 1), articles=10, now=world.now)
        webhooks.add(
            connection, New("desk", "http://z.example/" + BAD, "whsec_x", False, (), None, 0.0), place=0, now=world.now
        )
        held = webhooks.claim(connection, "desk", owner="x", now=world.now, until=world.now)
        for message in published.after(connection, 0, limit=1):
            webhooks.bury(connection, held, message, 12, BAD, now=world.now)
    return world


SHOWING = [
    ["articles", "list"],
    ["articles", "show", "f" * 36],
    ["sources", "why", f"bad {BAD}"],
    ["sources", "learned", "wire"],
    ["webhooks", "list"],
    ["webhooks", "dead"],
]
EVERY = [
    *SHOWING,
    ["articles", "show", "/a"],
    ["articles", "show", "/a", "--why"],
    ["articles", "show", "/a", "--why-not"],
    ["articles", "show", "/a", "--stripped"],
    ["articles", "attempts", "/a"],
    ["sources", "attempts", "wire"],
    ["status"],
    ["ledger"],
    ["runs", "list"],
    ["settings"],
]


@pytest.mark.parametrize("words", EVERY, ids=lambda words: " ".join(words)[:24])
def test_nothing_that_a_terminal_obeys_is_printed(
    typed: World, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only line feeds move the cursor; what looks like markup stands there as it is."""
    monkeypatch.setattr(out, "width", 400)  # so that nothing is folded; it was as wide as whoever loaded it first
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code in (0, 1)
    assert len(done.stdout) > 20
    assert not UNSAFE.search(done.stdout), repr(done.stdout)
    if words in SHOWING:
        assert SHOWN in " ".join(done.stdout.split())


def test_json_stands_escaped_and_says_the_same(typed: World) -> None:
    done = CliRunner().invoke(app, ["sources", "learned", "wire", "--json"], catch_exceptions=False)
    assert not UNSAFE.search(done.stdout)
    assert json.loads(done.stdout)["lines"] == [BAD]


def test_a_terminal_cleans_texts_tables_and_its_own_styles_stay() -> None:
    """Whether a line is printed as a string or stands in a cell."""
    file = io.StringIO()
    terminal = Terminal(file=file, force_terminal=True, width=200, markup=False, emoji=False, highlight=False)
    table = Table(BAD)
    table.add_row(BAD)
    terminal.print(BAD, style="red")
    terminal.print(table)
    said = file.getvalue()
    assert said.count(SHOWN) == 3
    assert "\x1b[31m" in said
    assert not any(code in said for code in ("\x1b]", "\x1b[2J", "\x9b", "\u202e", "\u2066", "\x7f"))


def test_a_spreadsheet_runs_nothing() -> None:
    """A cell that begins like a formula stands behind an apostrophe; numbers stay numbers."""
    row = dict.fromkeys(COLUMNS) | {
        "Headline": "=HYPERLINK(1)",
        "Sentence": "-2+3",
        "Actor Name": ["@x", "y"],
        "Intensity": -5.0,
    }
    out = io.BytesIO()
    write_csv([row], out)
    (read,) = csv.DictReader(io.StringIO(out.getvalue().decode()))
    told = {name: read[name] for name in ("Headline", "Sentence", "Actor Name", "Intensity")}
    assert told == {"Headline": "'=HYPERLINK(1)", "Sentence": "'-2+3", "Actor Name": "'@x; y", "Intensity": "-5.0"}

"""The commands over what is stored, as they are typed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors import Learned
from extractors.pages.source.drop_reasons import Reason
from tests.world import World, page, story
from worker.cli.main import app
from worker.cli.run_commands import idle_of
from worker.cli.show.console import Refused
from worker.engine.wiring import Wiring
from worker.settings import Settings
from worker.store import learning
from worker.store.tables import State, articles

TEXT = story(body="If Turkey and Finland meet again, a summit could follow.").partition("\n\n")[2]


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with one article, whose database and snapshots the commands find by their settings."""
    monkeypatch.chdir(world.settings.data)
    monkeypatch.setenv("WIREROOM_DATA", str(world.settings.data))
    monkeypatch.setenv("WIREROOM_DATABASE_URL", world.database.engine.url.render_as_string(hide_password=False))
    assert Path(Settings().snapshot_address) == world.settings.data / "snapshots"
    world.source("wire", world.site.feed("/feed.xml", [world.site.page("/a", page("A story", TEXT))]))
    world.settle()
    return world


def run(*words: str) -> str:
    """What a command prints, once it went well."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_run_is_asked_for_listed_shown_and_cancelled(typed: World) -> None:
    """With the numbers that a dry run foretold."""
    told = json.loads(run("reextract", "--all", "--dry-run", "--json"))
    assert (told["articles"], told["tally"], told["diff"]) == (1, {"article unchanged": 1}, [])
    begun = json.loads(run("reextract", "--source", "wire", "--json"))
    assert (begun["state"], begun["total"], begun["selection"]) == ("running", 1, {"source": "wire"})
    number = str(begun["id"])
    assert "No worker is running" in run("runs", "show", number)
    assert run("runs", "cancel", number).startswith("cancelled")
    assert json.loads(run("runs", "list", "--json"))[0]["state"] == "cancelled"
    assert "source wire" in run("runs", "list")


def test_a_run_of_everything_once_ends_re_extraction_too(typed: World) -> None:
    """It is not idle while one is running."""
    idle = idle_of(Wiring(Settings()), typed.now)
    assert idle()
    number = str(json.loads(run("reextract", "--all", "--json"))["id"])
    assert not idle()
    run("runs", "cancel", number)
    assert idle()


def test_everything_must_be_asked_for(typed: World) -> None:
    """A forgotten option must not extract a million articles."""
    with pytest.raises(Refused, match="--all"):
        run("reextract")


def test_an_article_is_tried_again_exported_and_purged(typed: World) -> None:
    """By its address's end."""
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv", "--country", "fin"))))
    assert rows[0]["Headline"] == "A story"
    assert "judged again" in run("articles", "retry", "/a")
    assert [each.state for each in typed.articles()] == [State.FETCHED]
    assert "purged" in run("purge", "/a", "--yes")
    assert run("export") == ""
    with pytest.raises(Refused, match="purged before"):
        run("purge", "/a", "--yes")


def test_all_that_ended_for_one_reason_are_tried_again(typed: World) -> None:
    """As after an upgrade that reads what was refused; others stay."""
    rows = {"a" * 36: ("rejected", "paywall"), "b" * 36: ("dead", "timeout"), "c" * 36: ("rejected", "paywall")}
    with typed.database.write() as connection:
        for article, (state, reason) in rows.items():
            connection.execute(articles.insert().values(
                id=article, address=f"https://x.example/{article}", source="wire", state=state, reason=reason,
                seen_at=typed.now, changed_at=typed.now, attempts=0, checks=0, claims=0,
            ))  # fmt: skip
    said = run("articles", "retry", "--reason", "paywall", "--source", "wire")
    assert said == "2 articles on the way again, of 2 that ended for paywall\n"
    states = {each.id[0]: each.state for each in typed.articles() if each.id in rows}
    assert states == {"a": State.LISTED, "b": State.DEAD, "c": State.LISTED}
    assert run("articles", "retry", "--reason", "paywall").startswith("0 articles on the way again, of 0")
    assert run("articles", "retry", "--reason", "timeout").startswith("1 article on the way again")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("articles list", "address"), ("sources list", "name"), ("sources why wire", "polled"),
        ("settings", "settings"), ("status", "articles"), ("ledger", "lines"), ("runs list", None),
        ("webhooks list", None), ("webhooks dead", None),
    ],
)  # fmt: skip
def test_what_is_shown_is_had_as_json(typed: World, words: str, key: str | None) -> None:
    """And nothing else stands on standard output."""
    told = json.loads(run(*words.split(), "--json"))
    assert told == [] if key is None else key in (told[0] if isinstance(told, list) else told)


def test_an_article_says_how_its_text_and_its_day_came_about(typed: World) -> None:
    """Each paragraph's place, each date with its basis and the choice, each line that went with its reason."""
    told = json.loads(run("articles", "show", "/a", "--why", "--json"))
    assert [place["path"] for place in told["origins"]] == ["body > article > p"] * 2
    assert told["decoded"] == "utf-8: valid UTF-8"
    assert {each["text"]: each["reason"] for each in told["stripped"]} == {
        "A story": Reason.HEADLINE, "Home": Reason.TAG, "All rights reserved": Reason.TAG,
    }  # fmt: skip
    shown = run("articles", "show", "/a", "--why")
    assert "body > article > p" in shown
    assert "is the headline" in run("articles", "show", "/a", "--stripped")


def test_learned_lines_are_listed_and_given_back(typed: World) -> None:
    with typed.database.write() as connection:
        table = Learned(frozenset({"a line of ours"}), 1)
        learning.put_table(connection, "wire", table, articles=10, now=typed.now)
    assert "a line of ours" in run("sources", "learned", "wire")
    assert "outdated: 1" in run("articles", "show", "/a")
    assert json.loads(run("articles", "show", "/a", "--json"))["learned"] == {"read_with": 0, "newest": 1}
    with pytest.raises(Refused, match="none of the learned lines"):
        run("sources", "learned", "wire", "--give-back", "another line")
    assert "table 2" in run("sources", "learned", "wire", "--give-back", "A line of ours.")
    told = json.loads(run("sources", "learned", "wire", "--json"))
    assert told == {"source": "wire", "version": 2, "lines": [], "kept": ["a line of ours"]}


def test_an_article_is_shown_with_the_parts_of_each_event_marked(typed: World) -> None:
    """In words too, so that nothing hangs on a terminal's colours."""
    shown = " ".join(run("articles", "show", "/a").split())
    assert "Foreign Minister Aino Halvari[actor] met[CONSULT] in Ankara[where] on March 11[when]" in shown
    assert "not known (explicit: “March 11”)" in shown  # the page gives no year
    assert "reported by Reuters, Anatolia" in shown


def test_each_sentence_without_an_event_says_what_it_lacked(typed: World) -> None:
    shown = " ".join(run("articles", "show", "/a", "--why-not").split())
    assert "If Turkey and Finland meet again, a summit could follow." in shown
    assert "meet (consult.meet): did not or need not happen" in shown
    assert "Aino Halvari met in Ankara" not in shown  # that one has its event


def test_extract_tells_why_and_why_not_where_it_is_asked(typed: World) -> None:
    """Beside a document and records that are the same as without."""
    path = Path("story.html")
    path.write_text(page("A story", TEXT), encoding="utf-8")
    plain = run("extract", str(path))
    told = json.loads(run("extract", str(path), "--why", "--why-not"))
    assert {**told, "why": None, "why_not": None} == {**json.loads(plain), "why": None, "why_not": None}
    assert "why" not in json.loads(plain)
    assert told["why"]["events"][0]["rule"] == "consult.meet"
    assert "If Turkey and Finland meet again" in told["why_not"][-1]["text"]
    first, second = run("extract", str(path), str(path), "--why-not").splitlines()
    assert first == second
    assert "why" not in json.loads(first)

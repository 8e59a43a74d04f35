"""The commands under `wireroom webhooks`, as a shell runs them."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path

import pytest

from tests.contract import GOLDEN
from tests.world import MORNING
from worker.cli.main import main
from worker.cli.show.console import out
from worker.http.signed_post import new_secret
from worker.store.database import Database
from worker.store.outgoing import outbox, published, webhooks
from worker.store.outgoing.outbox import Outgoing

MESSAGES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("*.json"))]


@pytest.fixture
def stored(tmp_path: Path) -> Database:
    """A database with one published message of each type."""
    database = Database(f"sqlite:///{tmp_path / 'data' / 'wireroom.db'}")
    database.migrate()
    with database.write() as connection:
        outbox.put(
            connection, [Outgoing(m["id"], m["type"], m["subject"], json.dumps(m)) for m in MESSAGES], now=MORNING
        )
        outbox.mark(connection, range(1, len(MESSAGES) + 1), now=MORNING)
    return database


@pytest.fixture
def run(stored: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command in this process; what it said on both streams, once it ended with that code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREROOM_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(out, "width", 250)

    def run(*arguments: str, code: int = 0, given: str = "") -> str:
        monkeypatch.setattr(sys, "argv", ["wireroom", "webhooks", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == code, said
        return said.out + said.err

    return run


def one(database: Database, name: str = "desk") -> webhooks.Webhook:
    with database.read() as connection:
        found = webhooks.one(connection, name)
    assert found
    return found


def test_a_webhook_from_its_beginning_to_its_end(run, stored: Database, tmp_path: Path) -> None:
    """Its secret is made in a file that only its owner reads, and is shown nowhere."""
    said = run("add", "desk", "https://desk.example/hook", "--secret-file", "desk.secret", "--type", "event",
               "--between", "rus,usa", "--confidence", "0.5")  # fmt: skip
    secret = (tmp_path / "desk.secret").read_text().strip()
    assert stat.S_IMODE((tmp_path / "desk.secret").stat().st_mode) == 0o600
    said += run("list") + run("list", "--json") + run("add", "desk", "https://x.example/", "--secret-file", "-", code=2,
                                                      given=secret)  # fmt: skip
    assert secret not in said
    assert secret.removeprefix("whsec_")[:8] not in said
    assert "there is a webhook 'desk'" in said
    assert "event, RUS-USA, confidence 0.5" in said
    (listed,) = json.loads(run("list", "--json"))
    assert (listed["behind"], listed["dead"], listed["paused"]) == (0, 0, False)
    run("pause", "desk")
    assert "paused" in run("list")
    run("resume", "desk")
    assert one(stored).paused is False
    run("replay", "desk", "--from", "start")
    assert one(stored).place == 0
    assert json.loads(run("list", "--json"))[0]["behind"] == len(MESSAGES)
    with stored.write() as connection:
        places = published.published
        connection.execute(places.delete().where(places.c.place == 2))  # as a purge does
    assert json.loads(run("list", "--json"))[0]["behind"] == len(MESSAGES) - 1
    run("replay", "desk", "--since", "2020-01-01")
    assert one(stored).place == len(MESSAGES)
    run("rotate", "desk", "--secret-file", "-", given=(other := new_secret()) + "\n")
    with stored.read() as connection:
        assert connection.execute(webhooks.webhooks.select()).one().secret == other
    run("remove", "desk")
    assert run("remove", "desk", code=2).strip() == "there is no webhook 'desk'"


def test_dead_letters_are_listed_retried_and_dropped(run, stored: Database) -> None:
    """By number, or all."""
    run("add", "desk", "http://127.0.0.1:9/", "--local", "--secret-file", "s", "--from", "start")
    with stored.write() as connection:
        held = webhooks.claim(connection, "desk", owner="x", now=MORNING, until=MORNING)
        for message in published.after(connection, 0, limit=2):
            webhooks.bury(connection, held, message, 12, "status 500: <b>no</b>", now=MORNING)
    first, second = json.loads(run("dead", "--json"))
    assert "status 500: <b>no</b>" in run("dead", "desk")
    assert run("dead", "other", "--json").strip() == "[]"
    assert "1 message will be sent again" in run("retry", str(first["id"]))
    assert "to be sent again" in run("dead")
    assert "1 message dropped" in run("drop", str(second["id"]))
    assert "1 message dropped" in run("drop", "all")
    assert "0 messages will be sent again" in run("retry", "all")
    run("retry", "first", code=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://127.0.0.1/hook"], "--local"),
        (["http://[::1]/hook"], "--local"),
        (["http://localhost:8000/hook"], "--local"),
        (["http://169.254.169.254/latest"], "--local"),
        (["ftp://desk.example/"], "only http and https"),
        (["https://user:pass@desk.example/"], "credentials"),
        (["desk.example"], "begins with its scheme: https://desk.example"),
        (["https://desk.example/", "--between", "RUS"], "two countries"),
        (["https://desk.example/", "--from", "yesterday"], "now or start"),
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused(run, stored: Database, arguments: list[str], said: str) -> None:
    """With the reason, and nothing is stored."""
    assert said in run("add", "desk", *arguments, "--secret-file", "s", code=2)
    with stored.read() as connection:
        assert webhooks.every(connection) == []


def test_a_secret_that_is_none_is_refused(run, tmp_path: Path) -> None:
    """Without saying it."""
    (tmp_path / "s").write_text("whsec_hunter2hunter2")
    said = run("add", "desk", "https://desk.example/", "--secret-file", "s", code=2)
    assert "s: a secret is whsec_" in said
    assert "hunter2" not in said

"""The commands over the stream, as a shell runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract import GOLDEN
from tests.world import MORNING
from worker.publication.stream import DROPPED, QUEUE_PREFIX, Stream
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing, Waiting

WIREROOM = Path(sys.executable).with_name("wireroom")
MESSAGES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("*.json"))]


@pytest.fixture
def run(stream: Stream, redis_address: str, tmp_path: Path):
    """Runs a command; what it said, once it ended with that code."""
    stream.append([Waiting(n, m["id"], m["type"], m["subject"], json.dumps(m)) for n, m in enumerate(MESSAGES, 1)])
    environment = {**os.environ, "HOME": str(tmp_path), "COLUMNS": "200",
                   "WIREROOM_DATA": str(tmp_path / "data"), "WIREROOM_REDIS_URL": redis_address}  # fmt: skip

    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run([str(WIREROOM), *arguments], env=environment, cwd=tmp_path, capture_output=True,
                              text=True, check=False, timeout=60)  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


def test_tail_shows_what_is_wanted(run) -> None:
    """By type, countries and confidence."""
    told = [json.loads(line)["type"] for line in run("tail", "--once", "--json", "--type", "event").splitlines()]
    assert sorted(told) == ["wireroom.event.created", "wireroom.event.retracted", "wireroom.event.updated"]
    told = [json.loads(line)["type"] for line in run("tail", "--once", "--json", "--between", "rus,usa").splitlines()]
    assert "wireroom.event.retracted" in told
    assert "wireroom.event.created" not in told
    assert "FIN" in run("tail", "--once", "--json", "--between", "FIN,TUR", "--confidence", "0.5")


def test_consume_runs_a_command_for_each_message(run, tmp_path: Path) -> None:
    """Its exit code says whether the message is handled; what fails to the end is a dead letter, listed and retried."""
    said = tmp_path / "said.jsonl"
    handler = tmp_path / "handle.sh"
    handler.write_text(
        f'#!/bin/sh\nread -r line\ncase "$line" in *withdrawn*) exit 3;; esac\nprintf "%s\\n" "$line" >> {said}\n'
    )
    handler.chmod(0o755)
    told = run("consume", "--exec", str(handler), "--attempts", "1", "--once", code=1)
    assert told.strip() == "5 handled, 0 passed, 1 failed, 1 dead"
    assert {json.loads(line)["id"] for line in said.read_text().splitlines()} == {
        each["id"] for each in MESSAGES if each["type"] != "wireroom.article.withdrawn"
    }
    assert "withdrawn" in run("dead", "list")
    (letter,) = json.loads(run("dead", "list", "--json"))
    assert letter["reason"].endswith("handle.sh ended with 3")
    assert (letter["type"], letter["group"]) == ("wireroom.article.withdrawn", "exec")
    assert "1 message on the stream again" in run("dead", "retry", letter["letter"])
    assert json.loads(run("dead", "list", "--json")) == []
    (group,) = json.loads(run("groups", "list", "--json"))
    assert (group["group"], group["behind"], group["pending"]) == ("exec", 1, 0)
    assert "exec" in run("groups", "list")
    assert "dropped exec" in run("groups", "drop", "exec")
    assert run("groups", "drop", "exec", code=1).startswith("no group")


def test_a_command_that_is_not_there_is_refused(run) -> None:
    """Else every message would become a dead letter."""
    run("consume", "--exec", "no-such-command-here", "--once", code=2)
    assert json.loads(run("dead", "list", "--json")) == []


def test_the_status_says_how_full_the_stream_is(run) -> None:
    """And who is behind."""
    run("migrate")
    assert "6 of 200,000 messages, no groups" in run("status")
    run("consume", "--exec", "true", "--type", "event", "--once")
    assert "exec is 0 behind" in run("status")
    assert json.loads(run("status", "--json"))["stream"]["length"] == 6


def test_the_status_counts_what_was_foreign_in_the_queues(run, stream: Stream) -> None:
    """Where there was any."""
    run("migrate")
    assert "foreign" not in run("status")
    stream.client.set(QUEUE_PREFIX + DROPPED, 3)
    assert "3 foreign in the queues dropped" in run("status")
    assert json.loads(run("status", "--json"))["stream"]["dropped"] == 3


def test_a_replay_by_command(run, tmp_path: Path) -> None:
    """It says how many messages it chose."""
    database = Database(f"sqlite:///{tmp_path / 'data' / 'wireroom.db'}")
    database.migrate()
    messages = [Outgoing(m["id"], m["type"], m["subject"], json.dumps(m)) for m in MESSAGES]
    with database.write() as connection:
        outbox.put(connection, messages, now=MORNING)
        outbox.mark(connection, range(1, 7), now=MORNING)
    assert run("replay", "--type", "event.updated").startswith("1 message will be")
    assert run("replay", "--force").startswith("5 messages will be")
    assert run("replay", "--since", "2020-01-01").startswith("0 messages will be")
    run("replay", "--article", "nobody", code=2)
    database.close()

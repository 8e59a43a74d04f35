"""From the outbox to a consumer's table, with everything between killed again and again: each change once."""

from __future__ import annotations

import datetime as dt
import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.contract import GOLDEN, keeps_the_contract
from tests.faults.delivery import GROUP, table
from tests.faults.engine import free_port, serving, wait_for
from worker.consume import DEAD, lag, read
from worker.engine.run import server_command
from worker.publication.stream import DEDUPE
from worker.settings import Settings
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing

MESSAGES = 5_000
KILLS = 50
RELAY_KILLS = 10
NOW = dt.datetime(2002, 3, 15, 12, tzinfo=dt.UTC)
TEMPLATE = json.loads((GOLDEN / "event.created.json").read_text(encoding="utf-8"))


class Events:
    """Events that come, change and go; `rows` is what stands of each, as the database of the producer has it."""

    def __init__(self) -> None:
        self.dice = random.Random(7)
        self.rows: dict[str, tuple[int, bool, float]] = {}

    def change(self) -> Outgoing:
        """The message of one more change."""
        identity = f"event-{self.dice.randrange(MESSAGES // 4)}"
        revision, stands, _ = self.rows.get(identity, (0, False, 0.0))
        verb = self.dice.choice(("updated", "updated", "retracted")) if stands else "created"
        confidence = round(self.dice.random(), 3)
        self.rows[identity] = (revision + 1, verb != "retracted", confidence)
        event = json.loads(json.dumps(TEMPLATE))
        event |= {"id": f"{identity}:{revision + 1}", "type": f"wireroom.event.{verb}"}
        event["data"] |= {"id": identity, "revision": revision + 1}
        event["data"]["event"]["confidence"] = confidence
        keeps_the_contract(event)
        return Outgoing(event["id"], event["type"], event["subject"], json.dumps(event))


class Killable:
    """A process of ours that is killed and started again."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tests.faults.delivery", *self.arguments])

    def kill(self) -> None:
        assert self.process.poll() is None, f"{self.arguments[0]} ended by itself"
        self.end()
        self.process = self._start()

    def end(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test alone."""
    settings = Settings(data=tmp_path / "server", newsroom_port=free_port())
    with serving(server_command(settings), settings.redis_address):
        yield settings.redis_address


@pytest.fixture
def processes() -> Iterator[list[Killable]]:
    """None of them outlives the test."""
    started: list[Killable] = []
    yield started
    for each in started:
        each.end()


@pytest.mark.timeout(300)
def test_killed_consumers_and_relays_lose_nothing_and_double_nothing(
    tmp_path: Path, server: str, processes: list[Killable]
) -> None:
    """Fifty kills of two consumers, ten of the relay, at random moments over 5,000 messages."""
    address, kept = f"sqlite:///{tmp_path / 'wireroom.db'}", str(tmp_path / "table.db")
    database, effects, events = Database(address), table(kept), Events()
    database.migrate()
    relay = Killable("relay", address, server, "relay@test")
    consumers = [Killable("consume", kept, server) for _ in range(2)]
    processes += [relay, *consumers]
    dice, told = random.Random(), 0
    for turn in range(KILLS):
        before = count(effects)
        with database.write() as connection:
            told += outbox.put(connection, [events.change() for _ in range(MESSAGES // KILLS)], now=NOW)
        if turn % (KILLS // RELAY_KILLS) == 0:
            relay.kill()
        goal = before + dice.randint(1, MESSAGES // KILLS)  # a moment in the middle of work
        wait_for(lambda goal=goal: count(effects) >= goal, 30, f"{goal} effects", look=0.002)
        dice.choice(consumers).kill()
    with redis.Redis.from_url(server) as client:
        wait_for(lambda: count(effects) >= told and settled(client), 60, "the rest")
        entries = [message.id for message in read(client, count=100_000)]
        assert len(entries) == len(set(entries)) == told == MESSAGES
        assert client.xlen(DEAD) == 0
        assert len(client.keys(f"{DEDUPE}*")) == told
    done = [row[0] for row in effects.execute("SELECT id FROM effects")]
    assert sorted(done) == sorted(entries)
    rows = {
        row[0]: (row[1], bool(row[2]), row[3])
        for row in effects.execute("SELECT id, revision, stands, confidence FROM events")
    }
    assert rows == events.rows
    effects.close()
    database.close()


def count(database: object) -> int:
    return int(database.execute("SELECT count(*) FROM effects").fetchone()[0])  # type: ignore[attr-defined]


def settled(client: redis.Redis) -> bool:
    (found,) = [each for each in lag(client) if each.group == GROUP]
    return found.behind == 0 and found.pending == 0

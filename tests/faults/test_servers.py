"""The production shape on one machine: PostgreSQL and a Redis server over TCP that somebody else runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import STORIES
from tests.faults.engine import Wireroom, feed, free_port, kill, serving, wait_for
from worker.engine.run import server_command
from worker.settings import Settings

Make = Callable[..., Wireroom]


@pytest.fixture
def tcp_redis(tmp_path: Path) -> Iterator[str]:
    """The address of a server of this test."""
    port = free_port()
    command = server_command(Settings(data=tmp_path / "server"))
    command[command.index("--port") + 1] = str(port)
    address = f"redis://127.0.0.1:{port}/0"
    with serving(command, address):
        yield address


def test_on_postgresql_and_tcp_redis_kills_lose_nothing(
    wireroom: Make, postgres: str, tcp_redis: str, stories: Path, undisturbed: set[str]
) -> None:
    """The same promises hold there: samples come in, kills lose nothing, a stop leaves the servers alone."""
    room = wireroom(feed("monitor"), database_url=postgres, redis_url=tcp_redis)
    room.do("run", "--once")
    assert room.states() == {"extracted": 6, "rejected": 1}
    samples = set(room.ids())
    running = room.start("ingest", str(stories))
    for role, after in (("extract", 30), ("fetch", 80), ("poll", 120)):
        wait_for(lambda after=after: room.extracted() >= after, 60, "the middle of the work")
        (main, *_) = room.role(role)
        kill(main, group=True)
    assert running.ends(90) == 0, f"{running.text()}\n{room.logs()}"
    assert room.states() == {"extracted": STORIES + 6, "rejected": 1}
    assert room.ledger().balanced
    assert room.processes() == {}
    ids = room.ids()
    assert len(ids) == len(set(ids))
    assert set(ids) - samples == undisturbed

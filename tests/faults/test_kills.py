"""Any process killed in the middle of work, and Redis emptied: nothing lost, nothing doubled, and soon well again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import STORIES
from tests.faults.engine import Running, Wireroom, kill, wait_for

Make = Callable[..., Wireroom]
MIDDLE = 40
RECOVERY_SECONDS = 20.0


def begin(room: Wireroom, stories: Path) -> Running:
    """An ingest in the middle of its work."""
    running = room.start("ingest", str(stories))
    wait_for(lambda: room.extracted() >= MIDDLE, 60, "the middle of the work")
    return running


def settled(room: Wireroom, running: Running, undisturbed: set[str]) -> None:
    """Everything came in, each message once."""
    assert running.ends(90) == 0, f"{running.text()}\n{room.logs()}"
    assert f"{STORIES} extracted" in running.text()
    assert room.states() == {"extracted": STORIES}
    assert room.ledger().balanced
    ids = room.ids()
    assert len(ids) == len(set(ids))
    assert set(ids) == undisturbed
    assert room.processes() == {}


def goes_on(room: Wireroom) -> float:
    """How long it took until five more articles were extracted."""
    started, before = time.monotonic(), room.extracted()
    wait_for(lambda: room.extracted() >= min(before + 5, STORIES), RECOVERY_SECONDS, "the work going on")
    return time.monotonic() - started


@pytest.mark.parametrize("roles", [("extract",), ("poll", "fetch"), ("publish", "beat")], ids="-".join)
def test_a_killed_worker_is_started_again(
    wireroom: Make, stories: Path, undisturbed: set[str], roles: tuple[str, ...]
) -> None:
    """A worker killed with all its children comes back at once, and what it held is taken up again."""
    room = wireroom()
    running = begin(room, stories)
    for role in roles:
        (main, *_) = room.role(role)
        kill(main, group=True)
        again = lambda role=role, main=main: main not in room.role(role) and room.role(role)  # noqa: E731
        wait_for(again, RECOVERY_SECONDS, f"another {role}")
        goes_on(room)
    settled(room, running, undisturbed)


def test_a_killed_child_is_replaced(wireroom: Make, stories: Path, undisturbed: set[str]) -> None:
    """One extracting process killed, as for its memory: its article is taken up again long before its lease ends."""
    room = wireroom()
    running = begin(room, stories)
    _, *pool = room.role("extract")
    kill(pool[0])
    settled(room, running, undisturbed)


def test_the_killed_server_comes_back_with_its_data(wireroom: Make, stories: Path, undisturbed: set[str]) -> None:
    """The embedded server killed: it is started on its own data, and workers that die of it are started again."""
    room = wireroom()
    running = begin(room, stories)
    (server,) = room.role("valkey")
    kill(server)
    wait_for(lambda: room.role("valkey") not in ([], [server]), 10, "another server")
    goes_on(room)
    settled(room, running, undisturbed)


def test_an_emptied_redis_loses_nothing(wireroom: Make, stories: Path, undisturbed: set[str]) -> None:
    """FLUSHALL in the middle and again at the end: work goes on, and the stream is filled again by itself."""
    room = wireroom()
    engine = room.start("run")
    wait_for(lambda: room.role("extract"), 20, "the workers")
    running = begin(room, stories)
    room.flush()
    goes_on(room)
    assert running.ends(90) == 0, running.text()
    wait_for(lambda: set(room.ids()) == undisturbed, 15, "the whole stream")
    room.flush()
    wait_for(lambda: set(room.ids()) == undisturbed, 15, "the whole stream again")
    room.flush_only("wireroom:messages", "wireroom:published:*")  # the note of the place stays: only a replay helps
    room.do("replay")
    wait_for(lambda: set(room.ids()) == undisturbed, 15, "the whole stream by replay")
    ids = room.ids()
    assert len(ids) == len(set(ids))
    assert room.ledger().balanced
    assert engine.process.poll() is None

"""A run of re-extraction on the real engine: killed in the middle, it ends with the same result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.faults.conftest import STORIES
from tests.faults.engine import Wireroom, kill, wait_for
from worker.store import runs

Make = Callable[..., Wireroom]


def done(room: Wireroom) -> int:
    """How many articles the newest run has done."""
    with room.database.read() as connection:
        return sum(run.done for run in runs.newest(connection, 1))


def test_a_run_whose_worker_is_killed_ends_with_the_same_result(
    wireroom: Make, stories: Path, undisturbed: set[str]
) -> None:
    """Each article is counted once, and nothing is published, since nothing changed."""
    room = wireroom()
    room.do("ingest", str(stories))
    running = room.start("reextract", "--all", "--watch", "--json")
    wait_for(lambda: done(room) >= 30, 60, "the middle of the run")
    (main, *_) = room.role("reextract")
    kill(main, group=True)
    assert running.ends(90) == 0, f"{running.text()}\n{room.logs()}"
    told = json.loads(running.text().splitlines()[-1])
    assert (told["state"], told["done"], told["tally"]) == ("done", STORIES, {"article unchanged": STORIES})
    assert set(room.ids()) == undisturbed
    assert room.ledger().balanced

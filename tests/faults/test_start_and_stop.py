"""Starting and stopping: everything comes up by itself, and nothing stays behind, however it ends."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.conftest import STORIES
from tests.faults.engine import Running, Wireroom, feed, wait_for
from tests.world import Site
from worker.store.tables import articles

SAMPLES = (Path(__file__).parents[2] / "sources.toml").read_text(encoding="utf-8")
STOP_SECONDS = 10.0
Make = Callable[..., Wireroom]


def test_run_once_brings_the_samples_in_and_leaves_nothing_running(wireroom: Make) -> None:
    """A first run in an empty folder needs nothing but `sources.toml`: it ends by itself, sums up, and is gone."""
    room = wireroom(SAMPLES, tick_seconds=2)  # as delivered
    said = room.do("run", "--once")
    assert room.processes() == {}
    assert "FINNISH MINISTER" in said
    assert said.splitlines()[-1].startswith("11 articles in, ")
    ledger = json.loads(room.do("ledger", "--json"))
    assert ledger["balanced"]
    assert ledger["polls"] == []
    assert sum(line["extracted"] for line in ledger["lines"]) == 11
    assert sum(line["in_flight"] for line in ledger["lines"]) == 0
    assert len(room.ids()) == len(set(room.ids()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_starting_ends_everything(wireroom: Make, number: signal.Signals) -> None:
    """Ctrl-C and TERM are obeyed before everything is up, leave no process, and the next run works."""
    room = wireroom(feed("monitor"))
    running = room.start("run")
    wait_for(lambda: room.role("valkey"), 20, "the first child", look=0.01)
    assert stop(room, running, number) < STOP_SECONDS
    if number is signal.SIGTERM:
        room.do("run", "--once")
        assert room.states() == {"extracted": 6, "rejected": 1}


def test_a_signal_while_idle_ends_everything(wireroom: Make) -> None:
    """Ctrl-C ends a run that waits for its next poll, leaves no process, and no failed poll in the ledger."""
    room = wireroom(feed("monitor", interval=60))
    running = room.start("run")
    wait_for(lambda: room.states() == {"extracted": 6, "rejected": 1}, 40, "the samples")
    assert stop(room, running, signal.SIGINT) < STOP_SECONDS
    assert room.ledger().polls == ()


def test_a_signal_while_busy_ends_everything(wireroom: Make, stories: Path) -> None:
    """TERM ends a run in the middle of its work; what was under way is neither lost nor held."""
    room = wireroom(folder_source(stories))
    running = room.start("run")
    wait_for(lambda: room.extracted() > 5, 40, "some articles")
    assert stop(room, running, signal.SIGTERM) < STOP_SECONDS
    assert 0 < room.extracted() < STORIES, "too fast to be stopped in the middle"
    with room.database.read() as connection:
        held = sa.select(sa.func.count()).select_from(articles).where(articles.c.lease_owner.is_not(None))
        assert connection.execute(held).scalar_one() == 0


def test_when_the_supervisor_is_killed_its_children_end_and_the_next_run_goes_on(
    wireroom: Make, stories: Path, undisturbed: set[str]
) -> None:
    """A supervisor that is killed in the middle of work leaves no process, and the next run finishes what it began,
    without a message lost or doubled."""
    room = wireroom(folder_source(stories))
    running = room.start("run")
    wait_for(lambda: room.extracted() > 20, 40, "some articles")
    running.signal(signal.SIGKILL)
    room.gone(within=8)
    assert room.extracted() < STORIES, "too fast to be killed in the middle"
    room.do("run", "--once")
    assert room.states() == {"extracted": STORIES}
    assert room.ledger().balanced
    ids = room.ids()
    assert len(ids) == len(set(ids))
    assert set(ids) == undisturbed


def test_the_next_run_starts_at_once_while_the_killed_one_still_ends(wireroom: Make) -> None:
    """Nobody has to wait: what the killed supervisor left behind is in nobody's way."""
    room = wireroom(feed("monitor", interval=60))
    running = room.start("run")
    running.says("polled", within=40)
    running.signal(signal.SIGKILL)
    running.ends(5)
    room.do("run", "--once")
    assert room.processes() == {}
    assert room.states() == {"extracted": 6, "rejected": 1}
    assert room.ledger().balanced
    assert room.ledger().polls == ()


def test_a_stop_waits_for_no_silent_server(wireroom: Make, site: Site) -> None:
    """A fetch that hangs on a server that never answers does not hold the stop up, nor the next run."""
    site.pages["/silent"] = lambda _: time.sleep(60)
    links = [site.url("/silent"), *(site.url(f"/gone-{n}") for n in range(3))]
    address = site.feed("/feed.xml", links)
    room = wireroom(feed("wire", address=address), fetch_timeout_seconds=50)
    running = room.start("run")
    wait_for(lambda: any(path == "/silent" for path, _ in site.requests), 30, "the fetch that hangs")
    assert stop(room, running, signal.SIGINT) < STOP_SECONDS
    site.pages["/silent"] = (410, {}, b"")
    room.do("run", "--once", within=30)
    assert room.states() == {"rejected": 4}
    assert room.ledger().balanced


def test_a_stop_waits_for_no_silent_feed(wireroom: Make, site: Site) -> None:
    """Nor does a poll; and the next run polls the source at once, though the one before held it."""
    site.pages["/feed.xml"] = lambda _: time.sleep(60)
    room = wireroom(feed("wire", address=site.url("/feed.xml")), fetch_timeout_seconds=50)
    running = room.start("run")
    wait_for(lambda: site.requests, 30, "the poll that hangs")
    assert stop(room, running, signal.SIGTERM) < STOP_SECONDS
    site.feed("/feed.xml", [site.url("/gone")])
    room.do("run", "--once", within=30)
    assert room.states() == {"rejected": 1}


def test_a_supervisor_killed_while_a_fetch_hangs_leaves_nothing(wireroom: Make, site: Site) -> None:
    """The leash holds even for a worker that waits for a silent server."""
    site.pages["/silent"] = lambda _: time.sleep(60)
    room = wireroom(feed("wire", address=site.feed("/feed.xml", [site.url("/silent")])), fetch_timeout_seconds=50)
    running = room.start("run")
    wait_for(lambda: any(path == "/silent" for path, _ in site.requests), 30, "the fetch that hangs")
    running.signal(signal.SIGKILL)
    room.gone(within=10)


def test_of_two_runs_on_one_folder_the_second_says_so(wireroom: Make) -> None:
    """Two supervisors would restart each other's children; the second one leaves with a clear word."""
    room = wireroom(feed("monitor"))
    room.start("run").says("polled", within=40)
    assert "running on" in room.do("run", code=2, within=20)
    assert "running on" in room.do("run", "--once", code=2, within=20)
    assert room.role("poll")


def test_ingest_uses_the_workers_of_a_running_wireroom(wireroom: Make, stories: Path, tmp_path: Path) -> None:
    """One engine is enough: `ingest` beside a run starts none of its own."""
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(stories.iterdir())[:20]:
        shutil.copy(path, few)
    room = wireroom(feed("monitor"))
    running = room.start("run")
    running.says("polled", within=40)
    workers = room.role("extract")[0]
    assert "20 extracted" in room.do("ingest", str(few))
    assert room.role("extract")[0] == workers
    assert len(room.role("beat")) == 1
    assert running.process.poll() is None
    assert room.ledger().balanced


def test_ingest_after_a_killed_run_waits_for_nobody(wireroom: Make, stories: Path) -> None:
    """The heartbeats of a run that was killed a moment ago are no workers."""
    room = wireroom(feed("monitor"))
    running = room.start("run")
    running.says("polled", within=40)
    wait_for(lambda: "extract@" in room.do("status", "--json"), 20, "the heartbeats")
    running.signal(signal.SIGKILL)
    running.ends(5)
    assert "1 extracted" in room.do("ingest", str(sorted(stories.iterdir())[0]), within=30)


def stop(room: Wireroom, running: Running, number: signal.Signals) -> float:
    """How long the run took to end after the signal, in good order and with nothing left behind."""
    started = time.monotonic()
    running.signal(number)
    assert running.ends(STOP_SECONDS + 5) == 0, running.text()
    took = time.monotonic() - started
    assert room.processes() == {}
    assert "Traceback" not in running.text()
    assert "Stopped." in running.text()
    assert room.ledger().balanced
    return took


def folder_source(folder: Path | None) -> str:
    """A folder of files as a source."""
    if folder is None:
        return ""
    return f'[[source]]\nname = "files"\nkind = "folder"\naddress = "{folder}"\ninterval = 600\n'

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


def test_run_once_does_not_wait_for_what_is_not_due(wireroom: Make) -> None:
    """Until nothing is due means what is due now: a second run has nothing to do, and says so at once."""
    room = wireroom(feed("monitor", interval=600))
    room.do("run", "--once")
    assert "0 articles in" in room.do("run", "--once", within=20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_starting_ends_everything(wireroom: Make, number: signal.Signals) -> None:
    """Ctrl-C and TERM are obeyed before everything is up, and leave no process."""
    room = wireroom(feed("monitor"))
    running = room.start("run")
    wait_for(lambda: room.role("valkey"), 20, "the first child", look=0.01)
    assert stop(room, running, number) < STOP_SECONDS


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


def test_a_stop_waits_for_no_silent_server(wireroom: Make, site: Site) -> None:
    """A fetch and a poll that hang on a server that never answers hold up neither the stop nor the next run."""
    room, running = hanging(wireroom, site)
    assert stop(room, running, signal.SIGINT) < STOP_SECONDS
    answering(site)
    room.do("run", "--once", within=40)
    assert room.states() == {"rejected": 2}
    assert room.ledger().balanced
    assert room.ledger().polls == ()


def test_a_killed_supervisor_is_in_nobodys_way(wireroom: Make, site: Site) -> None:
    """The leash holds even for a worker that waits for a silent server; and the next run starts at once, on the work
    that the killed one held, beside what is left of it."""
    room, running = hanging(wireroom, site)
    running.signal(signal.SIGKILL)
    running.ends(5)
    answering(site)
    room.do("run", "--once", within=40)
    assert room.processes() == {}
    assert room.states() == {"rejected": 2}
    assert room.ledger().balanced


def test_a_killed_supervisor_takes_hanging_workers_with_it(wireroom: Make, site: Site) -> None:
    """Nothing is left after seconds, though the deadline of the fetch is far."""
    room, running = hanging(wireroom, site)
    running.signal(signal.SIGKILL)
    room.gone(within=5)


def test_others_work_beside_a_run(wireroom: Make, stories: Path, tmp_path: Path) -> None:
    """A second run on the folder leaves with a clear word, `ingest` uses the workers that are there, and Ctrl-C ends
    the idle run with no failed poll in the ledger."""
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(stories.iterdir())[:20]:
        shutil.copy(path, few)
    room = wireroom(feed("monitor"))
    running = room.start("run")
    wait_for(lambda: room.states() == {"extracted": 6, "rejected": 1}, 40, "the samples")
    workers = {role: room.role(role) for role in ("poll", "fetch", "extract", "beat", "valkey")}
    assert "running on" in room.do("run", code=2, within=20)
    assert "running on" in room.do("run", "--once", code=2, within=20)
    assert "20 extracted" in room.do("ingest", str(few))
    assert {role: room.role(role) for role in workers} == workers
    assert stop(room, running, signal.SIGINT) < STOP_SECONDS
    assert room.ledger().polls == ()


def test_ingest_after_a_killed_run_waits_for_nobody(wireroom: Make, stories: Path) -> None:
    """The heartbeats of a run that was killed a moment ago are no workers."""
    room = wireroom(feed("monitor"))
    running = room.start("run")
    running.says("polled", within=40)
    wait_for(lambda: "extract@" in room.do("status", "--json"), 20, "the heartbeats")
    running.signal(signal.SIGKILL)
    running.ends(5)
    assert "1 extracted" in room.do("ingest", str(sorted(stories.iterdir())[0]), within=20)


def hanging(wireroom: Make, site: Site) -> tuple[Wireroom, Running]:
    """A run of which one poll and one fetch wait for a server that never answers."""
    asked = ("/silent", "/silent.xml")
    for path in asked:
        site.pages[path] = lambda _: time.sleep(60)
    talking = site.feed("/feed.xml", [site.url("/silent")])
    room = wireroom(feed("wire", address=talking) + feed("silent", address=site.url("/silent.xml")),
                    fetch_timeout_seconds=50)  # fmt: skip
    running = room.start("run")
    wait_for(lambda: {path for path, _ in site.requests} >= set(asked), 40, "the poll and the fetch that hang")
    return room, running


def answering(site: Site) -> None:
    """Lets the silent server speak."""
    site.pages["/silent"] = (410, {}, b"")
    site.feed("/silent.xml", [site.url("/nowhere")])


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
    return f'[[source]]\nname = "files"\nkind = "folder"\naddress = "{folder}"\ninterval = 1\n'

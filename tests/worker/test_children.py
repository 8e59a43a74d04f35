"""A family of processes: output in logs, started again when they die, stopped in order and in time."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.worker.test_leash import is_alive, within
from worker.engine import children as module
from worker.engine.children import Child, Children, StartFailed

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
# Writes when it was asked to end, and takes its time for it.
POLITE = """
import signal, sys, time
def end(*_):
    time.sleep(0.2)
    with open(sys.argv[1], "a") as log: log.write(sys.argv[2] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('up', flush=True)
time.sleep(60)
"""
# Ignores every request to end, and has a child that does so too.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child: print('child', child, flush=True)
time.sleep(60)
"""


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Children]:
    found = Children(tmp_path / "logs", {"TEST_WORD": "told"})
    yield found
    found.stop(0.2)


def start(family: Children, name: str, code: str, *words: str, says: str = "up", stop_last: bool = False) -> Child:
    child = Child(name, [sys.executable, "-c", code, *words], stop_last=stop_last)
    family.start(child, ready=lambda: says in said(family, name))
    return child


def said(family: Children, name: str) -> str:
    path = family.logs / f"{name}.log"
    return path.read_text() if path.exists() else ""


def watch_until(family: Children, true: Callable[[], bool], seconds: float = 10) -> bool:
    def look() -> bool:
        family.watch()
        return true()

    return within(seconds, look)


def test_a_child_runs_with_its_output_in_a_log(family: Children) -> None:
    """Both streams, and the environment that the family shares."""
    code = "import os, sys; print(os.environ['TEST_WORD']); print('err', file=sys.stderr); print('up')"
    child = start(family, "one", code)
    assert child.process is not None
    child.process.wait(5)
    assert sorted(said(family, "one").split()) == ["err", "told", "up"]


def test_a_child_that_does_not_come_up_is_told_with_its_last_words(family: Children) -> None:
    """At once where it ends, in time where it hangs."""
    with pytest.raises(StartFailed, match=r"one did not start: .*no such setting"):
        family.start(Child("one", [sys.executable, "-c", "raise SystemExit('no such setting')"]), ready=lambda: False)
    with pytest.raises(StartFailed, match="two did not start"):
        family.start(Child("two", [sys.executable, "-c", SLEEPER]), ready=lambda: False, within_seconds=0.1)


def test_a_command_that_is_not_there_is_told(family: Children) -> None:
    """In the words of the system."""
    with pytest.raises(StartFailed, match="No such file"):
        family.start(Child("one", ["/nowhere/to/be/found"]), ready=lambda: False)


def test_a_child_that_died_is_started_again(family: Children) -> None:
    """The others are left alone."""
    one, two = start(family, "one", SLEEPER), start(family, "two", SLEEPER)
    first, other = one.process, two.process
    assert first is not None
    first.kill()
    first.wait(5)
    assert watch_until(family, lambda: one.running)
    assert one.process is not first
    assert two.process is other
    assert two.running


def test_a_child_that_keeps_dying_is_started_ever_later(family: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to a limit, and soon again once it has run for a while."""
    clock = [1000.0]
    monkeypatch.setattr(module, "time", type("Clock", (), {"monotonic": lambda: clock[0], "sleep": time.sleep}))
    child = Child("one", [sys.executable, "-c", "raise SystemExit(3)"])
    family.start(child)
    delays = []
    for _ in range(7):
        assert child.process is not None
        child.process.wait(10)
        family.watch()
        assert child.restart_at is not None
        delays.append(child.restart_at - clock[0])
        clock[0] = child.restart_at - 0.01
        before = child.process
        family.watch()
        assert child.process is before
        clock[0] += 0.02
        family.watch()
        assert child.process is not before
    assert delays == sorted(delays)
    assert delays[0] == pytest.approx(1.0)
    assert delays[-1] == pytest.approx(module.RESTART_LIMIT_SECONDS)
    assert child.process is not None
    child.process.wait(10)
    clock[0] += module.STEADY_SECONDS + 1
    family.watch()
    assert child.restart_at is not None
    assert child.restart_at - clock[0] == pytest.approx(module.RESTART_SECONDS)


def test_what_the_others_need_is_stopped_last(family: Children, tmp_path: Path) -> None:
    """The server goes when nobody uses it any more, wherever it stands in the order of starts."""
    order = tmp_path / "order"
    start(family, "server", POLITE, str(order), "server", stop_last=True)
    for name in ("poll", "fetch"):
        start(family, name, POLITE, str(order), name)
    family.stop(8)
    told = order.read_text().split()
    assert sorted(told) == ["fetch", "poll", "server"]
    assert told[-1] == "server"
    assert [child.process.returncode for child in family.members if child.process] == [0, 0, 0]


def test_who_does_not_end_in_time_is_killed_with_its_children(family: Children) -> None:
    """Nothing is left behind, and stopping takes no longer than it may."""
    child = start(family, "stubborn", STUBBORN, says="child")
    own = int(said(family, "stubborn").split()[1])
    began = time.monotonic()
    family.stop(0.6)
    assert time.monotonic() - began < 3
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
    assert within(5, lambda: not is_alive(own))


def test_stopping_twice_does_nothing(family: Children) -> None:
    """Nor does stopping what has ended by itself, or was never started."""
    start(family, "one", "print('up')")
    family.members.append(Child("never", ["true"]))
    family.stop(1)
    family.stop(1)


def test_a_log_does_not_grow_for_ever(family: Children) -> None:
    """At the next start a large one is put aside, over the one before."""
    family.logs.mkdir()
    log = family.logs / "one.log"
    with log.open("wb") as file:
        file.truncate(module.LOG_BYTES + 1)
    start(family, "one", "print('up')")
    assert (family.logs / "one.log.1").stat().st_size == module.LOG_BYTES + 1
    assert said(family, "one") == "up\n"

"""The leash: no child outlives the supervisor that started it, however that ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

LEASH = [sys.executable, "-m", "worker.engine.leash"]
# A supervisor that starts one child on a leash, tells its id, and then does nothing.
SUPERVISOR = """
import subprocess, sys, time
child = subprocess.Popen(sys.argv[1:])
print(child.pid, flush=True)
time.sleep(60)
"""
PATIENT = (
    "import signal, time; [signal.signal(n, signal.SIG_DFL) for n in (2, 15)]; print('up', flush=True); time.sleep(60)"
)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if true():
            return True
        time.sleep(0.01)
    return true()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_command_takes_the_place_of_the_leash() -> None:
    """Its arguments, its output and its exit status are its own."""
    command = "import sys; print(sys.argv[1:]); sys.exit(7)"
    done = subprocess.run([*LEASH, sys.executable, "-c", command, "a b", "--c"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, "['a b', '--c']\n")


def test_a_signal_reaches_the_command() -> None:
    """There is no process in between that could swallow it."""
    child = subprocess.Popen([*LEASH, sys.executable, "-c", PATIENT], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    child.terminate()
    assert child.wait(5) == -signal.SIGTERM
    child.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does it on Linux only")
def test_a_child_ends_when_its_supervisor_is_killed() -> None:
    """SIGKILL leaves a supervisor no time to stop anybody."""
    command = [sys.executable, "-c", SUPERVISOR, *LEASH, sys.executable, "-c", PATIENT]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    try:
        assert supervisor.stdout.readline() == b"up\n"
        assert is_alive(child)
        supervisor.kill()
        supervisor.wait(5)
        assert within(5, lambda: not is_alive(child))
    finally:
        supervisor.stdout.close()
        if is_alive(child):
            os.kill(child, signal.SIGKILL)

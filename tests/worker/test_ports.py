"""Ports that are taken are told before anything is served, with their setting and their owner."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from worker.engine.children import StartFailed
from worker.engine.ports import await_free, owner_of

HELD = """
import socket, sys
with socket.create_server(("127.0.0.1", 0)) as held:
    print(held.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux tells who has a port")
def test_the_owner_of_a_port_is_named() -> None:
    with subprocess.Popen([sys.executable, "-c", HELD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        port = int(other.stdout.readline())
        assert owner_of(port) == other.pid
        with pytest.raises(StartFailed, match=rf"port {port} .*in use by process {other.pid} \(.*WIREROOM_WEB_PORT"):
            await_free("127.0.0.1", port, "WIREROOM_WEB_PORT")
        other.communicate(b"")
    assert owner_of(port) is None


def test_what_a_killed_run_left_behind_is_waited_for() -> None:
    """It ends within seconds, and the next run starts at once."""
    command = [sys.executable, "-c", HELD, "worker.web"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as ours:
        assert ours.stdout
        port = int(ours.stdout.readline())
        started = time.monotonic()
        ender = subprocess.Popen(["sh", "-c", f"sleep 0.5; kill {ours.pid}"])
        await_free("127.0.0.1", port, "WIREROOM_WEB_PORT")
        assert 0.3 < time.monotonic() - started < 6
        ender.wait()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_free_port_is_free(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    await_free(host, port, "WIREROOM_WEB_PORT")


def test_a_host_that_is_not_here_is_told() -> None:
    with pytest.raises(StartFailed, match="cannot be served on"):
        await_free("203.0.113.7", 8480, "WIREROOM_WEB_PORT")

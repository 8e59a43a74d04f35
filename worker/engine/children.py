"""Child processes: started on a leash with their output in a log file, restarted when they die, stopped in time.

Celery's worker ends when its broker goes away while it holds a message (DECISIONS.md, 4), so somebody must start it
again: on one machine this module, in production the container engine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger()

RESTART_SECONDS = 0.5
RESTART_LIMIT_SECONDS = 15.0
STEADY_SECONDS = 30.0  # one that ran this long is no longer failing
LOG_BYTES = 10_000_000


class StartFailed(RuntimeError):
    """A child did not come up; the message names it and shows the end of its log."""


@dataclass
class Child:
    """One process: `stop_last` marks what the others need to stop well (the embedded server)."""

    name: str
    command: Sequence[str]
    stop_last: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float | None = None

    @property
    def running(self) -> bool:
        """True while the process lives."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Children:
    """A family of processes with one environment and one folder of logs."""

    logs: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    members: list[Child] = field(default_factory=list)

    def start(self, child: Child, *, ready: Callable[[], bool] | None = None, within_seconds: float = 10.0) -> None:
        """Starts the child and, where `ready` can tell, waits for it; raises StartFailed where it does not come up."""
        self.members.append(child)
        self._spawn(child)
        give_up = time.monotonic() + within_seconds
        while ready and not ready():
            if not child.running or time.monotonic() > give_up:
                raise StartFailed(f"{child.name} did not start: {self._last_words(child)}")
            time.sleep(0.02)

    def watch(self) -> None:
        """Starts again what has died, at growing intervals while it keeps dying."""
        now = time.monotonic()
        for child in self.members:
            if child.running:
                continue
            if child.restart_at is None:
                child.failures = 0 if now - child.started_at > STEADY_SECONDS else child.failures + 1
                child.restart_at = now + min(RESTART_SECONDS * 2**child.failures, RESTART_LIMIT_SECONDS)
                code = child.process.returncode if child.process else None
                log.warning("child.died", child=child.name, code=code, log=str(self._log(child)))
            elif now >= child.restart_at:
                self._spawn(child)

    def stop(self, within_seconds: float) -> None:
        """Ends all, those marked last after the others; whoever has not ended in time is killed with its children."""
        stop_at = time.monotonic() + within_seconds
        for last, share in ((False, 0.75), (True, 1.0)):
            group = [child for child in self.members if child.stop_last is last]
            for child in group:
                _signal(child, signal.SIGTERM)
            give_up = stop_at - within_seconds * (1 - share)
            while any(child.running for child in group) and time.monotonic() < give_up:
                time.sleep(0.02)
            for child in group:
                _signal_group(child, signal.SIGKILL)
                if child.process:
                    child.process.wait()

    def _spawn(self, child: Child) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self._log(child)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as output:
            child.process = subprocess.Popen(
                [sys.executable, "-m", "worker.engine.leash", *child.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
                start_new_session=True,  # Ctrl-C reaches only us, and we stop them in order
            )
        child.started_at, child.restart_at = time.monotonic(), None

    def _log(self, child: Child) -> Path:
        return self.logs / f"{child.name}.log"

    def _last_words(self, child: Child) -> str:
        text = self._log(child).read_text(encoding="utf-8", errors="replace").strip()
        return " / ".join(text.splitlines()[-3:]) or "it said nothing"


def _signal(child: Child, number: signal.Signals) -> None:
    if child.running and child.process:
        child.process.send_signal(number)


def _signal_group(child: Child, number: signal.Signals) -> None:
    if child.process:
        try:
            os.killpg(child.process.pid, number)  # its session, so that a worker's own children go with it
        except ProcessLookupError:
            return

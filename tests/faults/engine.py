"""Wireroom as its users run it: real commands in a folder of their own, watched and killed from outside."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import redis
import sqlalchemy as sa

from worker.consume import Message, read
from worker.engine.run import server_command
from worker.publication.stream import Stream
from worker.settings import Settings
from worker.store import ledger as ledger_rows
from worker.store import tables
from worker.store.articles import listed
from worker.store.database import Database
from worker.store.ledger import Ledger

BIN = Path(sys.executable).parent
QUICK = {"tick_seconds": "0.3", "redispatch_seconds": "2", "fetch_timeout_seconds": "5", "lease_seconds": "60"}
LINES = 30
KEPT = ("HOME", "LANG", "PYTHONPATH", "TMPDIR", "USER")


def crowded() -> float:
    """By how much everything takes longer than on a machine that does nothing else."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_for(condition: Callable[[], Any], within: float, what: str, look: float = 0.05) -> Any:
    """What the condition gives once it is true; fails where it is not within that many seconds of a free machine."""
    give_up = time.monotonic() + within * crowded()
    while not (found := condition()):
        assert time.monotonic() < give_up, f"not within {within:g} s: {what}"
        time.sleep(look)
    return found


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def holding(word: str) -> dict[int, str]:
    """Every living process with this word in its command line or environment, and its command line."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            said = line + (folder / "environ").read_bytes().decode(errors="replace")
            dead = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if word in said and not dead:
            found[int(folder.name)] = line
    return found


@dataclass
class Running:
    """A command that runs; what it says is collected in a file."""

    process: subprocess.Popen[bytes]
    said: Path

    def text(self) -> str:
        return self.said.read_text(encoding="utf-8", errors="replace")

    def says(self, words: str, within: float = 30) -> None:
        """Waits until it has said this."""
        wait_for(lambda: words in self.text() or self.process.poll() is not None, within, f"{words!r} from it")
        assert words in self.text(), self.text()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, within: float) -> int:
        """Its exit code, once it has ended."""
        code = wait_for(lambda: [self.process.poll()] if self.process.poll() is not None else None, within, "its end")
        return int(code[0])


@dataclass
class Wireroom:
    """One folder with `sources.toml` and a data folder, the commands that run there, and what is stored there."""

    folder: Path
    options: dict[str, str] = field(default_factory=dict)
    sources: str = ""
    started: list[Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.toml").write_text(self.sources, encoding="utf-8")
        ports = {"newsroom_port": str(free_port()), "web_port": str(free_port())}
        self.options = {**QUICK, **ports, **self.options}

    @cached_property
    def settings(self) -> Settings:
        return Settings(data=self.folder / "data", sources=self.folder / "sources.toml", **self.options)  # type: ignore[arg-type]

    @cached_property
    def database(self) -> Database:
        self.settings.data.mkdir(parents=True, exist_ok=True)  # tests look before anything has run
        return Database(self.settings.database_address)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of ours but the options; no program that a laptop may lack is on the path."""
        options = {f"WIREROOM_{name}".upper(): value for name, value in self.options.items()}
        home = {
            name: os.environ[name] for name in ("HOME", "LANG", "PYTHONPATH", "TMPDIR", "USER") if name in os.environ
        }
        return {**home, "PATH": str(BIN), "COLUMNS": "120", "PYTHONUNBUFFERED": "1", **options,
                "WIREROOM_DATA": str(self.folder / "data")}  # fmt: skip

    def start(self, *arguments: str) -> Running:
        """The command, running in a session of its own."""
        said = self.folder / f"said-{len(self.started)}.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "worker.engine.leash", str(BIN / "wireroom"), *arguments],  # ends with the tests
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.started.append(Running(process, said))
        return self.started[-1]

    def do(self, *arguments: str, within: float = 90, code: int = 0) -> str:
        """What the command said, once it has ended with that exit code."""
        running = self.start(*arguments)
        assert running.ends(within) == code, f"{running.text()}\n{self.logs()}"
        return running.text()

    def processes(self) -> dict[int, str]:
        """Every process of this data folder, wherever it came from."""
        return holding(str(self.folder / "data"))

    def role(self, role: str) -> list[int]:
        """The processes of a child (`extract`, `web`, `newsroom`, `valkey` …), the main one first."""
        others = {"valkey": "valkey-server", "newsroom": "-m samples", "web": "worker.web", "beat": " beat "}
        mark = others.get(role, f" {role}@")
        return sorted(
            pid for pid, line in self.processes().items() if mark in line and "worker.engine.leash" not in line
        )

    def gone(self, within: float = 5) -> None:
        """Waits until no process of this data folder is left."""
        deadline = time.monotonic() + within * crowded()
        while left := self.processes():
            assert time.monotonic() < deadline, f"left after {within:g} s: {left}"
            time.sleep(0.05)

    def ledger(self) -> Ledger:
        with self.database.read() as connection:
            return ledger_rows.ledger(connection)

    def articles(self) -> list[listed.Listed]:
        """Every article; none where there are no tables yet."""
        if not self.settings.data.exists() or not sa.inspect(self.database.engine).has_table("articles"):
            return []
        with self.database.read() as connection:
            return listed.newest(connection, limit=100_000)

    def states(self) -> dict[str, int]:
        """How many articles are in each state."""
        return dict(Counter(each.state for each in self.articles()))

    def due_now(self) -> None:
        """Makes what waits after a failure due, as time would."""
        waiting = tables.articles.c.lease_owner.is_(None) & tables.articles.c.lease_until.is_not(None)
        with self.database.write() as connection:
            soon = {"due_at": dt.datetime.now(dt.UTC), "lease_until": None}
            connection.execute(sa.update(tables.articles).where(waiting).values(soon))

    def extracted(self) -> int:
        return self.states().get("extracted", 0)

    def messages(self) -> list[Message]:
        """The whole stream; starts the embedded server on its data where it does not run."""
        with self._server():
            stream = Stream(self.settings.redis_address, dedupe_days=7)
            try:
                return read(stream.client, count=1_000_000)
            finally:
                stream.close()

    def ids(self) -> list[str]:
        return [message.id for message in self.messages()]

    def flush(self) -> None:
        """Empties Redis, as FLUSHALL does."""
        with redis.Redis.from_url(self.settings.redis_address) as client:
            client.flushall()

    def flush_only(self, *patterns: str) -> None:
        """Takes only these keys out of Redis."""
        with redis.Redis.from_url(self.settings.redis_address) as client:
            client.delete(*(key for pattern in patterns for key in client.keys(pattern)))

    def logs(self) -> str:
        """The end of each child's log."""
        ends = []
        for path in sorted((self.folder / "data" / "logs").glob("*.log")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            ends.append("\n".join([f"--- {path.name}", *(line[:400] for line in lines[-LINES:])]))
        return "\n".join(ends)

    def end(self) -> None:
        """Ends everything that was started here."""
        for running in self.started:
            if running.process.poll() is None:
                running.process.terminate()
        for running in self.started:
            try:
                running.process.wait(12)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
        for pid in self.processes():
            kill(pid)
        self.database.close()

    @contextmanager
    def _server(self) -> Iterator[None]:
        if not self.settings.embedded_redis or self.role("valkey"):
            yield
            return
        with serving(server_command(self.settings), self.settings.redis_address):
            yield


@contextmanager
def serving(command: Sequence[str], address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis server that runs until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stream = Stream(address, dedupe_days=7)
    try:
        wait_for(lambda: answers(stream), 10, "the server's answer")
        yield process
    finally:
        stream.close()
        process.terminate()
        process.wait(10)


def answers(stream: Stream) -> bool:
    """True where the server is there and has read its data."""
    try:
        return bool(stream.client.ping())
    except Exception:
        return False


def kill(pid: int, *, group: bool = False) -> None:
    """SIGKILL, as the kernel does it when memory is short; `group` with all that it started."""
    try:
        if group:
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def feed(name: str, path: str = "/monitor/feed.xml", interval: int = 1, address: str | None = None) -> str:
    """A source for `sources.toml`: of the sample newsroom, or at an address."""
    place = address or f"{{newsroom}}{path}"
    sample = "false" if address else "true"
    return (
        f'[[source]]\nname = "{name}"\nkind = "feed"\naddress = {json.dumps(place)}\n'
        f"interval = {interval}\nlocal = true\nsample = {sample}\n"
    )

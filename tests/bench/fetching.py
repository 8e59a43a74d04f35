"""The benchmarks of fetching: pages of 100 kB from a server in a process of its own, with plain httpx beside it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import redis

from worker.engine.run import server_command
from worker.http.client import Fetcher
from worker.http.polite.budget import HostBudget
from worker.settings import Settings

PAGES = 1_000
PAGE_BYTES = 100_000
TURNS = 5_000
NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


def serve(listener: socket.socket) -> None:
    """Answers every request with one page, a thread a connection, as cheaply as sockets can."""
    body = random.Random(1).randbytes(PAGE_BYTES)
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {PAGE_BYTES}\r\n\r\n".encode() + body

    def visitor(connection: socket.socket) -> None:
        with connection:
            while connection.recv(65_536):
                connection.sendall(answer)

    while True:
        threading.Thread(target=visitor, args=(listener.accept()[0],), daemon=True).start()


@contextmanager
def site() -> Iterator[str]:
    """The address of a server in another process."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    process = multiprocessing.get_context("fork").Process(target=serve, args=(listener,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    process.terminate()
    listener.close()


def fetched(get: Callable[[str], object], address: str, threads: int) -> float:
    """Pages a second, by so many threads of this process."""
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(get, [address] * PAGES))
        return PAGES / (time.perf_counter() - started)


def turns(folder: Path) -> float:
    """Milliseconds that one fetch pays for its turn: reserve and release, on an embedded server."""
    settings = Settings(data=folder)
    server = subprocess.Popen(server_command(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = redis.Redis.from_url(settings.redis_address)
    for _ in range(200):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.02)
    budget = HostBudget(client)
    started = time.perf_counter()
    for n in range(TURNS):
        budget.reserve(f"{n % 500}.example", NOW, reserved=False)
        budget.release(f"{n % 500}.example", NOW, seconds=0.2, status=200)
    spent = time.perf_counter() - started
    server.terminate()
    server.wait(10)
    return spent / TURNS * 1000


def main() -> None:
    """Prints every rate, ours beside plain httpx in the same run."""
    limits = {"timeout_seconds": 30, "max_bytes": 10_000_000, "max_redirects": 5}
    fetcher = Fetcher(user_agent="wireroom-bench", **limits)  # type: ignore[arg-type]
    with site() as address, httpx.Client() as plain, tempfile.TemporaryDirectory() as folder:
        for threads in (1, 8):
            ours = max(fetched(lambda each: fetcher.get(each, local=True), address, threads) for _ in range(3))
            theirs = max(fetched(plain.get, address, threads) for _ in range(3))
            name = f"pages of 100 kB fetched, {threads} thread{'s' * (threads > 1)}"
            sys.stdout.write(
                f"{name:<40}{ours:>12,.0f} /s     plain httpx {theirs:,.0f} /s: {ours / theirs:.1f} times\n"
            )
        sys.stdout.write(f"{'a turn at a host (budget)':<40}{turns(Path(folder)):>12.2f} ms\n")


if __name__ == "__main__":
    main()

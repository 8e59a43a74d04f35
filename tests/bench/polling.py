"""Polling and fetching through the whole steps, database and snapshots included, and the memory of a sweep."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import redis

from worker.http.client import Fetcher
from worker.http.polite.budget import HostBudget
from worker.http.polite.politeness import Polite
from worker.http.polite.robots import Robots
from worker.logs import configure_logs
from worker.settings import Settings
from worker.steps.fetch import fetch
from worker.steps.poll import poll
from worker.steps.sweep import sweep
from worker.store import sources
from worker.store.articles import entries as article_entries
from worker.store.articles.entries import Entry
from worker.store.database import Database
from worker.store.snapshots import SnapshotFolder
from worker.store.sources import Source

PAGES, FEEDS, THREADS = 600, 200, 8
SOURCES = 10_000
NOW = dt.datetime(2002, 3, 15, 8, 0, tzinfo=dt.UTC)


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        feed = self.path.startswith("/feed")
        items = "".join(f"<item><title>{n}</title><link>/x/{n}</link></item>" for n in range(25))
        page = f"<html><p>{self.path} " + "words of a page " * 6_250  # 100 kB
        body = (f"<rss version='2.0'><channel>{items}</channel></rss>" if feed else page).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml" if feed else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def report() -> None:
    """Prints the rates of whole polls and fetches, and what a sweep over many due sources takes."""
    configure_logs("warning")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        database = Database(settings.database_address)
        database.migrate()
        fetcher = Fetcher(user_agent="wireroom-bench", timeout_seconds=30, max_bytes=10_000_000, max_redirects=5)
        nowhere = redis.Redis(unix_socket_path="/nonexistent")  # local sources take no turns
        polite = Polite(fetcher, HostBudget(nowhere), Robots(fetcher, nowhere))
        _polls(base, database, polite, settings)
        _fetches(base, database, polite, settings, SnapshotFolder(settings.snapshot_address))
        _sweeps(database, settings)
        database.close()
    server.shutdown()


def _polls(base: str, database: Database, polite: Polite, settings: Settings) -> None:
    with database.write() as connection:
        for n in range(FEEDS):
            sources.put(connection, Source(f"feed-{n}", "feed", f"{base}/feed/{n}", local=True, due_at=NOW))
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        names = [f"feed-{n}" for n in range(FEEDS)]
        work = {"database": database, "polite": polite, "settings": settings, "owner": "bench", "now": NOW}
        list(pool.map(lambda name: poll(name, **work), names))
    _print("polls of 25 entries, whole step (SQLite)", FEEDS / (time.perf_counter() - started))


def _fetches(base: str, database: Database, polite: Polite, settings: Settings, snapshots: SnapshotFolder) -> None:
    with database.write() as connection:
        entries = [Entry(f"{base}/p/{n}", f"{base}/p/{n}") for n in range(PAGES)]
        ids = [article_entries.list_entry(connection, "feed-0", entry, now=NOW) for entry in entries]
    work = {"database": database, "polite": polite, "settings": settings, "snapshots": snapshots}
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(lambda each: fetch(each, owner="bench", now=NOW, **work), ids))
    assert all(done)
    _print("fetches of 100 kB, whole step (SQLite)", PAGES / (time.perf_counter() - started))


def _sweeps(database: Database, settings: Settings) -> None:
    with database.write() as connection:
        for n in range(SOURCES):
            sources.put(connection, Source(f"due-{n}", "feed", f"http://example.org/{n}", due_at=NOW))
    started = time.perf_counter()
    found = _swept(database, settings, NOW)
    _print(f"due sources swept, of {SOURCES:,}", found / (time.perf_counter() - started))
    tracemalloc.start()
    _swept(database, settings, NOW + dt.timedelta(minutes=5))
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    sys.stdout.write(f"{'most memory that a sweep takes':<40}{peak:>12,.1f} MB\n")


def _swept(database: Database, settings: Settings, now: dt.datetime) -> int:
    """How many due sources are woken, by as many sweeps as it takes."""
    found, room = 0, {"poll": 500, "fetch": 0, "extract": 0}
    while due := sweep(database=database, settings=settings, room=room, now=now).polls:
        found += len(due)
    return found


def _print(name: str, rate: float) -> None:
    sys.stdout.write(f"{name:<40}{rate:>12,.0f} /s\n")


if __name__ == "__main__":
    report()

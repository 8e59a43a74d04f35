"""A small newsroom in which the steps run one by one on real parts: database, snapshots, stream, HTTP on loopback."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.contract import keeps_the_contract
from worker.consume import Message, read
from worker.http.client import Fetcher
from worker.http.polite.budget import HostBudget
from worker.http.polite.politeness import Polite
from worker.http.polite.robots import Robots
from worker.publication.stream import Stream
from worker.settings import Settings
from worker.steps.extract import extract
from worker.steps.fetch import fetch
from worker.steps.poll import Polled, poll
from worker.steps.publish import publish
from worker.steps.sweep import Due, sweep
from worker.store import ledger as ledger_rows
from worker.store import sources
from worker.store.articles import listed
from worker.store.articles.listed import Listed
from worker.store.database import Database
from worker.store.ledger import Ledger
from worker.store.snapshots import SnapshotFolder
from worker.store.sources import Source

MORNING = dt.datetime(1999, 1, 28, 8, 0, tzinfo=dt.UTC)
ROOM = {"poll": 500, "fetch": 500, "extract": 500}

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site(ThreadingHTTPServer):
    """A web site on loopback: `pages` maps a path to (status, headers, body), or to a function that answers by itself.
    `requests` remembers path and headers of each request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, Mapping[str, str], bytes] | Answer] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def page(self, path: str, body: str | bytes, content_type: str = "text/html; charset=utf-8", **headers: str) -> str:
        """Puts a page up; its address."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (200, {"Content-Type": content_type, **named}, data)
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 301) -> str:
        """Puts a redirect up; its address."""
        self.pages[path] = (status, {"Location": to}, b"")
        return self.url(path)

    def feed(self, path: str, links: Sequence[str], content_type: str = "application/rss+xml") -> str:
        """Puts an RSS feed up that lists these addresses; its address."""
        items = "".join(
            f"<item><title>Item {n}</title><link>{link.replace('&', '&amp;')}</link></item>"
            for n, link in enumerate(links)
        )
        xml = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
        return self.page(path, xml, content_type)


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))
        answer = self.server.pages.get(self.path, (404, {"Content-Type": "text/plain"}, b"not found"))
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def story(day: str = "March 11", body: str = "") -> str:
    """A story of ours in the manner of the Monitor, stripped of its tags."""
    return (
        "Publication: Monitor Volume: 8 Issue: 49\n\n"
        f"Finnish Foreign Minister Aino Halvari met in Ankara on {day} with her Turkish counterpart, Demir Aksoylu, "
        "and discussed the future of the observer mission in Cyprus. The two ministers agreed to continue their talks "
        f"in Helsinki next month (Reuters, Anatolia, {day}).\n\n"
        "Halvari told reporters that the meeting had been useful, but declined to say whether a date had been set for "
        f"a visit by the Turkish prime minister (STT, {day}). {body}\n"
    )


def page(title: str, text: str) -> str:
    """A page of ours with that title and those paragraphs."""
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    )


@dataclass
class World:
    """The steps over real parts. `now` moves only when a test moves it."""

    settings: Settings
    database: Database
    snapshots: SnapshotFolder
    fetcher: Fetcher
    stream: Stream
    site: Site
    now: dt.datetime = MORNING
    owner: str = "worker@test"

    def later(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    def source(
        self, name: str, address: str, kind: str = "feed", *, local: bool = True, interval: int | None = 600
    ) -> None:
        with self.database.write() as connection:
            added = Source(name, kind, address, local=local, interval_seconds=interval, due_at=self.now)
            sources.put(connection, added)

    def poll(self, name: str) -> Polled | None:
        return poll(
            name, database=self.database, polite=self.polite, settings=self.settings, owner=self.owner, now=self.now
        )

    @property
    def polite(self) -> Polite:
        client = self.stream.client
        return Polite(self.fetcher, HostBudget(client), Robots(self.fetcher, client))

    def fetch(self, article: str) -> str | None:
        return fetch(
            article, database=self.database, snapshots=self.snapshots, polite=self.polite, settings=self.settings,
            owner=self.owner, now=self.now,
        )  # fmt: skip

    def extract(self, article: str) -> Any:
        return extract(
            article, database=self.database, snapshots=self.snapshots, settings=self.settings, owner=self.owner,
            now=self.now,
        )  # fmt: skip

    def sweep(self) -> Due:
        return sweep(database=self.database, settings=self.settings, room=ROOM, now=self.now)

    def publish(self) -> int:
        return publish(
            database=self.database, sinks=[self.stream], settings=self.settings, owner=self.owner, now=self.now
        )

    def settle(self) -> None:
        """Does everything that is due now, as the workers would."""
        while True:
            due = self.sweep()
            if not (due.polls or due.fetches or due.extracts):
                break
            for name in due.polls:
                self.poll(name)
            for article in due.fetches:
                self.fetch(article)
            for article in due.extracts:
                self.extract(article)
        self.publish()

    def messages(self) -> list[Message]:
        """The whole stream, each message checked against the contract."""
        found = read(self.stream.client, count=10_000)
        for message in found:
            keeps_the_contract(message.event)
        return found

    def articles(self) -> list[Listed]:
        with self.database.read() as connection:
            return sorted(listed.newest(connection, limit=10_000), key=lambda each: each.address)

    def source_row(self, name: str) -> Source:
        with self.database.read() as connection:
            found = sources.one(connection, name)
        assert found is not None
        return found

    def ledger(self) -> Ledger:
        with self.database.read() as connection:
            return ledger_rows.ledger(connection)

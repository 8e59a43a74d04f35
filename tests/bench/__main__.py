"""The benchmarks: `make bench`. Each line is a rate on this machine, best of three; compare lines, not machines."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from extractors import extract, read
from extractors.parse.analysis import analyse
from extractors.parse.pipeline import preload
from samples.server import SITE
from tests.bench import commands, core, delivery, feeds, fetching, polling, reextraction
from worker.http.canonical import canonical
from worker.sources.kinds.feed import read_feed
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing

RUNS = 3
MESSAGES = 2_000
NOW = dt.datetime(2002, 3, 15, tzinfo=dt.UTC)


def rate(work: Callable[[], int]) -> float:
    """Units a second of the best of a few runs."""
    best = 0.0
    for _ in range(RUNS):
        started = time.perf_counter()
        units = work()
        best = max(best, units / (time.perf_counter() - started))
    return best


def pages() -> list[bytes]:
    """The pages of the sample newsroom."""
    return [path.read_bytes() for path in sorted(SITE.rglob("*.html"))]


def reading() -> int:
    """Pages cleaned, no records."""
    return len([read(page, content_type="text/html") for page in pages()])


def parsing() -> int:
    """Tokens parsed."""
    documents = [read(page, content_type="text/html") for page in pages()]
    return sum(len(analyse(each.text, each.paragraphs).doc) for each in documents)


def extracting() -> int:
    """Pages through all extractors."""
    return len([extract(page, content_type="text/html") for page in pages()])


def entries() -> int:
    """Entries of a feed of a thousand."""
    items = "".join(
        f"<item><title>{n}</title><link>http://example.org/{n}</link><description>{'words ' * 80}</description></item>"
        for n in range(1000)
    )
    content = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    return len(read_feed(content, address="http://example.org/", now=NOW).entries)


def outbox_rows() -> int:
    """Messages through the outbox of an SQLite database: put, read, marked."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.migrate()
        for start in range(0, MESSAGES, 10):
            with database.write() as connection:
                messages = [Outgoing(f"{n}:1", "t", "s", "x" * 1000) for n in range(start, start + 10)]
                outbox.put(connection, messages, now=NOW)
        while True:
            with database.read() as connection:
                batch = outbox.waiting(connection, 500)
            if not batch:
                break
            with database.write() as connection:
                outbox.mark(connection, [each.seq for each in batch], now=NOW)
        database.close()
    return MESSAGES


def addresses() -> int:
    """Addresses brought into their canonical form."""
    return len([canonical(f"HTTP://Example.org:80/a/{n}?utm_source=x&id={n}#top") for n in range(5_000)])


def main() -> None:
    """Prints every rate."""
    preload()
    rows = {
        "pages cleaned": reading,
        "tokens parsed": parsing,
        "articles extracted in full": extracting,
        "feed entries read": entries,
        "messages through the outbox (SQLite)": outbox_rows,
        "addresses made canonical": addresses,
        **core.rows(),
    }
    for name, work in rows.items():
        sys.stdout.write(f"{name:<40}{rate(work):>12,.0f} /s\n")
    commands.main()
    reextraction.main()
    sys.stdout.write(core.memory() + "\n")
    feeds.main()
    fetching.main()
    polling.report()
    delivery.main()


if __name__ == "__main__":
    main()

"""Feeds read, beside feedparser as it comes and without sanitising: small ones of every trap, and a large one."""

from __future__ import annotations

import datetime as dt
import io
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import feedparser

from worker.errors import NotAFeed
from worker.sources.kinds.feed import read_feed

SAMPLES = Path(__file__).parents[1] / "samples" / "feeds"
NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
RUNS = 3


def large_feed(items: int = 1_000) -> bytes:
    """A feed of 5 MB with the markup of whole stories, as many newspapers send it."""
    body = "&lt;p&gt;Words of a story &lt;a href='/x'&gt;with a link&lt;/a&gt;.&lt;/p&gt;" * 68
    listed = "".join(
        f"<item><title>{n}</title><link>http://example.org/{n}</link><guid>{n}</guid>"
        f"<pubDate>Wed, 01 May 2024 12:00:00 GMT</pubDate><description>{body}</description></item>"
        for n in range(items)
    )
    return f"<rss version='2.0'><channel>{listed}</channel></rss>".encode()


def ours(content: bytes) -> None:
    """Our reader; a document that is no feed is refused."""
    with suppress(NotAFeed):
        read_feed(content, address="http://example.org/", now=NOW)


def as_it_comes(content: bytes) -> None:
    """feedparser by default; it gives up with an error on one of the traps."""
    with suppress(ValueError):
        feedparser.parse(io.BytesIO(content))


def unsanitised(content: bytes) -> None:
    """feedparser with its two costly options off."""
    with suppress(ValueError):
        feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)


READERS: dict[str, Callable[[bytes], None]] = {
    "ours": ours,
    "feedparser": as_it_comes,
    "feedparser, sanitising off": unsanitised,
}


def seconds(read: Callable[[bytes], None], documents: list[bytes]) -> float:
    """Seconds of CPU, so that what else runs counts little; the best of a few runs over all documents."""
    best = float("inf")
    for _ in range(RUNS):
        started = time.process_time()
        for each in documents:
            read(each)
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    """Prints every rate. Of the large feed feedparser reads a fifth by default, as it takes its time."""
    small = [path.read_bytes() for path in sorted(SAMPLES.iterdir()) if ".expected." not in path.name]
    for name, read in READERS.items():
        large = large_feed(200 if read is as_it_comes else 1_000)
        rate, share = len(small) / seconds(read, small), len(large) / seconds(read, [large]) / 1e6
        sys.stdout.write(f"{name:<40}{rate:>12,.0f} small feeds/s{share:>10,.1f} MB/s of a large one\n")


if __name__ == "__main__":
    main()

"""Whatever a stranger's list holds, reading it takes time in proportion to its size, and never much."""

from __future__ import annotations

import datetime as dt
import gzip
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from worker.errors import WireroomError
from worker.sources.kinds.feed import read_feed
from worker.sources.kinds.index_page import ListingOptions, read_page
from worker.sources.kinds.sitemap import read_sitemap
from worker.sources.kinds.warc import pages_in, read_record
from worker.sources.opml import read_opml
from worker.sources.parsing.dates import read_dates
from worker.sources.parsing.document import kind_of
from worker.sources.parsing.item import Item, entries_of

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
ADDRESS = "https://example.org/list"
SIZE = 60_000
NOISE_SECONDS = 0.05
# For twice that size, of processor time: pages of nothing but tags take half of it. Counting lines takes its own.
MOST_SECONDS = 2.0 * (4 if sys.gettrace() else 1)

Read = Callable[[bytes], object]


def feed(content: bytes) -> None:
    read_feed(content, address=ADDRESS, now=NOW)


def sitemap(content: bytes) -> None:
    read_sitemap(content, ADDRESS, NOW, NOW)


def page(content: bytes) -> None:
    read_page(content, ADDRESS, ListingOptions())


def chosen(content: bytes) -> None:
    read_page(content, ADDRESS, ListingOptions(links="div, a"))


def opml(content: bytes) -> None:
    read_opml(content, path="a.opml")


def archive(content: bytes) -> None:
    name = "a.warc.gz" if content.startswith(b"\x1f\x8b") else "a.warc"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        for entry in pages_in(path):
            with suppress(WireroomError):
                read_record(entry.address, max_bytes=10_000_000)


def dates(content: bytes) -> None:
    read_dates([("published", content.decode("utf-8", "replace"))] * 3, NOW)


def titles(content: bytes) -> None:
    words = content.decode("utf-8", "replace")
    entries_of([Item(words, words, words, (("a", words),), words)], ADDRESS, NOW)


MARKUP = (
    b"<a>", b"<a ", b"<a b='", b'<a b="x" ', b" a1=''", b" xmlns:a='b'", b"<x xmlns='y'>", b"<!--",
    b"<!-- --", b"-->", b"--", b"<![CDATA[",
    b"]]>", b"<?x ", b"?>", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"</a>", b"</", b"&", b"&a;", b"&#0",
    b"&lt;b&gt;", b"<", b"< ",
    b">", b"'", b'"', b"\xc3\xa9", b"\x00", b" ", b"\n", b"a", b"</p>",
)  # fmt: skip
OF_FEEDS = (
    b"<item>", b"</item><item>", b"<entry><id>1</id></entry>", b"<title>", b"<title>a</title>", b"<link>",
    b"<link href='/a'/>",
    b"<guid>a</guid>", b"<description>", b"<description/>", b"<content src='a'/>", b"<category>a</category>",
    b"<image>", b"<dc:date>",
    b"<item><title>a</title><link>/2024/05/01/a</link><pubDate>Mon, 11 Mar 2024 10:00:00 GMT</pubDate></item>",
    b"<item><gml:pos>1 2</gml:pos></item>", b"<author><name>", b"<item><guid>a</guid></item>",
)  # fmt: skip
OF_JSON = (
    b"[",
    b'{"a":',
    b'{"items":[',
    b'"\\ud83d',
    b"1",
    b"{},",
    b'{"id":"1","url":"/1"},',
    b'{"url":"/1","title":"<b>"},',
    b"\\",
)
OF_SITEMAPS = (
    b"<url>", b"<url><loc>/2024/06/01/a</loc></url>", b"<url><loc>/a</loc><lastmod>2024-06-01</lastmod></url>",
    b"<loc>", b"<url/>",
    b"<sitemap><loc>/a</loc></sitemap>", b"<news:news>",
    b"<url><news:news><news:title>a</news:title></news:news></url>",
)  # fmt: skip
STORY = b"<a href=/2024/05/01/ministers-meet-again>Ministers meet again in town</a>"
OF_PAGES = (
    STORY, b"<div>" + STORY, b"<div>" + STORY + b"</div>", STORY + b"<time>2024-05-01</time>",
    b"<br>", b"<div>", b"<p>", b"<b><p>",
    b"<nav>", b"<nav></nav>", b"<a href=/2024/05/01/a-b-c-d-e><div>", b"<a href=x><h2>", b"<time>",
    b"<i class=date>", b"<li>", b"<form>",
    b"<table><tr><td>", b"<a rel=next href=x>", b"<base href=/a>", b"<font><i></font>", b"<select><option>",
    b"<i class='a b c'>",
    b"/a", b"b/", b"a-",
)  # fmt: skip
OF_OPML = (
    b"<outline text='a' xmlUrl='http://a/'/>",
    b"<outline text='a' xmlUrl='http://a/'>",
    b"<outline>",
    b"<outline xmlUrl='http://[' htmlUrl='http://['/>",
)
OF_ARCHIVES = (
    b"WARC/1.0\r\nContent-Length: 0\r\n\r\n", b"WARC/1.0\r\nContent-Length: 9\r\n\r\n", b"WARC/1.0\r\n", b"\r\n",
    b"\r\n\r\n", b"a: b\r\n",
    b"\x1f\x8b\x08", b"\x1f\x8b\x08" + bytes(7),
    b"\x00", gzip.compress(b"WARC/1.0\r\nContent-Length: 0\r\n\r\n", mtime=0),
    gzip.compress(b"WARC/1.0\r\n", mtime=0), gzip.compress(b"", mtime=0),
)  # fmt: skip
OF_CHUNKS = (b"1\r\na\r\n", b"-1\r\n", b"0", b"0;", b"1;\r\n", b" ", b"\r\n", b"fffffff\r\n")
OF_WORDS = (
    b"Mon, ", b"1 ", b"12", b"May ", b"2024-", b"10:", b"GMT ", b"(", b"<b>", b"<b ", b"&amp;", b"&", b"http:/",
    b"https://a/", b"www.",
    b"%", b"a", b" ", b"/", b"?a=b&", b"\xcc\x81", b"amp/", b"#",
)  # fmt: skip
ARCHIVED = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: %d\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
)
IN_FEED = b"<rss version='2.0'><channel><item><title>One"
IN_SITEMAPS = (b"<urlset>", b"<sitemapindex>", b"<urlset ")
IN_PAGES = (b"<html><body><main>", b"<html><head><base href='/")
OF_LINES = (b"https://a.example/2024/06/01/x\n", b"a\n", b"https://", b"2024/06/")
CASES = [
    *((feed, before, unit) for unit in (*MARKUP, *OF_FEEDS) for before in (IN_FEED, b"<rss><channel><item")),
    *((feed, before, unit) for unit in OF_JSON for before in (b"", b'{"version":"jsonfeed.org/version","items":[')),
    *((sitemap, before, unit) for unit in (*MARKUP, *OF_SITEMAPS) for before in IN_SITEMAPS),
    *((sitemap, b"https://a.example/\n", unit) for unit in OF_LINES),
    *((page, before, unit) for unit in (*MARKUP, *OF_PAGES) for before in IN_PAGES),
    *((chosen, b"<html><body>", unit) for unit in OF_PAGES),
    *((opml, before, unit) for unit in (*MARKUP, *OF_OPML) for before in (b"<opml><body>", b"<opml><body><outline ")),
    *((archive, before, unit) for unit in OF_ARCHIVES for before in (b"", b"WARC/1.0\r\nContent-Length: 0\r\n\r\n")),
    *((archive, ARCHIVED % (SIZE // 2), unit) for unit in OF_CHUNKS),
    *((kind_of, b"", unit) for unit in (*MARKUP, *OF_JSON)),
    *((each, b"", unit) for unit in OF_WORDS for each in (dates, titles)),
]  # fmt: skip


def seconds(read: Read, content: bytes) -> float:
    """Of processor time, so that other work on the machine does not count."""
    started = time.thread_time()
    with suppress(WireroomError):
        read(content)
    return time.thread_time() - started


def measured(read: Read, half: bytes, whole: bytes) -> tuple[float, float]:
    """The time for the whole, and for a half where that of the whole is more than noise."""
    taken = seconds(read, whole)
    return taken, seconds(read, half) if taken > NOISE_SECONDS else 0.0


@pytest.mark.parametrize(("read", "before", "unit"), CASES)
def test_a_list_twice_as_long_takes_twice_the_time(read: Read, before: bytes, unit: bytes) -> None:
    """With room for noise, which has three tries."""
    half, whole = (before + unit * (size // len(unit)) for size in (SIZE, 2 * SIZE))
    tries = (measured(read, half, whole) for _ in range(3))
    assert any(taken <= min(MOST_SECONDS, NOISE_SECONDS + 2.6 * share) for taken, share in tries)


def test_every_reader_of_lists_is_held_to_it() -> None:
    """With hostile units enough."""
    assert {each[0] for each in CASES} == {feed, sitemap, page, chosen, opml, archive, kind_of, dates, titles}
    assert len(CASES) > 400

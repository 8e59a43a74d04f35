"""The kinds of source: one module a kind, each giving the entries that one poll finds.

A new kind is one module with a function of the shape `List`, and its line in `KINDS` (docs/how-to-add/source-kind.md).
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from worker.http.canonical import canonical
from worker.sources.kinds.feed import list_feed
from worker.sources.kinds.folder import list_folder, read_file
from worker.sources.kinds.index_page import ListingOptions, list_page
from worker.sources.kinds.kind import Kind, Read
from worker.sources.kinds.listing import Listing
from worker.sources.kinds.sitemap import SitemapOptions, list_sitemap
from worker.sources.kinds.warc import SCHEME, is_warc, list_warc, read_record

__all__ = ["KINDS", "Kind", "Listing", "address_of", "guess", "over_http", "reader_of"]

KINDS: dict[str, Kind] = {
    "feed": Kind(list_feed),
    "sitemap": Kind(list_sitemap, SitemapOptions),
    "listing": Kind(list_page, ListingOptions, by_robots=True),
    "folder": Kind(list_folder, is_path=True, scheme="file:", read=read_file),
    "warc": Kind(list_warc, is_path=True, scheme=SCHEME, read=read_record),
}
INGESTED = "ingest"
"""The kind of what `wireroom ingest` was given: entries of any kind."""
# How feed readers write the address of a feed. yes: "feed://a.example/rss"  "feed:https://a.example/rss"
FEED_SCHEME = re.compile(r"feed:(?:(?=https?://)|//)", re.IGNORECASE)


def guess(given: str) -> str | None:
    """The kind that an address or path shows by itself; None where only its content can tell."""
    if "://" in given and urlsplit(given).scheme != "file":
        return None
    return "warc" if is_warc(Path(given)) else "folder"


def address_of(kind: str, given: str) -> str:
    """A source's address as it is stored: a canonical address, or an absolute path."""
    return str(Path(given).expanduser().absolute()) if KINDS[kind].is_path else canonical(over_http(given))


def over_http(given: str) -> str:
    """The address, with http where it has the scheme `feed`, and without that where it stands before another."""
    found = FEED_SCHEME.match(given.strip())
    if found is None:
        return given
    rest = given.strip()[found.end() :]
    return rest if rest.lower().startswith(("http://", "https://")) else f"http://{rest}"


def reader_of(kind: str, address: str) -> Read | None:
    """How an entry of a source of that kind is read from this machine; None where it is fetched over HTTP, as what a
    stranger's list names is, whatever its scheme."""
    allowed = tuple(KINDS.values()) if kind == INGESTED else (KINDS[kind],)
    return next((each.read for each in allowed if each.scheme and address.startswith(each.scheme)), None)

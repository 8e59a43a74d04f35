"""The kinds of source: one module a kind, each giving the entries that one poll finds.

A new kind is one module with a function of the shape `List`, and its line in `KINDS` (docs/how-to-add/source-kind.md).
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from worker.http.canonical import canonical
from worker.sources.kinds.feed import list_feed
from worker.sources.kinds.folder import list_folder
from worker.sources.kinds.index_page import ListingOptions, list_page
from worker.sources.kinds.kind import Kind
from worker.sources.kinds.listing import Listing
from worker.sources.kinds.sitemap import SitemapOptions, list_sitemap
from worker.sources.kinds.warc import is_warc, list_warc

__all__ = ["KINDS", "Kind", "Listing", "address_of", "guess"]

KINDS: dict[str, Kind] = {
    "feed": Kind(list_feed),
    "sitemap": Kind(list_sitemap, SitemapOptions),
    "listing": Kind(list_page, ListingOptions, by_robots=True),
    "folder": Kind(list_folder, is_path=True),
    "warc": Kind(list_warc, is_path=True),
}


def guess(given: str) -> str | None:
    """The kind that an address or path shows by itself; None where only its content can tell."""
    if "://" in given and urlsplit(given).scheme != "file":
        return None
    return "warc" if is_warc(Path(given)) else "folder"


def address_of(kind: str, given: str) -> str:
    """A source's address as it is stored: a canonical address, or an absolute path."""
    return str(Path(given).expanduser().absolute()) if KINDS[kind].is_path else canonical(given)

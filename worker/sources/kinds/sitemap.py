"""Sitemaps (sitemaps.org), Google's news sitemaps and indexes of them: the stories of the last days.

An index leads to others: only to recent ones, newest first, within a bound on their number and depth.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin

from pydantic import Field

from worker.errors import BadAddress, NotAFeed, WireroomError
from worker.http.canonical import canonical
from worker.http.client import check
from worker.sources.kinds.ask import Getter, ask
from worker.sources.kinds.kind import Options
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.dates import Stated, read_dates
from worker.sources.parsing.document import SITEMAPS, text_of, without_warning
from worker.sources.parsing.item import MAX_ENTRIES, Item, entries_of, plain
from worker.sources.parsing.markup.xmltree import children, name_of, tree_of, words
from worker.store.sources import Source

MAX_DEPTH = 3


class SitemapOptions(Options):
    """`days`: how old a story may be; `documents`: how many sitemaps one poll reads."""

    days: float = Field(default=3, gt=0, le=36_500)  # Google's own limit for news sitemaps is two
    documents: int = Field(default=20, ge=1, le=500)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One document: the stories it lists, or for an index the sitemaps and when each changed."""

    stories: tuple[Item, ...] = ()
    sitemaps: tuple[tuple[str, Stated | None], ...] = ()
    left_out: int = 0


@dataclass
class _Walk:
    """One poll's way through the documents."""

    source: Source
    fetcher: Getter
    now: dt.datetime
    options: SitemapOptions
    items: list[Item] = field(default_factory=list)
    left_out: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    seen: set[str] = field(default_factory=set)
    failure: WireroomError | None = None

    def follow(self, found: Sitemap, base: str, depth: int = 1) -> None:
        """Takes the document's stories, and those of the sitemaps that it leads to."""
        self.items += found.stories
        self.left_out += found.left_out
        for address in _newest_first(found, base, self._since()):
            if depth >= MAX_DEPTH or len(self.seen) >= self.options.documents or len(self.items) >= MAX_ENTRIES:
                return
            if address not in self.seen:
                self.seen.add(address)
                self._read(address, depth)

    def _read(self, address: str, depth: int) -> None:
        """One of several: that it fails is told only where all of them fail."""
        try:
            response = self.fetcher.get(address, local=self.source.local)
            check(response, now=self.now)
            found = read_sitemap(response.body, response.final_address, self._since(), self.now)
        except WireroomError as error:
            self.failure = error
            return
        self.digest.update(response.body)
        self.follow(found, response.final_address, depth + 1)

    def _since(self) -> dt.datetime:
        return self.now - dt.timedelta(days=self.options.days)


def list_sitemap(source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
    """The recent stories, newest first where they have dates; raises NotAFeed where the answer is no sitemap."""
    walk = _Walk(source, fetcher, now, SitemapOptions.model_validate(source.options or {}), seen={source.address})
    said, response = ask(source, fetcher, now)
    if said.unchanged:
        return said
    found = read_sitemap(response.body, response.final_address, walk._since(), now)
    walk.follow(found, response.final_address)
    if walk.failure and not walk.items:
        raise walk.failure
    entries = entries_of(walk.items, response.final_address, now)
    more = walk.left_out + max(0, len(walk.items) - MAX_ENTRIES)
    said = replace(said, entries=entries, left_out=more)
    if not found.sitemaps:
        return said
    # An index stays as it is while the sitemaps below it change: its validators say nothing about them.
    walk.digest.update(response.body)
    digest = walk.digest.hexdigest()
    return replace(said, etag=None, last_modified=None, sha256=digest, unchanged=digest == source.sha256)


def read_sitemap(content: bytes, address: str, since: dt.datetime, now: dt.datetime) -> Sitemap:
    """What the document lists; stories older than `since` are only counted, so are those without a date, except in a
    news sitemap, which lists what is new."""
    text, no_text = text_of(content)
    tree = None if no_text else tree_of(without_warning(text))
    if tree is None or name_of(tree) not in SITEMAPS:
        raise NotAFeed(address, f"the answer is no sitemap{no_text and f' but {no_text}'}")
    if name_of(tree) == "sitemapindex":
        return Sitemap(sitemaps=tuple(_sitemaps(tree, now)))
    items = [_item(each) for each in children(tree, "url")]
    is_news = any(name == "news:publication_date" for item in items for name, _ in item.dates)
    recent = [item for item in items if _is_recent(item, since, now, undated=is_news)]
    return Sitemap(tuple(recent), left_out=len(items) - len(recent))


def _sitemaps(tree: Any, now: dt.datetime) -> Iterator[tuple[str, Stated | None]]:
    for each in children(tree, "sitemap"):
        yield words(each, "loc"), read_dates([("lastmod", words(each, "lastmod"))], now)


def _item(url: Any) -> Item:
    title = words(url, "news", "title")
    published, changed = words(url, "news", "publication_date"), words(url, "lastmod")
    dates = (("news:publication_date", published),) if published else ()
    return Item(words(url, "loc"), title=plain(title), dates=(*dates, ("lastmod", changed)))


def _is_recent(item: Item, since: dt.datetime, now: dt.datetime, *, undated: bool) -> bool:
    stated = read_dates(item.dates, now)
    if stated is None or stated.day is None:
        return undated
    return stated.day >= since.date().isoformat()


def _newest_first(found: Sitemap, base: str, since: dt.datetime) -> Iterator[str]:
    """The addresses of the sitemaps that changed since then, or do not say when, those for news before others."""

    def order(each: tuple[str, Stated | None]) -> tuple[bool, str]:
        address, changed = each
        return ("news" in address.lower(), (changed and changed.day) or "")

    for address, changed in sorted(found.sitemaps, key=order, reverse=True):
        if changed and changed.day and changed.day < since.date().isoformat():
            continue
        try:
            yield canonical(urljoin(base, address))
        except (BadAddress, ValueError):
            continue

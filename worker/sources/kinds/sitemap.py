"""Sitemaps (sitemaps.org), Google's news sitemaps and indexes of them: the stories of the last days.

An index leads to others: only to recent ones, newest first, within a bound on their number and depth.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from pydantic import Field

from worker.errors import BadAddress, NotAFeed, WireroomError
from worker.http.canonical import canonical
from worker.http.client import Response, check
from worker.sources.kinds.conditional_get import Getter, ask
from worker.sources.kinds.kind import Options
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.dates import Stated, read_dates
from worker.sources.parsing.document import SITEMAPS, is_address_list, text_of, without_warning
from worker.sources.parsing.item import MAX_ENTRIES, Item, entries_of, plain
from worker.sources.parsing.markup.xmltree import children, name_of, tree_of, words
from worker.sources.parsing.storylinks import day_in
from worker.store.sources import Source

MAX_DEPTH = 3
MOST_URLS = 50_000  # of one document: as many as the protocol allows
UNDATED = "without a date beside or in the address"
BEYOND = "beyond the limit"
OLD_SITEMAPS, MORE_SITEMAPS = "sitemaps without a recent change, or at no address", "sitemaps beyond the limit"


class SitemapOptions(Options):
    """`days`: how old a story may be; `documents`: how many sitemaps one poll reads; `undated`: whether stories are
    listed that have a date neither beside nor in their address."""

    days: float = Field(default=3, gt=0, le=36_500)  # Google's own limit for news sitemaps is two
    documents: int = Field(default=20, ge=1, le=500)
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One document: the stories it lists, or for an index the sitemaps and when each changed; the numbers of stories
    that are too old, have no date, or stand beyond the limit."""

    stories: tuple[Item, ...] = ()
    sitemaps: tuple[tuple[str, Stated | None], ...] = ()
    old: int = 0
    undated: int = 0
    beyond: int = 0


@dataclass
class _Walk:
    """One poll's way through the documents."""

    source: Source
    fetcher: Getter
    now: dt.datetime
    options: SitemapOptions
    items: list[Item] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    digest: Any = field(default_factory=hashlib.sha256)
    seen: set[str] = field(default_factory=set)
    failure: WireroomError | None = None

    def follow(self, found: Sitemap, base: str, depth: int = 1) -> None:
        """Takes the document's stories, and those of the sitemaps that it leads to."""
        self.items += found.stories
        self.left_out += Counter({self.too_old: found.old, UNDATED: found.undated, BEYOND: found.beyond})
        recent = list(_newest_first(found, base, self.since))
        self.left_out[OLD_SITEMAPS] += len(found.sitemaps) - len(recent)
        for place, address in enumerate(recent):
            if depth >= MAX_DEPTH or len(self.seen) >= self.options.documents or len(self.items) >= MAX_ENTRIES:
                self.left_out[MORE_SITEMAPS] += len(recent) - place
                return
            if address not in self.seen:
                self.seen.add(address)
                self._read(address, depth)

    def _read(self, address: str, depth: int) -> None:
        """One of several: that it fails is told only where all of them fail."""
        try:
            response = self.fetcher.get(address, local=self.source.local)
            check(response, now=self.now)
            found = self.sitemap(response)
        except WireroomError as error:
            self.failure = error
            return
        self.digest.update(response.body)
        self.follow(found, response.final_address, depth + 1)

    def sitemap(self, response: Response) -> Sitemap:
        """What the answer lists."""
        undated = self.options.undated
        return read_sitemap(response.body, response.final_address, self.since, self.now, undated=undated)

    @property
    def since(self) -> dt.datetime:
        """Before which a story is too old."""
        return self.now - dt.timedelta(days=self.options.days)

    @property
    def too_old(self) -> str:
        """Why a story is left out that is."""
        return f"older than {self.options.days:g} days"


def list_sitemap(source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
    """The recent stories, newest first where they have dates; raises NotAFeed where the answer is no sitemap."""
    walk = _Walk(source, fetcher, now, SitemapOptions.model_validate(source.options or {}), seen={source.address})
    said, response = ask(source, fetcher, now)
    if said.unchanged:
        return said
    found = walk.sitemap(response)
    walk.follow(found, response.final_address)
    if walk.failure and not walk.items:
        raise walk.failure
    entries = entries_of(walk.items, response.final_address, now)
    walk.left_out[BEYOND] += max(0, len(walk.items) - MAX_ENTRIES)
    why = tuple((reason, number) for reason, number in walk.left_out.items() if number)
    stories = sum(number for reason, number in why if reason not in (OLD_SITEMAPS, MORE_SITEMAPS))
    said = replace(said, entries=entries, left_out=stories, why_left_out=why)
    if not found.sitemaps:
        return said
    # An index stays as it is while the sitemaps below it change: its validators say nothing about them.
    walk.digest.update(response.body)
    digest = walk.digest.hexdigest()
    return replace(said, etag=None, last_modified=None, sha256=digest, unchanged=digest == source.sha256)


def read_sitemap(
    content: bytes, address: str, since: dt.datetime, now: dt.datetime, *, undated: bool = False
) -> Sitemap:
    """What the document lists; stories older than `since` are only counted, so are those without a date, except where
    they are asked for, and in a news sitemap, which lists what is new."""
    text, no_text = text_of(content)
    if not no_text and is_address_list(text):
        lines = (line.strip() for line in text.splitlines())
        stories = (Item(line, dates=_dates(line)) for line in lines if is_address_list(line))
        return _of_stories(stories, since, now, undated=undated)
    tree = None if no_text else tree_of(without_warning(text))
    if tree is None or name_of(tree) not in SITEMAPS:
        raise NotAFeed(address, f"the answer is no sitemap{no_text and f' but {no_text}'}")
    if name_of(tree) == "sitemapindex":
        return Sitemap(sitemaps=tuple(islice(_sitemaps(tree, now), MOST_URLS)))
    return _of_stories((_item(each) for each in children(tree, "url")), since, now, undated=undated)


def _of_stories(listed: Iterable[Item], since: dt.datetime, now: dt.datetime, *, undated: bool) -> Sitemap:
    following = iter(listed)
    items = list(islice(following, MOST_URLS))
    is_news = any(name == "news:publication_date" for item in items for name, _ in item.dates)
    days = [_day(item, now) for item in items]
    oldest, fits = since.date().isoformat(), undated or is_news
    return Sitemap(
        stories=tuple(item for item, day in zip(items, days, strict=True) if (day >= oldest if day else fits)),
        old=sum(1 for day in days if day and day < oldest),
        undated=0 if fits else days.count(""),
        beyond=sum(1 for _ in following),
    )


def _sitemaps(tree: Any, now: dt.datetime) -> Iterator[tuple[str, Stated | None]]:
    for each in children(tree, "sitemap"):
        yield words(each, "loc"), read_dates([("lastmod", words(each, "lastmod"))], now)


def _item(url: Any) -> Item:
    title = words(url, "news", "title")
    published, changed = words(url, "news", "publication_date"), words(url, "lastmod")
    dates = (("news:publication_date", published),) if published else ()
    address = words(url, "loc")
    return Item(address, title=plain(title), dates=(*dates, ("lastmod", changed), *_dates(address)))


def _dates(address: str) -> tuple[tuple[str, str], ...]:
    """The day that the address itself tells, as many sites' do."""
    day = day_in(address)
    return (("address", day),) if day else ()


def _day(item: Item, now: dt.datetime) -> str:
    """The day of a story; "" where none is stated that can be believed."""
    stated = read_dates(item.dates, now)
    return (stated and stated.day) or ""


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

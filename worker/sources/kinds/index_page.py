"""Listings: index pages of a site without a feed. Links are found by the operator's CSS selector, or by rules of ours.

Takes the page at the source's address and as many following pages as its options allow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin

import soupsieve
import structlog
from bs4 import BeautifulSoup, Tag
from pydantic import Field, field_validator

from worker.errors import BadAddress, NotAFeed, WireroomError
from worker.http.canonical import canonical
from worker.sources.kinds.ask import Getter, ask
from worker.sources.kinds.kind import Options
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.document import is_html, text_of
from worker.sources.parsing.item import Item, entries_of, plain
from worker.sources.parsing.storylinks import is_story_link
from worker.store.sources import Source

log = structlog.get_logger()

OK = 200
NEXT_PAGE = "a[rel~=next], link[rel~=next], .pagination a.next, .nav-previous a, a.next"
MAX_PAGES = 50
MAX_MARKUP = 3_000_000
DATE_WITHIN = 3  # how many elements up from its link a story's date may stand


class ListingOptions(Options):
    """`links`: which elements are links of stories, or hold one; `next`: the link to the following page; `pages`: how
    many are read at most; `date`: the date, within the smallest box that holds one link and a date."""

    links: str | None = None
    next: str = NEXT_PAGE
    date: str = "time, [datetime], .date, .published"
    pages: int = Field(default=1, ge=1, le=MAX_PAGES)

    @field_validator("links", "next", "date")
    @classmethod
    def _is_selector(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                soupsieve.compile(value)
        except soupsieve.SelectorSyntaxError as error:
            raise ValueError(f"no CSS selector: {str(error).splitlines()[0]}") from error
        return value


def list_page(source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
    """The stories that the page links to, in its order; raises NotAFeed where it is no page or links to none."""
    options = ListingOptions.model_validate(source.options or {})
    said, response = ask(source, fetcher, now)
    if said.unchanged:
        return said
    items, following = read_page(response.body, response.final_address, options)
    if not items:
        raise NotAFeed(source.address, "the answer is an HTML page that links to no story by its selector or our rules")
    items += _following(source, fetcher, following, items, options)
    return replace(said, entries=entries_of(_once(items), response.final_address, now))


def _following(
    source: Source, fetcher: Getter, following: str | None, items: list[Item], options: ListingOptions
) -> list[Item]:
    """The stories of the pages that follow, until one cannot be had or brings nothing new, as some sites show their
    last page for every number beyond it."""
    known, found = {item.link for item in items}, []
    for _ in range(options.pages - 1):
        try:
            if following is None:
                break
            page = fetcher.get(following, local=source.local)
            more, following = read_page(page.body, page.final_address, options)
        except WireroomError as error:
            log.warning("poll.page_failed", source=source.name, reason=error.reason, detail=error.detail)
            break
        if page.status != OK or {item.link for item in more} <= known:
            break
        known |= {item.link for item in more}
        found += more
    return found


def read_page(content: bytes, address: str, options: ListingOptions) -> tuple[list[Item], str | None]:
    """The stories of one page and the address of the following one; raises NotAFeed where the bytes are no page."""
    text, no_text = text_of(content)
    if no_text or not is_html(text):
        raise NotAFeed(address, f"the answer is no HTML page{no_text and f' but {no_text}'}")
    soup = BeautifulSoup(text[:MAX_MARKUP], "lxml")
    base = _base(soup, address)
    links = _chosen(soup, options.links) if options.links else _by_rules(soup, base)
    items = [_item(link, base, options) for link in links]
    following = soup.select_one(options.next)
    return items, _address(base, following) if following else None


def _chosen(soup: BeautifulSoup, selector: str) -> Iterator[Tag]:
    """What the operator selected, or the first link in each of them."""
    for found in soup.select(selector):
        link = found if found.get("href") else found.select_one("a[href]")
        if link is not None:
            yield link


def _by_rules(soup: BeautifulSoup, base: str) -> Iterator[Tag]:
    """Links that look like those of stories, outside of what frames a page."""
    for frame in soup.select("nav, footer, aside, form, [role=navigation], [role=contentinfo]"):
        frame.decompose()
    for link in soup.select("a[href]"):
        if is_story_link(str(link["href"]), base, link.get_text(" ", strip=True)):
            yield link


def _item(link: Tag, base: str, options: ListingOptions) -> Item:
    heading = link.select_one("h1, h2, h3, h4, h5") or link
    title = heading.get_text(" ", strip=True) or str(link.get("title") or link.get("aria-label") or "")
    return Item(_address(base, link) or str(link["href"]), title=plain(title), dates=tuple(_dates(link, options)))


def _dates(link: Tag, options: ListingOptions) -> Iterator[tuple[str, str]]:
    """The date in the smallest box round the link that holds one and no other date."""
    box: Tag | None = link
    for _ in range(DATE_WITHIN + 1):
        if box is None or box.name in ("body", "main", "html"):
            return
        found = box.select(options.date)
        if found:
            if len({_written(each) for each in found}) == 1:
                yield options.date if len(options.date) < 20 else "time", _written(found[0])
            return
        box = box.parent


def _written(date: Tag) -> str:
    return str(date.get("datetime") or date.get_text(" ", strip=True))


def _base(soup: BeautifulSoup, address: str) -> str:
    base = soup.select_one("base[href]")
    return urljoin(address, str(base["href"])) if base else address


def _address(base: str, link: Tag) -> str | None:
    try:
        return canonical(urljoin(base, str(link["href"])))
    except (BadAddress, ValueError, KeyError):
        return None


def _once(items: Iterable[Item]) -> list[Item]:
    """Each address once, with the longest of its titles: a picture, a headline and "Read more" lead to one story."""
    best: dict[str, Item] = {}
    for item in items:
        before = best.setdefault(item.link, item)
        title = max(before.title, item.title, key=len)
        best[item.link] = replace(before, title=title, dates=before.dates or item.dates)
    return list(best.values())

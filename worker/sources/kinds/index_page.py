"""Listings: index pages of a site without a feed. Links are found by the operator's CSS selector, or by rules of ours.

Takes the page at the source's address and as many following pages as its options allow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urljoin

import soupsieve
import structlog
from bs4 import BeautifulSoup, Tag
from pydantic import Field, field_validator

from worker.errors import BadAddress, NotAFeed, WireroomError
from worker.http.canonical import canonical
from worker.sources.kinds.conditional_get import Getter, ask
from worker.sources.kinds.kind import Options
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.document import is_html, text_of
from worker.sources.parsing.item import Item, entries_of, plain
from worker.sources.parsing.markup.page_elements import PageElements, page_of
from worker.sources.parsing.storylinks import base_of, is_story_link
from worker.store.sources import Source

log = structlog.get_logger()

OK = 200
NEXT_PAGE = "a[rel~=next], link[rel~=next], .pagination a.next, .nav-previous a, a.next"
MAX_PAGES = 50
MAX_LINKS = 5_000  # of a page that are read: each story has some
ASIDE = "nav, footer, aside, form, [role=navigation], [role=contentinfo]"
HEADINGS = "h1, h2, h3, h4, h5"
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
    soup = page_of(text)
    page = _Page(soup, base_of(soup, address), options)
    following = soup.select_one(options.next)
    return page.items(), _address(page.base, following) if following else None


class _Page:
    """A page under way: its links, and what stands in them and round them."""

    def __init__(self, soup: BeautifulSoup, base: str, options: ListingOptions) -> None:
        self.soup, self.base, self.options = soup, base, options
        self.elements = PageElements(soup)
        self.aside = [] if options.links else soup.select(ASIDE)
        self.headings = soup.select(HEADINGS)
        self.headings_at = self.elements.places(self.headings)
        dates = self.elements.outside(soup.select(options.date), self.aside)
        self.dates = [str(each.get("datetime") or self.elements.words(each)) for each in dates]
        self.dates_at = self.elements.places(dates)
        self.same_up_to = _runs(self.dates)

    def items(self) -> list[Item]:
        """The links of stories as the operator chose them, or by our rules."""
        links = self._chosen(self.options.links) if self.options.links else self._by_rules()
        return [self._item(link) for link in islice(links, MAX_LINKS)]

    def _chosen(self, selector: str) -> Iterator[Tag]:
        """What the operator selected, or the first link in each of them."""
        links = self.soup.select("a[href]")
        links_at = self.elements.places(links)
        for found in self.soup.select(selector):
            within = links_at.within(self.elements.span(found))
            if found.get("href"):
                yield found
            elif within:
                yield links[within[0]]

    def _by_rules(self) -> Iterator[Tag]:
        """Links that look like those of stories, outside of what frames a page."""
        for link in self.elements.outside(self.soup.select("a[href]"), self.aside):
            if is_story_link(str(link["href"]), self.base, self.elements.words(link)):
                yield link

    def _item(self, link: Tag) -> Item:
        headings = self.headings_at.within(self.elements.span(link))
        heading = self.headings[headings[0]] if headings else link
        title = self.elements.words(heading) or str(link.get("title") or link.get("aria-label") or "")
        return Item(_address(self.base, link) or str(link["href"]), title=plain(title), dates=self._date(link))

    def _date(self, link: Tag) -> tuple[tuple[str, str], ...]:
        """The date in the smallest box round the link that holds one and no other date."""
        box: Tag | None = link
        for _ in range(DATE_WITHIN + 1):
            if box is None or box.name in ("body", "main", "html"):
                break
            if within := self.dates_at.within(self.elements.span(box)):
                field = self.options.date if len(self.options.date) < 20 else "time"
                alone = self.same_up_to[within.start] >= within.stop
                return ((field, self.dates[within.start]),) if alone else ()
            box = box.parent
        return ()


def _runs(words: Sequence[str]) -> list[int]:
    """For each, the number of the next one that says something else."""
    ends = [len(words)] * len(words)
    for number in range(len(words) - 2, -1, -1):
        ends[number] = ends[number + 1] if words[number] == words[number + 1] else number + 1
    return ends


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

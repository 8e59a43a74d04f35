"""A site's address -> the sources that it offers: the address itself, what its page links to, where others have theirs.

Asks in that order, stops at the first that answers with a list, and never asks more than a dozen times.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from worker.errors import BadAddress, NotAFeed, WireroomError
from worker.http.canonical import canonical
from worker.http.client import Fetcher, Response, check
from worker.sources import address_of
from worker.sources.check import read_answer
from worker.sources.parsing.document import is_html, text_of
from worker.sources.parsing.markup.page_elements import page_of
from worker.sources.parsing.storylinks import base_of

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
# The path of a link that most often is a feed. yes: "/feed/"  "/rss.xml"  "/api/epiqq.rss"   no: "/feedback"
FEED_PATH = re.compile(r"(?:^|[/._-])(?:feeds?|rss|atom|rdf)(?:[/._?-]|$)", re.IGNORECASE)
COMMON = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/news-sitemap.xml")
SITEMAP_LINE = re.compile(r"(?im)^\s{0,20}sitemap\s{0,5}:\s{0,20}(?P<address>\S{1,2000})")
MAX_QUESTIONS = 12
MAX_FOUND = 5


@dataclass(frozen=True, slots=True)
class Offered:
    """A source that a site offers, how many entries it lists now, and how it was found."""

    kind: str
    address: str
    entries: int
    how: str


@dataclass
class _Search:
    fetcher: Fetcher
    local: bool
    now: dt.datetime
    asked: set[str] = field(default_factory=set)

    def ask(self, address: str) -> Response | None:
        """The answer; None where this was asked before, there is none, or it is time to stop."""
        if address in self.asked or len(self.asked) >= MAX_QUESTIONS:
            return None
        self.asked.add(address)
        try:
            answer = self.fetcher.get(address, local=self.local)
            check(answer, now=self.now)
        except WireroomError:
            return None
        return answer

    def lists(self, addresses: Iterable[str], how: str) -> list[Offered]:
        """Those of the addresses that are feeds or sitemaps."""
        found = []
        for address in addresses:
            answer = self.ask(address)
            offered = answer and self.read(answer, how)
            if offered and offered.kind != "listing":
                found.append(offered)
            if len(found) >= MAX_FOUND:
                break
        return found

    def read(self, answer: Response, how: str) -> Offered | None:
        """The list that the answer is; None where it is none."""
        try:
            kind, listing = read_answer(answer, self.fetcher, local=self.local, now=self.now)
        except WireroomError:
            return None
        return Offered(kind, answer.final_address, len(listing.entries), how)


def discover(given: str, fetcher: Fetcher, *, local: bool, now: dt.datetime) -> list[Offered]:
    """The sources at or behind an address, best first; raises what the fetch raises, and NotAFeed where there is
    none."""
    address = address_of("feed", given)
    search = _Search(fetcher, local, now, {address})
    answer = fetcher.get(address, local=local)
    check(answer, now=now)
    here = search.read(answer, "the address itself")
    if here and here.kind != "listing":
        return [here]
    base = answer.final_address
    links = list(_links(answer))
    found = (
        search.lists(links, "the page links to it")
        or search.lists((urljoin(base, path) for path in COMMON), "it is where many sites have theirs")
        or search.lists(_robots(search, base), "robots.txt names it")
        or ([here] if here else [])
    )
    if not found:
        raise NotAFeed(given, "the page links to no feed, none is where others have theirs, and it lists no stories")
    return found


def _links(answer: Response) -> Iterator[str]:
    """What the page says are its feeds, then links of it that look like feeds."""
    text, _ = text_of(answer.body, answer.header("Content-Type"))
    if not is_html(text):
        return
    soup = page_of(text)
    told = [each for each in soup.select("link[rel~=alternate][href]") if _type(each.get("type")) in FEED_TYPES]
    seen = [each for each in soup.select("a[href]") if FEED_PATH.search(str(each["href"]))]
    start = base_of(soup, answer.final_address)
    for each in [*told, *seen]:
        try:
            yield canonical(urljoin(start, str(each["href"])))
        except (BadAddress, ValueError):
            continue


def _type(written: object) -> str:
    return str(written or "").partition(";")[0].strip().lower()


def _robots(search: _Search, base: str) -> Iterator[str]:
    answer = search.ask(urljoin(base, "/robots.txt"))
    text = text_of(answer.body)[0] if answer else ""
    named = [found["address"] for found in SITEMAP_LINE.finditer(text)]
    yield from sorted(named, key=lambda address: "news" not in address.lower())

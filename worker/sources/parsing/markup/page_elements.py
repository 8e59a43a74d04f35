"""A page's elements in their order, so that what stands within one of them is found without walking through it again.

A page of strangers may hold any number of links within one box, or links within links: here each question costs the
same, however much there is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag

MAX_MARKUP = 3_000_000
MOST_TAGS = 60_000  # start and end tags of a page: some fifty times what an index page has, a second's work
LONGEST_WORDS = 1_000  # of a link or box that are looked at
TAG = re.compile("<")
SHOWN = (NavigableString, CData)  # and not their kin: comments, scripts, styles


def page_of(text: str) -> BeautifulSoup:
    """The page in the text, as far as it goes within the bounds."""
    text = text[:MAX_MARKUP]
    beyond = next(islice(TAG.finditer(text), MOST_TAGS, None), None)
    return BeautifulSoup(text[: beyond.start()] if beyond else text, "lxml")


@dataclass(frozen=True, slots=True)
class Places:
    """Elements or strings that were chosen: their places on the page, in order."""

    at: Sequence[int]

    def within(self, span: tuple[int, int]) -> range:
        """Which of them, by their numbers, stand in the span."""
        return range(bisect_left(self.at, span[0]), bisect_left(self.at, span[1]))


class PageElements:
    """Where each element of a page begins and ends, counted in elements and strings."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.starts: dict[int, int] = {}
        self.ends: list[int] = []
        self.strings: list[str] = []
        places: list[int] = []
        parents: list[int] = []
        for place, node in enumerate(_nodes(soup)):
            self.starts[id(node)] = place
            self.ends.append(place + 1)
            parents.append(self.starts.get(id(node.parent), -1))
            if type(node) in SHOWN and (words := str(node).strip()):
                self.strings.append(words)
                places.append(place)
        for place in range(len(parents) - 1, 0, -1):
            if parents[place] >= 0:
                self.ends[parents[place]] = max(self.ends[parents[place]], self.ends[place])
        self.words_at = Places(places)

    def span(self, element: Tag) -> tuple[int, int]:
        """From behind the element's start to its end."""
        start = self.starts[id(element)]
        return start + 1, self.ends[start]

    def words(self, element: Tag) -> str:
        """Its text, blanks between its pieces, up to a bound."""
        pieces, size = [], 0
        for number in self.words_at.within(self.span(element)):
            pieces.append(self.strings[number])
            size += len(pieces[-1]) + 1
            if size > LONGEST_WORDS:
                break
        return " ".join(pieces)[:LONGEST_WORDS]

    def places(self, elements: Iterable[Tag]) -> Places:
        """Those of elements that come in the order of the page."""
        return Places([self.starts[id(each)] for each in elements])

    def outside(self, elements: Iterable[Tag], boxes: Iterable[Tag]) -> list[Tag]:
        """The elements, in the order of the page, that stand in none of the boxes, nor are one."""
        starts: list[int] = []
        furthest: list[int] = []
        for box in boxes:
            start = self.starts[id(box)]
            starts.append(start)
            furthest.append(max(self.ends[start], furthest[-1] if furthest else 0))
        found = []
        for element in elements:
            place = self.starts[id(element)]
            before = bisect_left(starts, place + 1)
            if not before or furthest[before - 1] <= place:
                found.append(element)
        return found


def _nodes(soup: BeautifulSoup) -> Iterator[Tag | NavigableString]:
    yield soup
    node: object = soup.contents[0] if soup.contents else None
    while isinstance(node, Tag | NavigableString):
        yield node
        node = node.next_element

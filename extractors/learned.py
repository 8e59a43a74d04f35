"""Boilerplate that a source teaches: lines that come again across its articles. Counts in, a frozen table out.

The table is an argument of `read`, so that reading stays pure; who keeps the counts, and where, is not known here. A
line goes only from the ends of a story, never from between its paragraphs, and never leaves it empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractors.boilerplate import key

MIN_ARTICLES = 5
"""Articles that a line must end or begin before it counts as the source's own."""
MIN_SHARE = 0.3
"""Share of the source's articles that must have it: a correspondent's sign-off comes again too, in fewer."""
EDGE = 4
"""Paragraphs at each end of a story in which lines are counted and taken out."""
MAX_LINE = 600


@dataclass(frozen=True, slots=True)
class Learned:
    """The keys of a source's own lines, and the version of the counts that they are from."""

    lines: frozenset[str] = frozenset()
    version: int = 0


NOTHING = Learned()


def edges(paragraphs: tuple[str, ...]) -> frozenset[str]:
    """The keys of the lines at both ends of one article: what is counted once for each article of a source."""
    near = (*paragraphs[:EDGE], *paragraphs[-EDGE:])
    return frozenset(name for line in near if len(line) <= MAX_LINE and (name := key(line)))


def counted(articles: Iterable[tuple[str, ...]]) -> Counter[str]:
    """How many of these articles have each line at an end."""
    return Counter(line for paragraphs in articles for line in edges(paragraphs))


def learned(counts: Mapping[str, int], articles: int, version: int = 1) -> Learned:
    """The table that these counts over so many articles of one source give."""
    enough = max(MIN_ARTICLES, MIN_SHARE * articles)
    return Learned(frozenset(line for line, count in counts.items() if count >= enough), version)


def without(paragraphs: tuple[str, ...], table: Learned | None) -> tuple[str, ...]:
    """The paragraphs without the source's own lines at either end; as they are where nothing else would be left."""
    if not table or not table.lines:
        return paragraphs
    start, end = 0, len(paragraphs)
    while start < min(EDGE, end) and key(paragraphs[start]) in table.lines:
        start += 1
    while end > max(start, len(paragraphs) - EDGE) and key(paragraphs[end - 1]) in table.lines:
        end -= 1
    return paragraphs[start:end] or paragraphs

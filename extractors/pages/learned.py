"""Boilerplate that a source teaches: lines that come again across its articles. Counts in, a frozen table out.

The table is an argument of `read`, so that reading stays pure; who keeps what is counted, and where, is not known here.
A line goes only from the ends of a story, never from between its paragraphs, and never leaves it empty.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from extractors.model import Ends
from extractors.pages.boilerplate import key

MIN_STORIES = 5
"""Stories that a line must end or begin before it counts as the source's own."""
MIN_SHARE = 0.3
"""Share of the source's stories that must have it: a correspondent's sign-off comes again too, in fewer."""
EDGE = 4
"""Paragraphs at each end of a story in which lines are counted and taken out."""
MAX_LINE = 600
LONGEST = 3
"""Paragraphs by which a story is known again under another address: two articles that share two of them are one."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A source's own lines by their keys, under the version of its table; `kept` are those that somebody said are not.

    A table only grows: what is taken from a story today is not given back tomorrow because another count came out
    otherwise.
    """

    lines: frozenset[str] = frozenset()
    version: int = 0
    kept: frozenset[str] = frozenset()


def ends_of(paragraphs: Sequence[str]) -> Ends:
    """What is counted of the article that has these paragraphs, none taken out yet."""
    near = (*paragraphs[:EDGE], *paragraphs[-EDGE:])
    lines = {name for line in near if len(line) <= MAX_LINE and (name := key(line))}
    longest = sorted(paragraphs, key=lambda line: (-len(line), line))[:LONGEST]
    digests = (hashlib.sha256(key(line).encode()).hexdigest()[:16] for line in longest)
    return Ends(tuple(sorted(lines)), tuple(sorted(digests)))


def grown(before: Learned, articles: Sequence[Ends]) -> Learned:
    """The table with what these articles of its source teach, under the next version; as it is where that is nothing.

    The articles are a set: neither their order nor copies of a story change what comes out.
    """
    stories = _stories(articles)
    counts = Counter(line for story in stories for line in story)
    enough = max(MIN_STORIES, MIN_SHARE * len(stories))
    new = {line for line, count in counts.items() if count >= enough} - before.lines - before.kept
    return Learned(before.lines | new, before.version + 1, before.kept) if new else before


def corrected(before: Learned, line: str) -> Learned:
    """The table without this line, now and for ever, under the next version; as it is where the line is not in it."""
    name = key(line)
    if name not in before.lines:
        return before
    return Learned(before.lines - {name}, before.version + 1, before.kept | {name})


def without(paragraphs: tuple[str, ...], table: Learned | None) -> tuple[str, ...]:
    """The paragraphs without the source's own lines at either end; as they are where nothing else would be left."""
    start, end = own_ends(paragraphs, table)
    return paragraphs[start:end]


def own_ends(paragraphs: tuple[str, ...], table: Learned | None) -> tuple[int, int]:
    """Where the story begins and ends between the source's own lines."""
    start, end = 0, len(paragraphs)
    if not table or not table.lines:
        return start, end
    while start < min(EDGE, end) and _is_own(paragraphs[start], table):
        start += 1
    while end > max(start, len(paragraphs) - EDGE) and _is_own(paragraphs[end - 1], table):
        end -= 1
    return (start, end) if start < end else (0, len(paragraphs))


def _is_own(line: str, table: Learned) -> bool:
    return len(line) <= MAX_LINE and key(line) in table.lines


def _stories(articles: Sequence[Ends]) -> list[set[str]]:
    """The lines at the ends of each story, copies of one under several addresses put together."""
    first: dict[tuple[str, ...], int] = {}
    leader = list(range(len(articles)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    for at, article in enumerate(articles):
        for shared in combinations(article.longest, 2) if len(article.longest) > 1 else (article.longest,):
            leader[find(at)] = find(first.setdefault(shared, at))
    stories: dict[int, set[str]] = {}
    for at, article in enumerate(articles):
        stories.setdefault(find(at), set()).update(article.lines)
    return list(stories.values())

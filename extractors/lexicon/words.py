"""The words of a text, cut once for all who look names and phrases up among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from extractors.model import Span

# One word as names are made of. The dotted form is tried first and each repeat needs its own letter and dot, so there
# is one way only to read a word.
# yes: "U.S."  "Quai"  "D'Ivoire" as two     no: "-"  "."
WORD = re.compile(r"(?:[A-Z]\.){2,5} | St\. | [^\W_]+", re.VERBOSE)


class Words(NamedTuple):
    """The words of a text in order: where each stands, and what it is."""

    spans: tuple[Span, ...]
    texts: tuple[str, ...]


@lru_cache(maxsize=2)  # several tables are looked up in the same text, one after another
def words_of(text: str) -> Words:
    """The words that names are made of."""
    spans = tuple(match.span() for match in WORD.finditer(text))
    return Words(spans, tuple(text[start:end] for start, end in spans))


def openers_of(names: Iterable[str]) -> frozenset[str]:
    """The first word of each name that begins with one."""
    return frozenset(match.group() for name in names if (match := WORD.match(name)))


def phrases_in(text: str, pattern: re.Pattern[str], openers: frozenset[str]) -> Iterator[re.Match[str]]:
    """The matches of a pattern in order, none inside another; it is tried only at the words that open one."""
    words, done = words_of(text), 0
    for (start, _), word in zip(*words, strict=True):
        if word in openers and start >= done and (match := pattern.match(text, start)):
            yield match
            done = match.end()

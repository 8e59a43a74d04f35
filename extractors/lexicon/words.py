"""The words of a text, cut once for all who look names and phrases up among them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from extractors.lexicon import table
from extractors.model import Span

# One word as names are made of. The dotted form is tried first and each repeat needs its own letter and dot, so there
# is one way only to read a word.
# yes: "U.S."  "Quai"  "D'Ivoire" as two     no: "-"  "."
WORD = re.compile(r"(?:[A-Z]\.){2,5} | St\. | [^\W_]+", re.VERBOSE)

# A run of letters, without figures. One class.
# yes: "May"  "three" and "day" of "three-day"  "U" of "U.S."      no: "1999"
LETTERS = re.compile(r"[^\W\d_]+")


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


def as_listed(name: str) -> str:
    """A name as the tables spell it: with a straight apostrophe and plain blanks."""
    return name.replace("’", "'").replace("\u00a0", " ")


def either(words: Iterable[str]) -> str:
    """The words as alternatives of a pattern, the longest first, so that none hides one that it begins: linear, as
    they are literals."""
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))


def abbreviations(use: str) -> str:
    """The abbreviations that are good for a use as alternatives of a pattern; abbreviations.toml tells the uses."""
    if use not in table("abbreviations")["uses"]:
        raise KeyError(f"abbreviations are not told by {use!r}: {', '.join(table('abbreviations')['uses'])}")
    return either(word for word, uses in table("abbreviations")["words"].items() if use in uses.split())


def names_at(text: str, known: Container[str], openers: frozenset[str], longest: int) -> Iterator[Span]:
    """The names of a table in a text, in order, none inside another: at each word the longest of at most so many."""
    (spans, words), done = words_of(text), 0
    for at, word in enumerate(words):
        start = spans[at][0]
        if word not in openers or start < done:
            continue
        ends = (spans[at + more][1] for more in range(min(longest, len(words) - at) - 1, -1, -1))
        end = next((end for end in ends if as_listed(text[start:end]) in known), None)
        if end is not None:
            done = end
            yield (start, end)


def phrases_in(text: str, pattern: re.Pattern[str], openers: frozenset[str]) -> Iterator[re.Match[str]]:
    """The matches of a pattern in order, none inside another; it is tried only at the words that open one."""
    words, done = words_of(text), 0
    for (start, _), word in zip(*words, strict=True):
        if word in openers and start >= done and (match := pattern.match(text, start)):
            yield match
            done = match.end()

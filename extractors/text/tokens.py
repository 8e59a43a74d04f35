"""A text cut into tokens, with the name from the gazetteer that each belongs to: offices and names are read from it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache

from extractors.lexicon.gazetteer import Named, names_in
from extractors.lexicon.words import abbreviations
from extractors.model import Span

# One token of running text: a small word first, which most are. A word's inner hyphens and apostrophes each need a
# letter behind them, so no text can be read in two ways.
# yes: "talks"  "U.S."  "W."  "Mr."  "Secretary-General"  "O'Neill"  "'s"  ","      no: " "  "\n"
TOKEN = re.compile(
    rf"""
    [a-z]++ (?![-'’\w])
    | (?=[A-Z]) (?: (?:[A-Z]\.){{1,5}}(?=\W|$) | (?:{abbreviations("token")})\. )
    | ['’]s\b
    | [^\W\d_]+ (?: [-'’] (?!s\b) [^\W\d_]+ )*
    | \d+ | [^\w\s]
    """,
    re.VERBOSE,
)
# The end of a line. One character.
# yes: "\n"     no: " "
LINE_END = re.compile(r"\n")


class Tokens:
    """A text cut into tokens, with the name from the gazetteer that each token belongs to."""

    def __init__(self, text: str, spans: tuple[Span, ...], named: dict[int, Named]) -> None:
        self.text = text
        self.spans = spans
        self.named = named
        self.words = [text[start:end] for start, end in spans]
        self.lowered = [word.lower() for word in self.words]
        self.capital = frozenset(at for at, word in enumerate(self.words) if word[0].isupper())
        starts = [start for start, _ in spans]
        self._broken = {bisect_left(starts, match.start()) - 1 for match in LINE_END.finditer(text)}

    def __len__(self) -> int:
        return len(self.spans)

    def word(self, at: int) -> str:
        """The token as written; empty outside the text."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def lower(self, at: int) -> str:
        """The token in lower case; empty outside the text."""
        return self.lowered[at] if 0 <= at < len(self.lowered) else ""

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            found.setdefault(word, []).append(at)
        return found

    def places(self, word: str) -> Sequence[int]:
        """The tokens that are this word."""
        return self._places.get(word, ())

    def adjoining(self, at: int) -> bool:
        """Whether only spaces or nothing stand between a token and the next, no end of paragraph."""
        return 0 <= at < len(self.spans) - 1 and at not in self._broken


@lru_cache(maxsize=2)  # the people extractor and the event coder ask for those of the same text
def tokens_of(text: str) -> Tokens:
    """The tokens of the text and the names they belong to."""
    spans = tuple(match.span() for match in TOKEN.finditer(text))
    named: dict[int, Named] = {}
    for name in names_in(text):
        at = bisect_left(spans, (name.span[0], 0))
        if at < len(spans) and spans[at][0] == name.span[0]:
            for inside in range(at, bisect_left(spans, (name.span[1], 0))):
                named[inside] = name
    return Tokens(text, spans, named)

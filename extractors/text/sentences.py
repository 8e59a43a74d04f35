"""Sentences by rule, without a parse: for those who need to know where one ends on every text that comes by.

Cheap (one pass of one pattern) and bounded; `parse/analysis` gives finer ones where a text is parsed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from extractors.lexicon import word_set
from extractors.lexicon.times import MONTH_SHORT
from extractors.lexicon.words import abbreviations, either
from extractors.model import Span

# A place where a sentence may end: a closing mark, what closes behind it, blank, then what can open a sentence. The
# classes before and behind the blank share no character, and each repeat is bounded.
# yes: "talks. The"  "talks?” He"  "talks.) “No"     no: "U.S. plan"  "3.5"  "e.g. this"
END = re.compile(
    r"""[.!?…]{1,3} ["”’'»)\]]{0,3} (?P<gap>\s{1,8}) (?= (?:["“„‘'«(\[]{0,3}|«[\ \u00a0]) [A-ZÀ-ÖØ-Þ0-9] )""",
    re.VERBOSE,
)

# What stands before a full stop that ends no sentence: a title, a month, initials. Tried on at most eight characters.
# yes: "Mr"  "Gen"  "U.S"  "W"  "Jan"     no: "talks"  "Lt.Gen"
ABBREVIATED = re.compile(
    rf"""
    (?: ^ | [^\w.] ) (?: {abbreviations("rule")} | {MONTH_SHORT} | (?:[A-Z]\.){{0,4}}[A-Z] ) $
    """,
    re.VERBOSE,
)

OPENERS = word_set("openings", "sentence")
# A word that nearly always opens a sentence, so that even "U.S." before it ends one. Literal.
# yes: "The talks"  "He left"     no: "Then"  "Hero"
OPENER = re.compile(rf"(?:{either(OPENERS)})\b")
LONGEST_SENTENCE = 4_000
"""Characters after which a sentence is ended by force, so that what is quadratic in a sentence stays bounded."""


@lru_cache(maxsize=2)  # most extractors ask for those of the same text
def sentences_in(text: str, paragraphs: tuple[Span, ...]) -> tuple[Span, ...]:
    """The sentences of the paragraphs in order, none over the end of a paragraph."""
    found: list[Span] = []
    for start, end in paragraphs or ((0, len(text)),):
        opened = start
        for match in END.finditer(text, start, end):
            if _ends(text, match):
                _add(found, text, opened, match.start("gap"))
                opened = match.end()
        _add(found, text, opened, end)
    return tuple(found)


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = cut if cut > 0 else start + LONGEST_SENTENCE
        found.append((start, cut))
        start = cut + (text[cut] == " ")
    if text[start:end].strip():
        found.append((start, end))


def _ends(text: str, match: re.Match[str]) -> bool:
    if text[match.start()] != "." or not ABBREVIATED.search(text[max(0, match.start() - 8) : match.start()]):
        return True
    dotted = "." in text[max(0, match.start() - 3) : match.start()]
    return dotted and bool(OPENER.match(text, match.end()))


def holding(spans: Sequence[Span], offset: int) -> int:
    """The number of the span that an offset lies in, -1 where it lies in none; the spans in order and apart."""
    at = at_offset(spans, offset)
    return at if at >= 0 and offset < spans[at][1] else -1


def enclosing(spans: Sequence[Span], offset: int) -> Span:
    """The span that an offset lies in, (0, 0) where it lies in none; the spans in order and apart."""
    at = holding(spans, offset)
    return spans[at] if at >= 0 else (0, 0)


def at_offset(spans: Sequence[Span], offset: int) -> int:
    """The number of the span that an offset lies in or behind; -1 before the first."""
    return bisect_right(spans, (offset, 1 << 60)) - 1

"""Treaties and agreements with acronym and year: from a table, else by the noun that makes a name one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from extractors.lexicon import table, word_list, word_set
from extractors.lexicon.words import LETTERS, either, openers_of, phrases_in
from extractors.model import Draft, Instrument, Mention, Span
from extractors.reading import Reading
from extractors.registry import extractor

# The year before a treaty's name. Anchored at its end.
# yes: "the 1972 "     no: "in 1972, the "
YEAR = re.compile(r"\b(?P<year>1[89]\d\d|20\d\d)\s$")

# The same behind it. Anchored at its beginning.
# yes: " of 1985"  " (1985)"  ", signed in 1985"     no: " in 1985"
YEAR_BEHIND = re.compile(r"(?:\sof\s|\s\(|,\s(?:signed|concluded|adopted)\sin\s)(?P<year>1[5-9]\d\d|20\d\d)\b")

NOUNS = word_list("instruments", "nouns")
"""Nouns that make a name that of a treaty."""

# The name of a treaty that the table does not have: capitals before the noun, or what "of" adds behind it. Bounded
# repeats of words that are told apart by blanks.
# yes: "Vesk Convention"  "Treaty of Ardel"  "Peace and Friendship Treaty"     no: "the treaty"  "agreement"
NAMED = re.compile(
    rf"""
    \b (?: (?:[A-Z][\w’-]{{2,20}}|and|on|of) \s ){{0,4}}?
    (?: {either(NOUNS)} | Peace(?=\sof) ) \b
    (?: \s (?:of|on) \s (?:the\s)? [A-Z][\w’-]{{2,20}} (?: \s (?:and\s|of\s)? [A-Z][\w’-]{{2,20}} ){{0,3}} )?
    """,
    re.VERBOSE,
)
NEEDED = frozenset(noun.split()[-1] for noun in (*NOUNS, "Peace"))
"""Words without one of which no such name is written."""
SMALL = word_set("openings", "before_a_treaty") | {"of", "on", "and", "the"}


class Treaty(NamedTuple):
    """One row of the table."""

    name: str
    acronym: str | None
    year: int | None


@extractor("instruments", version=2, english=False)
def instruments(reading: Reading) -> Iterator[Draft]:
    """The treaties of the document, each once, in the order in which they are first named."""
    text = reading.document.text
    found: dict[str, tuple[Treaty, list[Span]]] = {}
    taken: set[int] = set()
    for match in phrases_in(text, _pattern(), _openers()):
        treaty = _by_name()[match.group()]
        if _is_also_a_word(match.group()) and not _among_small_letters(text, match.span()):
            continue
        taken.update(range(*match.span()))
        found.setdefault(treaty.name, (treaty, []))[1].append(_with_year(text, match.span()))
    for span in _told_by_noun(text):
        if span[0] not in taken and span[1] - 1 not in taken:
            name = text[slice(*span)]
            found.setdefault(name, (Treaty(name, None, None), []))[1].append(_with_year(text, span))
    for treaty, spans in found.values():
        yield _draft(text, treaty, sorted(spans))


def _draft(text: str, treaty: Treaty, spans: list[Span]) -> Draft:
    year = next((named for span in spans if (named := _year(text, span))), treaty.year)
    mentions = tuple(Mention(span=span) for span in spans)
    data = Instrument(name=treaty.name, mentions=mentions, acronym=treaty.acronym, year=year)
    return Draft(kind="instrument", span=spans[0], key=treaty.name, data=data)


def _year(text: str, span: Span) -> int | None:
    """The year that a mention names, at its beginning or behind it."""
    match = YEAR.match(text, span[0], span[0] + 5) or YEAR_BEHIND.match(text, span[1])
    return int(match["year"]) if match else None


def _with_year(text: str, span: Span) -> Span:
    """The span with a year that stands before it."""
    year = YEAR.search(text, max(0, span[0] - 6), span[0])
    return (year.start(), span[1]) if year else span


def _is_also_a_word(name: str) -> bool:
    return name in ("START", "SORT")


def _among_small_letters(text: str, span: Span) -> bool:
    """Whether an acronym that is also a word stands like a name: not in a line of capitals."""
    around = text[max(0, span[0] - 12) : span[0]] + text[span[1] : span[1] + 12]
    return not any(word.isupper() and len(word) > 3 for word in LETTERS.findall(around))


def _told_by_noun(text: str) -> Iterator[Span]:
    if not any(noun in text for noun in NEEDED):
        return
    for match in NAMED.finditer(text):
        start, end = match.start(), match.start() + len(match.group().rstrip())
        words = text[start:end].split(" ")
        while words and words[0] in SMALL:
            start += len(words.pop(0)) + 1
        if (
            len(words) > 1
            and not words[0].endswith(("’s", "'s"))
            and not set(words) & word_set("instruments", "not_instruments")
        ):
            yield (start, end)


@cache
def _by_name() -> dict[str, Treaty]:
    rows = table("instruments")["treaties"]
    return {form: Treaty(name, acronym or None, year or None) for name, acronym, year, forms in rows for form in forms}


@cache
def _openers() -> frozenset[str]:
    return openers_of(_by_name())


@cache
def _pattern() -> re.Pattern[str]:
    """Every form of the table, the longest first, as one alternation of literals: linear.

    yes: "ABM Treaty"  "START II"     no: "STARTS"  "pre-START"
    """
    return re.compile(rf"(?<![\w-])(?:{either(_by_name())})(?![\w-])")

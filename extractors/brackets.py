"""Brackets that name the sources of the passage before them: "(Reuters, Russian agencies, January 27)".

The grammar alone: which names stand in a bracket, and which days go with each. It needs no date of the document, so
that the date of publication can be drawn from it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Literal

from extractors.dates.grammar import DAY_MONTH, MONTH_DAY
from extractors.dates.intervals import month_number, nearest_day
from extractors.lexicon import table, word_list, word_set
from extractors.model import Span

# A bracket without brackets in it, long enough for a name and a date. The class excludes its own closing mark, and the
# length is capped, so a search over n characters takes at most 400 n steps.
# yes: "(Reuters, January 27)"     no: "(4)"  "(a (nested) one)"
BRACKET = re.compile(r"\( (?P<inside> [^()]{8,400} ) \)", re.VERBOSE)

# What may stand before the first name. Anchored, each alternative literal.
# yes: "see the Monitor"  "See also Prism"  "according to AP"     no: "seen by"  "seeing"
LEAD = re.compile(
    r"""
    (?P<see>see) \s (?:also\s)? (?:the\s)?
    | (?:as\s)? (?:reported|quoted|cited) \sby\s
    | according\sto\s | sources?:\s | the\s
    """,
    re.VERBOSE | re.IGNORECASE,
)

# One source quoted through another: both are sources. Literal words only.
# yes: "Vremya, cited by Interfax"  "AP, as quoted in Trud"     no: "cities by"
CARRIED = re.compile(
    r",? \s (?: (?:as\s)? (?:cited|quoted|reported|citing|quoting) (?:\s(?:by|in))? | via ) \s", re.VERBOSE
)

# More days of the month just named: ", 27" or "& 30" after a date. Bounded: two digits.
# yes: ", 27-28"  " & 30"     no: ", 1999"  ", 12 nations"
MORE_DAYS = re.compile(
    r"""
    (?: ,\s? | \s?&\s? | \sand\s )
    (?P<day>3[01]|[12]\d|[1-9]) (?: \s?[-–]\s? (?P<day2>3[01]|[12]\d|[1-9]) )?
    (?= \s? (?: [,;&] | \sand\b | $ ) )
    """,
    re.VERBOSE,
)

# What stands between two dates of the same source. Literal.
# yes: ", "  " and "  " & "     no: "; "
MORE_DATES = re.compile(r",\s(?:and\s)?|\sand\s|\s&\s")

# Two days that are named, not the days between them.
# yes: "May 3 & 7"  "May 3 and 7"     no: "May 3-7"     Literal.
APART = re.compile(r"\d \s? (?:&|and) \s? \d", re.VERBOSE)

# The name of a source that the table does not know: words with capitals, joined by small words. Each word is bounded by
# its blank and there are at most seven, so no two ways of reading one name exist.
# yes: "Jane's Defence Weekly"  "Voice of the Valley"     no: "following his talks"  "phone"
CAPITALISED = re.compile(
    r"""
    [A-Z0-9ÀÉÖÜ][\w.'’/+&-]{0,30}
    (?: \s (?: of|the|and|in|de|del|della|di|do|du|des|for|la|le|der|& | [A-Z0-9ÀÉÖÜ][\w.'’/+&-]{0,30} ) ){0,6}
    """,
    re.VERBOSE,
)

# A number behind a name: of a decree, of goals. At the end.
# yes: "Decree 12"  "Arsenal 2"     no: "UT-1"  "TV6"
NUMBERED = re.compile(r"\s\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Days:
    """The days as the bracket writes them: month and day of the first and the last, and the year if it is written."""

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None

    def placed(self, latest: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
        """First and last day, the last being the nearest on or before `latest`; (None, None) where no year is known."""
        bound = dt.date(self.year, 12, 31) if self.year else latest
        end = nearest_day(*self.last, bound) if bound else None
        return (nearest_day(*self.first, end) if end else None, end)


@dataclass(frozen=True, slots=True)
class Source:
    """One name for one stretch of days; None where the bracket gives the name no date."""

    agency: str
    generic: bool
    days: Days | None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket of sources and where it stands."""

    span: Span
    sources: tuple[Source, ...]
    type: Literal["press", "self"]


def brackets(text: str) -> tuple[Bracket, ...]:
    """The brackets of the text that name sources, in order."""
    return tuple(b for match in BRACKET.finditer(text) if (b := _bracket(match)))


def _bracket(match: re.Match[str]) -> Bracket | None:
    sources: list[Source] = []
    own = False
    for part in match["inside"].split(";"):
        read = _part(part.strip())
        if read is None:
            return None
        sources.extend(read[0])
        own = own or read[1]
    if not any(source.days for source in sources):
        return None
    return Bracket(match.span(), _dated(sources), "self" if own or _all_own(sources) else "press")


def _dated(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources, those without a date given that of the next one that has one."""
    dated: list[Source] = []
    days = None
    for source in reversed(sources):
        days = source.days or days
        dated.append(Source(source.agency, source.generic, days))
    return tuple(reversed(dated))


def _part(part: str) -> tuple[list[Source], bool] | None:
    """The sources of one part of a bracket, and whether it sends the reader to the publication itself; None: no
    part."""
    lead = LEAD.match(part)
    at = lead.end() if lead else 0
    sources: list[Source] = []
    while at < len(part):
        when = _date(part, at)
        names = _names(part[at : when.start() if when else len(part)].strip(" ,"))
        if not names or (when is None and not all(is_agency(name) or generic for name, generic in names)):
            return None
        at, stretches = _stretches(part, when) if when else (len(part), [None])
        sources.extend(Source(name, generic, days) for name, generic in names for days in stretches)
        at += len(part[at:]) - len(part[at:].lstrip(" ,&"))
    own = bool(lead and lead["see"] and _all_own(sources))
    return (sources, own) if sources else None


def _date(part: str, at: int) -> re.Match[str] | None:
    """The first date of a part, with the month or the day first."""
    found = [each for pattern in (MONTH_DAY, DAY_MONTH) if (each := pattern.search(part, at))]
    return min(found, key=lambda each: each.start(), default=None)


def _stretches(part: str, when: re.Match[str]) -> tuple[int, list[Days | None]]:
    """Where the date ends, and the stretches of days that it names."""
    month = month_number(when["month"])
    month2 = month_number(later) if (later := when.groupdict().get("month2")) else month
    year = int(when["year"]) if when["year"] else None
    first = (month, int(when["day"]))
    last = (month2, int(when["day2"] or when["day"]))
    found: list[Days | None] = [Days(first, last, year)]
    if last[1] - first[1] > 1 and month == month2 and APART.search(when.group()):
        found = [Days(first, first, year), Days(last, last, year)]
    at = when.end()
    while more := MORE_DAYS.match(part, at):
        found.append(Days((month2, int(more["day"])), (month2, int(more["day2"] or more["day"]))))
        at = more.end()
    again = MORE_DATES.match(part, at)
    following = MONTH_DAY.match(part, again.end()) if again else None
    if following:  # "AP, April 30, May 2": another date of the same names
        at, more_days = _stretches(part, following)
        found.extend(more_days)
    return at, found


def _names(text: str) -> list[tuple[str, bool]] | None:
    """The names in a list of them, each with whether it stands for a group; None where something else stands there."""
    names: list[tuple[str, bool]] = []
    waiting: list[str] = []  # adjectives whose noun comes later: "Russian and international agencies"
    for piece in _pieces(text):
        noun = _group_noun(piece)
        if noun:
            names.extend((f"{adjective} {noun}", True) for adjective in waiting)
            names.append((piece, True))
            waiting = []
        elif is_agency(piece) or (not _adjective(piece) and _may_be_source(piece)):
            names.append((piece, False))
        elif _adjective(piece):
            waiting.append(piece)
        else:
            return None
    return None if waiting else names


def _pieces(text: str) -> Iterator[str]:
    for piece in chain.from_iterable(p.split(", ") for p in CARRIED.split(text)):
        piece = piece.strip().removeprefix("the ").removeprefix("and ").strip()
        if is_agency(piece) or " and " not in piece:
            yield piece
        else:
            yield from (half.strip().removeprefix("other ") for half in piece.split(" and "))


def _group_noun(piece: str) -> str | None:
    """The noun that makes "Russian agencies" a group, where something stands before it."""
    if piece in word_set("agencies", "generic_alone"):
        return piece
    return next(
        (noun for noun in word_list("agencies", "generic") if piece.endswith(f" {noun}") and not is_agency(piece)), None
    )


def _adjective(piece: str) -> bool:
    return piece in _adjectives() or piece.lower() in word_set("agencies", "group_adjectives")


def _may_be_source(piece: str) -> bool:
    words = set(piece.split())
    return (
        bool(CAPITALISED.fullmatch(piece))
        and not words & word_set("agencies", "not_sources")
        and not (NUMBERED.search(piece) and not words & word_set("agencies", "numbered"))
        and piece not in _places()
    )


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(word for country in table("countries").values() for word in country["adjective"])


@cache
def _places() -> frozenset[str]:
    return frozenset(chain.from_iterable((*c["name"], c.get("capital", "")) for c in table("countries").values()))


@cache
def _agencies() -> frozenset[str]:
    return frozenset(name.casefold() for key in ("names", "self") for name in word_list("agencies", key))


def is_agency(name: str) -> bool:
    """Whether the table of agencies has the name."""
    return name.casefold() in _agencies()


def _all_own(sources: Sequence[Source]) -> bool:
    own = word_set("agencies", "self")
    return bool(sources) and all(source.agency in own for source in sources)

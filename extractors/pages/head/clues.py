"""Dates that a page or its address states, as clues in order of trust. Times of change are never taken for it.

Running text is not read here: a clue is a field, an address, or a line that is nothing but a date.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from extractors.pages.head.days import ENGLISH_MONTHS, any_day, iso_day, made, stated_day
from extractors.pages.page import DateClue

_MONTH = "|".join(sorted(ENGLISH_MONTHS, key=len, reverse=True))

# Trust in a clue, highest first: JSON-LD, then meta names reach .98 on news sites (pages.md, section 6).
TRUST = {
    "json-ld datePublished": 0.98,
    "meta": 0.96,
    "utag_data": 0.96,
    "time element": 0.93,
    "dateline": 0.93,
    "title": 0.93,
    "address": 0.9,
    "line": 0.88,
    "far time element": 0.8,
}

# A day in an address.
# yes: "/a/a-13-2008-03-17-voa27/404981.html"  "/2019/03/17/"  "/20190317/"  "/2019/mar/17/"  "-20190317."
# no: "/404981.html"  "/a/2024-28/"  ids of more than eight figures
ADDRESS_DAY = re.compile(
    rf"""(?<![0-9]) (?P<y>(?:19|20)\d{{2}})
        (?: (?P<sep>[-/_.]) (?P<m>0?[1-9]|1[0-2]|{_MONTH}) (?P=sep) (?P<d>0[1-9]|[12]\d|3[01]|[1-9])
          | (?P<m8>0[1-9]|1[0-2]) (?P<d8>0[1-9]|[12]\d|3[01]) ) (?![0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
# A month in an address. yes: "/2019/03/talks-resume"   no: "/2019/talks", "/2019/03/17/"
ADDRESS_MONTH = re.compile(r"/ (?P<y>(?:19|20)\d{2}) / (?P<m>0?[1-9]|1[0-2]) / (?! \d{1,2} (?:/|$) )", re.VERBOSE)

# A day at a title's end, as VOA's titles of 2001 and 2002 have. yes: "Talks Resume - 2002-05-03"   no: "Budget 2002-05"
TITLE_DAY = re.compile(r"(?P<title> .{1,300}? ) \s? [-–—] \s? (?P<day> \d{4}-\d{2}-\d{2} ) \s{0,3}", re.VERBOSE)


def field_clue(value: str, basis: str, trust: str | None = None, *, month_first: bool | None = None) -> DateClue | None:
    """The clue in a metadata field's value, None where it holds no credible day. `month_first`, here and below, is how
    the page's region writes figures; None: not known."""
    value = value.strip()
    day = iso_day(value) or any_day(value[:80], month_first)
    return _clue(day, value, basis, trust) if day else None


def line_clue(line: str, basis: str = "line", *, month_first: bool | None = None) -> DateClue | None:
    """The clue in a line that is nothing but a date."""
    day = stated_day(line, month_first)
    return _clue(day, line, basis, "line") if day else None


def stamp_clue(line: str, *, month_first: bool | None) -> DateClue | None:
    """The clue in a line that dates and signs the page."""
    day = any_day(line, month_first)
    return _clue(day, line, "visible line", "line") if day else None


def address_clue(url: str | None) -> DateClue | None:
    """The day that the address states, or else its month."""
    path = (url or "")[:2000].split("?")[0]
    for found in ADDRESS_DAY.finditer(path):
        named = found["m"] or found["m8"]
        if day := made(found["y"], ENGLISH_MONTHS.get(named.lower(), named), found["d"] or found["d8"]):
            return _clue(day, found[0], "address", None)
    if month := ADDRESS_MONTH.search(path):
        first = dt.date(int(month["y"]), int(month["m"]), 1)
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return DateClue(first, last, "month", month[0], "address", TRUST["address"])
    return None


def title_clue(title: str | None) -> tuple[str | None, DateClue | None]:
    """The title without a day at its end, and that day."""
    found = TITLE_DAY.fullmatch(title or "")
    clue = field_clue(found["day"], "title") if found else None
    return (found["title"].strip(), clue) if found and clue else (title, None)


def ranked(*clues: DateClue | None) -> tuple[DateClue, ...]:
    """The clues that are there, the best first, one of each day and rule."""
    return tuple(_unique(sorted((clue for clue in clues if clue), key=lambda clue: -clue.confidence)))


def _unique(clues: list[DateClue]) -> Iterator[DateClue]:
    seen: set[tuple[dt.date, str]] = set()
    for clue in clues:
        if (clue.start, clue.basis) not in seen:
            seen.add((clue.start, clue.basis))
            yield clue


def _clue(day: dt.date, text: str, basis: str, trust: str | None) -> DateClue:
    return DateClue(day, day, "day", text, basis, TRUST[trust or basis])

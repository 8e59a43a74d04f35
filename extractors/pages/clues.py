"""Dates that a page or its address states, as clues in order of trust. Times of change are never taken for it.

Running text is not read here: a clue is a field, an address, or a line that is nothing but a date.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from extractors.pages.page import DateClue

OLDEST, NEWEST = 1980, 2100  # 0001-01-01 and 1970-01-01 are "no value" in pages that we know
UNSET = (dt.date(1970, 1, 1),)

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
}

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTHS = {name[:cut].casefold(): n for n, name in enumerate(_ENGLISH, 1) for cut in (3, None)} | {"sept": 9}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

# A date in a field: ISO 8601 with "T" or blank before the time, or eight figures.
# yes: "2024-04-28 07:00:00Z"  "2024-04-28T03:00-04:00"  "20240428"   no: "2024-13-01", "0001-01-01"
ISO = re.compile(r"(?P<y>\d{4}) (?P<sep>[-/.]?) (?P<m>\d{2}) (?P=sep) (?P<d>\d{2}) (?= \D | $ )", re.VERBOSE)

# A day in English words. yes: "April 28, 2024"  "28 April 2024"  "Sept. 3rd 2001"   no: "April 2024", "28 April"
IN_WORDS = re.compile(
    rf"""\b (?: (?P<m1>{_MONTH}) \b [.]? [ ] (?P<d1>\d{{1,2}}) (?:st|nd|rd|th)? ,? [ ] (?P<y1>\d{{4}})
           | (?P<d2>\d{{1,2}}) (?:st|nd|rd|th)? [ -] (?:of[ ])? (?P<m2>{_MONTH}) \b [.]? ,? [ -]
             (?P<y2>\d{{4}}) ) \b""",
    re.IGNORECASE | re.VERBOSE,
)

# What may stand round the date in a line that is nothing but a date: "Published", weekday, time of day, zone. Each word
# has an edge, so that a run of letters is read in one way only.
# yes: "Last published: Monday, April 28, 2024 3:00 AM GMT"    no: "On April 28, 2024 he left"
AROUND = re.compile(
    r"""(?: \b (?: posted | published | publication | first | last | on | at | date | created | time | online | by
               | am | pm | a\.m | p\.m | gmt | utc | est | edt | cet | cest | bst | msk | et | z
               | (?: mon | tues? | wed (?:nes)? | thu (?:rs?)? | fri | sat (?:ur)? | sun ) (?:day)?
               | \d{1,2} [:.h] \d{2} (?: : \d{2} )? ) \b
         | T \d{2} : \d{2} (?: : \d{2} (?: \. \d{1,6} )? )? Z?
         | \d{1,2} : \d{2} (?: : \d{2} )? (?= am | pm | Z ) | (?<= \d ) (?: am | pm | Z ) \b
         | [\s,.:;|•·()+-] )*+""",  # possessive: what it took it keeps, so that no line is read twice
    re.IGNORECASE | re.VERBOSE,
)

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


def field_clue(value: str, basis: str, trust: str | None = None) -> DateClue | None:
    """The clue in a metadata field's value, None where it holds no credible day."""
    found = ISO.match(value.strip())
    day = _day(found["y"], found["m"], found["d"]) if found else day_in_words(value[:80])
    return _clue(day, value.strip(), basis, trust) if day else None


def stated_day(line: str) -> dt.date | None:
    """The day in a line that is nothing but a date, with time and "published" at most."""
    found = IN_WORDS.search(line) or ISO.search(line) if len(line) <= 90 else None
    if not found or not all(AROUND.fullmatch(part) for part in (line[: found.start()], line[found.end() :])):
        return None
    return day_in_words(line) or _day(found["y"], found["m"], found["d"])


def line_clue(line: str, basis: str = "line") -> DateClue | None:
    """The clue in a line that is nothing but a date."""
    day = stated_day(line)
    return _clue(day, line, basis, "line") if day else None


def day_in_words(text: str) -> dt.date | None:
    """The first day in English words in the text."""
    if not (found := IN_WORDS.search(text)):
        return None
    month = MONTHS[(found["m1"] or found["m2"]).casefold()]
    return _day(found["y1"] or found["y2"], month, found["d1"] or found["d2"])


def address_clue(url: str | None) -> DateClue | None:
    """The day that the address states, or else its month."""
    path = (url or "")[:2000].split("?")[0]
    for found in ADDRESS_DAY.finditer(path):
        named = found["m"] or found["m8"]
        if day := _day(found["y"], MONTHS.get(named.casefold(), named), found["d"] or found["d8"]):
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


def _day(year: str, month: str | int, day: str) -> dt.date | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if OLDEST <= found.year <= NEWEST and found not in UNSET else None

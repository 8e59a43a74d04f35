"""Days as pages write them: ISO, in words of some twenty languages, in figures. A string in, a day or nothing out.

Only strings that are known to be a date's place are read here (a field, an address, a line of its own); running text is
read by dates.py.
"""

from __future__ import annotations

import datetime as dt
import re

from extractors.lexicon import table
from extractors.lexicon.times import MONTHS

OLDEST, NEWEST = 1980, 2100  # 0001-01-01 and 1970-01-01 are "no value" in pages that we know
UNSET = (dt.date(1970, 1, 1),)
MONTHS_A_YEAR = 12

ENGLISH_MONTHS = {name: n for n, cell in enumerate(table("months")["en"], 1) for name in cell.split("|")}
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))

# A date in a field: ISO 8601 with "T" or blank before the time, or eight figures.
# yes: "2024-04-28 07:00:00Z"  "2024-04-28T03:00-04:00"  "20240428"   no: "2024-13-01", "0001-01-01"
ISO = re.compile(r"(?P<y>\d{4}) (?P<sep>[-/.]?) (?P<m>\d{2}) (?P=sep) (?P<d>\d{2}) (?= \D | $ )", re.VERBOSE)

# A day in words. yes: "April 28, 2024"  "28. April 2024"  "28 de abril de 2024"  "Sept. 3rd 2001"  "28 апреля 2024"
# no: "April 2024", "28 April"
IN_WORDS = re.compile(
    rf"""\b (?: (?P<m1>{_MONTH}) \b [.]? [ ] (?P<d1>\d{{1,2}}) (?:st|nd|rd|th)? ,? [ ] (?P<y1>\d{{4}})
           | (?P<d2>\d{{1,2}}) (?:st|nd|rd|th|er|[.º°])? [ -]{{0,2}} (?:(?:of|de)[ ])? (?P<m2>{_MONTH}) \b [.]? ,? [ -]
             (?:(?:de|del|do|of)[ ])? (?P<y2>\d{{4}}) ) \b""",
    re.IGNORECASE | re.VERBOSE,
)
# A day in East Asian characters. yes: "2019年3月5日"  "2019년 3월 5일"   no: "2019年", "3月5日"
EAST_ASIAN = re.compile(
    r"(?P<y>\d{4}) \s? [年년] \s? (?P<m>\d{1,2}) \s? [月월] \s? (?P<d>\d{1,2}) \s? [日일]", re.VERBOSE
)
# A day in figures, year last. yes: "28.04.2024"  "4/28/2024"  "28-4-2024"   no: "28.04.24", "1.2.3.2024"
FIGURES = re.compile(
    r"(?<![\d./-]) (?P<a>\d{1,2}) (?P<sep>[./-]) [ ]? (?P<b>\d{1,2}) (?P=sep) [ ]? (?P<y>\d{4}) (?![\d/-])", re.VERBOSE
)

# What may stand round the date in a line that is nothing but a date: "Published", weekday, time of day, zone. Each word
# has an edge, so that a run of letters is read in one way only.
# yes: "Last published: Monday, April 28, 2024 3:00 AM GMT"    no: "On April 28, 2024 he left"
AROUND = re.compile(
    r"""(?: \b (?: posted | published | publication | first | last | on | at | date | created | time | online | by
               | am | pm | a\.m | p\.m | gmt | utc | est | edt | cet | cest | bst | msk | et | z | uhr
               | (?: mon | tues? | wed (?:nes)? | thu (?:rs?)? | fri | sat (?:ur)? | sun ) (?:day)?
               | \d{1,2} [:.h] \d{2} (?: : \d{2} )? ) \b
         | T \d{2} : \d{2} (?: : \d{2} (?: \. \d{1,6} )? )? Z?
         | \d{1,2} \s? [時时시點点] \s? \d{1,2} \s? [分분] | [月火水木金土日]曜日 | [(（] [月火水木金土日] [)）]
         | 公開日? | 更新日? | 发布时间 | 发布 | 時間 | 时间 | 입력 | 수정 | 등록
         | \d{1,2} : \d{2} (?: : \d{2} )? (?= am | pm | Z ) | (?<= \d ) (?: am | pm | Z ) \b
         | [\s,.:;|•·()+-] )*+""",  # possessive: what it took it keeps, so that no line is read twice
    re.IGNORECASE | re.VERBOSE,
)

# A time of day. yes: "10:48"  "3:00 PM"  "17h30"   no: "1:1"
CLOCK = re.compile(r"\b \d{1,2} [:h] \d{2} (?: : \d{2} )? \b", re.VERBOSE)
# The end of a sentence. yes: "He left on 5 May."   no: "Updated 3 p.m."
SENTENCE_END = re.compile(r"(?<! [ap] [.] m ) (?<! [ap]m ) [.!?。] $", re.VERBOSE)
# A line that is nothing but a time of day. yes: "11:02"  "3:15 pm GMT"   no: "11:02 came and went"
CLOCK_LINE = re.compile(
    r"\d{1,2} [:.h] \d{2} (?: : \d{2} )? \s? (?: [ap] \.? m \.? )? \s? (?: [A-Z]{2,4} | Uhr )?",
    re.IGNORECASE | re.VERBOSE,
)
_STAMP_WORDS = frozenset(table("boilerplate")["stamp"]["words"])
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_STAMP = 160
_STRANGERS, _STRANGERS_WITH_SIGN = 3, 6


def iso_day(value: str) -> dt.date | None:
    """The day that the value begins with in ISO 8601."""
    found = ISO.match(value)
    return made(found["y"], found["m"], found["d"]) if found else None


def day_in_words(text: str) -> dt.date | None:
    """The first day in words in the text."""
    if not (found := IN_WORDS.search(text)):
        return None
    month = MONTHS[(found["m1"] or found["m2"]).lower()]
    return made(found["y1"] or found["y2"], month, found["d1"] or found["d2"])


def any_day(text: str, month_first: bool | None = None) -> dt.date | None:
    """The day in the text in whatever way it is written. `month_first` settles figures that can be read both ways;
    None: they are not believed."""
    if (found := EAST_ASIAN.search(text) or ISO.search(text)) and (day := made(found["y"], found["m"], found["d"])):
        return day
    return day_in_words(text) or _in_figures(text, month_first)


def is_day(line: str) -> bool:
    """Whether the line is nothing but a date, whichever day it means."""
    return stated_day(line, month_first=False) is not None


def stated_day(line: str, month_first: bool | None = None) -> dt.date | None:
    """The day in a line that is nothing but a date, with time and "published" at most; figures as `any_day` has
    them."""
    if len(line) > 90 or not any(map(str.isdecimal, line)):
        return None
    found = IN_WORDS.search(line) or EAST_ASIAN.search(line) or ISO.search(line) or FIGURES.search(line)
    if not found or not all(AROUND.fullmatch(part) for part in (line[: found.start()], line[found.end() :])):
        return None
    return any_day(found[0], month_first)


def is_stamp(line: str) -> bool:
    """Whether the line dates and signs the page: a day or time, with names or "published", and no sentence."""
    if len(line) > _MAX_STAMP or not any(map(str.isdecimal, line)) or SENTENCE_END.search(line):
        return False
    if not CLOCK.search(line) and any_day(line, month_first=False) is None:
        return False
    said = [word for word in _LETTERS.findall(line.lower()) if word not in MONTHS]
    strangers = sum(word not in _STAMP_WORDS for word in said)
    return strangers <= (_STRANGERS_WITH_SIGN if strangers < len(said) else _STRANGERS)


def made(year: str, month: str | int, day: str) -> dt.date | None:
    """The day of these figures, None where there is none such or no page could have it."""
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if OLDEST <= found.year <= NEWEST and found not in UNSET else None


def _in_figures(text: str, month_first: bool | None) -> dt.date | None:
    """The day in figures. Between full stops the day is first everywhere; else a figure above twelve is the day."""
    if not (found := FIGURES.search(text)):
        return None
    one, two = found["a"], found["b"]
    if found["sep"] == ".":
        month_first = False
    if month_first is None and one != two and max(int(one), int(two)) <= MONTHS_A_YEAR:
        return None
    first, second = ((one, two), (two, one)) if month_first else ((two, one), (one, two))
    return made(found["y"], *first) or made(found["y"], *second)

"""Longer and vaguer times: seasons, years, decades, the end of a year, the past two weeks, several months ago."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Literal

from extractors.dates.intervals import (
    ONE_DAY,
    Anchor,
    calendar_bounds,
    days_away,
    month_number,
    part_of,
    spanning,
    unplaced,
)
from extractors.lexicon import table, word_list, word_set
from extractors.lexicon.times import COUNTS, MONTH
from extractors.lexicon.words import either
from extractors.model import Interval, Precision

Hint = Literal["figure", "month", "unit", "near", "season", "decade"]
"""A sort of word or figure that a date expression cannot do without."""

SEASONS: dict[str, int] = table("times")["seasons"]
DECADES: dict[str, int] = table("times")["decades"]
NTH: dict[str, int] = table("times")["ordinals"]
PIECES: dict[str, int] = table("times")["pieces"]
"""Into how many pieces a month or year is cut; a week has seven days."""
DAYS: dict[str, int] = table("times")["lengths"]
FALL_IS_SEASON = word_set("times", "fall_is_season")
AHEAD = word_set("times", "season_ahead")

YEAR = r"(?:1[89]|20)\d\d"

# A season with a word that makes it a time. Bounded, one way to read.
# yes: "this summer"  "late last autumn"  "in the spring of 1998"  "summer 1999"     no: "summer house"  "fall of Kabul"
SEASON = re.compile(
    rf"""
    \b (?: (?P<part>[Ee]arly|[Ll]ate|[Mm]id) [\s-] )?
    (?: (?P<lead>[Tt]his\spast|[Tt]his\scoming|[Tt]his|[Ll]ast|[Nn]ext|(?:[Ii]n|[Bb]y|[Bb]efore|[Aa]fter|[Uu]ntil
      |[Ss]ince|[Dd]uring|[Oo]ver)\sthe) \s )?
    (?P<season>{"|".join(SEASONS)}) \b (?! \s (?:{either(word_list("times", "named_after_a_season"))}) )
    (?: \s (?:of\s)? (?P<year>{YEAR}) \b )?
    """,
    re.VERBOSE,
)

# A year alone, behind a word that makes it a time; or two years with a dash in a bracket of time. Bounded.
# yes: "in 1945"  "since 1998"  "late 1997"  "from 1992 to 1995"     no: "the 1972 treaty"  "in 2000 villages"
YEARS = re.compile(
    rf"""
    \b (?: (?P<part>[Ee]arly|[Ll]ate|[Mm]id|[Tt]he\s(?:beginning|start|middle|end)\sof) [\s-] (?:in\s)?
       | (?P<lead>[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Bb]efore|[Aa]fter|[Ff]rom|[Bb]etween|[Oo]f) \s
         (?: (?P<part2>early|late|mid) [\s-] )? )
    (?P<year>{YEAR}) (?: (?:-|–|\sto\s|\sand\s|\suntil\s) (?P<year2>{YEAR}|\d\d\b) )? (?![\d-])
    (?! \s (?:{either(word_list("times", "counted"))}) )
    """,
    re.VERBOSE,
)

# A decade in figures or in words. Bounded.
# yes: "the 1990s"  "the early 1980s"  "the mid-nineties"     no: "aged in her nineties"  "the 1990"
DECADE = re.compile(
    rf"""
    \b [Tt]he \s (?: (?P<part>early|late|mid) [\s-] )?
    (?: (?P<figures>(?:1[89]|20)\d0)['’]?s
      | (?P<word>{"|".join(DECADES)}) ) \b
    """,
    re.VERBOSE,
)

# The beginning or end of a span that holds the day of publication, or is next to it. Bounded.
# yes: "the end of the year"  "by the end of next month"  "the beginning of this week"     no: "the end of the road"
EDGE = re.compile(
    r"""
    \b (?: (?P<lead>[Bb]y|[Bb]efore|[Uu]ntil|[Ss]ince|[Aa]t|[Tt]oward|[Tt]owards|[Nn]ear) \s )?
    [Tt]he \s (?P<part>beginning|start|middle|end|close) \s of \s
    (?P<which>the|this|next|last) \s (?P<unit>week|month|year)\b
    """,
    re.VERBOSE,
)

# A stretch that reaches up to the day of publication or begins at it, or lies some counted time away. Bounded.
# yes: "the past two weeks"  "recent months"  "the next three years"  "several weeks ago"     no: "the last two men"
STRETCH = re.compile(
    r"""
    \b (?:
        (?: (?P<lead>[Tt]he\spast|[Tt]he\slast|[Tt]hese\spast|[Tt]he\snext|[Tt]he\scoming|[Pp]ast|[Rr]ecent
          |[Cc]oming) \s )
        (?: (?P<count>two|three|four|five|six|seven|eight|nine|ten|twelve|few|several|couple\sof|\d{1,2}) \s )?
        (?P<unit>day|week|month|year|decade)s
      | (?P<some>[Aa]\sfew|[Ss]everal|[Ss]ome|[Aa]\scouple\sof|[Mm]any) \s (?P<ago>day|week|month|year)s \s ago
      | (?P<half>[Hh]alf\sa\syear|[Aa]\syear\sand\sa\shalf)\sago
      | [Ii]n \s (?P<in>two|three|four|five|six|seven|ten|\d{1,2}) \s (?P<ahead>day|week|month|year)s (?:['’]\s?time)?
        (?! \s (?:of|that) )
    ) \b
    """,
    re.VERBOSE,
)

# A counted piece of a month or year. Bounded, one way to read.
# yes: "first week of May"  "second half of 2003"  "last days of June 1999"     no: "first half of the game"
PIECE = re.compile(
    rf"""
    \b (?P<nth>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ff]inal|[Oo]pening|[Cc]losing) \s
    (?P<piece>week|half|quarter|third|days) \s of \s
    (?: (?P<month>{MONTH})
        (?: ,? \s (?:of\s)? (?P<year>{YEAR}) )?
      | (?P<alone>{YEAR}) | (?P<which>this|last|next) \s (?P<unit>month|year) ) \b (?! \s \d )
    """,
    re.VERBOSE,
)

# What makes "in six years" a length of time. Bounded, within the sentence.
# yes: "the first visit "  "the worst drought "     no: "first. We meet "
SINCE = re.compile(r"\b(?:first|only|worst|best|highest|lowest|biggest|largest|longest|time)\b[^.;]{0,80}$")

FEW_TIMES, MANY_TIMES = 2, 7
"""What "a few" and "several" may mean."""


def _season(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    lead, name = (parts["lead"] or "").lower(), parts["season"]
    if not lead and not parts["year"] and not parts["part"]:
        return None
    if name == "fall" and not parts["year"] and lead not in FALL_IS_SEASON:
        return None
    if parts["year"]:
        year = int(parts["year"])
    elif anchor.latest:
        year = _season_year(SEASONS[name], lead, anchor.latest, ahead)
    else:
        return unplaced("relative")
    first = dt.date(year, SEASONS[name], 1)
    last = calendar_bounds(first, 2, "month")[1]
    basis = "explicit" if parts["year"] else "relative"
    return part_of(first, last, (parts["part"] or "").lower(), "season", basis)


def _season_year(month: int, lead: str, latest: dt.date, ahead: bool) -> int:
    """The year in which the season begins: the one that is or was last, unless the words point ahead."""
    running = dt.date(latest.year, month, 1) <= latest
    begun = latest.year if running else latest.year - 1
    over = latest > calendar_bounds(dt.date(begun, month, 1), 2, "month")[1]
    if lead in AHEAD or (ahead and lead != "last"):
        return begun + 1
    if lead == "this":
        return begun if not over or (latest.month - month < 6 and running) else begun + 1
    if lead == "last":
        return begun if over else begun - 1
    return begun


def _years(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    if (match["lead"] or "").lower() == "of" and not match["part2"]:
        return None
    year = int(match["year"])
    second = match["year2"] or ""
    other = int(second) if len(second) == 4 else int(f"{year // 100}{second}") if second else year
    if not year <= other <= year + 99:
        other = year
    part = (match["part"] or match["part2"] or "").lower().removeprefix("the ").removesuffix(" of")
    precision: Precision = "year" if other == year else "range"
    return part_of(dt.date(year, 1, 1), dt.date(other, 12, 31), part or None, precision, "explicit")


def _decade(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    first = int(match["figures"]) if match["figures"] else DECADES[match["word"]]
    begin, end = {"early": (0, 3), "mid": (3, 6), "late": (6, 9)}.get(match["part"], (0, 9))
    precision: Precision = "range" if match["part"] else "decade"
    return spanning(dt.date(first + begin, 1, 1), dt.date(first + end, 12, 31), precision, "explicit")


def _edge(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    if anchor.day is None:
        return unplaced("relative")
    step = {"next": 1, "last": -1}.get(match["which"], 0)
    if match["unit"] == "week":
        first = anchor.day + (7 * step - anchor.day.weekday()) * ONE_DAY
        last = first + 6 * ONE_DAY
    else:
        first, last = calendar_bounds(anchor.day, step * (12 if match["unit"] == "year" else 1), match["unit"])
    if (match["lead"] or "").lower() in ("by", "before", "until") and match["part"] == "end" and step >= 0:
        return spanning(max(first, anchor.day), last, "range", "relative")
    return part_of(first, last, match["part"], "range", "relative")


def _stretch(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    if anchor.day is None:
        return unplaced("relative")
    day, parts = anchor.day, match.groupdict()
    if parts["half"]:
        middle = days_away(day, -183 if parts["half"].lower().startswith("half") else -549)
        return spanning(days_away(middle, -45), days_away(middle, 45), "range", "relative")
    if parts["ago"]:
        length = DAYS[parts["ago"]]
        return spanning(days_away(day, -MANY_TIMES * length), days_away(day, -FEW_TIMES * length), "range", "relative")
    if parts["in"] and SINCE.search(match.string, max(0, match.start() - 90), match.start()):
        return None  # "the first visit in six years" tells how long, not when
    if parts["in"]:
        there = days_away(day, (COUNTS.get(parts["in"]) or int(parts["in"])) * DAYS[parts["ahead"]])
        slack = DAYS[parts["ahead"]] // 2
        return spanning(days_away(there, -slack), days_away(there, slack), "range", "relative")
    given = parts["count"] or ""
    count = COUNTS.get(given) or (int(given) if given.isdigit() else MANY_TIMES)
    length = count * DAYS[parts["unit"]]
    if (parts["lead"] or "").lower() in ("the next", "the coming", "coming"):
        return spanning(day, days_away(day, length), "range", "relative")
    return spanning(days_away(day, -length), day, "range", "relative")


def _piece(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    basis = "explicit" if parts["year"] or parts["alone"] else "relative"
    whole = _whole(parts, anchor, ahead)
    if whole is None:
        return unplaced(basis)
    first, last = whole
    count, number = PIECES[parts["piece"]], NTH.get(parts["nth"].lower(), 0)
    if number > count or (parts["piece"] == "week" and not parts["month"] and parts["unit"] != "month"):
        return None
    if parts["piece"] == "week":
        start = first + (number - 1) * 7 * ONE_DAY if number else last - 6 * ONE_DAY
        return spanning(start, start + 6 * ONE_DAY, "range", basis)
    months = 12 // count if (last - first).days > 31 else 0
    if months:  # halves and quarters of a year are months
        at = (number or count) - 1
        start = calendar_bounds(first, at * months, "month")[0]
        return spanning(start, calendar_bounds(start, months - 1, "month")[1], "range", basis)
    length = ((last - first).days + 1) // count
    start = first + ((number or count) - 1) * length * ONE_DAY
    return spanning(start, last if number in (0, count) else start + (length - 1) * ONE_DAY, "range", basis)


def _whole(parts: dict[str, str | None], anchor: Anchor, ahead: bool) -> tuple[dt.date, dt.date] | None:
    """The month or year that a piece is cut from."""
    if parts["alone"]:
        return dt.date(int(parts["alone"]), 1, 1), dt.date(int(parts["alone"]), 12, 31)
    if parts["unit"]:
        step = {"this": 0, "last": -1, "next": 1}[parts["which"] or "this"]
        return (
            calendar_bounds(anchor.day, step * (12 if parts["unit"] == "year" else 1), parts["unit"])
            if anchor.day
            else None
        )
    month = month_number(parts["month"] or "")
    if parts["year"]:
        year = int(parts["year"])
    elif anchor.latest:
        behind = month > anchor.latest.month
        year = anchor.latest.year + (month < anchor.latest.month if ahead else -behind)
    else:
        return None
    return calendar_bounds(dt.date(year, month, 1), 0, "month")


READINGS: tuple[
    tuple[re.Pattern[str], Callable[[re.Match[str], Anchor, bool], Interval | None], frozenset[Hint]], ...
] = (
    (SEASON, _season, frozenset({"season"})),
    (PIECE, _piece, frozenset({"month", "unit", "figure"})),
    (EDGE, _edge, frozenset({"unit"})),
    (DECADE, _decade, frozenset({"figure", "decade"})),
    (STRETCH, _stretch, frozenset({"unit"})),
    (YEARS, _years, frozenset({"figure"})),
)

"""Date expressions in a stretch of text, as intervals with the words and the rule that gave them.

A pure grammar: no parse, no clock. What a relative expression means hangs on the day of publication; where that day
is not known the interval stays null, it is never guessed. What hangs on another date of the text is read in
`timeline`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from extractors.dates.intervals import (
    ONE_DAY,
    Anchor,
    calendar_bounds,
    day_of,
    month_number,
    nearest_day,
    part_of,
    spanning,
    time_away,
    unplaced,
)
from extractors.dates.vague import DAYS, DECADES, SEASONS, YEAR, Hint
from extractors.dates.vague import READINGS as VAGUE
from extractors.lexicon import word_list, word_set
from extractors.lexicon.times import (
    COUNTS,
    MONTH_ABBREVIATIONS,
    MONTH_NAMES,
    MONTH_SHORT,
    WEEKDAY,
    WEEKDAYS,
    counts,
    with_capital,
)
from extractors.lexicon.times import MONTH as MONTH_NAME
from extractors.lexicon.words import LETTERS, either
from extractors.model import Interval, Span

MONTH = rf"(?:{MONTH_NAME}|(?:{MONTH_SHORT})\.?)"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d|,\d{3}|\.\d|%)"
NAMESAKE = rf"(?!\s(?:{either(word_list('times', 'named_after_a_day'))})\b)"
"""What is called after a day and is none: "the March 8 Alliance"."""
JOIN = r"\s?(?:-|–|—|/|&|\band\b|\bto\b)\s?"

# A day or a range of days in a named month, month first. Every part is of bounded length, nothing is repeated.
# yes: "January 25-27"  "March 30-April 2"  "May 29 & 30"  "Feb. 19, 2000"  "Monday, May 5"
# no:  "May 2000"  "march 5"  "March 3,000"  "March 8 Alliance"
MONTH_DAY = re.compile(
    rf"""
    \b (?: {WEEKDAY} ,? \s \(? )? (?P<month>{MONTH}) \s (?P<day>{DAY}) (?:st|nd|rd|th)?
    (?: {JOIN} (?: (?P<month2>{MONTH}) \s )? (?P<day2>{DAY}) (?:st|nd|rd|th)? )?
    (?: ,? \s (?P<year>{YEAR}) \b )? {NAMESAKE}
    """,
    re.VERBOSE,
)

# The same with the day first. Bounded in the same way.
# yes: "26 January 1999"  "5-7 May"  "the 3rd of May"     no: "26 Januaries"  "1999 January"
DAY_MONTH = re.compile(
    rf"""
    (?<![\d\-–.]) (?=[\dMTWFS]) (?: \b {WEEKDAY} ,? \s \(? )?
    (?P<day>{DAY}) (?:st|nd|rd|th)? (?: {JOIN} (?P<day2>{DAY}) (?:st|nd|rd|th)? )? \s (?:of\s)?
    (?P<month>{MONTH}) \b (?! \s {DAY} )
    (?: ,? \s (?P<year>{YEAR}) \b )? {NAMESAKE}
    """,
    re.VERBOSE,
)

# A day in figures, as standards write it. Bounded.
# yes: "2003-05-15"     no: "2003-15-05"  "12003-05-15"
ISO = re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\d-])")

# A month as a whole; without a year only after a word that makes it a time, as "May" and "March" are words too.
# yes: "in March"  "this past June"  "early May 1998"  "the end of June"     no: "he may"  "the March on Rome"
MONTH_ONLY = re.compile(
    rf"""
    \b (?: (?P<part>[Ee]arly|[Mm]id|[Ll]ate|(?:[Bb]eginning|[Ss]tart|[Mm]iddle|[Ee]nd)\sof) [\s-] (?:in\s)? )?
    (?: (?P<lead>[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]or|[Dd]uring|[Nn]ext|[Ll]ast|[Tt]his|[Aa]fter|[Bb]efore|[Ff]rom
      |(?:[Tt]his|[Tt]he)\s(?:past|coming)|[Oo]f) \s
        (?: (?P<part2>early|mid|late) [\s-] )? )?
    (?P<month>{MONTH}) (?P<own>['’]s)? (?! \s \d{{1,2}}\b ) (?: ,? \s (?: of \s )? (?P<year>{YEAR}) )? (?!\w)
    """,
    re.VERBOSE,
)

# A day or a span of time counted from the day of publication.
# yes: "yesterday"  "late last week"  "on Tuesday"  "two days ago"  "a year ago"     no: "todays"  "Good Friday"
RELATIVE = re.compile(
    rf"""
    \b (?= [yYtTlLoOdDaAnNeEmMpPfFsSW\d] ) (?:
        (?P<near>(?:[Tt]he\sday\sbefore\s)?[Yy]esterday|[Tt]oday|(?:[Tt]he\sday\safter\s)?[Tt]omorrow|[Tt]onight
          |[Tt]his\s(?:morning|afternoon|evening)|[Ll]ast\snight)
      | (?P<over>(?:[Oo]ver|[Dd]uring|[Aa]t)\sthe\sweekend)
      | (?: (?P<wlead>[Ll]ast|[Tt]his|[Nn]ext|[Oo]n|[Ll]ate|[Ee]arly|(?:[Tt]his|[Tt]he)\s(?:past|coming)) \s )?
        (?<! Good\s ) (?<! Black\s ) (?<! Bloody\s ) (?<! Palm\s )
        (?P<weekday>{WEEKDAY}) (?: (?:-|–|\sto\s|\sthrough\s|\suntil\s) (?P<weekday2>{WEEKDAY}) )?
        (?! \s (?:{either(word_list("times", "named_after_a_weekday"))}) )
      | (?: (?P<part>[Ee]arly|[Ee]arlier|[Mm]id|[Ll]ate|[Ll]ater) [\s-] )?
        (?P<lead>[Ll]ast|[Tt]his|[Nn]ext|[Tt]his\spast|[Tt]he\spast|[Pp]ast|[Pp]revious|[Tt]his\scoming
          |[Tt]he\scoming) \s
        (?P<unit>week(?:end)?|month|year)
      | (?<! half\s ) (?P<count>(?:{with_capital(counts(1, 50))})
            |\d{{1,2}}) \s
        (?P<ago>day|week|month|year|decade)s? \s ago
    ) \b
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression: where it stands and what it means."""

    span: Span
    interval: Interval
    relative: bool


# One figure.
# yes: "5"     no: "five"
FIGURE = re.compile(r"\d")
HINTS: Mapping[str, Hint] = {
    **dict.fromkeys((name.lower() for name in (*MONTH_NAMES, *MONTH_ABBREVIATIONS)), "month"),
    **dict.fromkeys((word for unit in word_list("times", "units") for word in (unit, f"{unit}s")), "unit"),
    **dict.fromkeys((*word_list("times", "near"), *(name.lower() for name in WEEKDAYS)), "near"),
    **dict.fromkeys(SEASONS, "season"),
    **dict.fromkeys(DECADES, "decade"),
}
"""Words in small letters, with the sort of date that is not written without one such."""
EVERYDAY = word_set("times", "everyday_months")
"""Months that are words of every day, and count with their capital."""
AHEAD = word_set("times", "month_ahead")
"""Words by which a month lies ahead."""


def hints_in(text: str, within: Span) -> frozenset[Hint]:
    """Which sorts of date text[within] may name, told by its words and figures; for most sentences none. One look at
    each word instead of a dozen patterns at each character."""
    words = LETTERS.findall(text[slice(*within)].lower())
    told = [word for word in words if word in HINTS]
    found = {HINTS[word] for word in told if word not in EVERYDAY}
    if "month" not in found and told and (text.find("May", *within) >= 0 or text.find("March", *within) >= 0):
        found.add("month")
    if FIGURE.search(text, *within):
        found.add("figure")
    return frozenset(found)


def dates_in(
    text: str, anchor: Anchor, *, ahead: bool = False, within: Span | None = None, hints: frozenset[Hint] | None = None
) -> tuple[Dated, ...]:
    """The date expressions in text[within], in order, none overlapping another. `ahead` reads what has no year, or
    names a weekday, as the next one after the anchor instead of the last one before it. `hints`, where known already,
    are those of `hints_in`."""
    start, end = within or (0, len(text))
    found: list[Dated] = []
    taken: set[int] = set()
    hints = hints_in(text, (start, end)) if hints is None else hints
    for pattern, meaning in (reading[:2] for reading in READINGS if not hints.isdisjoint(reading[2])):
        for match in pattern.finditer(text, start, end):
            if match.start() in taken or match.end() - 1 in taken:
                continue
            meant = meaning(match, anchor, ahead)
            if meant is not None:
                worded = meant.model_copy(update={"text": match.group()})
                found.append(Dated(match.span(), worded, meant.basis == "relative"))
                taken.update(range(*match.span()))
    return tuple(sorted(found, key=lambda d: d.span))


def _days(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    month, day = month_number(parts["month"]), int(parts["day"])
    month2, day2 = month_number(parts.get("month2") or parts["month"]), int(parts["day2"] or parts["day"])
    if parts["year"]:
        last = day_of(int(parts["year"]), month2, day2)
    elif anchor.latest:
        last = nearest_day(month2, day2, anchor.latest, ahead=ahead)
    else:
        return unplaced("explicit")
    first = nearest_day(month, day, last) if last else None
    return spanning(first, last, "range", "explicit") if first and last else None


def _iso(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    day = day_of(int(match["year"]), int(match["month"]), int(match["day"]))
    return spanning(day, day, "day", "explicit") if day else None


def _month(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    part, lead = (parts["part"] or parts["part2"] or "").lower().removesuffix(" of"), (parts["lead"] or "").lower()
    if lead == "for" and parts["month"] == "May":
        lead = ""  # somebody's name
    timed = lead not in ("", "of") or (part and not parts["part2"]) or parts["own"]
    if not parts["year"] and (not timed or not parts["month"].isalpha() or (parts["own"] and parts["month"] == "May")):
        return None
    month = month_number(parts["month"])
    if parts["year"]:
        year = int(parts["year"])
    elif anchor.latest:
        year = _year_of_month(month, anchor.latest, lead, ahead)
    else:
        return unplaced("explicit")
    first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    return part_of(first, last, part, "month", "explicit")


def _year_of_month(month: int, latest: dt.date, lead: str, ahead: bool) -> int:
    """The year of a month named without one: "this June" is the nearest, "by June" and "next June" lie ahead."""
    if lead in ("last", "this past", "the past"):
        return latest.year - (month >= latest.month)
    if lead in AHEAD or ahead:
        return latest.year + (month < latest.month)
    if lead == "this":
        years = (latest.year, latest.year + 1, latest.year - 1)
        return min(years, key=lambda year: abs((year - latest.year) * 12 + month - latest.month))
    return latest.year - (month > latest.month)


def _relative(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = {name: part.lower() if part and "weekday" not in name else part for name, part in match.groupdict().items()}
    if anchor.day is None:
        return unplaced("relative")
    if parts["near"]:
        shift = NEAR.get(" ".join(parts["near"].split()), 0)
        return spanning(anchor.day + shift * ONE_DAY, anchor.day + shift * ONE_DAY, "day", "relative")
    if parts["over"]:
        return _span_of_time(anchor.day, "next" if ahead else "last", "weekend", None)
    if parts["weekday"]:
        lead = parts["wlead"] or ""
        coming = lead == "next" or lead.endswith("coming") or (ahead and not lead.startswith("last"))
        last = _weekday(WEEKDAYS[parts["weekday2"] or parts["weekday"]], anchor.day, coming)
        before = (WEEKDAYS[parts["weekday2"] or parts["weekday"]] - WEEKDAYS[parts["weekday"]]) % 7
        return spanning(last - before * ONE_DAY, last, "range", "relative")
    if parts["ago"]:
        return time_away(anchor.day, -(COUNTS.get(parts["count"].lower()) or int(parts["count"])), parts["ago"])
    return _span_of_time(anchor.day, parts["lead"], parts["unit"], parts["part"])


NEAR = {"yesterday": -1, "last night": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}


def _weekday(weekday: int, day: dt.date, ahead: bool) -> dt.date:
    away = (weekday - day.weekday() - 1) % 7 + 1 if ahead else -((day.weekday() - weekday) % 7)
    return day + away * ONE_DAY


def _span_of_time(day: dt.date, lead: str, unit: str, part: str | None) -> Interval | None:
    if lead in ("the past", "past", "this past") and unit != "weekend":
        return spanning(day - DAYS[unit] * ONE_DAY, day, "range", "relative")
    step = {"last": -1, "previous": -1, "next": 1, "this coming": 1, "the coming": 1}.get(lead, 0)
    if unit == "weekend":
        # "last weekend" is the one before this day, "this weekend" and "next weekend" the one after it
        saturday = day - (day.weekday() + 2) % 7 * ONE_DAY if step < 0 else day + (5 - day.weekday()) % 7 * ONE_DAY
        return spanning(saturday, saturday + ONE_DAY, "range", "relative")
    if unit == "week":
        first = day - (day.weekday() - 7 * step) * ONE_DAY
        last = first + 6 * ONE_DAY
    else:
        first, last = calendar_bounds(day, step * (12 if unit == "year" else 1), unit)
    if step == 0 and part in ("earlier", "later"):  # "earlier this week" has been, "later this week" is to come
        return (
            spanning(first, day, "range", "relative") if part == "earlier" else spanning(day, last, "range", "relative")
        )
    return part_of(first, last, part, "week" if unit == "week" else "month" if unit == "month" else "year", "relative")


Meaning = Callable[[re.Match[str], Anchor, bool], Interval | None]
READINGS: tuple[tuple[re.Pattern[str], Meaning, frozenset[Hint]], ...] = (
    (ISO, _iso, frozenset({"figure"})),
    (MONTH_DAY, _days, frozenset({"month"})),
    (DAY_MONTH, _days, frozenset({"month"})),
    *VAGUE[:2],  # seasons and pieces, as "the summer of June …" never comes
    (MONTH_ONLY, _month, frozenset({"month"})),
    (RELATIVE, _relative, frozenset({"near", "unit"})),
    *VAGUE[2:],
)
"""Each pattern with what it means, and the hints without one of which it cannot match."""

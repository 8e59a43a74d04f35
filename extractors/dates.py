"""Date expressions in a stretch of text, as intervals with the words and the rule that gave them.

A pure grammar: no parse, no clock. What a relative expression means hangs on the day of publication; where that day
is not
known the interval stays null, it is never guessed.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from extractors.model import Interval, Published, Span

ONE_DAY = dt.timedelta(days=1)
Precision = Literal["day", "range", "week", "month", "season", "year", "decade", "none"]

MONTHS = {name[:3]: number for number, name in enumerate(calendar.month_name) if name}
WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name)}

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?)"
)
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d|,\d{3}|\.\d|%)"
YEAR = r"(?:1[89]|20)\d\d"
JOIN = r"\s?(?:-|–|—|/|&|\band\b|\bto\b)\s?"

# A day or a range of days in a named month, month first. Every part is of bounded length, nothing is repeated.
# yes: "January 25-27"  "March 30-April 2"  "May 29 & 30"  "Feb. 19, 2000"     no: "May 2000"  "march 5"  "March 3,000"
MONTH_DAY = re.compile(
    rf"""
    \b (?P<month>{MONTH}) \s (?P<day>{DAY})
    (?: {JOIN} (?: (?P<month2>{MONTH}) \s )? (?P<day2>{DAY}) )?
    (?: ,? \s (?P<year>{YEAR}) \b )?
    """,
    re.VERBOSE,
)

# The same with the day first. Bounded in the same way.
# yes: "26 January 1999"  "5-7 May"     no: "26 Januaries"  "1999 January"
DAY_MONTH = re.compile(
    rf"""
    (?<![\d\-–.]) (?P<day>{DAY}) (?: {JOIN} (?P<day2>{DAY}) )? \s (?P<month>{MONTH}) \b (?! \s {DAY} )
    (?: ,? \s (?P<year>{YEAR}) \b )?
    """,
    re.VERBOSE,
)

# A month as a whole; without a year only after a word that makes it a time, as "May" and "March" are words too.
# yes: "in March"  "this past June"  "early May 1998"  "June 1998"     no: "he may"  "the March on Rome"  "June Allyson"
MONTH_ONLY = re.compile(
    rf"""
    \b (?: (?P<part>early|mid|late) [\s-] (?:in\s)? )?
    (?: (?P<lead>in|since|until|by|during|next|last|this|(?:this|the)\spast|of) \s (?: (?P<part2>early|mid|late) [\s-]
    )? )?
    (?P<month>{MONTH}) (?! \s \d{{1,2}}\b ) (?: ,? \s (?: of \s )? (?P<year>{YEAR}) )? \b
    """,
    re.VERBOSE,
)

# A day or a span of time counted from the day of publication.
# yes: "yesterday"  "late last week"  "on Tuesday"  "two days ago"  "over the past month"     no: "todays"  "last of
# all"
RELATIVE = re.compile(
    r"""
    \b (?:
        (?P<near>yesterday|today|tomorrow|tonight|this\smorning|this\safternoon|this\sevening|last\snight)
      | (?: (?P<wlead>last|this|next|on|late|early) \s )?
        (?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)
      | (?: (?P<part>early|earlier|mid|late|later) [\s-] )?
        (?P<lead>last|this|next|this\spast|the\spast|past|previous) \s (?P<unit>week(?:end)?|month|year)
      | (?P<count>one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) \s (?P<ago>day|week|month|year)s? \s ago
    ) \b
    """,
    re.VERBOSE,
)

COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


@dataclass(frozen=True, slots=True)
class Anchor:
    """What time expressions are counted from: the day of publication if it is known, else the last day it can have
    been."""

    day: dt.date | None = None
    latest: dt.date | None = None

    @classmethod
    def of(cls, published: Published | None) -> Anchor:
        """The anchor that a document's publication gives: a day only where it is known to the day."""
        if published is None:
            return cls()
        return cls(published.start if published.precision == "day" else None, published.end)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression: where it stands and what it means."""

    span: Span
    interval: Interval
    relative: bool


def dates_in(text: str, anchor: Anchor, *, ahead: bool = False, within: Span | None = None) -> tuple[Dated, ...]:
    """The date expressions in text[within], in order, none overlapping another. `ahead` reads what has no year, or
    names
    a weekday, as the next one after the anchor instead of the last one before it."""
    start, end = within or (0, len(text))
    found: list[Dated] = []
    for pattern, meaning in READINGS:
        for match in pattern.finditer(text, start, end):
            if any(match.start() < d.span[1] and d.span[0] < match.end() for d in found):
                continue
            interval = meaning(match, anchor, ahead)
            if interval is not None:
                worded = interval.model_copy(update={"text": match.group()})
                found.append(Dated(match.span(), worded, pattern is RELATIVE))
    return tuple(sorted(found, key=lambda d: d.span))


def month_number(name: str) -> int:
    """1 to 12 for an English month name or its abbreviation."""
    return MONTHS[name[:3]]


def placed(month: int, day: int, latest: dt.date, *, ahead: bool = False) -> dt.date | None:
    """The last such day on or before `latest`, or the first after it when reading ahead; None for a February 30."""
    years = range(latest.year, latest.year + 9) if ahead else range(latest.year, latest.year - 9, -1)
    days = (made for made in (_day(year, month, day) for year in years) if made)
    return next((d for d in days if (d > latest if ahead else d <= latest)), None)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _interval(first: dt.date, last: dt.date, precision: Precision, basis: str) -> Interval:
    return Interval(start=first, end=last, precision="day" if first == last else precision, basis=basis)


def _unplaced(basis: str) -> Interval:
    return Interval(basis=basis)


def _days(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    month, day = month_number(parts["month"]), int(parts["day"])
    month2, day2 = month_number(parts.get("month2") or parts["month"]), int(parts["day2"] or parts["day"])
    if parts["year"]:
        last = _day(int(parts["year"]), month2, day2)
    elif anchor.latest:
        last = placed(month2, day2, anchor.latest, ahead=ahead)
    else:
        return _unplaced("explicit")
    first = placed(month, day, last) if last else None
    return _interval(first, last, "range", "explicit") if first and last else None


def _month(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    if not parts["year"] and (parts["lead"] in (None, "of") or not parts["month"].isalpha()):
        return None
    month, ahead = month_number(parts["month"]), ahead or parts["lead"] == "next"
    if parts["year"]:
        year = int(parts["year"])
    elif anchor.latest:
        year = _year_of_month(month, anchor.latest, ahead)
    else:
        return _unplaced("explicit")
    first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    return _part(first, last, parts["part"] or parts["part2"], "month", "explicit")


def _year_of_month(month: int, latest: dt.date, ahead: bool) -> int:
    if ahead:
        return latest.year + (month < latest.month)
    return latest.year - (month > latest.month)


def _part(first: dt.date, last: dt.date, part: str | None, precision: Precision, basis: str) -> Interval:
    """The early, middle or late part of a span: its first, middle or last third, and of a week its first or last
    days."""
    third = max(1, round(((last - first).days + 1) / 3))
    if part in ("early", "earlier"):
        return _interval(first, first + third * ONE_DAY - ONE_DAY * (precision != "week"), "range", basis)
    if part == "mid":
        return _interval(first + third * ONE_DAY, last - third * ONE_DAY, "range", basis)
    if part in ("late", "later"):
        return _interval(last - (third + (precision == "week")) * ONE_DAY, last, "range", basis)
    return _interval(first, last, precision, basis)


def _relative(match: re.Match[str], anchor: Anchor, ahead: bool) -> Interval | None:
    parts = match.groupdict()
    if anchor.day is None:
        return _unplaced("relative")
    if parts["near"]:
        shift = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(parts["near"], 0)
        return _interval(anchor.day + shift * ONE_DAY, anchor.day + shift * ONE_DAY, "day", "relative")
    if parts["weekday"]:
        return _weekday(WEEKDAYS[parts["weekday"]], anchor.day, ahead or parts["wlead"] == "next")
    if parts["ago"]:
        return _ago(anchor.day, COUNTS.get(parts["count"]) or int(parts["count"]), parts["ago"])
    return _span_of_time(anchor.day, parts["lead"], parts["unit"], parts["part"])


def _weekday(weekday: int, day: dt.date, ahead: bool) -> Interval:
    away = (weekday - day.weekday() - 1) % 7 + 1 if ahead else -((day.weekday() - weekday) % 7)
    return _interval(day + away * ONE_DAY, day + away * ONE_DAY, "day", "relative")


def _ago(day: dt.date, count: int, unit: str) -> Interval | None:
    if unit == "day":
        return _interval(day - count * ONE_DAY, day - count * ONE_DAY, "day", "relative")
    if unit == "week":
        middle = day - 7 * count * ONE_DAY
        return _interval(middle - 3 * ONE_DAY, middle + 3 * ONE_DAY, "week", "relative")
    months = count * (12 if unit == "year" else 1)
    return _calendar_span(day, -months, "year" if unit == "year" else "month")


def _span_of_time(day: dt.date, lead: str, unit: str, part: str | None) -> Interval | None:
    if lead in ("the past", "past", "this past") and unit != "weekend":
        length = {"week": 7, "month": 31, "year": 366}[unit]
        return _interval(day - length * ONE_DAY, day, "range", "relative")
    step = {"last": -1, "previous": -1, "next": 1}.get(lead, 0)
    if (
        unit == "weekend"
    ):  # "last weekend" is the one before this day, "this weekend" and "next weekend" the one after it
        saturday = day - (day.weekday() + 2) % 7 * ONE_DAY if step < 0 else day + (5 - day.weekday()) % 7 * ONE_DAY
        return _interval(saturday, saturday + ONE_DAY, "range", "relative")
    if unit == "week":
        monday = day - (day.weekday() - 7 * step) * ONE_DAY
        return _part(monday, monday + 6 * ONE_DAY, part, "week", "relative")
    first, last = _calendar_bounds(day, step * (12 if unit == "year" else 1), unit)
    return _part(first, last, part, "month" if unit == "month" else "year", "relative")


def _calendar_span(day: dt.date, months: int, unit: str) -> Interval:
    first, last = _calendar_bounds(day, months, unit)
    return _interval(first, last, "year" if unit == "year" else "month", "relative")


def _calendar_bounds(day: dt.date, months: int, unit: str) -> tuple[dt.date, dt.date]:
    """The first and last day of the calendar month or year so many months away."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if unit == "year":
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    return dt.date(year, month + 1, 1), dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Anchor, bool], Interval | None]], ...] = (
    (MONTH_DAY, _days),
    (DAY_MONTH, _days),
    (MONTH_ONLY, _month),
    (RELATIVE, _relative),
)

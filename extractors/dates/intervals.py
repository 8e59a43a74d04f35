"""Intervals of days and how they are counted: the anchor, months and years away, the early or late part of a span.

Pure arithmetic on the calendar; the words that call for it are read in `grammar` and `vague`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from extractors.lexicon import word_set
from extractors.lexicon.times import MONTH_NAMES
from extractors.model import Interval, Precision, Published

ONE_DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(1800, 1, 1), dt.date(2199, 12, 31)

MONTHS = {name[:3]: number for number, name in enumerate(MONTH_NAMES, start=1)}
EARLY, MIDDLE, LATE = (word_set("times", f"parts.{part}") for part in ("early", "middle", "late"))


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


def month_number(name: str) -> int:
    """1 to 12 for an English month name or its abbreviation."""
    return MONTHS[name[:3]]


def nearest_day(month: int, day: int, latest: dt.date, *, ahead: bool = False) -> dt.date | None:
    """The last such day on or before `latest`, or the first after it when reading ahead; None for a February 30."""
    years = range(latest.year, latest.year + 9) if ahead else range(latest.year, latest.year - 9, -1)
    days = (made for made in (day_of(year, month, day) for year in years) if made)
    return next((d for d in days if (d > latest if ahead else d <= latest)), None)


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """The day, None where the calendar has none such."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def spanning(first: dt.date, last: dt.date, precision: Precision, basis: str) -> Interval:
    """The interval; one day is a day whatever it was cut from."""
    return Interval(start=first, end=last, precision="day" if first == last else precision, basis=basis)


def unplaced(basis: str) -> Interval:
    """An expression whose days cannot be known here."""
    return Interval(basis=basis)


def part_of(first: dt.date, last: dt.date, part: str | None, precision: Precision, basis: str) -> Interval:
    """The early, middle or late part of a span: its first, middle or last third, and of a week its first or last
    days."""
    third = max(1, round(((last - first).days + 1) / 3))
    if part in EARLY:
        return spanning(first, first + third * ONE_DAY - ONE_DAY * (precision != "week"), "range", basis)
    if part in MIDDLE:
        return spanning(first + third * ONE_DAY, last - third * ONE_DAY, "range", basis)
    if part in LATE:
        return spanning(last - (third + (precision == "week")) * ONE_DAY, last, "range", basis)
    return spanning(first, last, precision, basis)


def days_away(day: dt.date, days: int) -> dt.date:
    """The day so many days away, within the years that a calendar here knows."""
    return min(LAST, max(FIRST, day + max(-300_000, min(300_000, days)) * ONE_DAY))


def time_away(day: dt.date, count: int, unit: str) -> Interval:
    """So many days, weeks, months or years away from a day; negative counts lie before it."""
    if unit == "day":
        there = days_away(day, count)
        return spanning(there, there, "day", "relative")
    if unit == "week":
        middle = days_away(day, 7 * count)
        return spanning(days_away(middle, -3), days_away(middle, 3), "week", "relative")
    if unit == "decade":
        return calendar_span(day, 120 * count, "year")
    return calendar_span(day, count * (12 if unit == "year" else 1), "year" if unit == "year" else "month")


def calendar_span(day: dt.date, months: int, unit: str) -> Interval:
    """The whole calendar month or year so many months away."""
    first, last = calendar_bounds(day, months, unit)
    return spanning(first, last, "year" if unit == "year" else "month", "relative")


def calendar_bounds(day: dt.date, months: int, unit: str) -> tuple[dt.date, dt.date]:
    """The first and last day of the calendar month or year so many months away."""
    months = min((LAST.year - day.year) * 12 - 12, max((FIRST.year - day.year) * 12 + 12, months))
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if unit == "year":
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    return dt.date(year, month + 1, 1), dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])

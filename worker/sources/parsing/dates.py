"""The dates that lists state, read as they are written or not at all: every one with its field, words and confidence.

Nothing is completed from today's date, no order of day and month is guessed, no zone is assumed. Takes the fields of an
entry in the order in which they are believed, gives the first that can be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors import MONTHS
from worker.sources.parsing.zones import NoZone, zone

SHORT_FORMS = {"mrz": 3}  # by DIN 1355, as programs in German write it; all others begin as the month does
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What systems write where they have no date: the first instants of their calendars.
UNSET = frozenset(map(dt.date.fromisoformat, ("1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1970-01-01")))
OLDEST_YEAR = 1800
AHEAD = dt.timedelta(days=1)  # what a wrong clock or a missing zone explains; all beyond is no date of publication
LONGEST_WORDS = 100

TIME = (
    r"(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?:\s?(?P<half>[aApP])\.?[mM]\.?)?"
)
ZONE = r"\s{0,3}(?P<zone>[^\d\s].{0,40})?"
WEEKDAY = r"(?P<weekday>[^\W\d_]{2,13})[.,]{0,2}"
MONTH = r"(?P<name>[^\W\d_]{3,13})"
BEFORE_TIME = r"(?:,?\s{1,3}(?:at\s|-\s)?|T)"
# ISO 8601 and its relatives, year first, so that no order of day and month is in doubt.
# yes: "2024-05-01"  "2016/6/29 15:07:41"  "20240501T101500Z"  "2024-05-01 10:00:00 +0300"   no: "2024-05"  "2024"
ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})|(?P<month8>\d\d)(?P<day8>\d\d))"
    rf"(?:(?:[Tt]|[\s,_]{{1,3}}){TIME}{ZONE}|Z)?",
    re.ASCII,
)
# RFC 2822 and its relatives in any language: the day before the month's name.
# yes: "Mon, 11 Mar 2002 10:00:00 GMT"  "1 May 24 12:00 EST"  "Thursday, 28-Jan-99 10:00:00 GMT"  "Mo, 11. Mrz 2024"
#      "lunes, 2 de mayo de 2024 - 10:00"   no: "1 May"
DAY_FIRST = re.compile(
    rf"(?:{WEEKDAY}\s{{0,3}})?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er|[.º°])?[\s-]{{1,3}}(?:de\s)?{MONTH}"
    rf"[.,]?[\s-]{{1,3}}(?:del?\s)?(?P<year>[0-9]{{4}}|[0-9]{{2}})(?:{BEFORE_TIME}{TIME}{ZONE})?"
)
# The month's name before the day. yes: "May 1, 2024 10:00 AM EST"  "Wed, Sept. 4th 2002"   no: "May 2024"
MONTH_FIRST = re.compile(
    rf"(?:{WEEKDAY}\s{{1,3}})?{MONTH}\.?\s{{1,3}}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:,\s{{0,3}}|\s{{1,3}})(?P<year>[0-9]{{4}})(?:{BEFORE_TIME}{TIME}{ZONE})?"
)
# In East Asian characters. yes: "2019年3月5日 10:00"  "2019년 3월 5일"   no: "3月5日"
EAST_ASIAN = re.compile(
    r"(?P<year>[0-9]{4})\s?[年년]\s?(?P<month>[0-9]{1,2})\s?[月월]\s?(?P<day>[0-9]{1,2})\s?[日일]"
    rf"(?:\s{{0,3}}{TIME}{ZONE})?"
)
# As C's asctime and date(1) write it. yes: "Wed May  1 10:00:00 2024"  "Wed May 1 10:00:00 GMT 2024"
ASCTIME = re.compile(
    r"(?P<weekday>[A-Za-z]{3})\s{1,2}(?P<name>[A-Za-z]{3})\s{1,3}(?P<day>\d{1,2})\s"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\s(?:(?P<zone>[A-Z]{1,5}|[+-]\d{4})\s)?(?P<year>\d{4})",
    re.ASCII,
)
# Figures with the year last: read only where one of the two cannot be a month, or both are the same.
# yes: "13/05/2024"  "05/13/2024 10:00"  "5.5.2024"   matched, but not read: "01/05/2024"
FIGURES = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<sep>[/.-])(?P<two>\d{{1,2}})(?P=sep)(?P<year>\d{{4}})(?:{BEFORE_TIME}{TIME}{ZONE})?",
    re.ASCII,
)
# Seconds or milliseconds since 1970. yes: "1714521600"  "1714521600000"   no: "20240501"
EPOCH = re.compile(r"(?P<seconds>\d{10})(?P<thousandths>\d{3})?(?:\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stated:
    """A date as a list states it. `day` in the zone in which it is written; `instant` only where the zone is certain;
    `basis`: field, reading, confidence and words. Both are None where the words are not believed."""

    day: str | None
    instant: dt.datetime | None
    basis: str


@dataclass(frozen=True, slots=True)
class _Reading:
    day: dt.date
    instant: dt.datetime | None
    form: str
    confidence: float


def read_dates(fields: Iterable[tuple[str, str]], now: dt.datetime) -> Stated | None:
    """The first of the (name, words) that is a date; where none is, why the first is not; None where none says a
    thing."""
    refused = None
    for name, words in fields:
        written = " ".join(words[: 10 * LONGEST_WORDS].split())
        if not written:
            continue
        shown = f'"{written[:LONGEST_WORDS]}"'
        try:
            reading = _believed(next(_readings(written), None), now)
        except (ValueError, OverflowError, NoZone) as error:
            refused = refused or Stated(None, None, f"{name} not believed 0 {shown}: {error}")
            continue
        instant = reading.instant.astimezone(dt.UTC) if reading.instant else None
        return Stated(reading.day.isoformat(), instant, f"{name} {reading.form} {reading.confidence:g} {shown}")
    return refused


def _believed(reading: _Reading | None, now: dt.datetime) -> _Reading:
    if reading is None:
        raise ValueError("no form of date that is known")
    if reading.day.year < OLDEST_YEAR or reading.day in UNSET:
        raise ValueError("what systems write for no date")
    if (reading.instant or dt.datetime.combine(reading.day, dt.time(), dt.UTC)) > now + AHEAD:
        raise ValueError("it lies in the future")
    return reading


def _readings(words: str) -> Iterator[_Reading]:
    if found := ISO.fullmatch(words):
        yield _dated(found, int(found["month"] or found["month8"]), int(found["day"] or found["day8"]), "ISO 8601")
    if found := EAST_ASIAN.fullmatch(words):
        yield _dated(found, int(found["month"]), int(found["day"]), "in words")
    for form, pattern in (("RFC 2822", DAY_FIRST), ("in words", MONTH_FIRST), ("asctime", ASCTIME)):
        if found := pattern.fullmatch(words):
            yield _dated(found, _month(found["name"]), int(found["day"]), form)
    if found := FIGURES.fullmatch(words):
        yield _in_figures(found)
    if found := EPOCH.fullmatch(words):
        instant = dt.datetime.fromtimestamp(int(found["seconds"]), dt.UTC)
        yield _Reading(instant.date(), instant, "seconds since 1970", 0.8)


def _in_figures(found: re.Match[str]) -> _Reading:
    one, two = int(found["one"]), int(found["two"])
    if one <= 12 and two <= 12 and one != two:
        raise ValueError("day and month could be either")
    month, day = (one, two) if one <= 12 else (two, one)
    return _dated(found, month, day, "in figures", confidence=0.8)


def _dated(found: re.Match[str], month: int, day: int, form: str, confidence: float = 0.95) -> _Reading:
    given = found.groupdict()
    year = _year(found["year"])
    date = dt.date(year, month, day)
    if len(found["year"]) == 2:
        confidence = 0.8
    if not _same_weekday(given.get("weekday"), date):
        confidence = 0.5
    if given["hour"] is None:
        return _Reading(date, None, f"{form}, no time", confidence)
    moment = _moment(date, given)
    offset = zone(given["zone"] or "", moment, by_mail=form == "RFC 2822") if given["zone"] else None
    if offset is None:
        return _Reading(date, None, f"{form}, no certain zone", min(confidence, 0.8))
    return _Reading(date, moment.replace(tzinfo=offset), form, confidence)


def _moment(date: dt.date, given: dict[str, str | None]) -> dt.datetime:
    """The wall-clock time. 24:00 is the day's end (ISO 8601), a leap second the last one before it."""
    hour, minute, second = (int(given[name] or 0) for name in ("hour", "minute", "second"))
    if given.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(f"hour {hour} of a half day")
        hour = hour % 12 + (12 if (given["half"] or "").lower() == "p" else 0)
    midnight = dt.datetime.combine(date, dt.time())
    if (hour, minute, second) == (24, 0, 0):
        return midnight + dt.timedelta(days=1)
    return midnight.replace(hour=hour, minute=minute, second=min(second, 59) if second == 60 else second)


def _year(written: str) -> int:
    """RFC 2822, 4.3: two figures below 50 are of this century."""
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 50 else 1900)


def _month(name: str) -> int:
    """The month of that name in any language that pages are read in, or of a beginning that only one month has."""
    low = name.lower()
    if known := MONTHS.get(low) or SHORT_FORMS.get(low):
        return known
    begun = {month for full, month in MONTHS.items() if full.startswith(low)}
    if len(begun) != 1:
        raise ValueError(f"{name!r} is no month's name")
    return begun.pop()


def _same_weekday(name: str | None, date: dt.date) -> bool:
    """Whether the day's name is right; one in another language says nothing."""
    short = (name or "").lower()[:3]
    return short not in WEEKDAYS or short == WEEKDAYS[date.weekday()]

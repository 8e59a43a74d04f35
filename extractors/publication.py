"""When a document was published: the page's own word first, then the feed's, then what the text lets us reason.

A day that cannot be known stays unknown: the day of the fetch is never taken for it, it only refuses what lies after
it.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from extractors.brackets import Bracket, brackets
from extractors.model import Published
from extractors.pages.page import DateClue, Page

ONE_DAY = dt.timedelta(days=1)

STATED = 0.95
NEXT_WORKING_DAY = 0.83
"""Right for five of the six issues of the Monitor whose day is known from elsewhere (5/19, 5/144, 5/177, 6/36, 3/186;
3/201 cites a paper of its own day)."""
COUNTED = 0.5

MONITOR_YEAR = 1994  # volume 1 is 1995 … volume 8 is 2002: checked on 24 issues
LAG = dt.timedelta(days=45)
"""How far an issue may lie behind the count of working days: 20 measured by September (5/177), doubled for safety."""


def date_of(page: Page, text: str, *, stated: str | dt.date | None, fetched_at: dt.datetime | None) -> Published | None:
    """The publication, with the words and the rule that gave it; None where nothing tells, never the day of the
    fetch."""
    return next(
        (each.date for each in candidates(page, text, stated=stated, fetched_at=fetched_at) if each.taken), None
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading of when the document was published, whether it is the one that was taken, and why or why not."""

    date: Published
    taken: bool
    why: str


def candidates(
    page: Page, text: str, *, stated: str | dt.date | None, fetched_at: dt.datetime | None
) -> Iterator[Candidate]:
    """All readings, in the order of trust: the first that was not fetched before it was published is taken."""
    latest = fetched_at.date() + ONE_DAY if fetched_at else dt.date.max
    first: Published | None = None
    for each in _candidates(page, text, stated):
        if each.start > latest:
            yield Candidate(each, False, f"it lies after the fetch of {latest - ONE_DAY}")
        elif first is None:
            first = each
            yield Candidate(each, True, "the first in the order of trust")
        else:
            same = (each.start, each.end) == (first.start, first.end)
            yield Candidate(each, False, f"{first.basis} comes first" + (", and says the same" if same else ""))


def _candidates(page: Page, text: str, stated: str | dt.date | None) -> Iterator[Published]:
    """All readings, the most trusted first."""
    yield from (published_by(clue) for clue in page.clues if clue.precision == "day")
    if day := _stated_day(stated):
        text_of_it = stated if isinstance(stated, str) else None
        yield Published(
            start=day, end=day, precision="day", text=text_of_it, basis="stated by the source", confidence=STATED
        )
    if page.family == "monitor" and page.volume:
        yield from _of_monitor(MONITOR_YEAR + page.volume, page.issue, text)
    yield from (published_by(clue) for clue in page.clues if clue.precision != "day")


def published_by(clue: DateClue) -> Published:
    """The date of a clue, with its words and its rule."""
    return Published(
        start=clue.start,
        end=clue.end,
        precision=clue.precision,
        text=clue.text,
        basis=clue.basis,
        confidence=clue.confidence,
    )


def _stated_day(stated: str | dt.date | None) -> dt.date | None:
    """The day of a date, an ISO 8601 text or a mail date, as its own clock gives it; None for anything else."""
    if isinstance(stated, dt.datetime):
        return stated.date()
    if isinstance(stated, dt.date) or not stated:
        return stated or None
    for read in (dt.datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(stated.strip()).date()
        except ValueError:
            continue
    return None


def _of_monitor(year: int, issue: int | None, text: str) -> Iterator[Published]:
    """The working day after the latest cited date; failing that the days that the issue's number allows; then the
    year."""
    first, last = _window(year, issue)
    found = brackets(text)
    press = [day for day, _ in _cited_days(found, "press", year, first, last)]
    own = [day for day, _ in _cited_days(found, "self", year, first, max(press, default=last) + 10 * ONE_DAY)]
    if press:
        day = next_working_day(max([*press, *own]))
        words = _words(found, text, max([*press, *own]), year, first, last)
        basis = "latest cited date, next working day"
        yield Published(start=day, end=day, precision="day", text=words, basis=basis, confidence=NEXT_WORKING_DAY)
    if issue and issue > 0:
        basis = "issue number counted in working days"
        start = max([first, *(day + ONE_DAY for day in own)])
        yield Published(
            start=start, end=max(start, last), precision="range", text=None, basis=basis, confidence=COUNTED
        )
    yield Published(
        start=dt.date(year, 1, 1),
        end=dt.date(year, 12, 31),
        precision="year",
        text=None,
        basis="volume",
        confidence=0.99,
    )


def _cited_days(
    found: tuple[Bracket, ...], kind: str, year: int, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, Bracket]]:
    """The last days that brackets of one kind name, as far as they fit the issue: later ones belong to the year
    before."""
    for bracket in found:
        for source in bracket.sources if bracket.type == kind else ():
            day = source.days.placed(dt.date(year, 12, 31))[1] if source.days else None
            if day and first - 60 * ONE_DAY <= day <= last:
                yield day, bracket


def _words(found: tuple[Bracket, ...], text: str, day: dt.date, year: int, first: dt.date, last: dt.date) -> str | None:
    """The bracket that names the day."""
    every = [*_cited_days(found, "press", year, first, last), *_cited_days(found, "self", year, first, last)]
    return next((text[b.span[0] : b.span[1]] for named, b in every if named == day), None)


def _window(year: int, issue: int | None) -> tuple[dt.date, dt.date]:
    """The first and last day on which an issue of this number can have come out."""
    if not issue or issue < 1:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    first, last = _counted(dt.date(year, 1, 1), issue), _counted(FIRST_YEAR.get(year, dt.date(year, 1, 1)), issue)
    return min(first, dt.date(year, 12, 31)), min(last + LAG, dt.date(year, 12, 31))


FIRST_YEAR = {1995: dt.date(1995, 5, 1)}
"""The first volume seems to have begun in May: as that is not certain, its issues may lie as late as this counts."""


def _counted(day: dt.date, issue: int) -> dt.date:
    """The weekday that is so many weekdays after a day."""
    for _ in range(min(issue, 300)):
        day = next_weekday(day)
    return day


def next_weekday(day: dt.date) -> dt.date:
    """The next day that is neither Saturday nor Sunday."""
    day += ONE_DAY
    while day.weekday() > 4:
        day += ONE_DAY
    return day


def next_working_day(day: dt.date) -> dt.date:
    """The next day on which the Monitor came out: a weekday that is none of its holidays."""
    day = next_weekday(day)
    while day in _holidays(day.year):
        day = next_weekday(day)
    return day


def _holidays(year: int) -> tuple[dt.date, ...]:
    """Federal holidays of the United States without an issue. Martin Luther King day had one (5/19 counts it), so it is
    not here; Presidents' Day had none (6/36 is dated 22 February 2000)."""
    fixed = [dt.date(year, 1, 1), dt.date(year, 7, 4), dt.date(year, 11, 11), dt.date(year, 12, 25)]
    return (
        *(_observed(day) for day in fixed),
        _nth_weekday(year, 2, calendar.MONDAY, 3),
        _nth_weekday(year, 5, calendar.MONDAY, -1),
        _nth_weekday(year, 9, calendar.MONDAY, 1),
        _nth_weekday(year, 10, calendar.MONDAY, 2),
        _nth_weekday(year, 11, calendar.THURSDAY, 4),
    )


def _observed(day: dt.date) -> dt.date:
    return day + {calendar.SATURDAY: -1, calendar.SUNDAY: 1}.get(day.weekday(), 0) * ONE_DAY


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return dt.date(year, month, days[nth - 1 if nth > 0 else nth])

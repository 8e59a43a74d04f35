"""Which clue dates a document, and that none is made up."""

from __future__ import annotations

import datetime as dt

import pytest

from extractors.pages.page import DateClue, Page
from extractors.publication import date_of, next_working_day


def a_page(*clues: DateClue, volume: int | None = None, issue: int | None = None) -> Page:
    family = "monitor" if volume else "generic"
    return Page(family=family, volume=volume, issue=issue, clues=clues)


def a_clue(day: dt.date, basis: str = "json-ld datePublished") -> DateClue:
    return DateClue(start=day, end=day, precision="day", text=day.isoformat(), basis=basis, confidence=0.97)


def test_the_page_comes_before_the_feed() -> None:
    found = date_of(a_page(a_clue(dt.date(2003, 5, 15))), "", stated="2003-05-20", fetched_at=None)
    assert found is not None
    assert (found.start, found.basis) == (dt.date(2003, 5, 15), "json-ld datePublished")


@pytest.mark.parametrize(
    "stated", ["2003-05-15", "2003-05-15T08:00:00Z", "Thu, 15 May 2003 08:00:00 GMT", dt.date(2003, 5, 15)]
)
def test_the_feed_dates_a_page_that_does_not(stated: str | dt.date) -> None:
    found = date_of(a_page(), "", stated=stated, fetched_at=None)
    assert found is not None
    assert (found.start, found.basis) == (dt.date(2003, 5, 15), "stated by the source")


def test_a_day_after_the_fetch_is_refused() -> None:
    fetched = dt.datetime(2003, 5, 15, tzinfo=dt.UTC)
    found = date_of(
        a_page(a_clue(dt.date(2013, 1, 1)), a_clue(dt.date(2003, 5, 14), "address")),
        "",
        stated=None,
        fetched_at=fetched,
    )
    assert found is not None
    assert found.basis == "address"


def test_nothing_gives_nothing() -> None:
    """Never the day of the fetch."""
    fetched = dt.datetime(2003, 5, 15, tzinfo=dt.UTC)
    assert date_of(a_page(), "No date here (CFE).", stated=None, fetched_at=fetched) is None
    assert date_of(a_page(), "", stated="some day", fetched_at=fetched) is None


@pytest.mark.parametrize(
    ("volume", "issue", "text", "day"),
    [
        (7, 94, "Something (PAP, May 14).", "2001-05-15"),
        (7, 96, "Something (PAP, May 16-18).", "2001-05-21"),
        (7, 102, "Something (PAP, May 25).", "2001-05-29"),  # Memorial Day stands between
        (7, 94, "Something (PAP, May 11). And more (see the Monitor, May 14).", "2001-05-15"),
        (7, 94, "Something (PAP, May 14). And long ago (see the Monitor, December 18).", "2001-05-15"),
        (7, 2, "Something (PAP, December 29; AFP, January 2).", "2001-01-03"),
    ],
)
def test_an_issue_follows_its_latest_source(volume: int, issue: int, text: str, day: str) -> None:
    """The working day after the latest cited date; an earlier issue cited bounds it, but not one of the year before."""
    found = date_of(a_page(volume=volume, issue=issue), text, stated=None, fetched_at=None)
    assert found is not None
    assert (str(found.start), found.precision, found.basis) == (day, "day", "latest cited date, next working day")


def test_an_issue_without_sources_has_a_range() -> None:
    found = date_of(a_page(volume=7, issue=94), "Nothing cited.", stated=None, fetched_at=None)
    assert found is not None
    assert found.precision == "range"
    assert found.start <= dt.date(2001, 5, 15) <= found.end
    found = date_of(a_page(volume=7), "Nothing cited.", stated=None, fetched_at=None)
    assert found is not None
    assert (found.precision, str(found.start)) == ("year", "2001-01-01")


def test_holidays_without_an_issue() -> None:
    """Measured: Presidents' Day had none, Martin Luther King day had one."""
    assert next_working_day(dt.date(2001, 2, 16)) == dt.date(2001, 2, 20)
    assert next_working_day(dt.date(2001, 1, 12)) == dt.date(2001, 1, 15)

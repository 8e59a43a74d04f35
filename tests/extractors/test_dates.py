"""What a date expression means, what is none, and that none is ever guessed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from extractors.dates import grammar, timeline, vague
from extractors.dates.grammar import dates_in
from extractors.dates.intervals import Anchor
from extractors.model import Date
from tests.extractors.documents import records_of
from tests.extractors.passages import passages
from tests.extractors.timing import seconds, stays_linear

ANCHOR = Anchor(dt.date(2003, 5, 15), dt.date(2003, 5, 15))  # a Thursday


def days(text: str, *, anchor: Anchor = ANCHOR, ahead: bool = False) -> list[tuple[str, str]]:
    return [(str(d.interval.start), str(d.interval.end)) for d in dates_in(text, anchor, ahead=ahead)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on April 7", "2003-04-07", "2003-04-07"),
        ("the April 7-9 round", "2003-04-07", "2003-04-09"),
        ("April 7–9", "2003-04-07", "2003-04-09"),
        ("from March 30-April 2", "2003-03-30", "2003-04-02"),
        ("March 29 & 30", "2003-03-29", "2003-03-30"),
        ("26 June 1998", "1998-06-26", "1998-06-26"),
        ("June 26, 1998", "1998-06-26", "1998-06-26"),
        ("on December 30", "2002-12-30", "2002-12-30"),
        ("since June 1998", "1998-06-01", "1998-06-30"),
        ("in March", "2003-03-01", "2003-03-31"),
        ("this past June", "2002-06-01", "2002-06-30"),
        ("yesterday", "2003-05-14", "2003-05-14"),
        ("on Monday", "2003-05-12", "2003-05-12"),
        ("last week", "2003-05-05", "2003-05-11"),
        ("late last week", "2003-05-08", "2003-05-11"),
        ("early this month", "2003-05-01", "2003-05-10"),
        ("two days ago", "2003-05-13", "2003-05-13"),
        ("over the past month", "2003-04-14", "2003-05-15"),
        ("The day before yesterday", "2003-05-13", "2003-05-13"),
        ("Today", "2003-05-15", "2003-05-15"),
        ("Last weekend", "2003-05-10", "2003-05-11"),
        ("Over the weekend", "2003-05-10", "2003-05-11"),
        ("Earlier this year", "2003-01-01", "2003-05-15"),
        ("Late last month", "2003-04-20", "2003-04-30"),
        ("This past February", "2003-02-01", "2003-02-28"),
        ("Last summer", "2002-06-01", "2002-08-31"),
        ("In 1956", "1956-01-01", "1956-12-31"),
        ("Between 1992 and 1995", "1992-01-01", "1995-12-31"),
        ("By the end of the year", "2003-05-15", "2003-12-31"),
        ("the first week of May", "2003-05-01", "2003-05-07"),
        ("the second half of April", "2003-04-16", "2003-04-30"),
        ("the first quarter of 2003", "2003-01-01", "2003-03-31"),
        ("the last days of June 1999", "1999-06-26", "1999-06-30"),
        ("the second half of last year", "2002-07-01", "2002-12-31"),
        ("from Monday to Wednesday", "2003-05-12", "2003-05-14"),
        ("on Monday, May 12", "2003-05-12", "2003-05-12"),
        ("on Monday (12 May)", "2003-05-12", "2003-05-12"),
        ("twenty years ago", "1983-01-01", "1983-12-31"),
        ("half a year ago", "2002-09-29", "2002-12-28"),
    ],
)
def test_an_expression_means_these_days(text: str, start: str, end: str) -> None:
    assert days(text) == [(start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "They may go.",
        "a long march home",
        "She is 47 years old.",
        "the 1972 treaty",
        "the G-7",
        "March 3,000 miles",
        "May Day",
        "300 May flies",
        "the March 8 Alliance",
        "the 17 November group",
        "the first half of the game",
        "a vote for May",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("The deadline is June 1.", "2003-06-01"),
        ("The mandate expires on June 30.", "2003-06-30"),
        ("An election is planned for November.", "2003-11-01"),
        ("They will meet over the weekend.", "2003-05-17"),
    ],
)
def test_a_term_lies_ahead(text: str, start: str) -> None:
    assert [str(r.data.start) for r in records_of(text, kind="date") if isinstance(r.data, Date)] == [start]


def test_what_is_to_come_is_read_forward() -> None:
    assert days("on Monday", ahead=True) == [("2003-05-19", "2003-05-19")]
    assert days("April 7", ahead=True) == [("2004-04-07", "2004-04-07")]


def test_without_an_anchor_the_interval_stays_null() -> None:
    """The words are kept, the day is not guessed."""
    found = dates_in("yesterday and on April 7", Anchor())
    assert [(d.interval.text, d.interval.start) for d in found] == [("yesterday", None), ("April 7", None)]


def test_a_leap_day_finds_its_year() -> None:
    assert days("on February 29") == [("2000-02-29", "2000-02-29")]
    assert days("on February 30") == []


PATTERNS = [grammar.MONTH_DAY, grammar.DAY_MONTH, grammar.MONTH_ONLY, grammar.RELATIVE]


@pytest.mark.parametrize("pattern", PATTERNS, ids=["MONTH_DAY", "DAY_MONTH", "MONTH_ONLY", "RELATIVE"])
@pytest.mark.parametrize("unit", ["May ", "May 1", "1-", "last ", "early ", "1 ", "May 1-", "the past "])
def test_patterns_stay_linear(pattern, unit: str) -> None:
    """Sixteen times the text takes at most about sixteen times as long, with room for noise."""

    def work(text: str) -> None:
        for _ in pattern.finditer(text):
            pass

    few, many = unit * (2_000 // len(unit)), unit * (32_000 // len(unit))
    assert seconds(work, many) < 0.01 + 64 * max(seconds(work, few), 0.0005)


@pytest.mark.parametrize("passage", [*passages("dates"), *passages("expressions")], ids=lambda p: p["text"][:40])
def test_the_dates_of_a_passage(passage: dict[str, Any]) -> None:
    found = [r.data for r in records_of(passage["text"], kind="date") if isinstance(r.data, Date)]
    wanted = [(start, end) for _, start, end in passage["dates"]]
    assert [(str(d.start), str(d.end)) for d in found] == wanted


def test_what_hangs_on_an_unknown_day_stays_unknown() -> None:
    records = records_of("He left yesterday after two days of talks.", kind="date", published=None)
    assert [r.data.start for r in records if isinstance(r.data, Date)] == [None, None]


MORE = [grammar.ISO, vague.SEASON, vague.PIECE, vague.YEARS, vague.DECADE, vague.EDGE, vague.STRETCH, vague.SINCE]
MORE += [timeline.AWAY, timeline.SAME, timeline.LENGTH, timeline.AHEAD, timeline.BEHIND, timeline.COMING]


@pytest.mark.parametrize("pattern", MORE, ids=range(len(MORE)))
@pytest.mark.parametrize("unit", ["the ", "in the ", "two days ", "1999-", "first ", "the end of ", "early ", "said "])
def test_more_patterns_stay_linear(pattern: re.Pattern[str], unit: str) -> None:
    assert stays_linear(lambda text: sum(1 for _ in pattern.finditer(text)), unit)

"""The tables hold whole lines, the questions asked of a line answer rightly, and no pattern can be made slow."""

from __future__ import annotations

import re
import time
from importlib import import_module
from pkgutil import walk_packages

import pytest

from extractors import pages
from extractors.pages.body.closing import between
from extractors.pages.boilerplate import LABELS, is_heading, is_notice, is_prose, is_title_case, key
from extractors.pages.head.bylines import announced, byline_line, dateline_line, inline_dateline, sign_off
from extractors.pages.head.clues import title_clue
from extractors.pages.head.days import stated_day
from extractors.pages.source.lines import lines_of
from extractors.text import decode

STORY = "The ministers met again on Tuesday and agreed to open the border before the end of the month."


@pytest.mark.parametrize("line", LABELS)
def test_a_label_goes_as_a_whole_line_only(line: str) -> None:
    inside = f"{line} is what the sign over the door of the ministry said until last week."
    assert between(lines_of((STORY, line, inside))).texts == (STORY, inside)


NOTICES = (
    "Read more: Talks resume",
    "Sign up for our daily newsletter",
    "© 2019 Example Media. All rights reserved.",
    "Follow us on Twitter @example",
    "Get the latest stories in your inbox",
    "Click here to subscribe",
)
NO_NOTICES = (
    "Read more than one report and the picture changes.",
    "Sign up was brisk, the ministry said.",
    "More: that is what the union wants, and it said so.".replace(":", ""),
    "Get out of the city, the mayor told residents.",
    "Copyright law was the subject of the talks in Geneva.",
    "Video of the meeting was shown on state television.",
)


@pytest.mark.parametrize("line", NOTICES)
def test_notices_are_known(line: str) -> None:
    assert is_notice(line)


@pytest.mark.parametrize("line", NO_NOTICES)
def test_sentences_that_begin_like_notices_stay(line: str) -> None:
    assert not is_notice(line)


def test_prose_headings_and_title_case() -> None:
    assert is_prose(STORY)
    assert not is_prose("Ministers Meet Again On The Border")
    assert is_heading("Ministers Meet Again On The Border")
    assert is_title_case("Hijackers Escape to the Hills.")
    assert not is_title_case("Hijackers escape to the hills.")


def test_key_ignores_case_punctuation_and_kind_of_apostrophe() -> None:
    assert key("Russia’s “New” Plan:") == key("russia's new plan")


@pytest.mark.parametrize(
    ("line", "names_in_it"),
    [
        ("By Anna Example", "Anna Example"),
        ("by Anna Example and Ben Sample, Reuters", "Anna Example and Ben Sample, Reuters"),
        ("By Monday they had left.", None),
        ("By the time", None),
    ],
)
def test_byline_lines(line: str, names_in_it: str | None) -> None:
    assert byline_line(line) == names_in_it


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Talks go on. VOA Moscow Correspondent Anna Example reports.", "Anna Example"),
        ("VOA's Anna Example reports from Riga.", "Anna Example"),
        ("VOA reports that talks failed.", None),
        ("The VOA correspondent in Riga reports heavy snow.", None),
    ],
)
def test_announced_reporter(line: str, name: str | None) -> None:
    assert announced((line,)) == name


def test_sign_off_names_the_reporter() -> None:
    assert sign_off("Anna Example, VOA News, Riga.") == "Anna Example"
    assert sign_off("Anna Example for VOA News, Riga") == "Anna Example"
    assert sign_off("She told VOA News about it.") is None


def test_datelines() -> None:
    assert dateline_line("AUBURN, Wash. —") == "AUBURN, Wash."
    assert dateline_line("He paused —") is None
    assert inline_dateline("Moscow, 26 January 1999 (RFE/RL) -- The talks") == ("Moscow", "26 January 1999")
    assert inline_dateline("RIGA, Latvia (AP) — The talks") == ("RIGA, Latvia", None)
    assert inline_dateline("Talks in Riga — the third round — failed.") == (None, None)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("March 12, 2024 2:00 AM", "2024-03-12"),
        ("Last published: Monday, 9 November 1998 00:00 GMT", "1998-11-09"),
        ("Published 2019-06-21T17:40:00+01:00", "2019-06-21"),
        ("On March 12, 2024 he left", None),
        ("March 2024", None),
        ("Version 2019-06-21 of the draft", None),
    ],
)
def test_lines_that_are_dates(line: str, day: str | None) -> None:
    found = stated_day(line)
    assert (found.isoformat() if found else None) == day


def test_day_at_a_titles_end_is_cut_and_used() -> None:
    title, clue = title_clue("Talks Resume - 2002-05-03")
    assert title == "Talks Resume"
    assert clue is not None
    assert clue.start.isoformat() == "2002-05-03"
    assert title_clue("Budget of 2002-05") == ("Budget of 2002-05", None)


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the reading of pages by its module and name, of families to come too."""
    modules = [
        pages,
        decode,
        *(import_module(each.name) for each in walk_packages(pages.__path__, "extractors.pages.")),
    ]
    own = ((module, *each) for module in modules for each in vars(module).items())
    return {f"{m.__name__.rsplit('.', 1)[-1]}.{name}": each for m, name, each in own if isinstance(each, re.Pattern)}


PATTERNS = patterns()
UNITS = (
    "A",
    "A ",
    "a, ",
    "1",
    "1:",
    "By A",
    "VOA A",
    " ",
    "-",
    "--",
    "— ",
    "<",
    "<p ",
    "2019-",
    "May 1, ",
    "... ",
    "(",
    "_",
    "AB, Cd ",
)


def test_patterns_of_every_room_are_found() -> None:
    assert {"boilerplate.NOTICE", "closing.ABOUT", "monitor.MASTHEAD", "pangea.CREDIT", "wire.SLUG"} <= set(PATTERNS)


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_take_time_in_step_with_length(name: str) -> None:
    """Doubling a hostile line may double the time, with room for noise, not square it."""
    for unit in UNITS:
        short, long = (_seconds(PATTERNS[name], unit * (size // len(unit))) for size in (4_000, 16_000))
        assert long < max(0.05, 12 * short), f"{unit!r}: {short:.4f} s, {long:.4f} s"


def _seconds(pattern: re.Pattern[str], line: str) -> float:
    start = time.process_time()
    for question in (pattern.search, pattern.fullmatch, pattern.match):
        question(line + "\x01")
    return time.process_time() - start

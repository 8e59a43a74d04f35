"""Brackets that cite and brackets that do not; which passage each stands for."""

from __future__ import annotations

import datetime as dt

import pytest

from extractors import brackets as grammar
from extractors.brackets import brackets
from extractors.ids import article_id
from extractors.model import Citation
from extractors.registry import run_all
from tests.extractors.documents import a_document
from tests.extractors.timing import seconds


def sources(text: str) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    found = brackets(f"A sentence of ours {text}.")
    return [(s.agency, s.days.first, s.days.last) for b in found for s in b.sources if s.days]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(Kyodo, Polish agencies, May 3)", [("Kyodo", (5, 3), (5, 3)), ("Polish agencies", (5, 3), (5, 3))]),
        (
            "(Polish and foreign agencies, May 3-5)",
            [("Polish agencies", (5, 3), (5, 5)), ("foreign agencies", (5, 3), (5, 5))],
        ),
        ("(Trud, May 3; Polish media, May 4-5)", [("Trud", (5, 3), (5, 3)), ("Polish media", (5, 4), (5, 5))]),
        ("(PAP, AFP, May 29 & 30)", [("PAP", (5, 29), (5, 30)), ("AFP", (5, 29), (5, 30))]),
        ("(PAP, May 3 & 7)", [("PAP", (5, 3), (5, 3)), ("PAP", (5, 7), (5, 7))]),
        ("(PAP, April 30-May 2)", [("PAP", (4, 30), (5, 2))]),
        ("(Trud, cited by Polish agencies, May 3)", [("Trud", (5, 3), (5, 3)), ("Polish agencies", (5, 3), (5, 3))]),
        ("(Daily Harbor Gazette, May 3)", [("Daily Harbor Gazette", (5, 3), (5, 3))]),
        (
            "(AP and Reuters, May 3, AFP, May 4)",
            [("AP", (5, 3), (5, 3)), ("Reuters", (5, 3), (5, 3)), ("AFP", (5, 4), (5, 4))],
        ),
        ("(Nezavisimaya gazeta, Reuter, May 3)", [("Nezavisimaya gazeta", (5, 3), (5, 3)), ("Reuter", (5, 3), (5, 3))]),
        ("(PAP, May 3, 5)", [("PAP", (5, 3), (5, 3)), ("PAP", (5, 5), (5, 5))]),
        ("(AP, April 30, May 2)", [("AP", (4, 30), (4, 30)), ("AP", (5, 2), (5, 2))]),
        (
            "(AP, April 30, May 2-3; PAP, May 4)",
            [("AP", (4, 30), (4, 30)), ("AP", (5, 2), (5, 3)), ("PAP", (5, 4), (5, 4))],
        ),
        ("(BBC, 12 May)", [("BBC", (5, 12), (5, 12))]),
        ("(Corriere della Sera, May 3)", [("Corriere della Sera", (5, 3), (5, 3))]),
        ("(IRNA via Reuters, May 3)", [("IRNA", (5, 3), (5, 3)), ("Reuters", (5, 3), (5, 3))]),
        ("(agencies, May 3)", [("agencies", (5, 3), (5, 3))]),
        ("(Channel 1, TV6, May 3)", [("Channel 1", (5, 3), (5, 3)), ("TV6", (5, 3), (5, 3))]),
    ],
)
def test_a_bracket_of_sources(text: str, wanted: list[tuple[str, tuple[int, int], tuple[int, int]]]) -> None:
    assert sources(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "(ABC)",
        "(4)",
        "(by telephone)",
        "(after a long walk on May 3)",
        "(Warsaw, May 3)",
        "(born May 3)",
        "(Constitution Day, May 3)",
        "(May 3-5)",
        "(Friday, May 3)",
        "(St. George, May 3)",
        "(Harbor Town 2, River United 1, May 3)",
        "(No. 45, May 3)",
        "(Decree 12, May 3, 1999)",
    ],
)
def test_a_bracket_of_something_else(text: str) -> None:
    assert brackets(f"A sentence {text}.") == ()


def test_the_publication_citing_itself_is_told_apart() -> None:
    (found,) = brackets("As reported (see the Monitor, May 3).")
    assert (found.type, found.sources[0].agency) == ("self", "Monitor")


def test_a_citation_covers_its_paragraph_from_the_citation_before_it() -> None:
    first, second = "One thing (PAP, May 3). Another thing (AFP, May 4).", "A third. (Trud, May 5)"
    document = a_document(first, second)
    records, _ = run_all(document, article_id("test"))
    found = [r.data for r in records if isinstance(r.data, Citation)]
    assert [document.text[slice(*c.covers)] for c in found] == ["One thing", "Another thing", "A third."]
    assert found[0].items[0].start == dt.date(2003, 5, 3)


@pytest.mark.parametrize("pattern", ["BRACKET", "CAPITALISED", "MORE_DAYS", "CARRIED", "LEAD"])
@pytest.mark.parametrize("unit", ["(", "(A ", "A ", "A, ", ", 1", " as", "the "])
def test_patterns_stay_linear(pattern: str, unit: str) -> None:
    def work(text: str) -> None:
        for _ in getattr(grammar, pattern).finditer(text):
            pass

    few, many = unit * (2_000 // len(unit)), unit * (32_000 // len(unit))
    assert seconds(work, many) < 0.01 + 64 * max(seconds(work, few), 0.0005)

"""Whose words stand in which marks."""

from __future__ import annotations

from typing import Any

import pytest

from extractors import cues, marks, quotes, reported, speakers
from extractors.marks import quoted
from extractors.model import Quote
from tests.extractors.documents import records_of
from tests.extractors.passages import passages
from tests.extractors.timing import stays_linear


def quotes_of(text: str) -> list[tuple[str, Quote]]:
    records = records_of(*text.split("\n\n"), kind="quote")
    data = [record.data for record in records if isinstance(record.data, Quote)]
    return [(text[slice(*each.parts[0])], each) for each in data]


@pytest.mark.parametrize("passage", passages("quotes"), ids=lambda p: p["name"])
def test_a_quotation_has_its_author(passage: dict[str, Any]) -> None:
    found = [(words, data) for words, data in quotes_of(passage["text"]) if data.type != "indirect"]
    assert len(found) == len(passage["quotes"])
    for wanted in passage["quotes"]:
        data = next(data for words, data in found if words.startswith(wanted["words"]))
        assert data.speaker_name == wanted.get("speaker")
        assert data.type == wanted.get("type", data.type)


def test_a_split_statement_is_one_record() -> None:
    (found,) = quotes_of("Norwegian Prime Minister Lars Holm sat. “If it holds,” he said, “we shall walk.”")
    assert len(found[1].parts) == 2


def test_reported_speech_is_kept_with_its_clause_and_day() -> None:
    text = "Chilean Foreign Minister Ana Rojas said on May 6 that the pact was dead (Reuters, May 7)."
    ((words, data),) = quotes_of(text)
    assert (words, data.type, data.speaker_name) == ("that the pact was dead", "indirect", "Ana Rojas")
    assert data.date is not None
    assert str(data.date.start) == "2003-05-06"


@pytest.mark.parametrize("text", ["", '"', "“", "’tis the season", "a 5'10\" man", '" "', "‘’", "“”"])
def test_marks_that_hold_nothing(text: str) -> None:
    assert [text[slice(*span)] for span in quoted(text, ((0, len(text)),)) if text[slice(*span)].strip()] == []


UNITS = ['"', "“", "”", "‘", "' ", '"a', "“a” ", "said ", "who said ", "the x ", "A a ", ", said X", "that "]
PATTERNS = {
    "MARK": marks.MARK,
    "NESTED": quotes.NESTED,
    "UNKNOWN": quotes.UNKNOWN,
    "DOTTED": quotes.DOTTED,
    "RELAYED": cues.RELAYED,
    "OWNED": cues.OWNED,
    "TURN": reported.TURN,
    "RELATIVE": speakers.RELATIVE,
    "GOVERNED": speakers.GOVERNED,
    "NEXT": speakers.NEXT,
    "cue": cues.cue_pattern(),
    "clause": reported._clause_pattern(),
    "nouns": speakers._pattern(),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("unit", UNITS)
def test_patterns_stay_linear(name: str, unit: str) -> None:
    assert stays_linear(lambda text: sum(1 for _ in PATTERNS[name].finditer(text)), unit)


@pytest.mark.parametrize("unit", ['"', "“", "”", "‘", '"a" ', "“a "])
def test_marks_stay_linear(unit: str) -> None:
    assert stays_linear(lambda text: quoted(text, ((0, len(text)),)), unit)

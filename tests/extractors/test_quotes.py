"""Whose words stand in which marks."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.lexicon import cues
from extractors.model import Quote
from extractors.speech import attribution, quotes, reported, speakers
from extractors.text import marks
from extractors.text.marks import quoted
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
    assert found
    for wanted in passage["quotes"]:
        data = next(data for words, data in found if words.startswith(wanted["words"]))
        assert data.speaker_name == wanted.get("speaker")
        assert data.type == wanted.get("type", data.type)


@pytest.mark.parametrize(
    ("text", "words", "kind", "speaker"),
    [
        ("Rain fell. « Il n’y a pas d’issue », said French Minister Paul Marel.", "Il n’y a pas d’issue", "direct",
         "Paul Marel"),
        ("„Wir gehen“, said Austrian Chancellor Franz Huber.", "Wir gehen", "direct", "Franz Huber"),
        ("Maria Lund, a nurse, wept. Her brother, Nils Lund, agreed: “Nobody came.”", "Nobody came.", "direct",
         "Nils Lund"),
        ("“It is ‘false’ and ‘mean,’” the Cuban ambassador, Rosa Vidal, told CNN.", "It is ‘false’ and ‘mean,’",
         "direct", "Rosa Vidal"),
        ("In a letter carried by his envoy, Karim Aziz, Jordanian King Faisal wrote that “it is firm.”", "it is firm.",
         "partial", "Faisal"),
        ("Iranian Foreign Minister Reza Manouri was quoted by IRNA as saying that “the door is open.”",
         "the door is open.", "partial", "Reza Manouri"),
    ],
)  # fmt: skip
def test_the_words_in_all_marks_have_their_author(text: str, words: str, kind: str, speaker: str) -> None:
    found = [(w, q.type, q.speaker_name) for w, q in quotes_of(text) if q.type not in ("scare", "indirect")]
    assert found == [(words, kind, speaker)]


def test_a_quotation_runs_over_paragraphs() -> None:
    found = [
        (r.data.type, r.data.speaker_name)
        for r in records_of(
            "Thai Prime Minister Somchai Ratana told reporters: “First, the border stays shut.",
            "“Second, there will be no talks.", "“Third, we wait.” He left at once.", kind="quote",
        )
        if isinstance(r.data, Quote)
    ]  # fmt: skip
    assert found == [("direct", "Somchai Ratana")] * 3


def test_the_day_of_speaking_may_stand_behind_a_long_name() -> None:
    ((_, data),) = quotes_of("“We stay,” said Kenyan Foreign Minister Amina Odhiambo on Tuesday.")
    assert data.date is not None
    assert str(data.date.start) == "2003-05-13"


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
    "UNKNOWN": attribution.UNKNOWN,
    "DOTTED": attribution.DOTTED,
    "RELAYED": cues.RELAYED,
    "OWNED": cues.OWNED,
    "TURN": reported.TURN,
    "WHO": speakers.WHO,
    "GOVERNED": speakers.GOVERNED,
    "FOLLOWING": speakers.FOLLOWING,
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

"""What holds for every text: spans quote it, ids stay, order does not matter, and hostile text takes bounded time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import extract, registry
from extractors.ids import article_id
from extractors.model import Record
from extractors.registry import registered, run_all
from tests.extractors.documents import a_document
from tests.extractors.passages import passages
from tests.extractors.timing import once

TEXTS = [each["text"] for name in ("quotes", "people", "dates") for each in passages(name)]
ARTICLE = article_id("test")


def spans_of(value: Any) -> list[tuple[int, int]]:
    """Every span in the JSON of a record."""
    if isinstance(value, dict):
        return [span for each in value.values() for span in spans_of(each)]
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and all(isinstance(each, int) for each in value):
            return [(value[0], value[1])]
        return [span for each in value for span in spans_of(each)]
    return []


def records_in(*paragraphs: str) -> tuple[Record, ...]:
    records, errors = run_all(a_document(*paragraphs), ARTICLE)
    assert not errors
    return records


@pytest.mark.parametrize("text", TEXTS)
def test_spans_lie_in_the_text_and_ids_are_one_each(text: str) -> None:
    records = records_in(*text.split("\n\n"))
    assert records
    assert len({record.id for record in records}) == len(records)
    for record in records:
        assert record.span in spans_of(record.model_dump())
        for start, end in spans_of(record.model_dump()):
            assert 0 <= start <= end <= len(text)
            assert text[start:end].strip() or start == end


WORDS = st.sampled_from(
    [
        "said",
        "“",
        "”",
        '"',
        "(",
        ")",
        "President",
        "Chilean",
        "Ana",
        "Rojas",
        "he",
        "May",
        "5",
        ",",
        ".",
        "in",
        "Lima",
        "‘",
        "’",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=60))
def test_any_mixture_of_words_is_read(words: list[str]) -> None:
    """Behind a sentence that gives a record, so that something is looked at whatever the words are."""
    text = " ".join(("Ana Rojas left Lima on May 6.", *words))
    records = records_in(text)
    assert {"person", "date"} <= {record.kind for record in records}
    for record in records:
        assert all(0 <= start <= end <= len(text) for start, end in spans_of(record.model_dump()))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for record in records_in(text):
        assert 0 <= record.span[0] <= record.span[1] <= len(text)


@pytest.mark.parametrize("text", TEXTS[:12])
def test_a_paragraph_at_the_end_changes_no_earlier_record(text: str) -> None:
    """A weather report adds its own records and leaves the others what they were."""
    before = {r.id: r for r in records_in(*text.split("\n\n")) if r.kind != "topic"}
    after = {r.id: r for r in records_in(*text.split("\n\n"), "The weather was dry for a while.")}
    assert before
    assert {key: after.get(key) for key in before} == before


def test_the_order_of_extractors_does_not_matter_beyond_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXTS[0]
    usual = {record.id: record for record in records_in(text)}
    reordered = dict(sorted(registered().items(), reverse=True))
    done: list[str] = []
    while len(done) < len(reordered):
        done += [n for n, e in reordered.items() if n not in done and set(e.needs) <= set(done)]
    monkeypatch.setattr(registry, "registered", lambda: {name: reordered[name] for name in done})
    assert {record.id: record for record in records_in(text)} == usual


HOSTILE = {
    "one word with a capital": "Smith ",
    "figures": "12345",
    "hyphens": "word-word-",
    "combining marks": "a\u0301\u0302",
    "surrogates": "\ud800a \udc00",
    "short paragraphs": "Ab.\n\n",
    "prose": "Minister Smith met Minister Jones. ",
    "prose of states": "Russian Foreign Minister Igor Petrov met Chinese President Li Ming in Moscow on May 5. ",
    "paragraphs of prose": "Foreign Minister Ana Rojas of Chile said on May 5 that it was “late” (AP, May 5).\n\n",
    "bodies": "The Ministry of Foreign Affairs of Peru and the Bank of England met Kenya’s Parliament in Lima. ",
    "quotations that do not close": 'he said, "we ',
    "quotations of statesmen": "“We go,” said Foreign Minister Ana Rojas of Chile. ",
    "letters": "The letter from Ana Rojas said that it rained. ",
    "French marks": "« a » ",
    "no full stop": "talks between Chile and Peru and ",
    "quotation marks": '"',
    "curly marks": "“ ”",
    "nested parentheses": "(",
    "bracketed dates": "(AP, May 5) ",
    "control characters": "a\x00b\x07 ",
    "right to left": "\u202eabc\u202c שלום ",
    "names": "Ana Rojas ",
    "titles": "President ",
    "pronouns": "he said ",
    "dates": "May 5 ",
    "capitals": "A ",
}


LARGE = 60_000
"""Characters of the longer of two hostile texts. Up to a megabyte it was measured by hand (docs/performance.md)."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_bounded_time(name: str) -> None:
    """All extractors, each with the records of those before it, and none fails: four times the text takes at most
    about six times as long."""
    unit = HOSTILE[name]

    def work(text: str) -> None:
        assert run_all(a_document(*text.split("\n\n")), ARTICLE)[1] == ()

    work(unit * 20)  # the model and the tables are loaded
    few, many = unit * (LARGE // 4 // len(unit)), unit * (LARGE // len(unit))
    assert once(work, many) <= 0.3 + 6 * once(work, few)


@pytest.mark.parametrize("unit", ["« a », ", "\x07\x1b[0m ", "\u202eabc\u202c שלום ", "\ud800", "(((", "\u0301"])
def test_hostile_bytes_are_read_whole(unit: str) -> None:
    """Through the public entrance, undecodable bytes included: nothing is raised, no extractor fails."""
    content = (unit * (60_000 // len(unit))).encode("utf-8", "surrogatepass")
    assert extract(content, content_type="text/plain; charset=utf-8", published="2003-05-15").errors == ()


def test_nothing_has_no_records() -> None:
    assert records_in("") == ()

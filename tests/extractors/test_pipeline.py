"""The pipeline: taken apart for speed, it tells of a word what spaCy itself does, and every paragraph stands alone."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.parse import pipeline
from extractors.parse.analysis import analyse
from tests.extractors.articles import samples

TEXT = (
    "There is no deal, he said; there are two. They did not meet, and haven't spoken since. The minister, who had "
    "been invited, didn't come. It was the U.S. side that re-opened talks because both wanted them. What is that?"
)


PARAGRAPHS = [paragraph for each in samples("tuned")[:6] for paragraph in each.text.split("\n\n") if paragraph.strip()]


def attributes(doc: Any) -> list[tuple[str, ...]]:
    return [(t.text, t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.text) for t in doc]


@pytest.mark.parametrize("text", [TEXT, *PARAGRAPHS])
def test_forms_told_once_a_word_are_those_of_the_rules(text: str) -> None:
    """Asked word by word, the rules answer as they do for the whole text."""
    doc = analyse(text, ((0, len(text)),)).doc
    told = attributes(doc)
    assert told
    for token in doc:
        token.pos_, token.lemma_ = "", ""
        token.set_morph(None)
    for name in pipeline.RULES:
        doc = pipeline.preload().get_pipe(name)(doc)
    assert told == attributes(doc)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PARAGRAPHS), min_size=2, max_size=5))
def test_a_paragraph_reads_as_it_does_alone(paragraphs: list[str]) -> None:
    """Whatever stands around it, and however many are read together."""
    spans, at = [], 0
    for each in paragraphs:
        spans.append((at, at + len(each)))
        at += len(each) + 2
    together = attributes(analyse("\n\n".join(paragraphs), tuple(spans)).doc)
    alone = [row for each in paragraphs for row in attributes(analyse(each, ((0, len(each)),)).doc)]
    assert alone
    assert [row for row in together if row[0].strip()] == alone


def test_words_forgotten_are_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full table is emptied, and nothing changes."""
    before = attributes(analyse(TEXT, ((0, len(TEXT)),)).doc)
    monkeypatch.setattr(pipeline, "MOST_WORDS", 5)
    for _ in range(2):
        assert attributes(analyse(TEXT, ((0, len(TEXT)),)).doc) == before


def test_the_named_pipeline_is_the_one_that_reads() -> None:
    """The one that is named is loaded, once, and by a single thread."""
    code = (
        "from extractors.parse import pipeline as p; from threadpoolctl import threadpool_info as info\n"
        "p.choose('en_core_web_none')\n"
        "try: p.preload()\n"
        "except OSError: p.choose(p.DEFAULT_MODEL)\n"
        "assert p.preload() is p.preload()\n"
        "assert all(each['num_threads'] == 1 for each in info() if each['user_api'] == 'blas')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

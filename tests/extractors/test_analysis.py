"""Sentences: exact, within paragraphs, unbroken by abbreviations; and no parser before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extractors.parse.analysis import analyse


def sentences(*paragraphs: str) -> list[str]:
    text = "\n\n".join(paragraphs)
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append((start, start + len(paragraph)))
        start += len(paragraph) + 2
    return [text[slice(*span)] for span in analyse(text, tuple(spans)).sentences()]


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. Defense Department spoke.",
        "Mr. Vega met Gen. Soto in St. Petersburg.",
        "It was the view of Dr. Rosa M. Diaz that nothing had changed.",
        "The fleet of the U.S. Navy left (it came back in Jan. of that year).",
    ],
)
def test_an_abbreviation_ends_no_sentence(sentence: str) -> None:
    assert sentences(sentence) == [sentence]


def test_sentences_end_with_their_paragraph() -> None:
    """A heading without a full stop does not run into the text below it."""
    assert sentences("A heading without a stop", "A sentence. Another one.") == [
        "A heading without a stop",
        "A sentence.",
        "Another one.",
    ]


def test_curly_quotes_keep_their_offsets() -> None:
    text = "“We shall see,” she said. The minister’s aide nodded."
    assert sentences(text) == ["“We shall see,” she said.", "The minister’s aide nodded."]


def test_an_empty_text_has_no_sentences() -> None:
    assert analyse("", ()).sentences() == ()


def test_importing_the_core_does_not_load_the_parser() -> None:
    """Most processes import the core and never parse."""
    code = "import extractors, sys; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_text_without_a_full_stop_is_still_cut() -> None:
    """What walks a parse may be quadratic in the sentence, so no sentence grows without bound."""
    text = "talks between Chile and Peru and " * 500
    assert max(end - start for start, end in analyse(text, ((0, len(text)),)).sentences()) < 2000

"""Sentences and articles of our own, with who must be found to have done what to whom."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from extractors.model import Event
from tests.extractors.test_events import events_of

SAMPLES = Path(__file__).parents[1] / "samples" / "events"
SENTENCES = tomllib.loads((SAMPLES / "sentences.toml").read_text(encoding="utf-8"))
ARTICLES = tomllib.loads((SAMPLES / "articles.toml").read_text(encoding="utf-8"))["article"]


def told(event: Event, expected: str) -> bool:
    """Whether an event is "TYPE A+B > C"; "*" stands for whoever it is, "-" for nobody."""
    kind, _, parties = expected.partition(" ")
    actor, _, recipient = (side.strip() for side in parties.partition(">"))
    return event.type == kind and _fits(event.actor, actor) and _fits(event.recipient, recipient)


def _fits(parties: tuple[object, ...], expected: str) -> bool:
    countries = {getattr(party, "country", None) for party in parties}
    return expected == "*" or countries == (set() if expected in ("-", "") else set(expected.split("+")))


@pytest.mark.parametrize("sample", [s for group in SENTENCES.values() for s in group])
def test_sentence_is_coded_as_told(sample: str) -> None:
    expected, sentence = sample.split(" | ")
    found = events_of(sentence)
    if expected == "-":
        assert found == []
    else:
        assert any(told(event, expected) for event in found)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["name"])
def test_article_is_coded_as_told(article: dict[str, list[str]]) -> None:
    """Everything told is found, and nothing of a type that the article does not tell."""
    found = events_of(*article["paragraphs"])
    assert [e for e in article["events"] if not any(told(event, e) for event in found)] == []
    assert {event.type for event in found} - {e.split()[0] for e in article["events"]} == set()


def test_two_processes_with_other_hash_seeds_give_the_same_json() -> None:
    """Same in, same out: nothing hangs on the order of a set."""
    text = "\n\n".join(paragraph for article in ARTICLES for paragraph in article["paragraphs"])
    code = "import sys; from extractors import extract; print(extract(sys.stdin.buffer.read()).model_dump_json())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=text.encode(),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b'"kind":"event"' in next(iter(outputs))

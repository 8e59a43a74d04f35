"""The trigger tables as frames: which word, in which part of speech, opens which roles for which event type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from extractors.lexicon import table

TABLES = ("consult", "verbal")
"""The files under lexicon/triggers, in the order in which their frames are tried."""

Kind = Literal["meeting", "visit", "call", "host", "joint", "directed"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One way in which a word names an event. `with_word` are words one of which must stand near the trigger."""

    rule: str
    type: str
    kind: Kind
    form: Literal["verb", "noun", "adjective"]
    mode: tuple[str, ...]
    lemmas: frozenset[str]
    with_word: frozenset[str]
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    needs_recipient: bool
    complement: bool
    confidence: float
    yes: tuple[str, ...]
    no: tuple[str, ...]


@cache
def frames() -> tuple[Frame, ...]:
    """All frames; of one trigger those with a stricter condition first."""
    every = [_frame(entry) for name in TABLES for entry in table(f"triggers/{name}")["frame"]]
    return tuple(sorted(every, key=lambda frame: not frame.with_word))


@cache
def frames_by_lemma() -> dict[tuple[str, str], tuple[Frame, ...]]:
    """The frames by part of speech and lemma."""
    found: dict[tuple[str, str], tuple[Frame, ...]] = {}
    for frame in frames():
        for lemma in frame.lemmas:
            found[frame.form, lemma] = (*found.get((frame.form, lemma), ()), frame)
    return found


def _frame(entry: dict[str, Any]) -> Frame:
    return Frame(
        rule=entry["rule"],
        type=entry["type"],
        kind=entry["kind"],
        form=entry["form"],
        mode=tuple(entry.get("mode", ())),
        lemmas=frozenset(entry["lemmas"]),
        with_word=frozenset(entry.get("with_word", ())),
        actor=tuple(entry["actor"]),
        recipient=tuple(entry["recipient"]),
        needs_recipient=bool(entry.get("needs_recipient", False)),
        complement=bool(entry.get("complement", False)),
        confidence=float(entry["confidence"]),
        yes=tuple(entry["yes"]),
        no=tuple(entry["no"]),
    )

"""How well events are coded on sentences with their expectation beside them: the table and the floors' numbers.

    python -m tests.extractors.event_scores tuned|heldout|prose_tuned|prose_heldout [--errors]

A type counts as found where any event of the sentence has it; the tuple asks for the type and the exact countries on
both sides. The held-out halves print no sentence: their errors are nobody's business while frames are written.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from extractors.model import Event
from tests.extractors.test_events import events_of

SAMPLES = Path(__file__).parents[1] / "samples" / "events"
CUTS = (0.45, 0.6, 0.7, 0.76, 0.8, 1.01)
"""Upper ends of the bands of confidence in the reliability table."""


class Sample(NamedTuple):
    """A sentence and what it must give; no type where it must give nothing."""

    type: str | None
    mode: str | None
    actor: frozenset[str] | None
    recipient: frozenset[str] | None
    sentence: str


class Graded(NamedTuple):
    """A coded event beside its sentence's expectation."""

    confidence: float
    type_right: bool
    tuple_right: bool


@dataclass(slots=True)
class Score:
    """Counts over a set of samples; shares are asked of it by name."""

    samples: int = 0
    found: int = 0
    tuples: int = 0
    modes: int = 0
    modes_right: int = 0
    free: int = 0
    fired: int = 0
    events: list[Graded] = field(default_factory=list)
    sides: dict[str, list[int]] = field(default_factory=lambda: {"actor": [0, 0, 0], "recipient": [0, 0, 0]})
    errors: list[str] = field(default_factory=list)

    @property
    def false(self) -> float:
        """The share of events, in sentences that have one, which are of another type than expected."""
        return 1 - sum(event.type_right for event in self.events) / max(1, len(self.events))

    def f1(self, side: str) -> float:
        """F1 of the countries on one side, in the event that fits best."""
        right, given, wanted = self.sides[side]
        return 2 * right / max(1, given + wanted)


def read(line: str) -> Sample:
    """A line of a sample file: "TYPE/MODE A+B > C | sentence"."""
    expected, sentence = line.split(" | ")
    if expected == "-":
        return Sample(None, None, None, None, sentence)
    kind, _, parties = expected.partition(" ")
    type_, _, mode = kind.partition("/")
    actor, _, recipient = (_countries(side) for side in parties.partition(" > "))
    return Sample(type_, mode or None, actor, recipient, sentence)


def _countries(side: str) -> frozenset[str] | None:
    return None if side == "*" else frozenset(side.split("+")) - {"-"}


@cache
def samples(name: str) -> tuple[Sample, ...]:
    """The sentences of one sample file."""
    groups = tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(read(line) for group in groups.values() for line in group)


def score(cases: Iterable[Sample]) -> Score:
    """The counts over some samples."""
    total = Score()
    for case in cases:
        events = events_of(case.sentence)
        if case.type is None:
            total.free += 1
            total.fired += bool(events)
        else:
            _grade(case, events, total)
        if (case.type is None and events) or (case.type and not any(_fits(case, event) for event in events)):
            told = "; ".join(f"{e.type}/{','.join(e.mode)} {_codes(e)} {e.rule}" for e in events) or "nothing"
            total.errors.append(
                f"{case.type}/{case.mode} {_text(case.actor)}>{_text(case.recipient)}  got {told}\n    {case.sentence}"
            )
    return total


def _grade(case: Sample, events: list[Event], total: Score) -> None:
    total.samples += 1
    same = [event for event in events if event.type == case.type]
    total.found += bool(same)
    total.tuples += any(_fits(case, event) for event in events)
    total.events.extend(Graded(e.confidence, e.type == case.type, _fits(case, e)) for e in events)
    best = max(same or events[:1], key=lambda event: _fits(case, event), default=None)
    if case.mode and same:
        total.modes += 1
        total.modes_right += any(case.mode in event.mode for event in same)
    for side, wanted, given in _sides(case, best):
        if wanted is not None:
            for at, number in enumerate((len(wanted & given), len(given), len(wanted))):
                total.sides[side][at] += number


def _sides(case: Sample, event: Event | None) -> list[tuple[str, frozenset[str] | None, frozenset[str]]]:
    actor, recipient = (_given(event.actor), _given(event.recipient)) if event else (frozenset(), frozenset())
    if case.recipient == frozenset():
        return [("actor", case.actor, actor | recipient)]
    return [("actor", case.actor, actor), ("recipient", case.recipient, recipient)]


def _given(parties: Iterable[object]) -> frozenset[str]:
    return frozenset(country for party in parties if (country := getattr(party, "country", None)))


def _fits(case: Sample, event: Event) -> bool:
    return event.type == case.type and all(wanted in (None, given) for _, wanted, given in _sides(case, event))


def _codes(event: Event) -> str:
    return f"{_text(_given(event.actor))}>{_text(_given(event.recipient))}"


def _text(codes: frozenset[str] | None) -> str:
    return "*" if codes is None else "+".join(sorted(codes)) or "-"


def reliability(events: Iterable[Graded]) -> list[tuple[float, int, float, float]]:
    """For each band of confidence its upper end, the events in it, and the shares with type and with tuple right."""
    rows, low = [], 0.0
    events = list(events)
    for high in CUTS:
        band = [event for event in events if low <= event.confidence < high]
        count = max(1, len(band))
        rows.append(
            (high, len(band), sum(e.type_right for e in band) / count, sum(e.tuple_right for e in band) / count)
        )
        low = high
    return rows


def report(name: str, *options: str) -> Iterator[str]:
    """The lines of the score of one sample file."""
    result = score(samples(name))
    yield f"sentences with an event {result.samples}, without {result.free}, of which fired {result.fired}"
    yield f"type found {result.found / result.samples:.3f}  tuple {result.tuples / result.samples:.3f}"
    yield f"actor F1 {result.f1('actor'):.3f}  recipient F1 {result.f1('recipient'):.3f}"
    yield f"other type {result.false:.3f}  modes {result.modes_right} of {result.modes}"
    for high, count, kind, both in reliability(result.events):
        yield f"below {high:.2f}  {count:4d} events  type {kind:.2f}  type and sides {both:.2f}"
    if "--errors" in options and not name.endswith("heldout"):
        yield from result.errors


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report(*sys.argv[1:]))

"""How the coder does on sentences written before anybody saw what it gives for them."""

from __future__ import annotations

import pytest

from tests.extractors.event_scores import samples, score


@pytest.mark.parametrize(
    ("name", "found", "tuples", "other"),
    [
        ("heldout", 0.87, 0.81, 0.1),
        ("tuned", 0.94, 0.9, 0.06),
        ("prose_heldout", 0.62, 0.62, 0.17),
        ("prose_tuned", 0.94, 0.93, 0.06),
    ],
)
def test_blind_sentences_are_coded_no_worse_than_measured(name: str, found: float, tuples: float, other: float) -> None:
    """The floors lie a little under what was measured; the half that was looked at must do better than the other."""
    result = score(samples(name))
    assert result.found / result.samples >= found
    assert result.tuples / result.samples >= tuples
    assert result.false <= other
    assert result.fired / result.free <= 0.1


def test_blind_sentences_hold_every_type_and_mode() -> None:
    """Each half has all of PLOVER's types, and both together all of its modes."""
    from extractors.lexicon import table

    halves = [samples("heldout"), samples("tuned")]
    types = {name for name in table("plover") if name.isupper()}
    prose = [samples("prose_heldout"), samples("prose_tuned")]
    assert all({sample.type for sample in half} - {None} == types for half in (*halves, *prose))
    wanted = {(name, mode) for name in types for mode in table("plover")[name].get("modes", ())}
    assert wanted - {(sample.type, sample.mode) for half in halves for sample in half} == set()

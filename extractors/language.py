"""Which language a story is in: what its words say, where there are enough of them, else what its page states."""

from __future__ import annotations

from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LEAST = 200
"""Characters below which words do not tell: a list of names is taken for anything."""
MOST = 1_000
SURE = 0.99
"""Probability from which the words are believed rather than the page: templates often state their own language."""


def language_of(text: str, stated: str | None) -> str | None:
    """The ISO 639-1 code of the text's language; None where neither page nor words tell."""
    if len(text) < LEAST:
        return stated
    found, probability = identifier().classify(text[:MOST])
    return str(found) if probability >= SURE else stated


@cache
def identifier() -> Any:
    """The loaded model; called before workers fork."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

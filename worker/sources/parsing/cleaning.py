"""The border: every string that a list gives passes here before anything is kept or shown of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What no database holds in a text: NUL, and halves of surrogate pairs, which JSON can write and UTF-8 cannot.
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def storable(words: str) -> str:
    """The words without what no database holds."""
    return UNSTORABLE.sub("", words)


def storable_pairs(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Names and words, both without it."""
    return tuple((storable(name), storable(words)) for name, words in fields)

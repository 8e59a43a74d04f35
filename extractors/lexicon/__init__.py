"""The tables of facts that the rules read: TOML files beside this module, loaded once, each with its origin in its
head."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The table in `name.toml`, as TOML gives it. Shared: read it, never change it."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def word_list(name: str, key: str) -> tuple[str, ...]:
    """The words under a key of a table in their order, with dots for a key inside another: of a list, of the words of
    a text, or the names that a table of its own defines."""
    found: Any = table(name)
    for part in key.split("."):
        if part not in found:
            raise KeyError(f"lexicon/{name}.toml has no {key!r}; beside it stand {', '.join(found)}")
        found = found[part]
    return tuple(found.split() if isinstance(found, str) else found)


@cache
def word_set(name: str, key: str) -> frozenset[str]:
    """The words of `word_list`, for those who only ask whether one is there."""
    return frozenset(word_list(name, key))

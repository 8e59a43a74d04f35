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
def tables_in(folder: str) -> tuple[str, ...]:
    """The names of the tables in a folder beside this module, sorted."""
    names = (each.name for each in files(__package__).joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))

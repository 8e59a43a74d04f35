"""Every pattern of the extractors stays linear, those that nobody thought of included; `pages` has tests
of its own, as its patterns see single lines only."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import extractors
from tests.extractors.timing import stays_linear

UNITS = (
    "a", "A ", "A. ", "Ab ", "al-A", "a-b", "who ", ", the a ", " of a", "x, ", "“a” ", "'", "(A, May 5", "May 5, ",
    "1 ", "the ", "said ", "\n", ". ",
)  # fmt: skip


def patterns() -> dict[str, re.Pattern[str]]:
    """The compiled patterns that are constants of a module under `extractors`, by where they stand."""
    found = {}
    for module in pkgutil.walk_packages(extractors.__path__, "extractors."):
        if module.name.startswith("extractors.pages"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.setdefault(value.pattern, (f"{module.name.removeprefix('extractors.')}.{name}", value))
    return dict(found.values())


@pytest.mark.parametrize("name", sorted(patterns()))
def test_a_pattern_stays_linear(name: str) -> None:
    pattern = patterns()[name]
    for unit in UNITS:
        assert stays_linear(lambda text: sum(1 for _ in pattern.finditer(text)), unit, doublings=2), unit

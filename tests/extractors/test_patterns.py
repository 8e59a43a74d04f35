"""Every pattern of the extractors stays linear, those that nobody thought of included; `pages` has tests
of its own, as its patterns see single lines only."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

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


# A pattern that is a constant of a module, with the comment above it.
# yes: "# a\nX = re.compile("     no: "    x = re.compile("
COMMENTED = re.compile(r"(?P<comment>(?:^#[^\n]*\n)*)^(?P<name>\w+) = re\.compile\(", re.MULTILINE)
SAID = re.compile(r"\byes:(?P<yes>.*?)(?:\bno:(?P<no>.*?))?(?:Bounded|$)", re.DOTALL | re.IGNORECASE)
EXAMPLE = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"")
ELSEWHERE = ("pages", "people", "places", "organisations", "publication", "explain")
"""Rooms whose comments are still to be brought to this form."""


def commented() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """The patterns of modules with the comment above each, by where they stand."""
    for module in pkgutil.walk_packages(extractors.__path__, "extractors."):
        if set(ELSEWHERE) & set(module.name.split(".")):
            continue
        found = importlib.import_module(module.name)
        source = Path(str(found.__file__)).read_text(encoding="utf-8")
        for match in COMMENTED.finditer(source):
            yield f"{module.name}.{match['name']}", match["comment"], getattr(found, match["name"])


def examples(told: str | None) -> list[str]:
    """What stands between double quotes or backticks, with the escapes of Python read."""
    said = [match[1] or match[2] for match in EXAMPLE.finditer(told or "")]
    return [each.encode().decode("unicode_escape") if "\\" in each else each for each in said]


@pytest.mark.parametrize(("comment", "pattern"), [pytest.param(c, p, id=name) for name, c, p in commented()])
def test_a_pattern_is_as_its_comment_says(comment: str, pattern: re.Pattern[str]) -> None:
    """It finds what it says that it finds, and is not all of what it says that it is not."""
    said = SAID.search(comment.replace("\n#", "\n"))
    assert said, "no examples"
    assert examples(said["yes"])
    assert examples(said["no"])
    assert [each for each in examples(said["yes"]) if not pattern.search(each)] == []
    assert [each for each in examples(said["no"]) if pattern.fullmatch(each)] == []

"""The names of countries, capitals, bodies and towns in a text, with the code that each stands for.

One pass over the words; at each the longest name wins. Only the spelling with capitals counts: "turkey" is a bird.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from extractors.lexicon import table
from extractors.lexicon.words import as_listed, names_at, openers_of
from extractors.model import Span

Sort = Literal["country", "adjective", "capital", "government", "body", "place", "agency"]

GOVERNING: frozenset[Sort] = frozenset({"country", "capital", "government", "body"})
"""Sorts of names that can stand for whoever acts in the name of a state or body."""

WORLD = frozenset({"IGO", "UNO", "EUR"})
"""PLOVER's codes of bodies that states are members of."""

LONGEST_NAME = 7
"""Words in the longest name of the tables."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name stands for. `international` bodies carry a code of their own; `name` is the country's or body's."""

    code: str
    sort: Sort
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a text."""

    span: Span
    text: str
    entry: Entry


@lru_cache(maxsize=2)  # several extractors ask for those of the same text, one after another
def names_in(text: str) -> tuple[Named, ...]:
    """The names in the text, in order, none inside another."""
    known = entries()
    found = names_at(text, known, _openers(), LONGEST_NAME)
    return tuple(Named(span, text[slice(*span)], known[as_listed(text[slice(*span)])]) for span in found)


def entry_of(name: str) -> Entry | None:
    """What a name stands for, None where the tables do not have it."""
    return entries().get(name)


def country_name(code: str) -> str | None:
    """The first name that the table gives a country."""
    country = table("countries").get(code)
    return str(country["name"][0]) if country else None


@cache
def entries() -> dict[str, Entry]:
    """Every name of the tables. Where two claim one spelling the first in this order keeps it: a country before a
    town."""
    found: dict[str, Entry] = {}
    for name, entry in _all():
        found.setdefault(name, entry)
    return found


@cache
def _openers() -> frozenset[str]:
    return openers_of(entries())


def _all() -> Iterator[tuple[str, Entry]]:
    bodies = table("organisations")
    for code, names in (*bodies["international"].items(), *bodies["national"].items()):
        yield from ((name, Entry(code, "body", name)) for name in names)
    for key, country in table("countries").items():
        yield from _of_country(country.get("code", key), country)
    for code, names in bodies["places"].items():
        yield from ((name, Entry(code, "place", name)) for name in names)
    yield from ((name, Entry("", "agency", name)) for name in bodies["nobody"]["names"])
    # Mastheads stand for nobody; they are here so that "Washington Post" is not taken for Washington.
    yield from ((name, Entry("", "agency", name)) for name in table("agencies")["names"] if " " in name)


def _of_country(code: str, country: dict[str, list[str] | str]) -> Iterator[tuple[str, Entry]]:
    name = country["name"][0]
    yield from ((each, Entry(code, "country", name)) for each in country["name"])
    yield from ((each, Entry(code, "adjective", name)) for each in country["adjective"])
    capitals = [country["capital"]] if "capital" in country else []
    yield from ((str(each), Entry(code, "capital", name)) for each in (*capitals, *country.get("also_capital", ())))
    yield from ((each, Entry(code, "government", each)) for each in country.get("metonym", ()))

"""Towns with their country and where they lie: the table of cities by name."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from extractors.lexicon import table


class Town(NamedTuple):
    """A town of the table, with its coordinates."""

    country: str
    latitude: float
    longitude: float


@cache
def towns() -> dict[str, Town]:
    """The towns of the table by name."""
    return {name: town for (name, _), town in _by_country().items()}


def town_of(name: str, country: str | None) -> Town | None:
    """The town of that name in that country, or anywhere where the country is not known."""
    return towns().get(name) if country is None else _by_country().get((name, country))


@cache
def _by_country() -> dict[tuple[str, str], Town]:
    found: dict[tuple[str, str], Town] = {}
    for country, rows in table("cities").items():
        for row in rows:
            name, latitude, longitude = row.rsplit(" ", 2)
            found[name, country] = Town(country, float(latitude), float(longitude))
    return found

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
    found: dict[str, Town] = {}
    for country, rows in table("cities").items():
        for row in rows:
            name, latitude, longitude = row.rsplit(" ", 2)
            found[name] = Town(country, float(latitude), float(longitude))
    return found


def town_of(name: str, country: str | None) -> Town | None:
    """The town of that name in that country, or anywhere where the country is not known."""
    town = towns().get(name)
    return town if town and (town.country == country or country is None) else None

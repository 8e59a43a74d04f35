"""How often a feed asks to be read: RSS `ttl`, and the `sy:` elements of RSS 1.0's syndication module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PERIODS = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0, "week": 604_800.0, "month": 2_592_000.0,
           "year": 31_536_000.0}  # fmt: skip
# Spelt in feeds so or nearly so; "always" and other words say nothing.
SPELT = {"minutely": "minute", "hourly": "hour", "daily": "day", "dayly": "day", "weekly": "week", "monthly": "month",
         "yearly": "year", "annually": "year"}  # fmt: skip
SHORTEST, LONGEST = 60.0, PERIODS["year"]


def declared_seconds(feed: Mapping[str, Any]) -> float | None:
    """The longest interval that the feed declares, between a minute and a year; None where it declares none that makes
    sense. A frequency is the number of times in a period, 1 where it is none."""
    found = []
    if minutes := _number(feed.get("ttl")):
        found.append(60 * minutes)
    if seconds := _period(feed.get("sy_updateperiod")):
        found.append(seconds / (_number(feed.get("sy_updatefrequency")) or 1.0))
    return min(max(SHORTEST, *found), LONGEST) if found else None


def _period(word: object) -> float | None:
    name = str(word or "").strip().lower()
    return PERIODS.get(SPELT.get(name, name))


def _number(words: object) -> float | None:
    """A number above 0 that is one."""
    try:
        number = float(str(words).strip())
    except ValueError:
        return None
    return number if 0 < number < 1e9 else None

"""Dates, parties, addresses and counts in words, as they stand in every line that a person reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import extractors


def count(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun: "1 event", "2 events", "3 entries"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def short(address: str, limit: int = 60) -> str:
    """The end of an address: what tells it from its neighbours."""
    text = address.partition("://")[2] or address
    return text if len(text) <= limit else "…" + text[1 - limit :]


def interval(date: Mapping[str, Any] | None) -> str:
    """An interval of days, as short as it can be said: "25-26 Jan 1999"; "" where it is not known."""
    if not date or not (date["start"] or date["end"]):
        return ""
    start, end = (dt.date.fromisoformat(date[name]) if date[name] else None for name in ("start", "end"))
    if start is None or end is None:
        return f"by {_day(end)}" if end else f"since {_day(start)}"
    if start == end:
        return _day(start)
    if start.year != end.year:
        return f"{_day(start)} - {_day(end)}"
    if start.month != end.month:
        return f"{start.day} {start:%b} - {_day(end)}"
    return f"{start.day}-{_day(end)}"


def party(each: Mapping[str, Any]) -> str:
    """Who takes part: country, office and name, as far as they are known; else the words of the text."""
    country = extractors.country_name(each["country"]) if each["country"] else None  # bodies (IGO …) have none
    named = " ".join(part for part in (each["office"], each["name"]) if part)
    if not named and each["text"] not in ("", country):
        named = f"“{each['text']}”"
    return ", ".join(dict.fromkeys(part for part in (country, named) if part)) or f"“{each['text']}”"


def parties(event: Mapping[str, Any]) -> str:
    """Actors and recipients: "A  ->  B", or "A  +  B" where all of them act."""
    actors = [party(each) for each in event["actor"]]
    recipients = [party(each) for each in event["recipient"]]
    if event["reciprocal"] or not recipients:
        return "  +  ".join(actors + recipients)
    return "; ".join(actors) + "  ->  " + "; ".join(recipients)


def sources(citations: Sequence[Mapping[str, Any]]) -> str:
    """The agencies cited, each once, with the days they are cited for: "Reuters, Itar-Tass (25-27 Jan 1999)"."""
    items = [item for citation in citations for item in citation["items"]]
    names = dict.fromkeys(item["agency"] for item in items)
    days = [day for item in items for day in (item["start"], item["end"]) if day]
    span = interval({"start": min(days), "end": max(days)}) if days else ""
    return ", ".join(names) + (f" ({span})" if span else "")


def _day(day: dt.date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""

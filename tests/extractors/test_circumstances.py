"""What stands round an event: when, where, in what state, about which treaties and issues, on whose word."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest

from extractors.ids import article_id
from extractors.model import Event
from extractors.registry import run_all
from tests.extractors.documents import PUBLISHED, a_document
from tests.extractors.test_events_samples import ARTICLES, SAMPLES, told

PASSAGES = tomllib.loads((SAMPLES / "circumstances.toml").read_text(encoding="utf-8"))["passage"]


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage["name"])
def test_what_stands_round_an_event(passage: dict[str, Any]) -> None:
    assert faults(passage) == []


@pytest.mark.parametrize("article", [a for a in ARTICLES if "facts" in a], ids=lambda article: article["name"])
def test_what_stands_round_the_events_of_an_article(article: dict[str, Any]) -> None:
    assert faults({"paragraphs": article["paragraphs"], "events": article["facts"]}) == []


def faults(passage: dict[str, Any]) -> list[str]:
    """What of a passage came out otherwise than told, in words."""
    document = a_document(*passage["paragraphs"], published=None if passage.get("undated") else PUBLISHED)
    records, errors = run_all(document, article_id("test"))
    assert not errors
    events = [record.data for record in records if isinstance(record.data, Event)]
    if not passage["events"]:
        return [f"coded {event.type}" for event in events]
    names = {record.id: str(getattr(record.data, "name", "")) for record in records}
    return [fault for wanted in passage["events"] for fault in _nearest(wanted, events, document.text, names)]


def _nearest(wanted: dict[str, Any], events: list[Event], text: str, names: dict[str, str]) -> list[str]:
    """The faults of the event that fits best of those with the right parties."""
    kind, parties = wanted["told"].split(" ", 1)
    fitting = [event for event in events if told(event, f"{event.type if kind == '*' else kind} {parties}")]
    if not fitting:
        return [f"no {wanted['told']}"]
    return min((_faults(wanted, event, text, names) for event in fitting), key=len)


def _faults(wanted: dict[str, Any], event: Event, text: str, names: dict[str, str]) -> list[str]:
    found = {
        "basis": event.date.basis.split(",")[0],
        "status": event.status,
        "cue": text[slice(*event.status_span)] if event.status_span else None,
        "place": event.place.name if event.place else None,
        "instruments": [names[each] for each in event.instruments],
        "mode": event.attribution.mode,
        "speaker": event.attribution.speaker,
    }
    wrong = [f"{key} {found[key]!r}" for key in found if key in wanted and wanted[key] != found[key]]
    for key in ("context", "topics"):
        wrong += [f"no {key} {code}" for code in wanted.get(key, []) if code not in getattr(event, key)]
    if "date" in wanted and not _within(wanted["date"], event.date.start, event.date.end):
        wrong.append(f"date {event.date.start} {event.date.end} {event.date.basis}")
    return [f"{wanted['told']}: {fault}" for fault in wrong]


def _within(days: str | list[str], start: dt.date | None, end: dt.date | None) -> bool:
    if days == "open":
        return start is None
    first, last = (dt.date.fromisoformat(day) for day in days)
    return start is not None and end is not None and first <= start <= end <= last

"""Small feeds of our own, one in the manner of each trap, with what they must give beside them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from worker.errors import NotAFeed
from worker.sources.feed import read_feed
from worker.store.articles import Entry

SAMPLES = Path(__file__).parents[1] / "samples" / "feeds"
EXPECTED = {path.name.removesuffix(".expected.json"): path for path in sorted(SAMPLES.glob("*.expected.json"))}
BASE = "https://example.org/feeds/main.xml"
NOW = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)


def told(entry: Entry) -> dict[str, Any]:
    """The entry as the samples write it: what is not known is not there."""
    at = entry.published_at.replace(microsecond=0).isoformat() if entry.published_at else None
    found = {"link": entry.address, "title": entry.title, "day": entry.stated_date, "at": at, "guid": entry.guid}
    if entry.refused:
        return {name: value for name, value in found.items() if value is not None} | {"refused": True, "link": None}
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_feed_gives_what_it_says(name: str) -> None:
    """Entries in their order with address, id, title and date, the interval it asks for, or what it is instead."""
    (path,) = (each for each in SAMPLES.glob(f"{name}.*") if each != EXPECTED[name])
    expected = json.loads(EXPECTED[name].read_text(encoding="utf-8"))
    content_type = expected.pop("content_type", None)
    if "error" in expected:
        with pytest.raises(NotAFeed, match=expected["error"]):
            read_feed(path.read_bytes(), address=BASE, content_type=content_type, now=NOW)
        return
    found = read_feed(path.read_bytes(), address=BASE, content_type=content_type, now=NOW)
    assert [told(entry) for entry in found.entries] == expected["entries"]
    assert found.declared_seconds == expected.get("declared_seconds")
    assert len({entry.key for entry in found.entries}) == len(found.entries)


def test_every_date_that_is_not_believed_is_kept_in_its_words() -> None:
    """Whoever looks at an entry sees why it has no day."""
    for name in EXPECTED:
        if name.partition("-")[2].startswith("date-"):
            path = SAMPLES / f"{name}.xml"
            (entry,) = read_feed(path.read_bytes(), address=BASE, now=NOW).entries
            stated = "date-missing" not in name and "date-empty" not in name
            assert (entry.basis is not None) == stated
            assert entry.stated_date or not stated or "not believed" in (entry.basis or "")


def test_there_are_enough() -> None:
    """A sample that is not found is no sample."""
    assert len(EXPECTED) >= 150

"""Small feeds of our own, one in the manner of each trap, with what they must give beside them."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.errors import NotAFeed
from worker.sources.kinds.feed import read_feed
from worker.store.articles.entries import Entry

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
    names = [name for name in EXPECTED if name.partition("-")[2].startswith("date-")]
    assert names
    for name in names:
        path = SAMPLES / f"{name}.xml"
        (entry,) = read_feed(path.read_bytes(), address=BASE, now=NOW).entries
        stated = "date-missing" not in name and "date-empty" not in name
        assert (entry.basis is not None) == stated
        assert entry.stated_date or not stated or "not believed" in (entry.basis or "")


def test_there_are_enough() -> None:
    """A sample that is not found is no sample."""
    assert len(EXPECTED) >= 150


def pieces() -> list[bytes]:
    """The bytes of every sample that is small."""
    paths = [path for path in sorted(SAMPLES.iterdir()) if not path.name.endswith(".expected.json")]
    return [path.read_bytes() for path in paths if path.stat().st_size < 3_000]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_breaks_the_reading(data: st.DataObject) -> None:
    """Cut, doubled, spliced and overwritten feeds give entries, each key once and in the feed's order, or are none."""
    one, other = data.draw(st.sampled_from(PIECES)), data.draw(st.sampled_from(PIECES))
    start, end = sorted((data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(one)))))
    middle = data.draw(
        st.sampled_from([b"", other[: len(other) // 2], one[start:end] * 3, b"<", b"&", b"]]>", b"\x00"])
    )
    noise = data.draw(st.binary(max_size=6))
    content = one[:start] + middle + noise + one[end:]
    try:
        found = read_feed(content, address=BASE, now=NOW).entries
    except NotAFeed:
        return
    assert len({entry.key for entry in found}) == len(found)
    assert found == read_feed(content, address=BASE, now=NOW).entries


@pytest.mark.parametrize(
    "unit", [b"<item>", b"<description>", b"<![CDATA[", b"<!--", b"&a", b"&a;", b"<a b='", b"]]>", b"<?x ", b"</item>"]
)
def test_reading_takes_time_in_proportion(unit: bytes) -> None:
    """Ten times the hostile bytes take no more than some ten times the time."""
    head = b"<rss version='2.0'><channel><item><title>"

    def seconds(size: int) -> float:
        started = time.process_time()
        with suppress(NotAFeed):
            read_feed(head + unit * (size // len(unit)), address=BASE, now=NOW)
        return time.process_time() - started

    seconds(20_000)
    assert seconds(900_000) < 60 * max(seconds(90_000), 0.02)


PIECES = pieces()

"""For how long an answer is fresh, and how long a server asks to be left alone, whatever it writes there."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.http.caching import fresh_seconds, instant, retry_after

NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
DATE = "Wed, 01 May 2024 12:00:00 GMT"
TEN_LATER = "Wed, 01 May 2024 12:10:00 GMT"


def headers(**fields: str) -> list[tuple[str, str]]:
    return [(name.replace("_", "-"), value) for name, value in fields.items()]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (headers(Cache_Control="max-age=600"), 600.0),
        (headers(cache_control="public, MAX-AGE=600, must-revalidate"), 600.0),
        (headers(Cache_Control='max-age="600"'), 600.0),
        (headers(Cache_Control="max-age = 600"), 600.0),
        (headers(Cache_Control="max-age=0"), 0.0),
        (headers(Cache_Control="max-age=600", Age="200"), 400.0),
        (headers(Cache_Control="max-age=600", Age="900"), 0.0),
        (headers(Cache_Control="max-age=600", Age="-5"), 600.0),
        (headers(Cache_Control="max-age=600", Age="soon"), 600.0),
        (headers(Cache_Control="s-maxage=600"), None),
        (headers(Cache_Control="s-maxage=600, max-age=60"), 60.0),
        (headers(Cache_Control="no-store"), 0.0),
        (headers(Cache_Control="no-cache, max-age=600"), 0.0),
        (headers(Cache_Control='no-cache="Set-Cookie", max-age=600'), 0.0),
        (headers(Cache_Control="public"), None),
        (headers(Cache_Control="max-age=soon"), None),
        (headers(Cache_Control="max-age=-1"), None),
        (headers(Cache_Control="max-age=1.5"), None),
        (headers(Cache_Control="max-age=²"), None),
        (headers(Cache_Control="max-age="), None),
        (headers(Cache_Control="max-age=60, max-age=900"), 60.0),
        (headers(Cache_Control='ext="max-age=1", max-age=60'), 60.0),
        (headers(Cache_Control=f"max-age={'9' * 5000}"), 2.0**31),
        (headers(Expires=TEN_LATER, Date=DATE), 600.0),
        (headers(Expires=TEN_LATER), 600.0),
        (headers(Expires=TEN_LATER, Date=DATE, Age="60"), 540.0),
        (headers(Expires=DATE, Date=TEN_LATER), 0.0),
        (headers(Expires="0"), 0.0),
        (headers(Expires="-1"), 0.0),
        (headers(Expires=TEN_LATER, Date="nonsense"), 600.0),
        (headers(Expires=TEN_LATER, Cache_Control="max-age=60"), 60.0),
        (headers(Expires=TEN_LATER, Cache_Control="max-age=soon"), None),
        (headers(Expires=TEN_LATER, Cache_Control="public"), 600.0),
        (headers(Expires="Wednesday, 01-May-24 12:10:00 GMT", Date=DATE), 600.0),
        (headers(Expires="Wed, 01 May 99999 12:10:00 GMT"), 0.0),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=5")], 5.0),
        ([("Expires", TEN_LATER), ("Expires", DATE)], 600.0),
        ([], None),
    ],
)
def test_freshness_is_what_the_server_says(fields: list[tuple[str, str]], expected: float | None) -> None:
    """max-age before Expires, less its age; nonsense says nothing."""
    assert fresh_seconds(fields, NOW) == expected


@given(st.lists(st.tuples(st.sampled_from(["Cache-Control", "Expires", "Date", "Age"]), st.text())))
def test_whatever_a_server_writes_is_no_negative_time(fields: list[tuple[str, str]]) -> None:
    """Nothing raises, and nothing lies in the past."""
    found = fresh_seconds(fields, NOW)
    assert found is None or found >= 0


@pytest.mark.parametrize("value", ["Fri, 31 Dec 9999 23:59:59 -2300", ""])
def test_a_date_at_the_edge_of_time_is_none(value: str) -> None:
    """The zone would carry it out of what a date can hold."""
    assert instant(value) is None
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize("piece", ["a", "a=", 'a="', ",", "a ", "="])
def test_a_long_cache_control_costs_in_proportion(piece: str) -> None:
    """Twice the length, about twice the time."""
    started = time.thread_time()
    fresh_seconds([("Cache-Control", piece * 50_000)], NOW)
    assert time.thread_time() - started < 1.0

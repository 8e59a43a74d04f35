"""When what failed is tried again, and when a source is polled next."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.schedule import (
    ASKED_LIMIT_SECONDS,
    BACKOFF_LIMIT_SECONDS,
    JITTER,
    POLL_BACKOFF_LIMIT_SECONDS,
    next_attempt,
    next_poll,
)

NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
ASKED = st.one_of(st.none(), st.floats(0, allow_nan=False, allow_infinity=True))
ATTEMPTS = st.integers(1, 100_000)
INTERVALS = st.integers(1, 2_592_000)
FAILURES = st.integers(0, 100_000)


def seconds(at: dt.datetime) -> float:
    return (at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("attempt", "asked", "delay"),
    [(1, None, 60), (2, None, 240), (3, None, 960), (4, None, 3840), (5, None, 15_360), (6, None, 21_600),
     (99, None, 21_600), (1, 30.0, 60), (1, 90.0, 90), (3, 90.0, 960), (1, 40_000.0, 40_000), (1, 0.0, 60)],
)  # fmt: skip
def test_an_attempt_waits_four_times_longer_each_time(attempt: int, asked: float | None, delay: float) -> None:
    """At most six hours, but never less than the server asked for."""
    assert seconds(next_attempt(NOW, attempt, asked_seconds=asked)) == delay


def test_an_impatient_attempt_starts_from_its_own_base() -> None:
    """Somebody waits for it at a terminal."""
    assert [seconds(next_attempt(NOW, n, base_seconds=1.0)) for n in (1, 2, 3)] == [1, 4, 16]


@given(ATTEMPTS, ASKED)
def test_a_next_attempt_is_in_the_future_and_bounded(attempt: int, asked: float | None) -> None:
    """Whatever was asked for and however often it failed."""
    delay = seconds(next_attempt(NOW, attempt, asked_seconds=asked))
    assert 60 <= delay <= max(BACKOFF_LIMIT_SECONDS, ASKED_LIMIT_SECONDS)


@given(ATTEMPTS, ATTEMPTS, ASKED, ASKED)
def test_more_failures_or_more_asked_for_never_come_sooner(
    one: int, other: int, asked: float | None, more: float | None
) -> None:
    """Patience only grows."""
    (few, many), (less, much) = sorted((one, other)), sorted((asked or 0.0, more or 0.0))
    assert next_attempt(NOW, few, asked_seconds=less) <= next_attempt(NOW, many, asked_seconds=much)


@pytest.mark.parametrize(
    ("interval", "failures", "asked", "delay"),
    [(600, 0, None, 600), (600, 1, None, 1200), (600, 5, None, 3600), (600, 500, None, 86_400),
     (172_800, 3, None, 172_800), (600, 0, 3600.0, 3600), (1, 0, None, 1), (600, 1, 10.0, 1200)],
)  # fmt: skip
def test_a_poll_comes_after_its_interval_and_later_with_each_failure(
    interval: int, failures: int, asked: float | None, delay: float
) -> None:
    """At most a day, unless its own interval is longer or the server asks for more; up to a tenth is added."""
    at = next_poll(NOW, name="wire", interval_seconds=interval, failures=failures, asked_seconds=asked)
    assert delay <= seconds(at) <= delay * (1 + JITTER)


@given(st.text(), INTERVALS, FAILURES, ASKED)
def test_a_next_poll_is_in_the_future_and_bounded(name: str, interval: int, failures: int, asked: float | None) -> None:
    """No source is forgotten, and none is asked without rest."""
    delay = seconds(next_poll(NOW, name=name, interval_seconds=interval, failures=failures, asked_seconds=asked))
    longest = max(POLL_BACKOFF_LIMIT_SECONDS, interval, ASKED_LIMIT_SECONDS) * (1 + JITTER)
    assert interval <= delay <= longest + 1e-6


@given(st.text(), INTERVALS, FAILURES, FAILURES, ASKED)
def test_more_failures_never_bring_a_poll_sooner(
    name: str, interval: int, one: int, other: int, asked: float | None
) -> None:
    """A broken source gets slower, not faster."""
    few, many = (
        next_poll(NOW, name=name, interval_seconds=interval, failures=n, asked_seconds=asked)
        for n in sorted((one, other))
    )
    assert few <= many


def test_sources_added_together_drift_apart() -> None:
    """The same source always drifts the same way, others differ."""
    at = [next_poll(NOW, name=f"source {n}", interval_seconds=3600, failures=0) for n in range(20)]
    assert len(set(at)) == 20
    assert at[0] == next_poll(NOW, name="source 0", interval_seconds=3600, failures=0)

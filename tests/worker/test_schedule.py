"""When what failed is tried again, and when a source is polled next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.fleet import MediaCloud, Ours, Polls, equal, fixed, fleet, simulate
from worker.decide.schedule import (
    ASKED_LIMIT_SECONDS,
    BACKOFF_LIMIT_SECONDS,
    JITTER,
    POLL_BACKOFF_LIMIT_SECONDS,
    SPREAD_SECONDS,
    Facts,
    Pace,
    gone,
    interval,
    is_backfill,
    is_ours,
    move,
    next_attempt,
    pace_of,
    plan,
    weight,
)
from worker.errors import Reason

NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
ASKED = st.one_of(st.none(), st.floats(0, allow_nan=False, allow_infinity=True))
ATTEMPTS = st.integers(1, 100_000)


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


def facts(**given: Any) -> Facts:
    return Facts(**{"name": "wire", "pace": Pace(31, 7)} | given)


@pytest.mark.parametrize(
    ("a_day", "minutes"), [(0.001, 1440), (1 / 7, 388), (1, 147), (24, 30), (240, 9.5), (10_000, 5)]
)
def test_the_interval_falls_with_the_root_of_what_is_published(a_day: float, minutes: float) -> None:
    """Four times the stories, twice the polls; between five minutes and a day."""
    assert interval(a_day) / 60 == pytest.approx(minutes, rel=0.02)


def test_a_pace_is_learned_and_forgotten() -> None:
    """What it published last week counts half of what it publishes now."""
    pace = Pace()
    for _ in range(14):
        pace = pace.learned(10, 86_400)
    busy = pace.a_day
    assert busy == pytest.approx(10, rel=0.1)
    for _ in range(14):
        pace = pace.learned(0, 86_400)
    assert pace.a_day < busy / 2


def test_the_first_poll_learns_from_the_dates_in_the_feed() -> None:
    """Ten stories in the last two days are five a day; dates in the future and before the week tell nothing."""
    hours = [*range(0, 48, 5), 500, -30]
    pace = pace_of([NOW - dt.timedelta(hours=h) for h in hours], NOW)
    assert (pace.stories, round(pace.days)) == (10, 7)
    assert pace_of([NOW - dt.timedelta(hours=h) for h in range(0, 50, 5)], NOW).a_day == pytest.approx(4.9, rel=0.1)
    assert pace_of([], NOW) == Pace()


def test_the_steps_add_up_and_say_why() -> None:
    """`wireroom sources why` prints them."""
    made = plan(facts(cache_seconds=7200, failures=1.5, reason=Reason.TIMEOUT), NOW)
    assert [step.name for step in made.steps] == ["base", "cache", "backoff", "jitter"]
    assert sum(step.seconds for step in made.steps) == pytest.approx(seconds(made.due_at), abs=1e-3)
    assert all(step.why for step in made.steps)


def test_the_operator_is_believed_over_a_ttl_but_not_over_the_server() -> None:
    """A ttl was typed in once; cache headers and Retry-After are meant."""
    assert [s.name for s in plan(facts(interval_seconds=60, declared_seconds=3600), NOW).steps] == ["base", "jitter"]
    assert "declared" in [s.name for s in plan(facts(declared_seconds=36_000), NOW).steps]
    assert seconds(plan(facts(interval_seconds=60, cache_seconds=600), NOW).due_at) >= 600
    assert seconds(plan(facts(interval_seconds=60, asked_seconds=5000), NOW).due_at) >= 5000


HINTS = st.one_of(st.none(), st.floats(0, allow_nan=False, allow_infinity=True))
SOME_FACTS = st.builds(
    Facts,
    name=st.text(),
    pace=st.builds(Pace, st.floats(0, 1e6), st.floats(0, 60)),
    interval_seconds=st.one_of(st.none(), st.floats(1, 2_592_000)),
    declared_seconds=HINTS,
    cache_seconds=HINTS,
    asked_seconds=HINTS,
    failures=st.floats(0, 1e6),
    reason=st.sampled_from(Reason),
    outage=st.booleans(),
)


@given(SOME_FACTS)
def test_a_next_poll_is_in_the_future_and_bounded(some: Facts) -> None:
    """No source is forgotten, and none is asked without rest."""
    longest = max(POLL_BACKOFF_LIMIT_SECONDS, some.interval_seconds or 0, ASKED_LIMIT_SECONDS) * (1 + JITTER)
    assert 1 <= seconds(plan(some, NOW).due_at) <= longest + 1e-3


@given(SOME_FACTS, st.floats(0, 1e6))
def test_more_failures_never_bring_a_poll_sooner(some: Facts, more: float) -> None:
    """A broken source gets slower, not faster."""
    few, many = (plan(replace(some, failures=n), NOW).due_at for n in sorted((some.failures, more)))
    assert few <= many + dt.timedelta(microseconds=2)


def test_sources_added_together_drift_apart() -> None:
    """The same source always drifts the same way, others differ."""
    at = [plan(facts(name=f"source {n}"), NOW).due_at for n in range(20)]
    assert len(set(at)) == 20
    assert at[0] == plan(facts(name="source 0"), NOW).due_at


def test_what_passes_by_itself_slows_less() -> None:
    """A time-out counts half of a page that is not there; a full disk of ours counts nothing."""
    assert weight(Reason.NOT_FOUND) == weight(Reason.NOT_A_FEED) == 1
    assert weight(Reason.TIMEOUT) == 0.5
    assert weight(Reason.RATE_LIMITED) == 0.25
    assert weight(Reason.STORE_DOWN) == 0


def test_an_outage_of_ours_is_told_from_theirs() -> None:
    """Nearly all of several hosts must fail, each judged by its last poll."""
    down = [(f"host {n}", True) for n in range(6)]
    assert is_ours(down)
    assert not is_ours(down[:4])
    assert not is_ours([*down, ("host 0", False), ("host 1", False)])
    assert not is_ours([("one host", True)] * 50)


def test_a_move_is_followed_after_a_week_of_the_same_target() -> None:
    """At first sight it may be a mistake; only the S of https is taken at once."""
    old, new, week = "http://a/feed", "http://b/feed", dt.timedelta(days=7)
    first = move(old, new, watched=None, since=None, now=NOW)
    assert (first.address, first.watched, first.since) == (None, new, NOW)
    assert move(old, new, watched=new, since=NOW, now=NOW + week / 2) == first
    assert move(old, new, watched=new, since=NOW, now=NOW + week).address == new
    other = move(old, "http://c/", watched=new, since=NOW, now=NOW + week)
    assert (other.address, other.watched, other.since) == (None, "http://c/", NOW + week)
    assert move(old, None, watched=new, since=NOW, now=NOW + week).watched is None
    assert move(old, "https://a/feed", watched=None, since=None, now=NOW).address == "https://a/feed"


def test_gone_is_believed_when_it_lasts() -> None:
    """Status 410 for three days is meant."""
    assert not gone(None, NOW)
    assert not gone(NOW - dt.timedelta(days=2), NOW)
    assert gone(NOW - dt.timedelta(days=3), NOW)


def test_old_entries_are_no_news() -> None:
    """At a first poll all but the last day's, later those from long before the last poll."""
    day = dt.timedelta(days=1)
    assert is_backfill(None, last_poll=None, now=NOW)
    assert is_backfill(NOW - 2 * day, last_poll=None, now=NOW)
    assert not is_backfill(NOW - day / 2, last_poll=None, now=NOW)
    assert not is_backfill(None, last_poll=NOW - day, now=NOW)
    assert not is_backfill(NOW - 3 * day, last_poll=NOW - day, now=NOW)
    assert is_backfill(NOW - 30 * day, last_poll=NOW - day, now=NOW)


def test_the_fleet_simulation_follows_the_same_rule() -> None:
    """Its copy in numpy gives the intervals of the real one."""
    ours, elapsed, new = Ours(3), np.array([0.1, 1.0, 9.0]), np.array([0, 7, 300])
    for _ in range(4):
        waits = ours(Polls(np.arange(3), new, elapsed))
    for feed in range(3):
        pace = Pace()
        for _ in range(4):
            pace = pace.learned(int(new[feed]), elapsed[feed] * 86_400)
        assert waits[feed] == pytest.approx(interval(pace.a_day))


def test_a_small_fleet_is_served_sooner_than_by_the_others() -> None:
    """At as many polls: the claim of docs/performance.md, on a fleet of two thousand feeds over ten days."""
    world = fleet(2_000, 10)
    for other in (simulate(world, fixed(3600.0), 10), simulate(world, MediaCloud(2_000), 10)):
        ours = equal(world, lambda k: Ours(2_000, k), other.polls, SPREAD_SECONDS, 10)
        assert ours.polls < other.polls * 1.05
        assert ours.median_minutes < other.median_minutes * 0.8

"""What is due when, and why. Pure: every function can be tried with literals.

A source is polled at an interval that falls with the square root of what it publishes: of all ways to spend a number of
polls on many sources, that one keeps the mean delay from publication to poll least. (For Poisson sources the delay of a
story is half the interval, so the sum of rate times interval is to be least at a given sum of 1 / interval.)
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from worker.errors import Reason

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0

BACKOFF_BASE_SECONDS = MINUTE
BACKOFF_LIMIT_SECONDS = 6 * HOUR
ASKED_LIMIT_SECONDS = 7 * DAY  # no server makes us wait longer, whatever it asks for

SPREAD_SECONDS = (
    8_800.0  # interval of a source with one story a day, times sqrt(stories a day): 24 a day give 30 minutes
)
SHORTEST_SECONDS = 5 * MINUTE
LONGEST_SECONDS = DAY
HINT_LIMIT_SECONDS = DAY  # of what a feed or its cache headers ask for
POLL_BACKOFF_LIMIT_SECONDS = DAY  # a source is never dead for good, only slower
OUTAGE_SECONDS = 2 * MINUTE
JITTER = 0.1

HALF_LIFE_DAYS = 7.0  # of what was learned about a source
PRIOR_STORIES, PRIOR_DAYS = 2.0, 1.0  # a source of which nothing is known yet is polled every 104 minutes

# How much a failure slows a source, by what kind of failure it is (classes and weights of Media Cloud's rss-fetcher).
WEIGHTS = {
    Reason.TIMEOUT: 0.5,
    Reason.UNREACHABLE: 0.5,
    Reason.SERVER_ERROR: 0.5,
    Reason.RATE_LIMITED: 0.25,
    Reason.STORE_DOWN: 0.0,
}
HARD = 1.0

OUTAGE_HOSTS = 5
OUTAGE_SHARE = 0.8
OURS = frozenset((Reason.TIMEOUT, Reason.UNREACHABLE))

MOVE_AFTER = dt.timedelta(days=7)
GONE_AFTER = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a source publishes: stories seen, over how many days, the older ones fading."""

    stories: float = 0.0
    days: float = 0.0

    def learned(self, new: int, seconds: float) -> Pace:
        """With `new` stories found after that many seconds."""
        days = max(0.0, seconds) / DAY
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        return Pace(self.stories * kept + new, self.days * kept + days)

    @property
    def a_day(self) -> float:
        """Stories a day, never zero."""
        return (self.stories + PRIOR_STORIES * self._doubt) / (self.days + PRIOR_DAYS * self._doubt)

    @property
    def _doubt(self) -> float:
        """How much the prior still counts: wholly at first, hardly after a week."""
        return 1.0 / (1.0 + self.days)


def pace_of(published: Iterable[dt.datetime], now: dt.datetime) -> Pace:
    """The pace that the dates in a feed tell at its first poll, over at most a half-life; none where they tell none."""
    week = dt.timedelta(days=HALF_LIFE_DAYS)
    ages = [now - at for at in published if dt.timedelta(0) <= now - at]
    recent = [age for age in ages if age <= week]
    if len(ages) < 2:
        return Pace()
    reach = min(max(ages), week)  # a feed that lists only two days tells nothing about the days before
    return Pace(len(recent), max(reach.total_seconds() / DAY, 1 / 24))


@dataclass(frozen=True, slots=True)
class Step:
    """One reason why a poll is when it is: its name, the seconds that it adds, and why."""

    name: str
    seconds: float
    why: str

    def as_json(self) -> dict[str, str | float]:
        """The step as it is stored with the source."""
        return {"name": self.name, "seconds": round(self.seconds, 1), "why": self.why}


@dataclass(frozen=True, slots=True)
class Plan:
    """When a source is polled next, and the steps that lead there, which add up to the wait."""

    due_at: dt.datetime
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a source after a poll. Seconds are None where nobody asks for any."""

    name: str
    pace: Pace
    interval_seconds: float | None = None
    """As the operator set it."""
    declared_seconds: float | None = None
    """As the feed declares it (ttl, sy:updatePeriod)."""
    cache_seconds: float | None = None
    """For how long the answer is fresh."""
    asked_seconds: float | None = None
    """What Retry-After asks for."""
    failures: float = 0.0
    """In a row, weighted."""
    reason: Reason | None = None
    """Of the last failure."""
    outage: bool = False
    """Most hosts fail at once: it is us."""


def plan(facts: Facts, now: dt.datetime) -> Plan:
    """When the source is polled next, step by step: what it publishes, what it asks for, how it fails."""
    steps = [_base(facts)]
    for make in (_declared, _cached, _backoff, _asked):
        step = make(facts, sum(each.seconds for each in steps))
        if step is not None:
            steps.append(step)
    if facts.outage:
        steps = [Step("outage", OUTAGE_SECONDS, "most hosts fail at once, so it is our network: tried again soon")]
    wait = sum(each.seconds for each in steps)
    steps.append(Step("jitter", wait * JITTER * _fraction(facts.name), "so that sources drift apart"))
    return Plan(now + dt.timedelta(seconds=sum(each.seconds for each in steps)), tuple(steps))


def interval(stories_a_day: float) -> float:
    """Seconds between two polls of a source that publishes so much."""
    return min(max(SPREAD_SECONDS / math.sqrt(stories_a_day), SHORTEST_SECONDS), LONGEST_SECONDS)


def weight(reason: Reason) -> float:
    """How much one failure for that reason slows a source: 1 for what will not pass by itself, less for what may."""
    return WEIGHTS.get(reason, HARD)


def is_ours(failed_by_host: Iterable[tuple[str, bool]]) -> bool:
    """True where the last polls of enough different hosts nearly all failed for want of a connection: then the outage
    is our own. Takes (host, failed so) of each recent poll, oldest first."""
    last = dict(failed_by_host)
    return len(last) >= OUTAGE_HOSTS and sum(last.values()) >= OUTAGE_SHARE * len(last)


def next_attempt(
    now: dt.datetime, attempt: int, *, asked_seconds: float | None = None, base_seconds: float = BACKOFF_BASE_SECONDS
) -> dt.datetime:
    """When an article whose `attempt`-th try failed is due again: the base, fourfold each time, at most six hours, but
    not before the server asked for."""
    delay = min(base_seconds * 4 ** min(attempt - 1, 20), BACKOFF_LIMIT_SECONDS)
    return now + dt.timedelta(seconds=max(delay, min(asked_seconds or 0.0, ASKED_LIMIT_SECONDS)))


def next_check(now: dt.datetime, checks: int, hours: Sequence[float]) -> dt.datetime | None:
    """When an article that was looked at so often since its content was new is looked at again for a change: at `hours`
    after that; None where it is not."""
    if checks >= len(hours):
        return None
    return now + dt.timedelta(hours=hours[checks] - (hours[checks - 1] if checks else 0.0))


def _base(facts: Facts) -> Step:
    if facts.interval_seconds:
        return Step("base", float(facts.interval_seconds), "as the operator set it")
    a_day = facts.pace.a_day
    if not facts.pace.days:
        return Step("base", interval(a_day), "nothing is known yet of what it publishes")
    why = f"it published {facts.pace.stories:.1f} stories in {facts.pace.days:.1f} days, {a_day:.1f} a day"
    return Step("base", interval(a_day), why)


def _declared(facts: Facts, so_far: float) -> Step | None:
    if facts.interval_seconds:
        return None  # the operator knows better than a ttl that was typed in once
    return _at_least(
        "declared", facts.declared_seconds, HINT_LIMIT_SECONDS, so_far, "the feed asks for {} between polls"
    )


def _cached(facts: Facts, so_far: float) -> Step | None:
    return _at_least("cache", facts.cache_seconds, HINT_LIMIT_SECONDS, so_far, "its last answer is fresh for {}")


def _backoff(facts: Facts, so_far: float) -> Step | None:
    if not facts.failures:
        return None
    longer = min(so_far * (1 + facts.failures), max(POLL_BACKOFF_LIMIT_SECONDS, so_far))
    return Step("backoff", longer - so_far, f"failures in a row count {facts.failures:g}, the last: {facts.reason}")


def _asked(facts: Facts, so_far: float) -> Step | None:
    return _at_least("asked", facts.asked_seconds, ASKED_LIMIT_SECONDS, so_far, "the server asked us to wait {}")


def _at_least(name: str, seconds: float | None, limit: float, so_far: float, why: str) -> Step | None:
    wanted = min(seconds or 0.0, limit)
    return Step(name, wanted - so_far, why.format(spoken(wanted))) if wanted > so_far else None


def spoken(seconds: float) -> str:
    """A stretch of time as it is said: "12 min", "2 h 50 min", "3 days"."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 and whole < 600 else "")
    if whole < 2 * DAY:
        return f"{whole // 3600} h" + (f" {whole % 3600 // 60} min" if whole % 3600 // 60 else "")
    return f"{whole / DAY:.0f} days"


def _fraction(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


@dataclass(frozen=True, slots=True)
class Move:
    """What to make of a source's permanent redirect: the address from now on (None: the same), and the one that is
    watched, since when."""

    address: str | None = None
    watched: str | None = None
    since: dt.datetime | None = None


def move(address: str, target: str | None, *, watched: str | None, since: dt.datetime | None, now: dt.datetime) -> Move:
    """Follows a permanent redirect after a week of the same target, at once where it only adds the S of https: a target
    that is obeyed at first sight can be a captive portal's or a mistake of an hour."""
    if target is None or target == address:
        return Move()
    if target == address.replace("http://", "https://", 1):
        return Move(address=target)
    if target != watched or since is None:
        return Move(watched=target, since=now)
    return Move(address=target) if now - since >= MOVE_AFTER else Move(watched=watched, since=since)


def gone(since: dt.datetime | None, now: dt.datetime) -> bool:
    """True where status 410 was seen for so long that it is meant."""
    return since is not None and now - since >= GONE_AFTER


def is_backfill(published_at: dt.datetime | None, *, last_poll: dt.datetime | None, now: dt.datetime) -> bool:
    """True for an entry that is no news: published long before the last poll that went well, or, at a first poll, more
    than a day ago or nobody knows when."""
    if last_poll is None:
        return published_at is None or now - published_at > dt.timedelta(days=1)
    return published_at is not None and last_poll - published_at > BACKFILL_AGE


BACKFILL_AGE = dt.timedelta(days=3)


def is_churn(known_by_guid: int, entries: int) -> bool:
    """True where so many entries of a known feed come under new addresses but old ids that the feed must have changed
    how it writes addresses, and has not that much news."""
    return known_by_guid >= 3 and known_by_guid * 2 >= entries

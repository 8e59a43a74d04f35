"""What becomes of a source after a poll: when it is asked again, at which address, or whether it rests. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from worker.decide import schedule
from worker.decide.schedule import Facts, Pace, Plan
from worker.errors import Gone, NotFound, Reason, Retryable, WireroomError


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a source before a poll."""

    name: str
    address: str
    pace: Pace
    interval_seconds: int | None = None
    failures: float = 0.0
    gone_since: dt.datetime | None = None
    moved_to: str | None = None
    moved_since: dt.datetime | None = None
    listed_at: dt.datetime | None = None
    """The last poll that went well."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a list says of its source, beside its entries."""

    published: Sequence[dt.datetime] = ()
    """The instants of its entries."""
    declared_seconds: float | None = None
    cache_seconds: float | None = None
    moved_to: str | None = None
    """Where a permanent redirect leads."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The poll went well."""

    plan: Plan
    pace: Pace
    address: str
    moved_to: str | None
    moved_since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The poll brought no list; `pause`: it said for so long that it is gone that it is not asked any more."""

    plan: Plan
    failures: float
    reason: Reason
    detail: str
    address: str
    gone_since: dt.datetime | None
    pause: bool


def listed(known: Known, hints: Hints, *, new: int, now: dt.datetime) -> Answered:
    """A list came, with so many new articles in it."""
    pace = _pace(known, hints, new, now)
    facts = Facts(
        name=known.name,
        pace=pace,
        interval_seconds=known.interval_seconds,
        declared_seconds=hints.declared_seconds,
        cache_seconds=hints.cache_seconds,
    )
    move = schedule.move(known.address, hints.moved_to, watched=known.moved_to, since=known.moved_since, now=now)
    return Answered(schedule.plan(facts, now), pace, move.address or known.address, move.watched, move.since)


def failed(known: Known, error: WireroomError, *, outage: bool, now: dt.datetime) -> Failed:
    """No list came: the source slows down by the class of the error; an outage of ours counts against nobody. Where the
    address is no more, the move that it announced is meant."""
    failures = known.failures + (0.0 if outage else schedule.weight(error.reason))
    facts = Facts(
        name=known.name,
        pace=known.pace,
        interval_seconds=known.interval_seconds,
        asked_seconds=error.delay_seconds if isinstance(error, Retryable) else None,
        failures=failures,
        reason=error.reason,
        outage=outage,
    )
    since = (known.gone_since or now) if isinstance(error, Gone) else None
    moved = known.moved_to if isinstance(error, NotFound) else None
    return Failed(
        plan=schedule.plan(facts, now),
        failures=failures,
        reason=error.reason,
        detail=error.detail,
        address=moved or known.address,
        gone_since=since,
        pause=schedule.gone(since, now),
    )


def _pace(known: Known, hints: Hints, new: int, now: dt.datetime) -> Pace:
    if known.listed_at is None:
        return schedule.pace_of(hints.published, now)
    return known.pace.learned(new, (now - known.listed_at).total_seconds())

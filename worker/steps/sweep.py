"""What is due is woken: sources to poll, articles to fetch or extract, among them those whose lease ran out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from worker.settings import Settings
from worker.store import sources
from worker.store.articles import claims
from worker.store.database import Database
from worker.store.tables import State

log = structlog.get_logger()

BACKFILL_SHARE = 0.1  # of a queue


@dataclass(frozen=True, slots=True)
class Due:
    """Whom to wake: names of sources, ids of articles to fetch (or to look at for a change) and to extract."""

    polls: Sequence[str]
    fetches: Sequence[str]
    extracts: Sequence[str]


def sweep(*, database: Database, settings: Settings, room: Mapping[str, int], now: dt.datetime) -> Due:
    """Whom to wake now, of each at most as many as its queue (`poll`, `fetch`, `extract`) has room for; an article that
    cost too many workers is dead instead."""
    again_at = now + dt.timedelta(seconds=settings.redispatch_seconds)
    with database.write() as connection:
        lost = claims.bury_lost(connection, now=now, max_attempts=settings.max_attempts)
        due = Due(
            sources.due(connection, limit=max(0, room["poll"]), now=now, again_at=again_at),
            _to_fetch(connection, room["fetch"], settings, now),
            _articles(connection, State.FETCHED, room["extract"], settings, now),
        )
    if lost:
        log.error("sweep.lost", articles=lost, attempts=settings.max_attempts)
    if due.polls or due.fetches or due.extracts:
        log.debug("sweep.done", polls=len(due.polls), fetches=len(due.fetches), extracts=len(due.extracts))
    return due


def _to_fetch(connection: sa.Connection, room: int, settings: Settings, now: dt.datetime) -> Sequence[str]:
    """What was listed, then, as far as the queue is nearly empty, what may have changed."""
    listed = _articles(connection, State.LISTED, room, settings, now)
    slow = max(0, _slow_room(room - len(listed), settings))
    again_at = now + dt.timedelta(seconds=settings.redispatch_seconds)
    checks = claims.due(connection, State.EXTRACTED, now=now, limit=slow, backfill_limit=0, again_at=again_at)
    return [*listed, *checks]


def _slow_room(room: int, settings: Settings) -> int:
    return room - round(settings.queue_limit * (1 - BACKFILL_SHARE))


def _articles(
    connection: sa.Connection, state: State, room: int, settings: Settings, now: dt.datetime
) -> Sequence[str]:
    """Those due in this state. What is no news waits until its queue is nearly empty, so that no news waits for it."""
    return claims.due(
        connection,
        state,
        now=now,
        limit=max(0, room),
        backfill_limit=max(0, _slow_room(room, settings)),
        again_at=now + dt.timedelta(seconds=settings.redispatch_seconds),
    )

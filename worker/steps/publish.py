"""The outbox -> the stream: in order, in batches, by one process at a time, each message once."""

from __future__ import annotations

import datetime as dt
import time

import structlog

from worker.store import outbox
from worker.store.database import Database
from worker.stream import Stream

log = structlog.get_logger()

LEASE = "publish"
LEASE_SECONDS = 60.0
BATCH = 500
# How far back publication goes again where the stream knows less than the database: rows may be committed out of their
# order, by at most as many transactions as run at once. The stream refuses what it has.
MARGIN = 1000


def publish(*, database: Database, stream: Stream, owner: str, now: dt.datetime) -> int:
    """How many messages were brought to the stream; 0 where another process is at it.

    Looks once more after giving up the lease, so that a message committed between the last look and that moment does
    not wait for the next tick. Stops halfway through the lease's time: the next tick goes on.
    """
    total, stop_at = 0, time.monotonic() + LEASE_SECONDS / 2
    while time.monotonic() < stop_at and _take(database, owner, now):
        try:
            _repair(database, stream)
            total += _drain(database, stream, now, stop_at)
        finally:
            with database.write() as connection:
                outbox.drop_lease(connection, LEASE, owner)
        with database.read() as connection:
            if not outbox.waiting(connection, 1):
                break
    if total:
        log.info("publish.done", messages=total)
    return total


def replay(*, database: Database, since: dt.datetime | None) -> int:
    """How many published messages are to be published again, all of them or those made since then. The stream passes
    over those that it still remembers."""
    with database.write() as connection:
        return outbox.unmark(connection, since=since)


def _take(database: Database, owner: str, now: dt.datetime) -> bool:
    until = now + dt.timedelta(seconds=LEASE_SECONDS)
    with database.write() as connection:
        return outbox.take_lease(connection, LEASE, owner, now=now, until=until)


def _repair(database: Database, stream: Stream) -> None:
    """Where the stream has lost what the database holds as published, publishes it again."""
    with database.read() as connection:
        last = outbox.last_published(connection)
    position = stream.position()
    if position >= last:
        return
    with database.write() as connection:
        again = outbox.unmark(connection, after=max(0, position - MARGIN))
    log.warning("publish.stream-lost", position=position, published=last, again=again)


def _drain(database: Database, stream: Stream, now: dt.datetime, stop_at: float) -> int:
    total = 0
    while time.monotonic() < stop_at:
        with database.read() as connection:
            batch = outbox.waiting(connection, BATCH)
        if not batch:
            break
        stream.append(batch)
        with database.write() as connection:
            outbox.mark(connection, [each.seq for each in batch], now=now)
        total += len(batch)
    return total

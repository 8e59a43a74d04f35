"""The outbox -> every sink: in order, in batches, by one process at a time, each message once."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence

import redis
import structlog

from worker.errors import StoreDown
from worker.publication.sinks import Sink
from worker.publication.stream import Stream, StreamLost
from worker.settings import Settings
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Chosen

log = structlog.get_logger()

LEASE = "publish"
LEASE_SECONDS = 60.0
BATCH = 500
# How far back publication goes again where the stream knows less than the database: rows may be committed out of their
# order, by at most as many transactions as run at once. The stream refuses what it has.
MARGIN = 1000
REPLAY_BATCH = 1000


def publish(*, database: Database, sinks: Sequence[Sink], settings: Settings, owner: str, now: dt.datetime) -> int:
    """How many messages were brought to all sinks; 0 where another process is at it.

    Looks once more after giving up the lease, so that a message committed between the last look and that moment does
    not wait for the next tick. Stops halfway through the lease's time: the next tick goes on. Where a sink is down or
    the stream is full of what its groups have not read, messages wait in the outbox.
    """
    total, stop_at = 0, time.monotonic() + LEASE_SECONDS / 2
    stream = next((sink for sink in sinks if isinstance(sink, Stream)), None)
    while time.monotonic() < stop_at and _needed(database, stream, now) and _take(database, owner, now):
        try:
            if stream:
                _repair(database, stream)
            brought = _drain(database, sinks, lambda: not stream or _room(stream, settings, now), now, stop_at)
        except StreamLost:
            continue  # it is looked at again, and filled
        except StoreDown as error:
            log.warning("publish.sink-down", sink=error.subject, detail=error.detail)
            break
        except redis.RedisError as error:  # it is away, full, or read-only for now
            log.warning("publish.sink-down", sink="redis", detail=f"{type(error).__name__}: {error}"[:200])
            break
        finally:
            with database.write() as connection:
                outbox.drop_lease(connection, LEASE, owner)
        total += brought
        if not brought:
            break
    if total:
        log.info("publish.done", messages=total)
    return total


def replay(which: Chosen, *, database: Database, forget: Callable[[Sequence[str]], None] | None = None) -> int:
    """How many published messages are to be published again. The stream passes over those that it still remembers,
    unless `forget` makes it forget them."""
    total = after = 0
    while True:
        with database.write() as connection:
            found = outbox.chosen(connection, which, after=after, limit=REPLAY_BATCH)
            if forget:
                forget([identity for _, identity in found])
            outbox.again(connection, [seq for seq, _ in found])
        if not found:
            return total
        total, after = total + len(found), found[-1][0]


def _room(stream: Stream, settings: Settings, now: dt.datetime) -> bool:
    """False where the stream is full; cuts it first, and says who keeps it from being cut."""
    oldest = now - dt.timedelta(days=settings.stream_days)
    held = stream.trim(limit=settings.stream_limit, oldest=oldest)
    if held:
        log.error("stream.full", length=held.length, limit=settings.stream_limit, group=held.group)
    return stream.length() < settings.stream_limit


def _needed(database: Database, stream: Stream | None, now: dt.datetime) -> bool:
    """True where there is something to do and nobody at it. Only reads: of hundreds of wake-ups a second most end here,
    and would otherwise fight for SQLite's one write lock with the process that publishes."""
    with database.read() as connection:
        if outbox.held(connection, LEASE, now=now):
            return False
        if outbox.waiting(connection, 1):
            return True
        return stream is not None and stream.position() < outbox.last_published(connection)


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


def _drain(
    database: Database, sinks: Sequence[Sink], room: Callable[[], bool], now: dt.datetime, stop_at: float
) -> int:
    total = 0
    with database.read() as connection:
        before = outbox.last_published(connection)  # once: it is looked for behind all that waits
    while time.monotonic() < stop_at and room():
        with database.read() as connection:
            batch = outbox.waiting(connection, BATCH)
        if not batch:
            break
        for sink in sinks:
            if isinstance(sink, Stream):
                sink.append(batch, after=before)
            else:
                sink.append(batch)
        with database.write() as connection:
            outbox.mark(connection, [each.seq for each in batch], now=now)
        before, total = max(before, batch[-1].seq), total + len(batch)
    return total

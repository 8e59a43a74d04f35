"""A source -> its entries: ask what is listed, note what is new, and decide when to ask again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog

from worker.errors import Broken, Retryable, WireroomError
from worker.http.client import Fetcher
from worker.schedule import next_poll
from worker.settings import Settings
from worker.sources import KINDS, Listing
from worker.store import articles, sources
from worker.store.database import Database
from worker.store.sources import Source

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll went: the number of entries, the articles that are due now, and the reason where it failed."""

    source: str
    entries: int = 0
    articles: tuple[str, ...] = ()
    reason: str | None = None


def poll(
    name: str, *, database: Database, fetcher: Fetcher, settings: Settings, owner: str, now: dt.datetime
) -> Polled | None:
    """What one poll of the source found; None where it is paused, held by another worker or not due any more."""
    soon = now + dt.timedelta(seconds=settings.redispatch_seconds)
    lease = now + dt.timedelta(seconds=settings.lease_seconds)
    with database.write() as connection:
        source = sources.claim(connection, name, due_before=soon, owner=owner, now=now, until=lease)
    if source is None:
        return None
    try:
        listing = KINDS[source.kind](source, fetcher, now)
    except WireroomError as error:
        return _failed(source, error, database, now)
    except Exception as error:  # a bug of ours or of a parser: counted against the source, so that it is seen
        log.exception("poll.broken", source=name)
        return _failed(source, Broken(source.address, f"{type(error).__name__}: {error}"[:300]), database, now)
    return _listed(source, listing, database, now)


def _listed(source: Source, listing: Listing, database: Database, now: dt.datetime) -> Polled:
    due_at = next_poll(now, name=source.name, interval_seconds=source.interval_seconds, failures=0)
    with database.write() as connection:
        found = [articles.list_entry(connection, source.name, entry, now=now) for entry in listing.entries]
        new = tuple(article for article in found if article)
        count = (source.last_entries or 0) if listing.unchanged else len(found)
        validators = {"etag": listing.etag, "last_modified": listing.last_modified}
        sources.polled(connection, source.name, now=now, due_at=due_at, entries=count, new=len(new), **validators)
    log.info("poll.done", source=source.name, entries=count, new=len(new), unchanged=listing.unchanged)
    return Polled(source.name, count, new)


def _failed(source: Source, error: WireroomError, database: Database, now: dt.datetime) -> Polled:
    asked = error.delay_seconds if isinstance(error, Retryable) else None
    due_at = next_poll(
        now,
        name=source.name,
        interval_seconds=source.interval_seconds,
        failures=source.failures + 1,
        asked_seconds=asked,
    )
    with database.write() as connection:
        sources.poll_failed(connection, source.name, now=now, due_at=due_at, reason=error.reason, detail=error.detail)
    log.warning("poll.failed", source=source.name, reason=error.reason, detail=error.detail)
    return Polled(source.name, reason=error.reason)

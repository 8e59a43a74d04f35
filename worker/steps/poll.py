"""A source -> its entries: ask what is listed, note what is new, and decide when to ask again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from worker.decide import outcome, poll_outcome, schedule
from worker.decide.poll_outcome import Hints
from worker.errors import WireroomError, WorkerLost
from worker.http.polite.politeness import Polite
from worker.http.polite.visit import Visit
from worker.settings import Settings
from worker.sources import KINDS, Listing
from worker.store import attempts, sources
from worker.store.articles import entries as article_entries
from worker.store.articles.entries import Entry
from worker.store.attempts import Answer
from worker.store.database import AWAY, Database
from worker.store.sources import Source

log = structlog.get_logger()

READ_LIKE_A_CRAWLER = frozenset(name for name, kind in KINDS.items() if kind.by_robots)


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll went: the number of entries, the articles to fetch at once, and the reason where it failed."""

    source: str
    entries: int = 0
    articles: tuple[str, ...] = ()
    reason: str | None = None


def poll(
    name: str, *, database: Database, polite: Polite, settings: Settings, owner: str, now: dt.datetime
) -> Polled | None:
    """What one poll of the source found; None where it is paused, held by another worker, not due any more, or waits
    for its turn at its host."""
    soon = now + dt.timedelta(seconds=settings.redispatch_seconds)
    lease = now + dt.timedelta(seconds=settings.lease_seconds)
    with database.write() as connection:
        claimed = sources.claim(connection, name, due_before=soon, owner=owner, now=now, until=lease)
    if claimed is None:
        return None
    source = claimed.source
    by_robots = source.kind in READ_LIKE_A_CRAWLER and not source.local
    visit = Visit(polite, source.address, now, source.local, by_robots)
    if claimed.lost_by:  # perhaps by what it lists: counted, so that it backs off and nobody dies of it again at once
        lost = WorkerLost(source.address, f"{claimed.lost_by} began a poll and did not end it")
        return _failed(source, lost, visit, database, now)
    try:
        return _in_turn(source, visit, database, now)
    except AWAY:
        raise
    except Exception as error:  # a bug of ours or of a library: counted against the source, so that it is seen
        log.exception("poll.broken", source=source.name)
        visit.first = None  # what the database does not take may be its headers
        return _failed(source, outcome.unforeseen(source.address, error), visit, database, now)


def _in_turn(source: Source, visit: Visit, database: Database, now: dt.datetime) -> Polled | None:
    wait = visit.polite.turn(source.address, now=now, local=source.local, reserved=source.reserved)
    if wait is not None:
        with database.write() as connection:
            turn_at = now + dt.timedelta(seconds=wait.seconds)
            sources.await_turn(connection, source.name, until=turn_at, reserved=wait.reserved)
        return None
    found = _list(source, visit, now)
    visit.done(found if isinstance(found, WireroomError) else None)
    if isinstance(found, WireroomError):
        return _failed(source, found, visit, database, now)
    return _listed(source, found, visit, database, now)


def _list(source: Source, visit: Visit, now: dt.datetime) -> Listing | WireroomError:
    try:
        return KINDS[source.kind](source, visit, now)
    except WireroomError as error:
        return error
    except Exception as error:
        log.exception("poll.broken", source=source.name)
        return outcome.unforeseen(source.address, error)


def _listed(source: Source, listing: Listing, visit: Visit, database: Database, now: dt.datetime) -> Polled:
    count = (source.last_entries or 0) if listing.unchanged else len(listing.entries)
    hints = Hints(
        published=[each.published_at for each in listing.entries if each.published_at],
        declared_seconds=listing.declared_seconds,
        cache_seconds=listing.cache_seconds,
        moved_to=listing.moved_to,
    )
    with database.write() as connection:
        found = _take(connection, source, listing.entries, now)
        ended = poll_outcome.listed(source.known, hints, new=len(found), now=now)
        sources.polled(
            connection, source.name, now=now, plan=ended.plan, last_entries=count, last_new=len(found), failures=0.0,
            last_reason=None, last_detail=None, etag=listing.etag, last_modified=listing.last_modified,
            sha256=listing.sha256 or source.sha256, stories=ended.pace.stories, exposure_days=ended.pace.days,
            gone_since=None, address=ended.address, moved_to=ended.moved_to, moved_since=ended.moved_since,
            listed_at=now,
        )  # fmt: skip
        attempts.note_poll(connection, _attempt(source, visit, now, entries=count, new=len(found)))
    if ended.address != source.address:
        log.warning("poll.moved", source=source.name, before=source.address, address=ended.address)
    log.info(
        "poll.done", source=source.name, entries=count, new=len(found), unchanged=listing.unchanged,
        left_out=listing.left_out,
    )  # fmt: skip
    return Polled(source.name, count, tuple(article for article, backfill in found if not backfill))


def _take(
    connection: sa.Connection, source: Source, listed: Sequence[Entry], now: dt.datetime
) -> list[tuple[str, bool]]:
    """The articles that are due by these entries, and of each whether there is no hurry."""
    moved = article_entries.known_by_guid(connection, source.name, listed)
    if schedule.is_churn(len(moved), len(listed)):
        for entry in listed:
            if entry.key in moved:
                article_entries.list_alias(connection, source.name, entry, moved[entry.key], now=now)
        log.warning("poll.churn", source=source.name, entries=len(listed), aliases=len(moved))
    found = []
    for entry in listed:
        backfill = schedule.is_backfill(entry.published_at, last_poll=source.listed_at, now=now)
        article = article_entries.list_entry(connection, source.name, entry, now=now, backfill=backfill)
        if article:
            found.append((article, backfill))
    return found


def _failed(source: Source, error: WireroomError, visit: Visit, database: Database, now: dt.datetime) -> Polled:
    attempt = _attempt(source, visit, now, error=error)
    with database.read() as connection:
        outage = outcome.is_outage(error.reason, attempts.around(connection, attempt))
    ended = poll_outcome.failed(source.known, error, outage=outage, now=now)
    with database.write() as connection:
        attempts.note_poll(connection, attempt)
        sources.polled(
            connection, source.name, now=now, plan=ended.plan, failures=ended.failures, last_reason=ended.reason,
            last_detail=ended.detail, gone_since=ended.gone_since, address=ended.address,
        )  # fmt: skip
        if ended.pause:
            sources.pause(connection, [source.name], paused=True)
    log.warning("poll.failed", source=source.name, reason=error.reason, detail=error.detail, outage=outage)
    return Polled(source.name, reason=error.reason)


def _attempt(
    source: Source,
    visit: Visit,
    now: dt.datetime,
    *,
    error: WireroomError | None = None,
    entries: int | None = None,
    new: int | None = None,
) -> attempts.Poll:
    reason, detail = (error.reason, error.detail) if error else (None, None)
    robots = outcome.robots_said(reason, asked=visit.by_robots)
    answer = Answer.of(
        visit.first, seconds=visit.spent, robots=robots, requests=visit.requests, received=visit.received
    )
    return attempts.Poll(source.name, now, attempts.host_of(source.address), reason, detail, entries, new, answer)

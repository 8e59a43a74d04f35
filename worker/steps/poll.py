"""A source -> its entries: ask what is listed, note what is new, and decide when to ask again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog

from worker.decide import schedule
from worker.decide.schedule import Facts, Pace
from worker.errors import Broken, Gone, NotFound, Retryable, WireroomError
from worker.http.polite.politeness import Polite
from worker.http.polite.visit import Visit
from worker.settings import Settings
from worker.sources import KINDS, Listing
from worker.steps.attempt import answer_of, is_outage, robots_verdict
from worker.store import attempts, sources
from worker.store.articles import entries as article_entries
from worker.store.articles.entries import Entry
from worker.store.database import Database
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
        source = sources.claim(connection, name, due_before=soon, owner=owner, now=now, until=lease)
    if source is None:
        return None
    wait = polite.turn(source.address, now=now, local=source.local, reserved=source.reserved)
    if wait is not None:
        with database.write() as connection:
            turn_at = now + dt.timedelta(seconds=wait.seconds)
            sources.await_turn(connection, name, until=turn_at, reserved=wait.reserved)
        return None
    by_robots = source.kind in READ_LIKE_A_CRAWLER and not source.local
    visit = Visit(polite, source.address, now, source.local, by_robots)
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
    except Exception as error:  # a bug of ours or of a parser: counted against the source, so that it is seen
        log.exception("poll.broken", source=source.name)
        return Broken(source.address, f"{type(error).__name__}: {error}"[:300])


def _listed(source: Source, listing: Listing, visit: Visit, database: Database, now: dt.datetime) -> Polled:
    with database.write() as connection:
        found = _take(connection, source, listing.entries, now)
        count = (source.last_entries or 0) if listing.unchanged else len(listing.entries)
        pace = _pace(source, listing, len(found), now)
        facts = Facts(
            name=source.name,
            pace=pace,
            interval_seconds=source.interval_seconds,
            declared_seconds=listing.declared_seconds,
            cache_seconds=listing.cache_seconds,
        )
        plan = schedule.plan(facts, now)
        move = schedule.move(
            source.address, listing.moved_to, watched=source.moved_to, since=source.moved_since, now=now
        )
        sources.polled(
            connection, source.name, now=now, plan=plan, last_entries=count, last_new=len(found), failures=0.0,
            last_reason=None, last_detail=None, etag=listing.etag, last_modified=listing.last_modified,
            sha256=listing.sha256 or source.sha256, stories=pace.stories, exposure_days=pace.days, gone_since=None,
            address=move.address or source.address, moved_to=move.watched, moved_since=move.since, listed_at=now,
        )  # fmt: skip
        attempts.note_poll(connection, _attempt(source, visit, now, entries=count, new=len(found)))
    if move.address:
        log.warning("poll.moved", source=source.name, before=source.address, address=move.address)
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


def _pace(source: Source, listing: Listing, new: int, now: dt.datetime) -> Pace:
    if source.listed_at is None:
        return schedule.pace_of((e.published_at for e in listing.entries if e.published_at), now)
    return Pace(source.stories, source.exposure_days).learned(new, (now - source.listed_at).total_seconds())


def _failed(source: Source, error: WireroomError, visit: Visit, database: Database, now: dt.datetime) -> Polled:
    with database.write() as connection:
        attempts.note_poll(connection, _attempt(source, visit, now, error=error))
        outage = is_outage(connection, error, now)
        failures = source.failures + (0.0 if outage else schedule.weight(error.reason))
        facts = Facts(
            name=source.name,
            pace=Pace(source.stories, source.exposure_days),
            interval_seconds=source.interval_seconds,
            asked_seconds=error.delay_seconds if isinstance(error, Retryable) else None,
            failures=failures,
            reason=error.reason,
            outage=outage,
        )
        since = (source.gone_since or now) if isinstance(error, Gone) else None
        moved = (
            source.moved_to if isinstance(error, NotFound) else None
        )  # the old address is no more: the move is meant
        sources.polled(
            connection, source.name, now=now, plan=schedule.plan(facts, now), failures=failures,
            last_reason=error.reason, last_detail=error.detail, gone_since=since,
            address=moved or source.address,
        )  # fmt: skip
        if schedule.gone(since, now):
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
    host = urlsplit(source.address).hostname if "://" in source.address else None
    robots = robots_verdict(error, asked=visit.by_robots)
    answer = answer_of(
        visit.first, seconds=visit.spent, robots=robots, requests=visit.requests, received=visit.received
    )
    reason, detail = (error.reason, error.detail) if error else (None, None)
    return attempts.Poll(source.name, now, host, reason, detail, entries, new, answer)

"""Where everything stands, in numbers: what `wireroom status` shows and what `--once` waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.store import records
from worker.store.outgoing import outbox
from worker.store.tables import IN_FLIGHT, articles, entries, sources


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of articles by state, of records by kind, of messages; and when the next poll is due."""

    articles: dict[str, int]
    records: dict[str, int]
    published: int
    waiting: int
    next_poll: dt.datetime | None


def status(connection: sa.Connection) -> Status:
    """The numbers as of now."""
    states = sa.select(articles.c.state, sa.func.count()).group_by(articles.c.state).order_by(articles.c.state)
    published, waiting = outbox.counts(connection)
    next_poll = sa.select(sa.func.min(sources.c.due_at)).where(~sources.c.paused)
    return Status(
        articles={state: int(count) for state, count in connection.execute(states)},
        records=records.counts(connection),
        published=published,
        waiting=waiting,
        next_poll=connection.execute(next_poll).scalar(),
    )


def busy(connection: sa.Connection, *, now: dt.datetime, source: str | None = None) -> int:
    """How many articles (of one source, or of all) are on their way now: in flight, and not waiting after a failure."""
    resting = articles.c.lease_owner.is_(None) & (articles.c.lease_until > now)
    query = sa.select(sa.func.count(sa.distinct(articles.c.id))).where(
        articles.c.state.in_(IN_FLIGHT), ~sa.func.coalesce(resting, sa.false())
    )
    if source:
        query = query.join(entries, entries.c.article_id == articles.c.id).where(entries.c.source == source)
    return int(connection.execute(query).scalar_one())


def polls_due(connection: sa.Connection, names: Sequence[str], *, since: dt.datetime) -> int:
    """How many of these sources, paused ones left out, were not polled since then."""
    late = sources.c.polled_at.is_(None) | (sources.c.polled_at < since)
    query = sa.select(sa.func.count()).select_from(sources)
    return int(connection.execute(query.where(sources.c.name.in_(names), ~sources.c.paused, late)).scalar_one())

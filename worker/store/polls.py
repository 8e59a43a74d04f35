"""The history of polls: what each brought or why it failed, kept for a while to explain the next one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from worker.store.tables import polls

KEPT_DAYS = 14
CUT_EVERY = 50


@dataclass(frozen=True, slots=True)
class Attempt:
    """One poll of one source. `reason` is null where it went well, `seconds` how long it took."""

    source: str
    at: dt.datetime
    host: str | None
    status: int | None
    reason: str | None
    entries: int | None
    new: int | None
    seconds: float


def note(connection: sa.Connection, attempt: Attempt) -> None:
    """Adds the poll to the history; now and then forgets the source's oldest ones."""
    values = {name: getattr(attempt, name) for name in Attempt.__slots__}
    row = connection.execute(sa.insert(polls).values(values).returning(polls.c.id)).scalar_one()
    if row % CUT_EVERY == 0:
        old = attempt.at - dt.timedelta(days=KEPT_DAYS)
        connection.execute(sa.delete(polls).where(polls.c.source == attempt.source, polls.c.at < old))


def last(connection: sa.Connection, source: str, limit: int = 40) -> list[Attempt]:
    """The source's last polls, newest first."""
    columns = (polls.c[name] for name in Attempt.__slots__)
    query = sa.select(*columns).where(polls.c.source == source).order_by(polls.c.at.desc(), polls.c.id.desc())
    return [Attempt(**row._mapping) for row in connection.execute(query.limit(limit))]


def by_host(connection: sa.Connection, *, since: dt.datetime) -> list[tuple[str, str | None]]:
    """Host and reason of each poll since then, oldest first."""
    query = sa.select(polls.c.host, polls.c.reason).where(polls.c.at >= since, polls.c.host.is_not(None))
    return [(host, reason) for host, reason in connection.execute(query.order_by(polls.c.at, polls.c.id))]

"""What an operator does about an article whose path ended: tries it again, or gives a dead one up."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from worker.errors import Reason
from worker.store.articles.selection import VERDICTS
from worker.store.tables import State, articles, snapshots

FINAL = (State.EXTRACTED, State.REJECTED, State.DEAD)
JUDGED = (*VERDICTS, Reason.BROKEN, Reason.WORKER_LOST)


def retry(connection: sa.Connection, article: str, *, fetch: bool, now: dt.datetime) -> State | None:
    """Where the article goes on: judged again where its page was kept, else (or by `fetch`) fetched again. None where
    it is on its way already, or was purged."""
    row = connection.execute(sa.select(articles).where(articles.c.id == article)).one()
    if row.state not in FINAL or row.reason == Reason.PURGED:
        return None
    bytes_kept = sa.select(snapshots.c.kept).where(snapshots.c.id == row.snapshot_id)
    kept = connection.execute(bytes_kept).scalar() and (row.state == State.EXTRACTED or row.reason in JUDGED)
    state = State.FETCHED if kept and not fetch else State.LISTED
    begin = {
        "state": state, "reason": None, "detail": None, "attempts": 0, "checks": 0, "claims": articles.c.claims + 1,
        "due_at": now, "lease_until": None, "lease_owner": None, "changed_at": now,
    }  # fmt: skip
    same = (articles.c.id == article, articles.c.claims == row.claims, articles.c.state == row.state)
    return state if connection.execute(sa.update(articles).where(*same).values(begin)).rowcount else None


def ended(connection: sa.Connection, reason: Reason, *, source: str = "") -> list[str]:
    """The ids of the articles that were rejected, or died, for this reason (of one source, or of all)."""
    query = sa.select(articles.c.id).where(
        articles.c.state.in_((State.REJECTED, State.DEAD)), articles.c.reason == reason
    )
    query = query.where(articles.c.source == source) if source else query
    return list(connection.execute(query.order_by(articles.c.id)).scalars())


def drop(connection: sa.Connection, article: str, *, now: dt.datetime) -> bool:
    """Gives a dead article up: rejected from now on, under the reason that it died of; False where it is not dead."""
    dead = sa.update(articles).where(articles.c.id == article, articles.c.state == State.DEAD)
    return bool(connection.execute(dead.values(state=State.REJECTED, changed_at=now)).rowcount)


def dead(connection: sa.Connection) -> list[str]:
    """The ids of all dead articles."""
    query = sa.select(articles.c.id).where(articles.c.state == State.DEAD).order_by(articles.c.changed_at)
    return list(connection.execute(query).scalars())

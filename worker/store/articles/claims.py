"""Who holds an article, and how its attempt ends.

A claim is fenced: it carries its number, and what it writes at its end takes effect only while no later claim and no
change of the entry came between, so that a worker whose lease ran out cannot overwrite the one that took over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.decide.outcome import AwaitTurn, Dead, Extracted, Outcome, Postponed, Rejected, Stands, Stored
from worker.errors import Reason
from worker.http.canonical import at_one_place
from worker.store.database import skip_locked
from worker.store.tables import IN_FLIGHT, State, articles, sources


@dataclass(frozen=True, slots=True)
class Claim:
    """An article that this worker holds, and which attempt in this state it is; `claims` is the fence."""

    id: str
    address: str
    source: str
    state: str
    attempts: int
    claims: int
    checks: int
    """How often it was looked at for a change since its content was new."""
    snapshot_id: int | None
    stated_date: str | None
    backfill: bool
    reserved: bool
    """It has waited for its turn at its host, which is now."""
    kind: str
    local: bool
    """At the own place of a source that is marked so."""
    patient: bool
    """False for what somebody waits for at a terminal: fewer attempts, shorter waits."""


class Fenced(Exception):
    """The claim is over: its lease ran out and another worker took the article, or its entry changed."""


def due(
    connection: sa.Connection,
    state: State,
    *,
    now: dt.datetime,
    limit: int,
    backfill_limit: int,
    again_at: dt.datetime,
) -> Sequence[str]:
    """The ids of at most `limit` articles in this state that are due and that nobody holds; those without hurry come
    last, at most `backfill_limit`. Each is due again at `again_at`, so that a wake-up that gets lost is sent again."""
    ids: list[str] = []
    for backfill, most in ((False, limit), (True, min(limit, backfill_limit))):
        query = (
            sa.select(articles.c.id)
            .where(articles.c.state == state, articles.c.backfill == backfill, articles.c.due_at <= now, _free(now))
            .order_by(articles.c.due_at, articles.c.id)
            .limit(max(0, most - len(ids)))
        )
        ids += connection.execute(skip_locked(connection, query)).scalars().all()
    connection.execute(sa.update(articles).where(articles.c.id.in_(ids)).values(due_at=again_at))
    return ids


def claim(
    connection: sa.Connection, article: str, state: State, *, owner: str, now: dt.datetime, until: dt.datetime
) -> Claim | None:
    """The article, held until then; None where it is in another state or held, as after a doubled wake-up."""
    return _claim(connection, article, articles.c.state == state, owner=owner, now=now, until=until)


def claim_check(
    connection: sa.Connection,
    article: str,
    *,
    due_before: dt.datetime,
    owner: str,
    now: dt.datetime,
    until: dt.datetime,
) -> Claim | None:
    """The extracted article that is to be looked at for a change, held until then; None where none is due."""
    due = (articles.c.state == State.EXTRACTED) & (articles.c.due_at <= due_before)
    return _claim(connection, article, due, owner=owner, now=now, until=until)


def _claim(
    connection: sa.Connection,
    article: str,
    condition: sa.ColumnElement[bool],
    *,
    owner: str,
    now: dt.datetime,
    until: dt.datetime,
) -> Claim | None:
    mine = sa.update(articles).where(articles.c.id == article, condition, _free(now))
    counted = {"attempts": articles.c.attempts + 1, "claims": articles.c.claims + 1}
    if not connection.execute(mine.values(lease_until=until, lease_owner=owner, due_at=until, **counted)).rowcount:
        return None
    columns = (articles.c[name] for name in Claim.__slots__ if name not in ("kind", "local", "patient"))
    of_source = (sources.c.kind, sources.c.local, (sources.c.due_at.is_not(None)).label("patient"))
    query = sa.select(*columns, *of_source, sources.c.address.label("listed_at")).join(sources)
    row = dict(connection.execute(query.where(articles.c.id == article)).one()._mapping)
    listed_at = row.pop("listed_at")
    return Claim(**row | {"local": row["local"] and _is_own(row["address"], listed_at)})


def _is_own(address: str, source: str) -> bool:
    """Whether a local source's article is at its own place. What it lists elsewhere is a stranger's, guarded, and kept
    to robots.txt and pace; what is given by hand or lies in files has no other place."""
    return "://" not in source or at_one_place(address, source)


def end(connection: sa.Connection, claim: Claim, outcome: Outcome, *, now: dt.datetime) -> None:
    """Carries out what became of a claimed article: the attempt is over, and nobody holds it. Raises Fenced where the
    claim is."""
    fence = (articles.c.id == claim.id, articles.c.claims == claim.claims)
    values = {"lease_owner": None, "reserved": False, "changed_at": now} | _written(outcome, claim, now)
    if not connection.execute(sa.update(articles).where(*fence).values(values)).rowcount:
        raise Fenced(claim.id)


def _written(outcome: Outcome, claim: Claim, now: dt.datetime) -> dict[str, object]:
    """An outcome by column. Who waits keeps his lease, so that nobody takes him before."""
    match outcome:
        case AwaitTurn(until, reserved):
            counted = articles.c.attempts - 1
            return {"due_at": until, "lease_until": until, "reserved": reserved, "attempts": counted}
        case Postponed(until, reason, detail, counts):
            said = {"reason": reason, "detail": detail, "attempts": claim.attempts - (not counts)}
            return {"due_at": until, "lease_until": until, **said}
        case Rejected(reason, detail):
            return OVER | {"state": State.REJECTED, "due_at": None, "reason": reason, "detail": detail}
        case Dead(reason, detail):
            return OVER | {"state": State.DEAD, "due_at": None, "reason": reason, "detail": detail}
        case Stored(snapshot, checks):
            return OVER | {"state": State.FETCHED, "due_at": now, "snapshot_id": snapshot, "checks": checks}
        case Extracted(title, due_at, checks):
            return OVER | {"state": State.EXTRACTED, "due_at": due_at, "title": title, "checks": checks}
        case Stands(due_at, checks, snapshot):
            rests = {} if snapshot is None else {"snapshot_id": snapshot}
            return OVER | {"state": State.EXTRACTED, "due_at": due_at, "checks": checks} | rests


def bury_lost(connection: sa.Connection, *, now: dt.datetime, max_attempts: int) -> int:
    """How many articles are dead from now on, since each of their many attempts ended with its worker. An extracted one
    is only not looked at any more."""
    held = articles.c.lease_owner.is_not(None) & (articles.c.lease_until <= now)
    given_back = (articles.c.reason == Reason.WORKER_LOST) & articles.c.lease_until.is_(None)
    lost = sa.update(articles).where(
        articles.c.state.in_(IN_FLIGHT), articles.c.attempts >= max_attempts, held | given_back
    )
    detail = f"{max_attempts} workers in a row did not come back from it"
    end = lost.values(state=State.DEAD, reason=Reason.WORKER_LOST, detail=detail, due_at=None, changed_at=now, **NOBODY)
    unseen = sa.update(articles).where(articles.c.state == State.EXTRACTED, articles.c.attempts >= max_attempts)
    connection.execute(unseen.where(_free(now), articles.c.due_at.is_not(None)).values(due_at=None, **NOBODY))
    return connection.execute(end).rowcount


def release(connection: sa.Connection, owner: str, *, now: dt.datetime, article: str | None = None) -> int:
    """How many articles a worker that died gives back at once: all that it held, or this one. The attempt counts, since
    an article may be what it died of."""
    held = sa.update(articles).where(articles.c.lease_owner == owner)
    if article is not None:
        held = held.where(articles.c.id == article)
    on_its_way = articles.c.state.in_(IN_FLIGHT)  # what is extracted stands
    said = {"reason": Reason.WORKER_LOST.value, "detail": "the worker that had it died"}
    lost = {name: sa.case((on_its_way, words), else_=articles.c[name]) for name, words in said.items()}
    return connection.execute(held.values(due_at=now, **lost, **NOBODY)).rowcount


def release_all(connection: sa.Connection, *, now: dt.datetime) -> int:
    """How many articles were held when everything was stopped; that attempt does not count."""
    held = sa.update(articles).where(articles.c.lease_owner.is_not(None))
    return connection.execute(held.values(due_at=now, attempts=articles.c.attempts - 1, **NOBODY)).rowcount


NOBODY: Mapping[str, object] = {"lease_until": None, "lease_owner": None}
OVER: dict[str, object] = {"lease_until": None, "reason": None, "detail": None, "attempts": 0}


def _free(now: dt.datetime) -> sa.ColumnElement[bool]:
    return articles.c.lease_until.is_(None) | (articles.c.lease_until <= now)

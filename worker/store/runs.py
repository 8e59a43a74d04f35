"""Runs of re-extraction: what was asked, how far it is, and the batches of articles that workers take one by one.

A run is put into batches a few at a time, behind a cursor, so that a run over a million articles begins at once. A
batch notes each article in the transaction that stores it: whoever takes the batch over goes on behind it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from worker.decide.facts import JsonObject
from worker.store.articles.claims import Fenced
from worker.store.articles.selection import Selection
from worker.store.database import skip_locked
from worker.store.tables import batches, runs


class RunState(StrEnum):
    """`running` until all is done or somebody cancels it."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stands; `done` of `total` articles, with what happened to them in `tally`."""

    id: int
    asked_by: str
    asked_at: dt.datetime
    selection: JsonObject
    versions: Mapping[str, int]
    state: str
    total: int
    done: int
    tally: Mapping[str, int]
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A run whose articles are not all in batches."""

    id: int
    selection: Selection
    cursor: str
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that this worker holds: the articles that are left in it, and what came of those done. `attempts` at its
    first one."""

    id: int
    left: tuple[str, ...]
    tally: Mapping[str, int]
    attempts: int
    claims: int


def add(
    connection: sa.Connection, selection: Selection, *, asked_by: str, versions: Mapping[str, int], total: int,
    now: dt.datetime,
) -> int:  # fmt: skip
    """The id of a new run."""
    row = {
        "asked_by": asked_by, "asked_at": now, "selection": selection.to_json(), "versions": dict(versions),
        "state": RunState.RUNNING, "total": total, "cursor": "", "planned": False, "done": 0, "tally": {},
    }  # fmt: skip
    return int(connection.execute(sa.insert(runs).values(row).returning(runs.c.id)).scalar_one())


def one(connection: sa.Connection, run: int) -> Run | None:
    """The run of that id, with what its open batches have done."""
    return next(iter(_runs(connection, runs.c.id == run, limit=1)), None)


def newest(connection: sa.Connection, limit: int) -> list[Run]:
    """The last runs, newest first."""
    return _runs(connection, sa.true(), limit=limit)


def cancel(connection: sa.Connection, run: int, *, now: dt.datetime) -> bool:
    """True where the run was running; whoever is in the middle of an article of it finishes without effect."""
    change = sa.update(runs).where(runs.c.id == run, runs.c.state == RunState.RUNNING)
    if not connection.execute(change.values(state=RunState.CANCELLED, ended_at=now)).rowcount:
        return False
    _fold(connection, batches.c.run_id == run)
    return True


def open_batches(connection: sa.Connection) -> int:
    """How many batches are not done."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar_one())


def unplanned(connection: sa.Connection) -> Plan | None:
    """The oldest run whose articles are not all in batches."""
    waiting = (runs.c.state == RunState.RUNNING, ~runs.c.planned)
    columns = (runs.c.id, runs.c.selection, runs.c.cursor, runs.c.versions)
    query = sa.select(*columns).where(*waiting).order_by(runs.c.id).limit(1)
    row = connection.execute(query).one_or_none()
    return Plan(row.id, Selection.from_json(row.selection), row.cursor, row.versions) if row else None


def put_batches(
    connection: sa.Connection, plan: Plan, ids: Sequence[str], *, size: int, cursor: str | None, now: dt.datetime
) -> bool:
    """Puts articles into batches and moves the cursor on, None: to the end; False where somebody else did."""
    moved = {"planned": True} if cursor is None else {"cursor": cursor}
    mine = (runs.c.id == plan.id, runs.c.cursor == plan.cursor, ~runs.c.planned, runs.c.state == RunState.RUNNING)
    if not connection.execute(sa.update(runs).where(*mine).values(moved)).rowcount:
        return False
    empty = {"run_id": plan.id, "done": 0, "tally": {}, "attempts": 0, "claims": 0, "due_at": now}
    parts = [list(ids[start : start + size]) for start in range(0, len(ids), size)]
    rows = [empty | {"articles": part, "size": len(part)} for part in parts]
    if rows:
        connection.execute(sa.insert(batches), rows)
    return True


def due(connection: sa.Connection, *, limit: int, now: dt.datetime, again_at: dt.datetime) -> Sequence[int]:
    """The ids of at most `limit` batches that nobody has; due again then, so that a lost wake-up is sent again."""
    query = sa.select(batches.c.id).where(batches.c.due_at <= now, _free(now)).order_by(batches.c.id).limit(limit)
    ids = connection.execute(skip_locked(connection, query)).scalars().all()
    connection.execute(sa.update(batches).where(batches.c.id.in_(ids)).values(due_at=again_at))
    return ids


def claim(connection: sa.Connection, batch: int, *, owner: str, now: dt.datetime, until: dt.datetime) -> Batch | None:
    """The batch, held until then; None where somebody has it, or it is done."""
    taken = {"attempts": batches.c.attempts + 1, "claims": batches.c.claims + 1}
    mine = sa.update(batches).where(batches.c.id == batch, _free(now))
    taking = mine.values(lease_until=until, lease_owner=owner, due_at=until, **taken)
    if not connection.execute(taking).rowcount:
        return None
    row = connection.execute(sa.select(batches).where(batches.c.id == batch)).one()
    return Batch(row.id, tuple(row.articles[row.done :]), row.tally, row.attempts, row.claims)


def note(connection: sa.Connection, batch: Batch, tally: Mapping[str, int], *, until: dt.datetime) -> Batch:
    """The batch with its first article done, and so noted in the transaction that stores it; raises Fenced where the
    batch is somebody else's, or its run was cancelled."""
    counted = dict(Counter(batch.tally) + Counter(tally))
    values = {"done": batches.c.done + 1, "tally": counted, "attempts": 1, "lease_until": until, "due_at": until}
    mine = sa.update(batches).where(batches.c.id == batch.id, batches.c.claims == batch.claims)
    if not connection.execute(mine.values(values)).rowcount:
        raise Fenced(f"batch {batch.id}")
    return replace(batch, left=batch.left[1:], tally=counted, attempts=1)


def give_back(connection: sa.Connection, batch: Batch, *, at: dt.datetime) -> None:
    """Nobody has the batch any more; it is due then."""
    mine = (batches.c.id == batch.id, batches.c.claims == batch.claims)
    connection.execute(sa.update(batches).where(*mine).values(due_at=at, lease_until=None, lease_owner=None))


def release(connection: sa.Connection, owner: str | None, *, now: dt.datetime) -> None:
    """Frees the batches of a worker that is gone; all where it is None."""
    held = batches.c.lease_owner.is_not(None) if owner is None else batches.c.lease_owner == owner
    connection.execute(sa.update(batches).where(held).values(due_at=now, lease_until=None, lease_owner=None))


def release_one(connection: sa.Connection, batch: int, *, now: dt.datetime) -> None:
    """Frees a batch whose process died in it."""
    mine = sa.update(batches).where(batches.c.id == batch, batches.c.lease_owner.is_not(None))
    connection.execute(mine.values(due_at=now, lease_until=None, lease_owner=None))


def close(connection: sa.Connection, batch: Batch) -> None:
    """Adds a batch that is done to its run."""
    mine = batches.c.claims == batch.claims
    _fold(connection, (batches.c.id == batch.id) & mine & (batches.c.done == batches.c.size))


def end(connection: sa.Connection, *, now: dt.datetime) -> None:
    """Ends the runs of which nothing is left."""
    left = sa.exists().where(batches.c.run_id == runs.c.id)
    over = (runs.c.state == RunState.RUNNING, runs.c.planned, ~left)
    connection.execute(sa.update(runs).where(*over).values(state=RunState.DONE, ended_at=now))


def _fold(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    gone = sa.delete(batches).where(which).returning(batches.c.run_id, batches.c.done, batches.c.tally)
    for run, done, tally in connection.execute(gone).all():
        row = connection.execute(sa.select(runs.c.tally).where(runs.c.id == run).with_for_update()).one()
        counted = dict(Counter(row.tally) + Counter(tally))
        connection.execute(sa.update(runs).where(runs.c.id == run).values(done=runs.c.done + done, tally=counted))


def _runs(connection: sa.Connection, which: sa.ColumnElement[bool], *, limit: int) -> list[Run]:
    columns = (runs.c[name] for name in Run.__slots__)
    query = sa.select(*columns).where(which).order_by(runs.c.id.desc()).limit(limit)
    return [_with_open(connection, Run(**row._mapping)) for row in connection.execute(query).all()]


def _with_open(connection: sa.Connection, run: Run) -> Run:
    done, tally = run.done, Counter(run.tally)
    query = sa.select(batches.c.done, batches.c.tally).where(batches.c.run_id == run.id)
    for row in connection.execute(query):
        done += row.done
        tally.update(row.tally)
    fields = {name: getattr(run, name) for name in Run.__slots__}
    return Run(**{**fields, "done": done, "tally": dict(sorted(tally.items()))})


def _free(now: dt.datetime) -> sa.ColumnElement[bool]:
    return batches.c.lease_until.is_(None) | (batches.c.lease_until <= now)

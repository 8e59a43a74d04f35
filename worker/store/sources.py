"""The sources: what is polled, when, and how the last poll went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.decide.facts import JsonObject
from worker.decide.poll_outcome import Known
from worker.decide.schedule import Pace, Plan, Step
from worker.store.database import insert, skip_locked
from worker.store.tables import sources


@dataclass(frozen=True, slots=True)
class Source:
    """A place where articles are listed. Times are aware UTC; `due_at` null: never polled by the clock."""

    name: str
    kind: str
    address: str
    origin: str = "added"
    paused: bool = False
    local: bool = False
    sample: bool = False
    interval_seconds: int | None = None
    note: str | None = None
    due_at: dt.datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    stories: float = 0.0
    exposure_days: float = 0.0
    plan: tuple[Step, ...] = ()
    """Why its next poll is due when it is."""
    moved_to: str | None = None
    moved_since: dt.datetime | None = None
    gone_since: dt.datetime | None = None
    options: JsonObject | None = None
    failures: float = 0.0
    reserved: bool = False
    polled_at: dt.datetime | None = None
    listed_at: dt.datetime | None = None
    polls: int = 0
    last_entries: int | None = None
    last_new: int | None = None
    last_reason: str | None = None
    last_detail: str | None = None

    @property
    def known(self) -> Known:
        """What a poll's outcome is decided by."""
        return Known(
            name=self.name,
            address=self.address,
            pace=Pace(self.stories, self.exposure_days),
            interval_seconds=self.interval_seconds,
            failures=self.failures,
            gone_since=self.gone_since,
            moved_to=self.moved_to,
            moved_since=self.moved_since,
            listed_at=self.listed_at,
        )


_FIELDS = [sources.c[name] for name in Source.__slots__]
_SET_BY_OPERATOR = ("kind", "address", "origin", "paused", "local", "sample", "interval_seconds", "note", "options")


def put(connection: sa.Connection, source: Source) -> None:
    """Adds the source, or changes what the operator sets of one that is there. What was learned of it stays, a move
    that was followed included, unless the operator now writes another address or other options; a pause or resume by
    command stands."""
    values = {name: getattr(source, name) for name in ("name", *_SET_BY_OPERATOR, "due_at")}
    query = insert(connection, sources).values(**values, written=source.address)
    new, old = query.excluded, sources.c
    other = (old.written != new.written) | (sa.cast(old.options, sa.Text) != sa.cast(new.options, sa.Text))
    changed: dict[str, sa.ColumnElement[object]] = {name: new[name] for name in (*_SET_BY_OPERATOR, "written")}
    changed |= {name: sa.case((other, sa.null()), else_=old[name]) for name in ("etag", "last_modified", "sha256")}
    changed["address"] = sa.case((other, new.address), else_=old.address)
    changed["paused"] = sa.func.coalesce(old.held, new.paused)
    changed["due_at"] = sa.func.coalesce(sa.case((other, new.due_at), else_=old.due_at), new.due_at)
    connection.execute(query.on_conflict_do_update(index_elements=["name"], set_=changed))


def all_of(connection: sa.Connection) -> list[Source]:
    """Every source, by name."""
    return [_read(row) for row in connection.execute(sa.select(*_FIELDS).order_by(sources.c.name)).mappings()]


def one(connection: sa.Connection, name: str) -> Source | None:
    """The source of that name."""
    row = connection.execute(sa.select(*_FIELDS).where(sources.c.name == name)).mappings().one_or_none()
    return _read(row) if row else None


def pause(connection: sa.Connection, names: Iterable[str], *, paused: bool, held: bool = True) -> int:
    """How many of these sources were paused, or resumed; `held`: until the opposite is said, whatever the file says."""
    change = sa.update(sources).where(sources.c.name.in_(list(names)))
    return connection.execute(change.values(paused=paused, **({"held": paused} if held else {}))).rowcount


def due(connection: sa.Connection, *, now: dt.datetime, limit: int, again_at: dt.datetime) -> Sequence[str]:
    """The names of at most `limit` sources whose poll is due and that nobody holds; each is due again at `again_at`, so
    that a wake-up that gets lost is sent again."""
    query = (
        sa.select(sources.c.name)
        .where(sources.c.due_at <= now, ~sources.c.paused, _free(now))
        .order_by(sources.c.due_at, sources.c.name)
        .limit(limit)
    )
    names = connection.execute(skip_locked(connection, query)).scalars().all()
    connection.execute(sa.update(sources).where(sources.c.name.in_(names)).values(due_at=again_at))
    return names


@dataclass(frozen=True, slots=True)
class Claimed:
    """A source that this worker holds; `lost_by`: the worker that began its last poll and never ended it."""

    source: Source
    lost_by: str | None


def claim(
    connection: sa.Connection, name: str, *, due_before: dt.datetime, owner: str, now: dt.datetime, until: dt.datetime
) -> Claimed | None:
    """The source, held until then; None where it is paused, held by another, or was polled since the wake-up."""
    free = (sources.c.name == name, ~sources.c.paused, _free(now), sources.c.due_at <= due_before)
    lost_by = connection.execute(sa.select(sources.c.lease_owner).where(*free)).scalar()
    mine = sa.update(sources).where(*free).values(lease_until=until, lease_owner=owner)
    if not connection.execute(mine).rowcount or (source := one(connection, name)) is None:
        return None
    return Claimed(source, lost_by)


def release(connection: sa.Connection, owner: str | None, *, now: dt.datetime) -> int:
    """How many sources a worker that is gone gives back at once, each with its name as that of a lost poll; where
    `owner` is None all workers', who were stopped and lost nothing."""
    free = sa.update(sources).values(due_at=now)
    if owner is None:
        mine = free.where(sources.c.lease_until.is_not(None)).values(lease_until=None, lease_owner=None)
    else:
        mine = free.where(sources.c.lease_owner == owner).values(lease_until=now)
    return connection.execute(mine).rowcount


def await_turn(connection: sa.Connection, name: str, *, until: dt.datetime, reserved: bool) -> None:
    """Gives a claimed source back until its turn at its host comes."""
    free = {"lease_until": until, "lease_owner": None, "due_at": until, "reserved": reserved}
    connection.execute(sa.update(sources).where(sources.c.name == name).values(free))


def polled(connection: sa.Connection, name: str, *, now: dt.datetime, plan: Plan, **values: object) -> None:
    """Notes how a poll went (`values` by column), and when and why the next one is due."""
    told = {"plan": [step.as_json() for step in plan.steps], "due_at": plan.due_at}
    free = {"lease_until": None, "lease_owner": None, "reserved": False, "polled_at": now, "polls": sources.c.polls + 1}
    connection.execute(sa.update(sources).where(sources.c.name == name).values(told | free | values))


def _read(row: sa.RowMapping) -> Source:
    return Source(**{**row, "plan": tuple(Step(**step) for step in row["plan"] or ())})


def _free(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sources.c.lease_until.is_(None) | (sources.c.lease_until <= now)

"""Webhooks: where each stands in the order of publication, what it is due, who works on it, and its dead letters.

A webhook is one row with a place: what lies before it is delivered, passed over or a dead letter. However long an
endpoint is away, nothing piles up but the distance from that place to the last one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.store.articles.claims import Fenced
from worker.store.database import skip_locked
from worker.store.outgoing import published
from worker.store.outgoing.published import Published
from worker.store.tables import letters, webhooks


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it stands; without its secret, which only a claim holds."""

    name: str
    address: str
    local: bool
    types: tuple[str, ...]
    between: tuple[str, str] | None
    confidence: float
    paused: bool
    place: int
    attempts: int
    delivered: int
    due_at: dt.datetime
    delivered_at: dt.datetime | None
    failing_since: dt.datetime | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A webhook that this worker delivers to now."""

    webhook: Webhook
    secret: str
    claims: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that an endpoint did not take, with the last reason."""

    id: int
    webhook: str
    message_id: str
    type: str
    attempts: int
    detail: str
    at: dt.datetime
    again: bool


@dataclass(frozen=True, slots=True)
class New:
    """A webhook to be: where it posts to, with which secret, and which messages it wants."""

    name: str
    address: str
    secret: str
    local: bool = False
    types: tuple[str, ...] = ()
    between: tuple[str, str] | None = None
    confidence: float = 0.0


def add(connection: sa.Connection, new: New, *, place: int, now: dt.datetime) -> bool:
    """False where there is one of that name."""
    if one(connection, new.name):
        return False
    row = {name: getattr(new, name) for name in New.__slots__} | {"types": list(new.types)}
    begin = {"paused": False, "place": place, "attempts": 0, "delivered": 0, "claims": 0, "due_at": now}
    between = list(new.between) if new.between else sa.null()  # None would be JSON's null
    connection.execute(sa.insert(webhooks).values({**row, **begin, "between": between}))
    return True


def remove(connection: sa.Connection, name: str) -> bool:
    """True where there was one; its dead letters go with it, and a delivery under way ends without effect."""
    connection.execute(sa.delete(letters).where(letters.c.webhook == name))
    return bool(connection.execute(sa.delete(webhooks).where(webhooks.c.name == name)).rowcount)


def change(connection: sa.Connection, name: str, *, now: dt.datetime, **values: object) -> bool:
    """True where there is one of that name: it has these values (`paused`, `place`, `secret`, `address`), is tried at
    once, and a delivery under way ends without effect."""
    anew = {"claims": webhooks.c.claims + 1, "attempts": 0, "due_at": now, "lease_until": None, "lease_owner": None}
    return bool(connection.execute(sa.update(webhooks).where(webhooks.c.name == name).values(anew | values)).rowcount)


def one(connection: sa.Connection, name: str) -> Webhook | None:
    """The webhook of that name."""
    return next(iter(_webhooks(connection, webhooks.c.name == name)), None)


def every(connection: sa.Connection) -> list[Webhook]:
    """All webhooks by name."""
    return _webhooks(connection, sa.true())


def due(connection: sa.Connection, *, limit: int, now: dt.datetime, again_at: dt.datetime) -> list[str]:
    """The names of at most `limit` webhooks for which something waits and that nobody works on; due again then, so that
    a lost wake-up is sent again."""
    query = _due(connection, now).order_by(webhooks.c.due_at).limit(limit)
    names = list(connection.execute(skip_locked(connection, query)).scalars())
    connection.execute(sa.update(webhooks).where(webhooks.c.name.in_(names)).values(due_at=again_at))
    return names


def any_due(connection: sa.Connection, *, now: dt.datetime) -> bool:
    """True where some webhook is due. Only reads: most ticks find none, and need no write lock for that."""
    return connection.execute(_due(connection, now).limit(1)).first() is not None


def claim(connection: sa.Connection, name: str, *, owner: str, now: dt.datetime, until: dt.datetime) -> Held | None:
    """The webhook, held until then; None where somebody has it, or it is paused or gone."""
    mine = sa.update(webhooks).where(webhooks.c.name == name, ~webhooks.c.paused, _free(now))
    taking = mine.values(claims=webhooks.c.claims + 1, lease_until=until, lease_owner=owner)
    row = connection.execute(taking.returning(webhooks.c.secret, webhooks.c.claims)).one_or_none()
    found = one(connection, name) if row else None
    return Held(found, row.secret, row.claims) if row and found else None


def renew(connection: sa.Connection, held: Held, *, until: dt.datetime) -> None:
    """Holds it for longer; raises Fenced where it is no longer ours."""
    _settle(connection, held, lease_until=until)


def pass_over(connection: sa.Connection, held: Held, place: int, *, until: dt.datetime) -> None:
    """Notes that nothing up to this place is wanted; raises Fenced where it is no longer ours."""
    _settle(connection, held, place=place, attempts=0, lease_until=until)


def accepted(connection: sa.Connection, held: Held, place: int, *, now: dt.datetime, until: dt.datetime) -> None:
    """Notes that the endpoint has taken the message at this place; raises Fenced where it is no longer ours."""
    counted = {"delivered": webhooks.c.delivered + 1, "delivered_at": now, "failing_since": None, "detail": None}
    _settle(connection, held, place=place, attempts=0, lease_until=until, **counted)


def failed(connection: sa.Connection, held: Held, detail: str, *, now: dt.datetime, at: dt.datetime) -> None:
    """Notes an attempt that failed; the next is due then. Raises Fenced where it is no longer ours."""
    since = sa.func.coalesce(webhooks.c.failing_since, sa.bindparam("since", now, webhooks.c.failing_since.type))
    counted = {"attempts": webhooks.c.attempts + 1, "failing_since": since, "detail": detail}
    _settle(connection, held, due_at=at, lease_until=None, lease_owner=None, **counted)


def bury(
    connection: sa.Connection, held: Held, message: Published, attempts: int, detail: str, *, now: dt.datetime
) -> None:
    """Makes the message a dead letter; the next one is its turn. Raises Fenced where it is no longer ours."""
    _settle(connection, held, place=message.place, attempts=0, detail=detail)
    row = {"webhook": held.webhook.name, "message_id": message.message_id, "type": message.type, "attempts": attempts,
           "detail": detail, "at": now, "again": False}  # fmt: skip
    connection.execute(sa.insert(letters).values(row))


def pause(connection: sa.Connection, held: Held, detail: str, *, now: dt.datetime) -> None:
    """Nothing is sent any more until somebody resumes it; raises Fenced where it is no longer ours."""
    ended = {"lease_until": None, "lease_owner": None, "failing_since": now, "detail": detail}
    _settle(connection, held, paused=True, **ended)


def give_back(connection: sa.Connection, held: Held, *, at: dt.datetime) -> None:
    """Nobody works on it any more; it is due then. Nothing where it is no longer ours."""
    mine = (webhooks.c.name == held.webhook.name, webhooks.c.claims == held.claims)
    free = {"due_at": at, "lease_until": None, "lease_owner": None}
    connection.execute(sa.update(webhooks).where(*mine).values(free))


def release(connection: sa.Connection, owner: str | None, *, now: dt.datetime) -> None:
    """Frees the webhooks of a worker that is gone; all where it is None."""
    mine = webhooks.c.lease_owner.is_not(None) if owner is None else webhooks.c.lease_owner == owner
    connection.execute(sa.update(webhooks).where(mine).values(due_at=now, lease_until=None, lease_owner=None))


def dead(connection: sa.Connection, name: str = "", *, again: bool | None = None) -> list[Letter]:
    """Dead letters, of one webhook or of all, oldest first; `again`: only those to be tried again, or not."""
    columns = (letters.c[each] for each in Letter.__slots__)
    query = sa.select(*columns).order_by(letters.c.id)
    if name:
        query = query.where(letters.c.webhook == name)
    if again is not None:
        query = query.where(letters.c.again == again)
    return [Letter(**row._mapping) for row in connection.execute(query)]


def retry(connection: sa.Connection, ids: Sequence[int], *, now: dt.datetime) -> int:
    """How many of these dead letters are to be tried again, at once."""
    change = sa.update(letters).where(letters.c.id.in_(ids)).values(again=True).returning(letters.c.webhook)
    names = list(connection.execute(change).scalars())
    connection.execute(sa.update(webhooks).where(webhooks.c.name.in_(names)).values(due_at=now))
    return len(names)


def drop(connection: sa.Connection, ids: Sequence[int]) -> int:
    """How many of these dead letters are gone."""
    return connection.execute(sa.delete(letters).where(letters.c.id.in_(ids))).rowcount


def refused_again(connection: sa.Connection, letter: Letter, detail: str, *, now: dt.datetime) -> None:
    """Notes that a dead letter that was tried again was not taken."""
    values = {"again": False, "attempts": letters.c.attempts + 1, "detail": detail, "at": now}
    connection.execute(sa.update(letters).where(letters.c.id == letter.id).values(values))


def _due(connection: sa.Connection, now: dt.datetime) -> sa.Select[str]:
    retried = sa.exists().where(letters.c.webhook == webhooks.c.name, letters.c.again)
    waits = (webhooks.c.place < published.last(connection)) | retried
    return sa.select(webhooks.c.name).where(~webhooks.c.paused, webhooks.c.due_at <= now, _free(now), waits)


def _settle(connection: sa.Connection, held: Held, **values: object) -> None:
    mine = (webhooks.c.name == held.webhook.name, webhooks.c.claims == held.claims)
    if not connection.execute(sa.update(webhooks).where(*mine).values(**values)).rowcount:
        raise Fenced(f"webhook {held.webhook.name}")


def _webhooks(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Webhook]:
    columns = (webhooks.c[name] for name in Webhook.__slots__)
    rows = connection.execute(sa.select(*columns).where(which).order_by(webhooks.c.name))
    return [_webhook(row) for row in rows]


def _webhook(row: sa.Row[tuple[object, ...]]) -> Webhook:
    fields = dict(row._mapping)
    between = tuple(fields["between"]) if fields["between"] else None
    return Webhook(**{**fields, "types": tuple(fields["types"]), "between": between})


def _free(now: dt.datetime) -> sa.ColumnElement[bool]:
    return webhooks.c.lease_until.is_(None) | (webhooks.c.lease_until <= now)

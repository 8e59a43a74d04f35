"""The outbox: messages that were committed with what they tell of, in order, until and after they are published.

Published rows are kept, so that a stream that was lost or cut can be filled again from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.store.database import insert
from worker.store.outgoing import published
from worker.store.tables import entries, leases, outbox


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for the stream: `payload` is its CloudEvents JSON."""

    message_id: str
    type: str
    subject: str
    payload: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be published, with its place in the order."""

    seq: int
    message_id: str
    type: str
    subject: str
    payload: str


def put(connection: sa.Connection, messages: Iterable[Outgoing], *, now: dt.datetime) -> int:
    """How many messages were added; one whose id is there already is not added again."""
    rows = [{name: getattr(m, name) for name in Outgoing.__slots__} | {"created_at": now} for m in messages]
    if not rows:
        return 0
    query = insert(connection, outbox).on_conflict_do_nothing(index_elements=["message_id"])
    return len(connection.execute(query.returning(outbox.c.seq), rows).all())


def waiting(connection: sa.Connection, limit: int) -> list[Waiting]:
    """At most `limit` messages that are not published, oldest first."""
    columns = (outbox.c[name] for name in Waiting.__slots__)
    query = sa.select(*columns).where(outbox.c.published_at.is_(None)).order_by(outbox.c.seq).limit(limit)
    return [Waiting(**row._mapping) for row in connection.execute(query)]


def mark(connection: sa.Connection, seqs: Sequence[int], *, now: dt.datetime) -> None:
    """Notes that these messages are on the stream, and gives those that are there for the first time their places."""
    published.note(connection, seqs)  # first: its turn keeps two from locking the rows crosswise
    connection.execute(sa.update(outbox).where(outbox.c.seq.in_(seqs)).values(published_at=now))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which published messages are to be published again; what is not given chooses all. `start`: the id of a message,
    with which it begins; `type`: a type's beginning; `source`: who listed the article."""

    since: dt.datetime | None = None
    start: str = ""
    type: str = ""
    source: str = ""
    article: str = ""


def unmark(connection: sa.Connection, *, after: int = 0) -> int:
    """How many published messages after a place in the order are to be published again."""
    change = sa.update(outbox).where(outbox.c.published_at.is_not(None), outbox.c.seq > after)
    return connection.execute(change.values(published_at=None)).rowcount


def chosen(connection: sa.Connection, which: Chosen, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Place and id of at most `limit` published messages after a place in the order that are among those chosen."""
    query = sa.select(outbox.c.seq, outbox.c.message_id).where(outbox.c.published_at.is_not(None), outbox.c.seq > after)
    if which.since:
        query = query.where(outbox.c.created_at >= which.since)
    if which.start:
        first = sa.select(outbox.c.seq).where(outbox.c.message_id == which.start).scalar_subquery()
        query = query.where(outbox.c.seq >= first)
    if which.type:
        kind = f"wireroom.{which.type.removeprefix('wireroom.')}"
        query = query.where(outbox.c.type.startswith(kind, autoescape=True))
    if which.source:
        listed = sa.select(entries.c.article_id).where(entries.c.source == which.source)
        query = query.where(outbox.c.subject.in_(listed))
    if which.article:
        query = query.where(outbox.c.subject == which.article)
    return [(seq, identity) for seq, identity in connection.execute(query.order_by(outbox.c.seq).limit(limit))]


def again(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Notes that these messages are to be published again."""
    connection.execute(sa.update(outbox).where(outbox.c.seq.in_(seqs)).values(published_at=None))


def last_published(connection: sa.Connection) -> int:
    """The highest place in the order that was published; 0 where nothing was."""
    query = sa.select(sa.func.max(outbox.c.seq)).where(outbox.c.published_at.is_not(None))
    return int(connection.execute(query).scalar() or 0)


def counts(connection: sa.Connection) -> tuple[int, int]:
    """How many messages are published and how many wait."""
    query = sa.select(sa.func.count(outbox.c.published_at), sa.func.count()).select_from(outbox)
    published, every = connection.execute(query).one()
    return int(published), int(every - published)


def take_lease(connection: sa.Connection, name: str, owner: str, *, now: dt.datetime, until: dt.datetime) -> bool:
    """True where the owner now holds what only one process does at a time."""
    query = insert(connection, leases).values(name=name, owner=owner, until=until)
    free = (leases.c.until <= now) | (leases.c.owner == owner)
    held = query.on_conflict_do_update(index_elements=["name"], set_={"owner": owner, "until": until}, where=free)
    return connection.execute(held.returning(leases.c.name)).first() is not None


def held(connection: sa.Connection, name: str, *, now: dt.datetime) -> bool:
    """True where somebody holds it."""
    query = sa.select(leases.c.name).where(leases.c.name == name, leases.c.until > now)
    return connection.execute(query).first() is not None


def release(connection: sa.Connection, owner: str | None) -> None:
    """Ends the leases of a worker that is gone, under whatever task's name it took them; all where it is None."""
    held = sa.true() if owner is None else leases.c.owner.startswith(f"{owner}/", autoescape=True)
    connection.execute(sa.delete(leases).where(held))


def drop_lease(connection: sa.Connection, name: str, owner: str) -> None:
    """Gives the lease back, if it is still the owner's."""
    connection.execute(sa.delete(leases).where(leases.c.name == name, leases.c.owner == owner))

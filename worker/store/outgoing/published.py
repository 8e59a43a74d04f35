"""The order in which messages were first published: what webhooks and Server-Sent Events follow.

Rows of the outbox may be committed out of their order, and a replay publishes them again; a place here is given once,
in the transaction that notes the publication, so that whoever has read up to a place has missed nothing before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.store.database import in_turn, insert
from worker.store.tables import outbox, published

LOCK = 0x706C6163  # "plac"


@dataclass(frozen=True, slots=True)
class Published:
    """A message with its place; `payload` is None where its type was not asked for."""

    place: int
    message_id: str
    type: str
    subject: str
    payload: str | None


def note(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Gives these messages of the outbox, just published, their places; those that have one keep it."""
    if seqs:
        in_turn(connection, LOCK)  # a later place must not be seen before an earlier one
        rows = [{"seq": seq} for seq in seqs]
        connection.execute(insert(connection, published).values(rows).on_conflict_do_nothing(index_elements=["seq"]))


def after(connection: sa.Connection, place: int, *, types: Sequence[str] = (), limit: int) -> list[Published]:
    """The next messages behind a place, at most `limit`; with `types`, only those that begin so come with content."""
    named = [f"wireroom.{each.removeprefix('wireroom.')}" for each in types]
    wanted = sa.or_(*(outbox.c.type.startswith(each, autoescape=True) for each in named)) if named else sa.true()
    payload = sa.case((wanted, outbox.c.payload)).label("payload")
    columns = (published.c.place, outbox.c.message_id, outbox.c.type, outbox.c.subject, payload)
    query = sa.select(*columns).join(outbox, outbox.c.seq == published.c.seq).where(published.c.place > place)
    return [Published(**row._mapping) for row in connection.execute(query.order_by(published.c.place).limit(limit))]


def last(connection: sa.Connection) -> int:
    """The last place; 0 where nothing was published."""
    return int(connection.execute(sa.select(sa.func.max(published.c.place))).scalar() or 0)


def number_after(connection: sa.Connection, place: int) -> int:
    """How many messages stand behind that place; places that were purged, or never filled, are none."""
    query = sa.select(sa.func.count()).select_from(published).where(published.c.place > place)
    return int(connection.execute(query).scalar_one())


def place_before(connection: sa.Connection, moment: dt.datetime) -> int:
    """The place before the first message that was made since then; the last one where there is none."""
    query = sa.select(sa.func.min(published.c.place)).join(outbox, outbox.c.seq == published.c.seq)
    first = connection.execute(query.where(outbox.c.created_at >= moment)).scalar()
    return last(connection) if first is None else int(first) - 1


def payload_of(connection: sa.Connection, message_id: str) -> str | None:
    """The content of a message; None where it was purged."""
    return connection.execute(sa.select(outbox.c.payload).where(outbox.c.message_id == message_id)).scalar()

"""Documents and records: what the last extraction of an article found, and under which revision it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from worker.decide.changes import Change, Stored
from worker.decide.facts import Fact, Json, JsonObject
from worker.store.database import insert
from worker.store.tables import documents, records


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """An article's document as it was extracted last, and under which revision of the article it stands."""

    snapshot_id: int
    revision: int
    hash: str
    withdrawn: bool
    data: JsonObject
    learned: int
    """The version of the table of learned lines that it was read with."""


def stored_records(connection: sa.Connection, article: str) -> list[Stored]:
    """What is known of the article's records, retracted ones included."""
    columns = (records.c[name] for name in ("data", "revision", "hash", "retracted", "position"))
    rows = connection.execute(sa.select(*columns).where(records.c.article_id == article).order_by(records.c.position))
    return [Stored(Fact.read(data), *others) for data, *others in rows]


def stored_document(connection: sa.Connection, article: str) -> StoredDocument | None:
    """The article's document, also where it was withdrawn; None where it never had one."""
    columns = (documents.c[name] for name in StoredDocument.__slots__)
    row = connection.execute(sa.select(*columns).where(documents.c.article_id == article)).one_or_none()
    return StoredDocument(**row._mapping) if row else None


def standing_snapshot(connection: sa.Connection, article: str) -> int | None:
    """The snapshot on which the article as published rests; None where none is."""
    stands = sa.select(documents.c.snapshot_id).where(documents.c.article_id == article, ~documents.c.withdrawn)
    return connection.execute(stands).scalar()


def put_document(connection: sa.Connection, article: str, **values: object) -> None:
    """Stores the article's document in place of the one before."""
    query = insert(connection, documents)
    replaced = {name: query.excluded[name] for name in values}
    connection.execute(
        query.on_conflict_do_update(index_elements=["article_id"], set_=replaced), {"article_id": article, **values}
    )


def touch_document(connection: sa.Connection, article: str, **values: object) -> None:
    """Stores what is new beside a document that says the same."""
    connection.execute(sa.update(documents).where(documents.c.article_id == article), values)


def mark_withdrawn(connection: sa.Connection, article: str, *, revision: int) -> None:
    """Notes that the article is withdrawn; its document stays as it stood."""
    change = sa.update(documents).where(documents.c.article_id == article)
    connection.execute(change.values(withdrawn=True, revision=revision))


def put_records(
    connection: sa.Connection, article: str, stored: Sequence[Stored], found: Sequence[Fact], changes: Sequence[Change]
) -> None:
    """Brings the article's stored records in line with what was found; what is the same is not written."""
    changed, before = {change.id: change for change in changes}, {each.fact.id: each for each in stored}
    new, moved = [], []
    for position, fact in enumerate(found):
        row, change, was = _row(article, position, fact), changed.get(fact.id), before.get(fact.id)
        if change:
            new.append(row | {"revision": change.revision, "hash": change.hash, "retracted": False})
        elif was is None or (was.position, was.fact) != (position, fact):  # where it stands, or who found it
            moved.append({f"new_{name}": row[name] for name in ("id", *MOVED)})
    if gone := [{"new_id": c.id, "new_revision": c.revision} for c in changes if c.verb == "retracted"]:
        connection.execute(RETRACT, gone)
    if new:
        query = insert(connection, records)
        replaced = {name: query.excluded[name] for name in new[0] if name != "id"}
        connection.execute(query.on_conflict_do_update(index_elements=["id"], set_=replaced), new)
    if moved:
        connection.execute(MOVE, moved)


MOVED = ("position", "extractor", "version", "data")
_OF_THAT_ID = sa.update(records).where(records.c.id == sa.bindparam("new_id"))
MOVE = _OF_THAT_ID.values({name: sa.bindparam(f"new_{name}", type_=records.c[name].type) for name in MOVED})
RETRACT = _OF_THAT_ID.values(retracted=True, revision=sa.bindparam("new_revision"))


def current(connection: sa.Connection, article: str) -> list[dict[str, Json]]:
    """The article's standing records as JSON, each with its revision, in the order of the extraction."""
    stored = stored_records(connection, article)
    return [each.fact.written | {"revision": each.revision} for each in stored if not each.retracted]


def _row(article: str, position: int, fact: Fact) -> dict[str, object]:
    return {
        "id": fact.id, "article_id": article, "position": position, "kind": fact.kind,
        "extractor": fact.extractor, "version": fact.version, "data": fact.written,
    }  # fmt: skip


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many records of each kind stand."""
    query = sa.select(records.c.kind, sa.func.count()).where(~records.c.retracted).group_by(records.c.kind)
    return {kind: int(count) for kind, count in connection.execute(query.order_by(records.c.kind))}

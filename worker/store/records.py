"""Documents and records: what the last extraction of an article found, and under which revision it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from worker.changes import Change, Fact, Stored
from worker.store.database import insert
from worker.store.tables import documents, records


def stored_records(connection: sa.Connection, article: str) -> list[Stored]:
    """What is known of the article's records, retracted ones included."""
    columns = (records.c[name] for name in Stored.__slots__)
    rows = connection.execute(sa.select(*columns).where(records.c.article_id == article).order_by(records.c.position))
    return [Stored(**row._mapping) for row in rows]


def stored_document(connection: sa.Connection, article: str) -> sa.Row[Any] | None:
    """The article's document row as it stands."""
    return connection.execute(sa.select(documents).where(documents.c.article_id == article)).one_or_none()


def standing_snapshot(connection: sa.Connection, article: str) -> int | None:
    """The snapshot on which the article as published rests; None where none is."""
    stands = sa.select(documents.c.snapshot_id).where(documents.c.article_id == article, ~documents.c.withdrawn)
    return connection.execute(stands).scalar()


def put_document(connection: sa.Connection, article: str, **values: object) -> None:
    """Stores the article's document in place of the one before."""
    query = insert(connection, documents).values(article_id=article, **values)
    connection.execute(query.on_conflict_do_update(index_elements=["article_id"], set_=values))


def mark_withdrawn(connection: sa.Connection, article: str, *, revision: int) -> None:
    """Notes that the article is withdrawn; its document stays as it stood."""
    change = sa.update(documents).where(documents.c.article_id == article)
    connection.execute(change.values(withdrawn=True, revision=revision))


def put_records(connection: sa.Connection, article: str, found: Sequence[Fact], changes: Sequence[Change]) -> None:
    """Brings the article's stored records in line with what was found."""
    changed = {change.id: change for change in changes}
    _retract(connection, [c for c in changes if c.verb == "retracted"])
    rows = [_row(article, position, fact, changed.get(str(fact["id"]))) for position, fact in enumerate(found)]
    new = [row for row in rows if "revision" in row]
    if new:
        query = insert(connection, records)
        replaced = {name: query.excluded[name] for name in new[0] if name != "id"}
        connection.execute(query.on_conflict_do_update(index_elements=["id"], set_=replaced), new)
    for row in rows:
        if "revision" not in row:  # the same content: only where it stands and who found it may be new
            connection.execute(sa.update(records).where(records.c.id == row["id"]).values(row))


def current(connection: sa.Connection, article: str) -> list[Mapping[str, Any]]:
    """The article's records in their JSON form, each with its revision, in the order of the extraction."""
    query = (
        sa.select(records.c.data, records.c.revision)
        .where(records.c.article_id == article, ~records.c.retracted)
        .order_by(records.c.position)
    )
    return [{**row.data, "revision": row.revision} for row in connection.execute(query)]


def _row(article: str, position: int, fact: Fact, change: Change | None) -> dict[str, object]:
    row: dict[str, object] = {
        "id": fact["id"], "article_id": article, "position": position, "kind": fact["kind"],
        "extractor": fact["extractor"], "version": fact["version"], "data": dict(fact),
    }  # fmt: skip
    return row | {"revision": change.revision, "hash": change.hash, "retracted": False} if change else row


def _retract(connection: sa.Connection, changes: Sequence[Change]) -> None:
    for change in changes:
        values = {"retracted": True, "revision": change.revision}
        connection.execute(sa.update(records).where(records.c.id == change.id).values(values))


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many records of each kind stand."""
    query = sa.select(records.c.kind, sa.func.count()).where(~records.c.retracted).group_by(records.c.kind)
    return {kind: int(count) for kind, count in connection.execute(query.order_by(records.c.kind))}

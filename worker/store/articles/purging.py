"""Takes an article out of the tables; what stays is a tombstone, which keeps it from being fetched again."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from worker.errors import Reason
from worker.store import learning
from worker.store.tables import State, articles, documents, entries, fetches, outbox, records, snapshots

PURGED = "removed on request"


def bury(connection: sa.Connection, article: str, *, now: dt.datetime) -> bool:
    """Makes the article a tombstone, and whoever works on it finds its claim over; False where it is one already."""
    standing = articles.c.reason.is_distinct_from(Reason.PURGED)
    tombstone = {
        "state": State.REJECTED, "reason": Reason.PURGED, "detail": PURGED, "title": None, "snapshot_id": None,
        "due_at": None, "lease_until": None, "lease_owner": None, "claims": articles.c.claims + 1, "changed_at": now,
    }  # fmt: skip
    change = sa.update(articles).where(articles.c.id == article, standing).values(tombstone)
    return bool(connection.execute(change).rowcount)


def erase(connection: sa.Connection, article: str) -> set[str]:
    """Deletes all that the tables hold of the article's content; the digests of the bytes that nobody else uses."""
    connection.execute(sa.delete(outbox).where(outbox.c.subject == article))
    learning.forget(connection, article)
    connection.execute(sa.delete(documents).where(documents.c.article_id == article))
    connection.execute(sa.delete(records).where(records.c.article_id == article))
    connection.execute(sa.delete(fetches).where(fetches.c.article_id == article))
    gone = sa.delete(snapshots).where(snapshots.c.article_id == article).returning(snapshots.c.sha256)
    digests = set(connection.execute(gone).scalars())
    connection.execute(sa.update(entries).where(entries.c.article_id == article).values(basis=None, guid=None))
    used = sa.select(snapshots.c.sha256).where(snapshots.c.sha256.in_(digests))
    return digests - set(connection.execute(used).scalars())

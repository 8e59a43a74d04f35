"""The leases of a worker that is gone, on articles, polls, batches, webhooks and the publication: all end at once."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from worker.store import runs, sources
from worker.store.articles import claims
from worker.store.outgoing import outbox, webhooks


def release(connection: sa.Connection, owner: str, *, now: dt.datetime) -> None:
    """Frees what this worker held when it died."""
    claims.release(connection, owner, now=now)
    sources.release(connection, owner, now=now)
    outbox.release(connection, owner)
    runs.release(connection, owner, now=now)
    webhooks.release(connection, owner, now=now)


def release_all(connection: sa.Connection, *, now: dt.datetime) -> None:
    """Frees what any worker held; for whoever knows that none is left."""
    claims.release_all(connection, now=now)
    sources.release(connection, None, now=now)
    outbox.release(connection, None)
    runs.release(connection, None, now=now)
    webhooks.release(connection, None, now=now)

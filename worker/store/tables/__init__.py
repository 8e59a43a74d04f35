"""The tables. One row a source, entry, article, snapshot, document, record and message; the database is the truth.

Times are aware UTC instants; ids of articles and records are UUIDs made from content (`extractors.ids`).
"""

from __future__ import annotations

from worker.store.tables.columns import Instant, metadata
from worker.store.tables.of_articles import (
    IN_FLIGHT,
    State,
    addresses,
    articles,
    documents,
    entries,
    fetches,
    records,
    snapshots,
)
from worker.store.tables.of_messages import letters, outbox, published, webhooks
from worker.store.tables.of_sources import endings, learned_lines, polls, sources
from worker.store.tables.of_work import batches, heartbeats, leases, runs

__all__ = [
    "IN_FLIGHT",
    "Instant",
    "State",
    "addresses",
    "articles",
    "batches",
    "documents",
    "endings",
    "entries",
    "fetches",
    "heartbeats",
    "learned_lines",
    "leases",
    "letters",
    "metadata",
    "outbox",
    "polls",
    "published",
    "records",
    "runs",
    "snapshots",
    "sources",
    "webhooks",
]

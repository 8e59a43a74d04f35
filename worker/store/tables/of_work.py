"""Who works at what: runs of re-extraction and their batches, leases, and signs of life."""

from __future__ import annotations

import sqlalchemy as sa

from worker.store.tables.columns import Instant, Json, Serial, metadata

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("asked_by", sa.String(200), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("selection", Json, nullable=False),
    sa.Column("versions", Json, nullable=False),  # of the extractors that it was asked for with
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("total", sa.Integer, nullable=False),  # articles selected when it was asked for
    sa.Column("cursor", sa.String(36), nullable=False),  # the last article that was put into a batch, by id
    sa.Column("planned", sa.Boolean, nullable=False),  # all are in batches
    sa.Column("done", sa.Integer, nullable=False),  # in batches that are done and gone
    sa.Column("tally", Json, nullable=False),  # of those
    sa.Column("ended_at", Instant),
    sa.Index(None, "state"),
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("run_id", Serial, sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("articles", Json, nullable=False),  # ids, done in their order
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("tally", Json, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),  # since the last article that was done
    sa.Column("claims", sa.Integer, nullable=False),  # ever: the fence
    sa.Column("due_at", Instant),
    sa.Column("lease_until", Instant),
    sa.Column("lease_owner", sa.String(200)),
    sa.Index(None, "run_id"),
    sa.Index(None, "lease_owner"),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),  # of what only one process does at a time
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("until", Instant, nullable=False),
)

heartbeats = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("role", sa.String(40), primary_key=True),
    sa.Column("host", sa.String(200), primary_key=True),
    sa.Column("seen_at", Instant, nullable=False),
)

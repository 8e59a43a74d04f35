"""What leaves: the outbox, the order of publication, and webhooks with their dead letters."""

from __future__ import annotations

import sqlalchemy as sa

from worker.store.tables.columns import Instant, Json, Serial, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String(80), nullable=False, unique=True),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(36), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("published_at", Instant),
    sa.Index(None, "subject"),
    sa.Index(None, "created_at"),
)
# Where published_at is null: that stands in the migration only, as here it would load PostgreSQL's part of SQLAlchemy.
sa.Index("ix_outbox_waiting", outbox.c.seq)

published = sa.Table(
    "published",
    metadata,
    sa.Column("place", Serial, primary_key=True, autoincrement=True),  # in the order of publication; never given twice
    sa.Column("seq", Serial, sa.ForeignKey("outbox.seq", ondelete="CASCADE"), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),  # needed as it is to sign; whoever reads the database reads it
    sa.Column("local", sa.Boolean, nullable=False),  # the operator vouches for an address on this machine or network
    sa.Column("types", Json, nullable=False),
    sa.Column("between", Json),  # two countries
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("place", Serial, nullable=False),  # up to which all is delivered, passed over or a dead letter
    sa.Column("attempts", sa.Integer, nullable=False),  # of the message behind that place
    sa.Column("delivered", sa.Integer, nullable=False),
    sa.Column("claims", sa.Integer, nullable=False),  # ever: the fence
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("lease_owner", sa.String(200)),
    sa.Column("delivered_at", Instant),
    sa.Column("failing_since", Instant),  # null: the last attempt went well
    sa.Column("detail", sa.Text),  # what the last attempt brought
)

letters = sa.Table(
    "letters",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("webhook", sa.String(100), sa.ForeignKey("webhooks.name"), nullable=False),
    sa.Column("message_id", sa.String(80), nullable=False),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("again", sa.Boolean, nullable=False),  # the operator asked for another attempt
    sa.Index(None, "webhook"),
)

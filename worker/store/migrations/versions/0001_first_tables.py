"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("role", "host", name="pk_heartbeats"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"], unique=False)
    op.create_index("ix_outbox_subject", "outbox", ["subject"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["seq"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
        sqlite_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "sources",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_owner", sa.String(length=200), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("stories", sa.Float(), server_default="0", nullable=False),
        sa.Column("exposure_days", sa.Float(), server_default="0", nullable=False),
        sa.Column("plan", JSON, nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_since", INSTANT, nullable=True),
        sa.Column("gone_since", INSTANT, nullable=True),
        sa.Column("reserved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("options", JSON, nullable=True),
        sa.Column("failures", sa.Float(), server_default="0", nullable=False),
        sa.Column("polled_at", INSTANT, nullable=True),
        sa.Column("listed_at", INSTANT, nullable=True),
        sa.Column("polls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_entries", sa.Integer(), nullable=True),
        sa.Column("last_new", sa.Integer(), nullable=True),
        sa.Column("last_reason", sa.String(length=40), nullable=True),
        sa.Column("last_detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_sources"),
    )
    op.create_index("ix_sources_due_at", "sources", ["due_at"], unique=False)
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("stated_date", sa.String(length=10), nullable=True),
        sa.Column("snapshot_id", SERIAL, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("backfill", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reserved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("claims", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_owner", sa.String(length=200), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name="fk_articles_source"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("address", name="uq_articles_address"),
    )
    op.create_index("ix_articles_lease_owner", "articles", ["lease_owner"], unique=False)
    op.create_index("ix_articles_source", "articles", ["source"], unique=False)
    op.create_index("ix_articles_state_due_at", "articles", ["state", "due_at"], unique=False)
    op.create_table(
        "polls",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name="fk_polls_source"),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
    )
    op.create_index("ix_polls_at", "polls", ["at"], unique=False)
    op.create_index("ix_polls_source_at", "polls", ["source", "at"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_addresses_article_id"),
        sa.PrimaryKeyConstraint("address", name="pk_addresses"),
    )
    op.create_table(
        "entries",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_entries_article_id"),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name="fk_entries_source"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_entries"),
    )
    op.create_index("ix_entries_article_id", "entries", ["article_id"], unique=False)
    op.create_index("ix_entries_source_guid", "entries", ["source", "guid"], unique=False)
    op.create_index("ix_entries_source_seen_at", "entries", ["source", "seen_at"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("extractor", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_records_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
    )
    op.create_index("ix_records_article_id", "records", ["article_id"], unique=False)
    op.create_index("ix_records_kind", "records", ["kind"], unique=False)
    op.create_table(
        "snapshots",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("final_address", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("redirects", JSON, nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_snapshots_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_article_id", "snapshots", ["article_id"], unique=False)
    op.create_index("ix_snapshots_sha256", "snapshots", ["sha256"], unique=False)
    op.create_table(
        "documents",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("snapshot_id", SERIAL, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("extractors", JSON, nullable=False),
        sa.Column("errors", JSON, nullable=False),
        sa.Column("extracted_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_documents_article_id"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name="fk_documents_snapshot_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_documents"),
    )


def downgrade() -> None:
    op.drop_table("documents")
    op.drop_table("snapshots")
    op.drop_table("records")
    op.drop_table("entries")
    op.drop_table("addresses")
    op.drop_table("polls")
    op.drop_table("articles")
    op.drop_table("sources")
    op.drop_table("outbox")
    op.drop_table("leases")
    op.drop_table("heartbeats")

"""Attempts of fetches, more of what a poll met, looks for changes, and how long bytes are kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def _answer() -> list[sa.Column[Any]]:
    return [
        sa.Column("requests", sa.Integer(), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("redirects", JSON, nullable=True),
        sa.Column("final_address", sa.Text(), nullable=True),
        sa.Column("robots", sa.String(length=20), nullable=True),
    ]


def upgrade() -> None:
    for column in (sa.Column("detail", sa.Text(), nullable=True), *_answer()):
        op.add_column("polls", column)
    checks = sa.Column("checks", sa.Integer(), server_default="0", nullable=False)
    op.add_column("articles", checks)
    op.add_column("snapshots", sa.Column("kept", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_snapshots_fetched_at", "snapshots", ["fetched_at"])
    op.create_table(
        "fetches",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        *_answer(),
        sa.PrimaryKeyConstraint("id", name="pk_fetches"),
    )
    op.create_index("ix_fetches_article_id_at", "fetches", ["article_id", "at"])
    op.create_index("ix_fetches_at", "fetches", ["at"])


def downgrade() -> None:
    op.drop_table("fetches")
    op.drop_index("ix_snapshots_fetched_at", "snapshots")
    op.drop_column("snapshots", "kept")
    op.drop_column("articles", "checks")
    for name in ("detail", "requests", "received", "etag", "last_modified", "redirects", "final_address", "robots"):
        op.drop_column("polls", name)

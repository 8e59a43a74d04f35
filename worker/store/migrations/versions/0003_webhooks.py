"""The order of publication, and webhooks that follow it, with their dead letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "published",
        sa.Column("place", SERIAL, autoincrement=True, nullable=False),
        sa.Column("seq", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["outbox.seq"], name="fk_published_seq"),
        sa.PrimaryKeyConstraint("place", name="pk_published"),
        sa.UniqueConstraint("seq", name="uq_published_seq"),
        sqlite_autoincrement=True,
    )
    op.execute("INSERT INTO published (seq) SELECT seq FROM outbox WHERE published_at IS NOT NULL ORDER BY seq")
    op.create_table(
        "webhooks",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("types", JSON, nullable=False),
        sa.Column("between", JSON, nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("place", SERIAL, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_owner", sa.String(length=200), nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_webhooks"),
    )
    op.create_table(
        "letters",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("webhook", sa.String(length=100), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["webhook"], ["webhooks.name"], name="fk_letters_webhook"),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
    )
    op.create_index("ix_letters_webhook", "letters", ["webhook"])


def downgrade() -> None:
    op.drop_table("letters")
    op.drop_table("webhooks")
    op.drop_table("published")

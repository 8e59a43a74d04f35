"""A source's own lines: what is counted of each article, and the versions of the table that came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("documents", sa.Column("learned", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "endings",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("longest", JSON, nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_endings_article_id"),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name="fk_endings_source"),
        sa.PrimaryKeyConstraint("article_id", name="pk_endings"),
    )
    op.create_index("ix_endings_source_counted", "endings", ["source", "counted"])
    op.create_table(
        "learned_lines",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name="fk_learned_lines_source"),
        sa.PrimaryKeyConstraint("source", "version", name="pk_learned_lines"),
    )


def downgrade() -> None:
    op.drop_table("learned_lines")
    op.drop_table("endings")
    op.drop_column("documents", "learned")

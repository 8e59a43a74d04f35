"""An article on its path: entries, addresses, fetches, snapshots, document and records."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from worker.store.tables.columns import Instant, Json, Serial, answer_columns, id_column, metadata


class State(StrEnum):
    """Where an article stands on its path. `listed` and `fetched` are in flight, the others are final."""

    LISTED = "listed"
    FETCHED = "fetched"
    EXTRACTED = "extracted"
    REJECTED = "rejected"
    DEAD = "dead"


IN_FLIGHT = (State.LISTED, State.FETCHED)

articles = sa.Table(
    "articles",
    metadata,
    id_column(primary_key=True),
    sa.Column("address", sa.Text, nullable=False, unique=True),
    sa.Column("source", sa.String(200), sa.ForeignKey("sources.name"), nullable=False),  # whose rules its fetch follows
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(40)),
    sa.Column("detail", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("stated_date", sa.String(10)),  # the day that the source states
    sa.Column("snapshot_id", Serial),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),  # in this state
    sa.Column("backfill", sa.Boolean, nullable=False, server_default=sa.false()),  # old when first listed: no hurry
    sa.Column("checks", sa.Integer, nullable=False, server_default="0"),  # looks for a change since its content was new
    sa.Column("reserved", sa.Boolean, nullable=False, server_default=sa.false()),  # it waits for its turn at its host
    sa.Column("claims", sa.Integer, nullable=False, server_default="0"),  # ever: the fence, never set back
    sa.Column("due_at", Instant),  # when a wake-up is sent, or sent again
    sa.Column("lease_until", Instant),  # before that nobody may take it: a worker has it, or it waits after a failure
    sa.Column("lease_owner", sa.String(200)),  # the worker that has it; null while it waits
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "lease_owner"),
    sa.Index(None, "source"),
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),  # one that redirects to the article's own
    id_column("article_id", sa.ForeignKey("articles.id")),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("source", sa.String(200), sa.ForeignKey("sources.name"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    id_column("article_id", sa.ForeignKey("articles.id")),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("guid", sa.Text),
    sa.Column("basis", sa.Text),  # of the stated date
    sa.Column("fingerprint", sa.Text),  # a change of it makes the article due again; null: never
    sa.Column("duplicate", sa.Boolean, nullable=False),  # another entry brought the same article before
    sa.Column("seen_at", Instant, nullable=False),
    sa.Index(None, "article_id"),
    sa.Index(None, "source", "seen_at"),
    sa.Index(None, "source", "guid"),
)

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    id_column("article_id"),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("address", sa.Text, nullable=False),  # as asked for
    sa.Column("host", sa.Text),  # null: a file
    sa.Column("reason", sa.String(40)),  # null: it went well
    sa.Column("detail", sa.Text),
    *answer_columns(),
    sa.Index(None, "article_id", "at"),
    sa.Index(None, "at"),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    id_column("article_id", sa.ForeignKey("articles.id")),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("address", sa.Text, nullable=False),  # as asked for
    sa.Column("final_address", sa.Text, nullable=False),  # as answered
    sa.Column("status", sa.Integer),  # null: a file
    sa.Column("headers", Json, nullable=False),  # [[name, value], …] as received
    sa.Column("redirects", Json, nullable=False),  # [[status, address], …]
    sa.Column("fetched_at", Instant, nullable=False),
    sa.Column("kept", sa.Boolean, nullable=False, server_default=sa.true()),  # false: its bytes were too old to keep
    sa.Index(None, "article_id"),
    sa.Index(None, "sha256"),
    sa.Index(None, "fetched_at"),
)

documents = sa.Table(
    "documents",
    metadata,
    id_column("article_id", sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("snapshot_id", Serial, sa.ForeignKey("snapshots.id"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # of the article as published; 0: never published
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("extractors", Json, nullable=False),
    sa.Column("errors", Json, nullable=False),
    sa.Column("extracted_at", Instant, nullable=False),
    sa.Column("learned", sa.Integer, nullable=False, server_default="0"),  # version of the table it was read with
)

records = sa.Table(
    "records",
    metadata,
    id_column(primary_key=True),
    id_column("article_id", sa.ForeignKey("articles.id")),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("extractor", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("retracted", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),  # in the extraction
    sa.Column("data", Json, nullable=False),  # the whole record as extracted
    sa.Index(None, "article_id"),
    sa.Index(None, "kind"),
)

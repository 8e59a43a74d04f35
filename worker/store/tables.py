"""The tables. One row a source, entry, article, snapshot, document, record and message; the database is the truth.

Times are aware UTC instants; ids of articles and records are UUIDs made from content (`extractors.ids`).
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC datetime; SQLite, which knows no zones, keeps it as naive UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Json(TypeDecorator[Any]):
    """A JSON value: JSONB on PostgreSQL, whose part of SQLAlchemy is loaded only there."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(sa.JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


class State(StrEnum):
    """Where an article stands on its path. `listed` and `fetched` are in flight, the others are final."""

    LISTED = "listed"
    FETCHED = "fetched"
    EXTRACTED = "extracted"
    REJECTED = "rejected"
    DEAD = "dead"


IN_FLIGHT = (State.LISTED, State.FETCHED)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id(name: str = "id", *args: Any, **kwargs: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), *args, **kwargs)


def _answer() -> list[sa.Column[Any]]:
    """What is kept of the answer to an attempt; all null where there was none."""
    return [
        sa.Column("status", sa.Integer),
        sa.Column("seconds", sa.Float),
        sa.Column("requests", sa.Integer),  # a poll may read several pages; redirects are not counted
        sa.Column("received", sa.BigInteger),  # bytes on the wire, headers included
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("redirects", Json),  # [[status, address], …] before the last address
        sa.Column("final_address", sa.Text),
        sa.Column("robots", sa.String(20)),  # allowed, disallowed or unreachable; null: not asked
    ]


sources = sa.Table(
    "sources",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("written", sa.Text, nullable=False),  # the address as the operator gave it, before any move
    sa.Column("origin", sa.String(20), nullable=False),  # file, added or ingest
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("held", sa.Boolean),  # paused or resumed by command, or gone; null: as the file says
    sa.Column("local", sa.Boolean, nullable=False),  # the operator vouches for addresses on this machine or network
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("interval_seconds", sa.Integer),  # as the operator set it; null: by what the source publishes
    sa.Column("note", sa.Text),
    sa.Column("due_at", Instant),  # null: never polled by the clock
    sa.Column("lease_until", Instant),
    sa.Column("lease_owner", sa.String(200)),  # the worker that polls it
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("sha256", sa.String(64)),  # of the last answer
    sa.Column("stories", sa.Float, nullable=False, server_default="0"),  # seen, with old ones fading
    sa.Column("exposure_days", sa.Float, nullable=False, server_default="0"),  # over which they were seen
    sa.Column("plan", Json),  # how due_at came about, step by step
    sa.Column("moved_to", sa.Text),  # where permanent redirects lead
    sa.Column("moved_since", Instant),
    sa.Column("gone_since", Instant),  # status 410 in every poll since
    sa.Column("reserved", sa.Boolean, nullable=False, server_default=sa.false()),  # it waits for its turn at its host
    sa.Column("options", Json),  # of its kind: selectors of a listing …
    sa.Column("failures", sa.Float, nullable=False, server_default="0"),  # weighted by their class, in a row
    sa.Column("polled_at", Instant),
    sa.Column("listed_at", Instant),  # the last poll that went well
    sa.Column("polls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_entries", sa.Integer),
    sa.Column("last_new", sa.Integer),
    sa.Column("last_reason", sa.String(40)),
    sa.Column("last_detail", sa.Text),
    sa.Index(None, "due_at"),
)

articles = sa.Table(
    "articles",
    metadata,
    _id(primary_key=True),
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
    _id("article_id", sa.ForeignKey("articles.id"), nullable=False),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("source", sa.String(200), sa.ForeignKey("sources.name"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    _id("article_id", sa.ForeignKey("articles.id"), nullable=False),
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

polls = sa.Table(
    "polls",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("source", sa.String(200), sa.ForeignKey("sources.name"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("host", sa.Text),
    sa.Column("reason", sa.String(40)),  # null: it went well
    sa.Column("detail", sa.Text),
    sa.Column("entries", sa.Integer),
    sa.Column("new", sa.Integer),
    *_answer(),
    sa.Index(None, "source", "at"),
    sa.Index(None, "at"),
)

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    _id("article_id", nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("address", sa.Text, nullable=False),  # as asked for
    sa.Column("host", sa.Text),  # null: a file
    sa.Column("reason", sa.String(40)),  # null: it went well
    sa.Column("detail", sa.Text),
    *_answer(),
    sa.Index(None, "article_id", "at"),
    sa.Index(None, "at"),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    _id("article_id", sa.ForeignKey("articles.id"), nullable=False),
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
    _id("article_id", sa.ForeignKey("articles.id"), primary_key=True),
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

endings = sa.Table(
    "endings",
    metadata,
    _id("article_id", sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("source", sa.String(200), sa.ForeignKey("sources.name"), nullable=False),
    sa.Column("lines", Json, nullable=False),  # keys of the lines at both ends, before any was taken out
    sa.Column("longest", Json, nullable=False),  # digests of the longest paragraphs
    sa.Column("counted", sa.Boolean, nullable=False),  # since they last changed
    sa.Index(None, "source", "counted"),
)

learned_lines = sa.Table(
    "learned_lines",
    metadata,
    sa.Column("source", sa.String(200), sa.ForeignKey("sources.name"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),  # all stay: documents name theirs
    sa.Column("lines", Json, nullable=False),
    sa.Column("kept", Json, nullable=False),  # those that an operator gave back, never learned again
    sa.Column("articles", sa.Integer, nullable=False),  # looked at for this version
    sa.Column("made_at", Instant, nullable=False),
)

records = sa.Table(
    "records",
    metadata,
    _id(primary_key=True),
    _id("article_id", sa.ForeignKey("articles.id"), nullable=False),
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

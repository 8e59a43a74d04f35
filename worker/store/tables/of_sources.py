"""What is known of each source: its row, its polls, and what its articles teach about its own lines."""

from __future__ import annotations

import sqlalchemy as sa

from worker.store.tables.columns import Instant, Json, Serial, answer_columns, id_column, metadata

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
    *answer_columns(),
    sa.Index(None, "source", "at"),
    sa.Index(None, "at"),
)

endings = sa.Table(
    "endings",
    metadata,
    id_column("article_id", sa.ForeignKey("articles.id"), primary_key=True),
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

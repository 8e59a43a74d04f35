"""What an operator does to a source that is there: another name, a poll at once, or its end."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from worker.store.tables import articles, entries, learned_lines, metadata, polls, sources

REMOVED = "removed"
"""The origin of a source that was taken out and stays for what it has listed: the ledger accounts for all of that."""


def rename(connection: sa.Connection, name: str, to: str) -> bool:
    """Gives the source, and all that was listed by it, another name; False where it is being polled."""
    row = connection.execute(sa.select(sources).where(sources.c.name == name).with_for_update()).mappings().one()
    if row["lease_owner"] is not None:
        return False
    connection.execute(sa.insert(sources).values({**row, "name": to}))
    for column in _naming():
        connection.execute(sa.update(column.table).where(column == name).values({column.name: to}))
    connection.execute(sa.delete(sources).where(sources.c.name == name))
    return True


def poll_now(connection: sa.Connection, name: str, *, now: dt.datetime) -> bool:
    """Makes the source due; False where it is paused."""
    due = sa.update(sources).where(sources.c.name == name, ~sources.c.paused)
    return bool(connection.execute(due.values(due_at=now)).rowcount)


def remove(connection: sa.Connection, name: str) -> bool:
    """Ends the source: True where nothing is left of it; False where it listed something, so that it stays behind,
    paused and out of all lists, until it is added again."""
    listed = sa.select(entries.c.source).where(entries.c.source == name).limit(1)
    owned = sa.select(articles.c.source).where(articles.c.source == name).limit(1)
    if connection.execute(listed).first() or connection.execute(owned).first():
        ended = {"origin": REMOVED, "paused": True, "held": None, "due_at": None}
        connection.execute(sa.update(sources).where(sources.c.name == name).values(ended))
        return False
    for table in (polls, learned_lines):
        connection.execute(sa.delete(table).where(table.c.source == name))
    connection.execute(sa.delete(sources).where(sources.c.name == name))
    return True


def _naming() -> list[sa.Column[str]]:
    """Every column that names a source, or keeps what one was called."""
    return [
        key.parent for table in metadata.sorted_tables for key in table.foreign_keys if key.column is sources.c.name
    ]

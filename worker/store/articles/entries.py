"""What sources list, and the articles that entries lead to: new, changed, known under another address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from extractors.ids import article_id
from worker.errors import Reason
from worker.store.articles.claims import NOBODY
from worker.store.database import insert
from worker.store.tables import State, addresses, articles, entries


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source lists. `address` is canonical; `key` tells it from the source's other entries. Where `refused` is
    set it cannot be fetched and is only counted."""

    key: str
    address: str
    title: str | None = None
    stated_date: str | None = None
    """The day as the source states it, ISO 8601; None where it states none that can be believed."""
    fingerprint: str | None = None
    refused: str | None = None
    guid: str | None = None
    """The source's own id of the entry, which may stay when the address changes."""
    published_at: dt.datetime | None = None
    """The instant that the source states, where it states one with a zone."""
    basis: str | None = None
    """Which field and reading gave the date, with its words: `pubDate RFC 2822 "Mon, 11 Mar 2002 …"`."""


def list_entry(
    connection: sa.Connection, source: str, entry: Entry, *, now: dt.datetime, backfill: bool = False
) -> str | None:
    """The id of the article that this entry makes due; None where the entry is known and unchanged, or a duplicate."""
    known = connection.execute(
        sa.select(entries.c.article_id, entries.c.fingerprint).where(
            entries.c.source == source, entries.c.key == entry.key
        )
    ).one_or_none()
    if known:
        return _changed(connection, source, entry, known.article_id, known.fingerprint, now)
    article = resolve(connection, entry.address)
    is_new = _add_article(connection, article, source, entry, now, backfill)
    _add_entry(connection, source, entry, article, duplicate=not is_new, now=now)
    return article if is_new and not entry.refused else None


def known_by_guid(connection: sa.Connection, source: str, listed: Sequence[Entry]) -> dict[str, str]:
    """For entries whose address this source never listed but whose own id it did: their keys, and the articles that the
    ids belong to."""
    guids = {entry.guid: entry for entry in listed if entry.guid and entry.guid != entry.address}
    keys = {entry.key for entry in listed}
    mine = entries.c.source == source
    known = set(connection.execute(sa.select(entries.c.key).where(mine, entries.c.key.in_(keys))).scalars())
    query = sa.select(entries.c.guid, entries.c.article_id).where(mine, entries.c.guid.in_(list(guids)))
    rows = connection.execute(query.order_by(entries.c.seen_at, entries.c.key))
    return {guids[guid].key: article for guid, article in rows if guids[guid].key not in known}


def list_alias(connection: sa.Connection, source: str, entry: Entry, article: str, *, now: dt.datetime) -> None:
    """Notes an entry that is a known article under a new address: a duplicate, and another way to the article."""
    alias = insert(connection, addresses).values(address=entry.address, article_id=article)
    connection.execute(alias.on_conflict_do_nothing())
    _add_entry(connection, source, entry, article, duplicate=True, now=now)


def resolve(connection: sa.Connection, address: str) -> str:
    """The id of the article at this canonical address, or at the one that it is known to redirect to."""
    query = sa.select(addresses.c.article_id).where(addresses.c.address == address)
    return connection.execute(query).scalar() or article_id(address)


def _changed(
    connection: sa.Connection, source: str, entry: Entry, article: str, before: str | None, now: dt.datetime
) -> str | None:
    if entry.fingerprint is None or entry.fingerprint == before:
        return None
    key = (entries.c.source == source, entries.c.key == entry.key)
    connection.execute(sa.update(entries).where(*key).values(fingerprint=entry.fingerprint))
    counted = {"attempts": 0, "claims": articles.c.claims + 1}
    again = {"state": State.LISTED, "due_at": now, "changed_at": now, **counted, **NOBODY}
    stays_away = articles.c.reason.is_not_distinct_from(Reason.PURGED)
    changed = connection.execute(sa.update(articles).where(articles.c.id == article, ~stays_away).values(again))
    return article if changed.rowcount else None


def _add_entry(
    connection: sa.Connection, source: str, entry: Entry, article: str, *, duplicate: bool, now: dt.datetime
) -> None:
    fields = {name: getattr(entry, name) for name in ("key", "address", "guid", "basis", "fingerprint")}
    row = fields | {"source": source, "article_id": article, "duplicate": duplicate, "seen_at": now}
    connection.execute(sa.insert(entries).values(row))


def _add_article(
    connection: sa.Connection, article: str, source: str, entry: Entry, now: dt.datetime, backfill: bool
) -> bool:
    way: dict[str, object] = {"state": State.LISTED, "due_at": now}
    if entry.refused:
        way = {"state": State.REJECTED, "reason": Reason.BAD_ADDRESS, "detail": entry.refused}
    row: dict[str, object] = {
        "id": article, "address": entry.address, "source": source, "title": entry.title,
        "stated_date": entry.stated_date, "backfill": backfill, "attempts": 0, "seen_at": now, "changed_at": now,
    }  # fmt: skip
    return add_row(connection, row | way)


def add_row(connection: sa.Connection, row: Mapping[str, object]) -> bool:
    """True where the article is new; one of that id that is there already stays as it is."""
    query = insert(connection, articles).values(**row).on_conflict_do_nothing()
    return connection.execute(query.returning(articles.c.id)).first() is not None

"""The articles and the entries that list them: which are due, who holds them, how they ended.

A claim is fenced: it carries its number, and what it writes at its end takes effect only while no later claim and no
change of the entry came between, so that a worker whose lease ran out cannot overwrite the one that took over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from extractors.ids import article_id
from worker.errors import Reason
from worker.store.database import insert, skip_locked
from worker.store.tables import IN_FLIGHT, State, addresses, articles, documents, entries, fetches, snapshots, sources


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


@dataclass(frozen=True, slots=True)
class Claim:
    """An article that this worker holds, and which attempt in this state it is; `claims` is the fence."""

    id: str
    address: str
    source: str
    state: str
    attempts: int
    claims: int
    checks: int
    """How often it was looked at for a change since its content was new."""
    snapshot_id: int | None
    stated_date: str | None
    backfill: bool
    reserved: bool
    """It has waited for its turn at its host, which is now."""
    kind: str
    local: bool
    patient: bool
    """False for what somebody waits for at a terminal: fewer attempts, shorter waits."""


class Fenced(Exception):
    """The claim is over: its lease ran out and another worker took the article, or its entry changed."""


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


def due(
    connection: sa.Connection,
    state: State,
    *,
    now: dt.datetime,
    limit: int,
    backfill_limit: int,
    again_at: dt.datetime,
) -> Sequence[str]:
    """The ids of at most `limit` articles in this state that are due and that nobody holds; those without hurry come
    last, at most `backfill_limit`. Each is due again at `again_at`, so that a wake-up that gets lost is sent again."""
    ids: list[str] = []
    for backfill, most in ((False, limit), (True, min(limit, backfill_limit))):
        query = (
            sa.select(articles.c.id)
            .where(articles.c.state == state, articles.c.backfill == backfill, articles.c.due_at <= now, _free(now))
            .order_by(articles.c.due_at, articles.c.id)
            .limit(max(0, most - len(ids)))
        )
        ids += connection.execute(skip_locked(connection, query)).scalars().all()
    connection.execute(sa.update(articles).where(articles.c.id.in_(ids)).values(due_at=again_at))
    return ids


def claim(
    connection: sa.Connection, article: str, state: State, *, owner: str, now: dt.datetime, until: dt.datetime
) -> Claim | None:
    """The article, held until then; None where it is in another state or held, as after a doubled wake-up."""
    return _claim(connection, article, articles.c.state == state, owner=owner, now=now, until=until)


def claim_check(
    connection: sa.Connection,
    article: str,
    *,
    due_before: dt.datetime,
    owner: str,
    now: dt.datetime,
    until: dt.datetime,
) -> Claim | None:
    """The extracted article that is to be looked at for a change, held until then; None where none is due."""
    due = (articles.c.state == State.EXTRACTED) & (articles.c.due_at <= due_before)
    return _claim(connection, article, due, owner=owner, now=now, until=until)


def _claim(
    connection: sa.Connection,
    article: str,
    condition: sa.ColumnElement[bool],
    *,
    owner: str,
    now: dt.datetime,
    until: dt.datetime,
) -> Claim | None:
    mine = sa.update(articles).where(articles.c.id == article, condition, _free(now))
    counted = {"attempts": articles.c.attempts + 1, "claims": articles.c.claims + 1}
    if not connection.execute(mine.values(lease_until=until, lease_owner=owner, due_at=until, **counted)).rowcount:
        return None
    columns = (articles.c[name] for name in Claim.__slots__ if name not in ("kind", "local", "patient"))
    query = sa.select(*columns, sources.c.kind, sources.c.local, (sources.c.due_at.is_not(None)).label("patient"))
    row = connection.execute(query.join(sources).where(articles.c.id == article)).one()
    return Claim(**row._mapping)


def advance(
    connection: sa.Connection,
    claim: Claim,
    state: State,
    *,
    now: dt.datetime,
    due_at: dt.datetime | None,
    **values: object,
) -> None:
    """Moves a claimed article on: the attempt ends, nobody holds it, reasons are cleared unless given in `values`."""
    fields = {"reason": None, "detail": None, "attempts": 0, "changed_at": now} | values
    _end(connection, claim, state=state, due_at=due_at, lease_until=None, **fields)


def finish(
    connection: sa.Connection, claim: Claim, state: State, *, now: dt.datetime, reason: Reason, detail: str
) -> None:
    """Ends a claimed article's path without records: rejected or dead, under a reason and in one sentence why."""
    advance(connection, claim, state, now=now, due_at=None, reason=reason, detail=detail)


def postpone(
    connection: sa.Connection,
    claim: Claim,
    *,
    until: dt.datetime,
    now: dt.datetime,
    reason: Reason,
    detail: str,
    counts: bool = True,
) -> None:
    """Gives a claimed article back after a failure that may pass: nobody takes it before then. `counts`: the attempt
    was one of those that it has."""
    waiting = {"due_at": until, "lease_until": until, "reason": reason, "detail": detail, "changed_at": now}
    _end(connection, claim, attempts=claim.attempts - (not counts), **waiting)


def await_turn(
    connection: sa.Connection, claim: Claim, *, until: dt.datetime, now: dt.datetime, reserved: bool
) -> None:
    """Gives a claimed article back until its turn at its host. Nothing was tried, so that no attempt counts."""
    waiting = {"due_at": until, "lease_until": until, "reserved": reserved, "changed_at": now}
    _end(connection, claim, attempts=articles.c.attempts - 1, **waiting)


def bury_lost(connection: sa.Connection, *, now: dt.datetime, max_attempts: int) -> int:
    """How many articles are dead from now on, since each of their many attempts ended with its worker. An extracted one
    is only not looked at any more."""
    held = articles.c.lease_owner.is_not(None) & (articles.c.lease_until <= now)
    given_back = (articles.c.reason == Reason.WORKER_LOST) & articles.c.lease_until.is_(None)
    lost = sa.update(articles).where(
        articles.c.state.in_(IN_FLIGHT), articles.c.attempts >= max_attempts, held | given_back
    )
    detail = f"{max_attempts} workers in a row did not come back from it"
    end = lost.values(
        state=State.DEAD, reason=Reason.WORKER_LOST, detail=detail, due_at=None, changed_at=now, **_NOBODY
    )
    unseen = sa.update(articles).where(articles.c.state == State.EXTRACTED, articles.c.attempts >= max_attempts)
    connection.execute(unseen.where(_free(now), articles.c.due_at.is_not(None)).values(due_at=None, **_NOBODY))
    return connection.execute(end).rowcount


def release(connection: sa.Connection, owner: str, *, now: dt.datetime, article: str | None = None) -> int:
    """How many articles a worker that died gives back at once: all that it held, or this one. The attempt counts, since
    an article may be what it died of."""
    held = sa.update(articles).where(articles.c.lease_owner == owner)
    if article is not None:
        held = held.where(articles.c.id == article)
    on_its_way = articles.c.state.in_(IN_FLIGHT)  # what is extracted stands
    said = {"reason": Reason.WORKER_LOST.value, "detail": "the worker that had it died"}
    lost = {name: sa.case((on_its_way, words), else_=articles.c[name]) for name, words in said.items()}
    return connection.execute(held.values(due_at=now, **lost, **_NOBODY)).rowcount


def release_all(connection: sa.Connection, *, now: dt.datetime) -> int:
    """How many articles were held when everything was stopped; that attempt does not count."""
    held = sa.update(articles).where(articles.c.lease_owner.is_not(None))
    return connection.execute(held.values(due_at=now, attempts=articles.c.attempts - 1, **_NOBODY)).rowcount


def merge(connection: sa.Connection, claim: Claim, final_address: str, *, now: dt.datetime) -> Claim | None:
    """The claim on the article whose own address a fetch ended at; None where that article has its own way already.

    The entries that led to the first address belong to that article from now on, and the first address is remembered as
    another way to it, so that in whatever order addresses come the same articles result.
    """
    target = resolve(connection, final_address)
    known = connection.execute(sa.select(documents.c.article_id).where(documents.c.article_id == claim.id)).first()
    if target == claim.id or known:  # what was published under its address keeps it
        return claim
    row = connection.execute(sa.select(articles).where(articles.c.id == claim.id)).one()
    is_new = _add_row(
        connection,
        dict(row._mapping) | {"id": target, "address": final_address, "snapshot_id": None},
    )
    connection.execute(sa.update(addresses).where(addresses.c.article_id == claim.id).values(article_id=target))
    alias = insert(connection, addresses).values(address=claim.address, article_id=target)
    connection.execute(alias.on_conflict_do_nothing())
    moved: dict[str, object] = {"article_id": target} if is_new else {"article_id": target, "duplicate": True}
    connection.execute(sa.update(entries).where(entries.c.article_id == claim.id).values(moved))
    for table in (snapshots, fetches):
        connection.execute(sa.update(table).where(table.c.article_id == claim.id).values(article_id=target))
    gone = sa.delete(articles).where(articles.c.id == claim.id, articles.c.claims == claim.claims)
    if not connection.execute(gone).rowcount:
        raise Fenced(claim.id)
    if not is_new:
        return None
    fields: Mapping[str, object] = {name: getattr(claim, name) for name in Claim.__slots__}
    return Claim(**{**fields, "id": target, "address": final_address})  # type: ignore[arg-type]


_NOBODY: Mapping[str, object] = {"lease_until": None, "lease_owner": None}


def _free(now: dt.datetime) -> sa.ColumnElement[bool]:
    return articles.c.lease_until.is_(None) | (articles.c.lease_until <= now)


def _end(connection: sa.Connection, claim: Claim, **values: object) -> None:
    fence = (articles.c.id == claim.id, articles.c.claims == claim.claims)
    values = {"lease_owner": None, "reserved": False} | values
    if not connection.execute(sa.update(articles).where(*fence).values(values)).rowcount:
        raise Fenced(claim.id)


def _changed(
    connection: sa.Connection, source: str, entry: Entry, article: str, before: str | None, now: dt.datetime
) -> str | None:
    if entry.fingerprint is None or entry.fingerprint == before:
        return None
    key = (entries.c.source == source, entries.c.key == entry.key)
    connection.execute(sa.update(entries).where(*key).values(fingerprint=entry.fingerprint))
    counted = {"attempts": 0, "claims": articles.c.claims + 1}
    again = {"state": State.LISTED, "due_at": now, "changed_at": now, **counted, **_NOBODY}
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
    return _add_row(connection, row | way)


def _add_row(connection: sa.Connection, row: Mapping[str, object]) -> bool:
    query = insert(connection, articles).values(**row).on_conflict_do_nothing()
    return connection.execute(query.returning(articles.c.id)).first() is not None


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as lists show it."""

    id: str
    address: str
    source: str
    state: str
    reason: str | None
    detail: str | None
    title: str | None
    snapshot_id: int | None
    seen_at: dt.datetime


_LISTED = [articles.c[name] for name in Listed.__slots__]


def newest(
    connection: sa.Connection, *, limit: int, state: str | None = None, source: str | None = None
) -> list[Listed]:
    """The articles seen last, newest first."""
    query = sa.select(*_LISTED).order_by(articles.c.seen_at.desc(), articles.c.id).limit(limit)
    if state:
        query = query.where(articles.c.state == state)
    if source:
        query = query.where(articles.c.source == source)
    return [Listed(**row._mapping) for row in connection.execute(query)]


def refused_since(connection: sa.Connection, since: dt.datetime) -> list[Listed]:
    """The articles that were rejected or died since then, in that order."""
    ended = (articles.c.state.in_((State.REJECTED, State.DEAD)), articles.c.changed_at >= since)
    query = sa.select(*_LISTED).where(*ended).order_by(articles.c.changed_at, articles.c.id)
    return [Listed(**row._mapping) for row in connection.execute(query)]


def outcomes(connection: sa.Connection, ids: Sequence[str]) -> list[Listed]:
    """These articles as they stand, those that were merged into others left out."""
    found: list[Listed] = []
    for start in range(0, len(ids), 500):  # bound parameters are limited
        query = sa.select(*_LISTED).where(articles.c.id.in_(ids[start : start + 500])).order_by(articles.c.address)
        found += [Listed(**row._mapping) for row in connection.execute(query)]
    return found


def find(connection: sa.Connection, wanted: str, *, limit: int = 5) -> list[Listed]:
    """The articles whose id begins so, or whose address is or ends so (a file's name will do), at most `limit`."""
    literal = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    fits = articles.c.id.like(f"{literal}%", escape="\\") | articles.c.address.like(f"%{literal}", escape="\\")
    query = sa.select(*_LISTED).where(fits).order_by(articles.c.id).limit(limit)
    return [Listed(**row._mapping) for row in connection.execute(query)]


def stated_date(connection: sa.Connection, article: str) -> str | None:
    """The day that the article's source states."""
    return connection.execute(sa.select(articles.c.stated_date).where(articles.c.id == article)).scalar()

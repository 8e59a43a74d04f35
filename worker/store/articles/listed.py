"""Articles as lists show them: the newest, the refused, those that somebody names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from extractors import article_id
from worker.store.tables import State, addresses, articles


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


class NotOne(LookupError):
    """What somebody wrote names no article, or several: those that it fits are in `found`."""

    def __init__(self, wanted: str, found: Sequence[Listed]) -> None:
        super().__init__(wanted, found)
        self.wanted = wanted
        self.found = tuple(found)


MOST_BOUND = 500
"""Parameters of one query, which databases limit."""
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


def outcomes(connection: sa.Connection, wanted: Sequence[str]) -> list[Listed]:
    """The articles that these addresses lead to, as they stand, by address; two addresses can lead to one."""
    found: dict[str, Listed] = {}
    for start in range(0, len(wanted), MOST_BOUND):
        part = wanted[start : start + MOST_BOUND]
        query = sa.select(addresses.c.address, addresses.c.article_id).where(addresses.c.address.in_(part))
        moved = dict(connection.execute(query).tuples().all())
        ids = {moved.get(address) or article_id(address) for address in part}
        rows = connection.execute(sa.select(*_LISTED).where(articles.c.id.in_(ids)))
        found |= {row.id: Listed(**row._mapping) for row in rows}
    return sorted(found.values(), key=lambda each: each.address)


def find(connection: sa.Connection, wanted: str, *, limit: int = 5) -> list[Listed]:
    """The articles whose id begins so, or whose address is or ends so (a file's name will do), at most `limit`."""
    literal = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    fits = articles.c.id.like(f"{literal}%", escape="\\") | articles.c.address.like(f"%{literal}", escape="\\")
    query = sa.select(*_LISTED).where(fits).order_by(articles.c.id).limit(limit)
    return [Listed(**row._mapping) for row in connection.execute(query)]


def only(connection: sa.Connection, wanted: str) -> Listed:
    """The one article that `find` finds; raises NotOne where there is none, or more."""
    found = find(connection, wanted)
    if len(found) != 1:
        raise NotOne(wanted, found)
    return found[0]


def stated_date(connection: sa.Connection, article: str) -> str | None:
    """The day that the article's source states."""
    return connection.execute(sa.select(articles.c.stated_date).where(articles.c.id == article)).scalar()

"""The attempts: what each poll and each fetch met, kept for a while to explain what happened and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa

from worker.decide import schedule
from worker.store.tables import fetches, polls

if TYPE_CHECKING:
    from worker.http.client import Response

RECENT = 500
WINDOW = dt.timedelta(minutes=10)
ANSWERED_WITHIN = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of the answer to an attempt, of a poll that of its first page; all None where there was none.
    `received`: bytes on the wire, over all pages. `redirects`: the (status, address) before the final address."""

    status: int | None = None
    seconds: float | None = None
    requests: int | None = None
    received: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    redirects: Sequence[Sequence[str]] | None = None
    final_address: str | None = None
    robots: str | None = None
    """What robots.txt said: allowed, disallowed, unreachable; None: it was not asked."""

    @classmethod
    def of(
        cls,
        response: Response | None,
        *,
        seconds: float,
        robots: str | None,
        requests: int | None = None,
        received: int | None = None,
    ) -> Answer:
        """What is kept of this answer; where none came, only the time that it took and what robots.txt said."""
        spent = round(seconds, 3)
        if response is None:
            return cls(seconds=spent, requests=requests, received=received, robots=robots)
        return cls(
            status=response.status or None,
            seconds=spent,
            requests=requests,
            received=response.received if received is None else received,
            etag=response.header("ETag"),
            last_modified=response.header("Last-Modified"),
            redirects=[list(each) for each in response.redirects],
            final_address=response.final_address,
            robots=robots,
        )


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one source. `reason` is null where it went well."""

    source: str
    at: dt.datetime
    host: str | None
    reason: str | None
    detail: str | None
    entries: int | None
    new: int | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt to fetch one article, or a look whether it changed. `reason` is null where it went well."""

    article_id: str
    source: str
    at: dt.datetime
    address: str
    host: str | None
    reason: str | None
    detail: str | None
    answer: Answer


Noted = TypeVar("Noted", Poll, Fetch)


def host_of(address: str) -> str | None:
    """The host of a web address; None for a path, and for what is no address."""
    try:
        return urlsplit(address).hostname if address.startswith("http") else None
    except ValueError:
        return None


def note_poll(connection: sa.Connection, attempt: Poll) -> None:
    """Adds the poll to the history."""
    _note(connection, polls, attempt)


def note_fetch(connection: sa.Connection, attempt: Fetch) -> None:
    """Adds the fetch to the history."""
    _note(connection, fetches, attempt)


def last_polls(connection: sa.Connection, source: str, limit: int = 40) -> list[Poll]:
    """The source's last polls, newest first."""
    query = sa.select(polls).where(polls.c.source == source).order_by(polls.c.at.desc(), polls.c.id.desc())
    return [_read(row, Poll) for row in connection.execute(query.limit(limit)).mappings()]


def fetches_of(connection: sa.Connection, article: str, limit: int = 40) -> list[Fetch]:
    """The article's last fetches, newest first."""
    query = sa.select(fetches).where(fetches.c.article_id == article).order_by(fetches.c.at.desc(), fetches.c.id.desc())
    return [_read(row, Fetch) for row in connection.execute(query.limit(limit)).mappings()]


def around(connection: sa.Connection, attempt: Poll | Fetch) -> list[tuple[str, str | None]]:
    """Host and reason of the polls and fetches of the last minutes, oldest first, and of this one, which failed and is
    not noted yet; none where it did not fail for want of a connection. A host that has not answered for days is no
    witness of an outage, or a few dead ones would be asked every other minute for ever."""
    if attempt.host is None or attempt.reason not in schedule.OURS:
        return []
    recent = [*by_host(connection, since=attempt.at - WINDOW), (attempt.host, attempt.reason)]
    alive = answered(connection, {host for host, _ in recent}, since=attempt.at - ANSWERED_WITHIN)
    return [(host, reason) for host, reason in recent if host in alive]


def by_host(connection: sa.Connection, *, since: dt.datetime) -> list[tuple[str, str | None]]:
    """Host and reason of the last polls and fetches since then, oldest first."""
    found: list[tuple[dt.datetime, str, str | None]] = []
    for table in (polls, fetches):
        query = sa.select(table.c.at, table.c.host, table.c.reason).where(
            table.c.at >= since, table.c.host.is_not(None)
        )
        newest = query.order_by(table.c.at.desc(), table.c.id.desc()).limit(RECENT)
        found += [(row.at, row.host, row.reason) for row in reversed(connection.execute(newest).all())]
    return [(host, reason) for _, host, reason in sorted(found, key=lambda each: each[0])]


def answered(connection: sa.Connection, hosts: Iterable[str], *, since: dt.datetime) -> set[str]:
    """Those of the hosts that answered an attempt since then."""
    found: set[str] = set()
    for table in (polls, fetches):
        well = (table.c.at >= since, table.c.reason.is_(None), table.c.host.in_(list(hosts)))
        found |= set(connection.execute(sa.select(table.c.host).where(*well).distinct()).scalars())
    return found


def forget(connection: sa.Connection, *, before: dt.datetime) -> int:
    """How many attempts older than that are forgotten."""
    return sum(connection.execute(sa.delete(table).where(table.c.at < before)).rowcount for table in (polls, fetches))


def _note(connection: sa.Connection, table: sa.Table, attempt: Poll | Fetch) -> None:
    values = {name: getattr(attempt, name) for name in attempt.__slots__ if name != "answer"}
    answer = {name: getattr(attempt.answer, name) for name in Answer.__slots__}
    connection.execute(sa.insert(table).values(values | answer))


def _read(row: sa.RowMapping, shape: type[Noted]) -> Noted:
    answer = Answer(**{name: row[name] for name in Answer.__slots__})
    return shape(**{name: row[name] for name in shape.__slots__ if name != "answer"}, answer=answer)

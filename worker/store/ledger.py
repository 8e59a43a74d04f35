"""The ledger: every entry seen, by source and day, and how it ended; and the proof that nothing is missing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa

from worker.store.tables import IN_FLIGHT, State, articles, documents, entries, outbox, records, snapshots, sources


@dataclass(frozen=True, slots=True)
class Line:
    """One source on one day (UTC): seen = extracted + duplicate + rejected + dead + in flight."""

    source: str
    day: dt.date
    seen: int
    extracted: int
    duplicate: int
    in_flight: int
    rejected: dict[str, int]
    dead: dict[str, int]

    @property
    def balanced(self) -> bool:
        """True where every entry seen is accounted for exactly once."""
        ended = self.extracted + self.duplicate + self.in_flight + sum(self.rejected.values()) + sum(self.dead.values())
        return self.seen == ended


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines, the polls that failed last (source, reason, detail), and every fault that the proof found."""

    lines: tuple[Line, ...]
    polls: tuple[tuple[str, str, str], ...]
    faults: tuple[str, ...] = field(default=())

    @property
    def balanced(self) -> bool:
        """True where each line balances and no fault was found."""
        return not self.faults and all(line.balanced for line in self.lines)


def ledger(connection: sa.Connection) -> Ledger:
    """The ledger of everything ever seen."""
    failed = sa.select(sources.c.name, sources.c.last_reason, sources.c.last_detail).where(sources.c.failures > 0)
    rows = connection.execute(failed.order_by(sources.c.name))
    polls = tuple((name, reason, detail) for name, reason, detail in rows)
    return Ledger(_lines(connection), polls, tuple(_faults(connection)))


def _lines(connection: sa.Connection) -> tuple[Line, ...]:
    day = sa.func.date(entries.c.seen_at)
    key = (entries.c.source, day.label("day"))
    seen = {
        (source, _date(on)): int(count)
        for source, on, count in connection.execute(sa.select(*key, sa.func.count()).group_by(entries.c.source, day))
    }
    ended: dict[tuple[str, dt.date], Counter[tuple[str, str | None]]] = {each: Counter() for each in seen}
    columns = (entries.c.duplicate, articles.c.state, articles.c.reason)
    query = sa.select(*key, *columns, sa.func.count()).join(articles, articles.c.id == entries.c.article_id)
    for source, on, duplicate, state, reason, count in connection.execute(
        query.group_by(entries.c.source, day, *columns)
    ):
        outcome = ("duplicate", None) if duplicate else (state, None if state in IN_FLIGHT else reason)
        ended[source, _date(on)][outcome] += count
    return tuple(_line(source, on, seen[source, on], ended[source, on]) for source, on in sorted(seen))


def _line(source: str, day: dt.date, seen: int, ended: Counter[tuple[str, str | None]]) -> Line:
    def by_reason(state: State) -> dict[str, int]:
        return {str(reason): count for (each, reason), count in sorted(ended.items(), key=str) if each == state}

    return Line(
        source=source,
        day=day,
        seen=seen,
        extracted=ended[State.EXTRACTED, None],
        duplicate=ended["duplicate", None],
        in_flight=sum(ended[state, None] for state in IN_FLIGHT),
        rejected=by_reason(State.REJECTED),
        dead=by_reason(State.DEAD),
    )


def _faults(connection: sa.Connection) -> list[str]:
    """What must be zero if nothing was lost, in words, with the number found."""
    checks = {
        "articles that no entry lists": _count(articles, ~_exists(entries, entries.c.article_id == articles.c.id)),
        "articles that are first seen in more than one entry": _firsts(),
        "articles that are first seen in no entry": _count(
            articles, ~_exists(entries, (entries.c.article_id == articles.c.id) & ~entries.c.duplicate)
        ),
        "extracted articles without a document": _count(
            articles,
            articles.c.state == State.EXTRACTED,
            ~_exists(documents, documents.c.article_id == articles.c.id),
        ),
        "fetched or extracted articles without a snapshot": _count(
            articles,
            articles.c.state.in_((State.FETCHED, State.EXTRACTED)),
            ~_exists(snapshots, snapshots.c.id == articles.c.snapshot_id),
        ),
        "events without the message of their revision": _count(
            records,
            records.c.kind == "event",
            ~_exists(outbox, outbox.c.message_id == records.c.id + ":" + sa.cast(records.c.revision, sa.String)),
        ),
    }
    found = {text: int(connection.execute(query).scalar_one()) for text, query in checks.items()}
    return [f"{count} {text}" for text, count in found.items() if count]


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions)


def _exists(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().select_from(table).where(condition)


def _firsts() -> sa.Select[int]:
    doubled = sa.select(entries.c.article_id).where(~entries.c.duplicate).group_by(entries.c.article_id)
    return sa.select(sa.func.count()).select_from(doubled.having(sa.func.count() > 1).subquery())


def _date(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value

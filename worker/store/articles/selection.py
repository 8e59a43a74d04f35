"""Which stored articles are extracted again, and the fence under which one is: it may be fetched anew meanwhile.

Only articles that were judged by their content are chosen: extracted ones, and those rejected by a verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter

from extractors import Verdict
from worker.decide.facts import Json, JsonObject
from worker.decide.outcome import Rejected
from worker.store.articles.claims import Fenced
from worker.store.learning import NEWEST
from worker.store.tables import State, articles, documents, entries, snapshots

VERDICTS = tuple(each.value for each in Verdict if each is not Verdict.ARTICLE)
COUNTED = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles; what is not given chooses all. `since` and `until`: when it was first seen; `extractor`: whose
    stored extraction had another version of this one, or failed in it; `outdated`: the same of any extractor, or read
    with another table of learned lines than its source has today."""

    articles: tuple[str, ...] = ()
    source: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    family: str = ""
    verdict: str = ""
    extractor: str = ""
    outdated: bool = False

    def to_json(self) -> JsonObject:
        """What was given, as JSON."""
        given: dict[str, Json] = {
            "articles": self.articles,
            "source": self.source,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "family": self.family,
            "verdict": self.verdict,
            "extractor": self.extractor,
            "outdated": self.outdated,
        }
        return {name: value for name, value in given.items() if value}

    @classmethod
    def from_json(cls, given: JsonObject) -> Selection:
        """The selection that `to_json` told; raises TypeError or ValueError where it is none."""
        if unknown := sorted(given.keys() - set(cls.__slots__)):
            raise TypeError(f"a selection has no {', '.join(unknown)}")
        return _READER.validate_python(given)


_READER = TypeAdapter(Selection)


@dataclass(frozen=True, slots=True)
class Subject:
    """An article as it stood when its extraction was begun."""

    id: str
    address: str
    source: str
    state: str
    reason: str | None
    title: str | None
    stated_date: str | None
    backfill: bool
    snapshot_id: int
    claims: int
    learned: int
    """The version of the table of learned lines that its document was read with."""


def page(
    connection: sa.Connection, chosen: Selection, versions: Mapping[str, int], *, after: str, limit: int
) -> tuple[list[str], str | None]:
    """The ids of those chosen among the next articles by id, and the last one looked at; None at the end."""
    query = _query(chosen).where(articles.c.id > after).order_by(articles.c.id).limit(limit)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows if _differs(chosen, versions, row)]
    return ids, rows[-1].id if len(rows) == limit else None


def count(connection: sa.Connection, chosen: Selection, versions: Mapping[str, int]) -> int:
    """How many articles are chosen."""
    if not (chosen.outdated or chosen.extractor):
        return int(connection.execute(sa.select(sa.func.count()).select_from(_query(chosen).subquery())).scalar_one())
    number, after = 0, ""
    while True:
        ids, last = page(connection, chosen, versions, after=after, limit=COUNTED)
        number += len(ids)
        if last is None:
            return number
        after = last


def subject(connection: sa.Connection, article: str) -> Subject | None:
    """The article as it stands; None where it is on its way, or was never judged by its content."""
    columns = (articles.c[name] for name in Subject.__slots__ if name != "learned")
    query = sa.select(*columns, sa.func.coalesce(documents.c.learned, 0).label("learned")).join(documents, isouter=True)
    row = connection.execute(query.where(articles.c.id == article, *_judged())).one_or_none()
    return Subject(**row._mapping) if row else None


def settle(
    connection: sa.Connection, before: Subject, title: str | None, refused: Rejected | None,
    *, now: dt.datetime,
) -> None:  # fmt: skip
    """Notes how the article was judged again: its state changes only with its verdict. Raises Fenced where it was
    claimed, changed or judged by somebody else meanwhile."""
    reason, detail = (refused.reason, refused.detail) if refused else (None, None)
    state = State.REJECTED if refused else State.EXTRACTED
    values: dict[str, object] = {"claims": articles.c.claims + 1}
    if not refused:
        values["title"] = title
    if (state, reason) != (before.state, before.reason):
        values |= {"state": state, "reason": reason, "detail": detail, "changed_at": now}
    fence = (articles.c.id == before.id, articles.c.claims == before.claims, articles.c.state == before.state)
    if not connection.execute(sa.update(articles).where(*fence).values(values)).rowcount:
        raise Fenced(before.id)


def _judged() -> tuple[sa.ColumnElement[bool], ...]:
    by_verdict = (articles.c.state == State.REJECTED) & articles.c.reason.in_(VERDICTS)
    kept = sa.exists().where(snapshots.c.id == articles.c.snapshot_id, snapshots.c.kept)
    return ((articles.c.state == State.EXTRACTED) | by_verdict, kept)


def _query(chosen: Selection) -> sa.Select[*tuple[object, ...]]:
    of_document = (documents.c[name] for name in ("extractors", "errors", "learned"))
    query = sa.select(articles.c.id, *of_document, NEWEST.label("newest")).where(*_judged())
    query = query.join(documents, documents.c.article_id == articles.c.id)
    if chosen.articles:
        query = query.where(articles.c.id.in_(chosen.articles))
    if chosen.source:
        listed = sa.select(entries.c.article_id).where(entries.c.source == chosen.source)
        query = query.where(articles.c.id.in_(listed))
    if chosen.since:
        query = query.where(articles.c.seen_at >= chosen.since)
    if chosen.until:
        query = query.where(articles.c.seen_at < chosen.until)
    for name in ("family", "verdict"):
        if wanted := getattr(chosen, name):
            query = query.where(documents.c.data[name].as_string() == wanted)
    return query


def _differs(chosen: Selection, versions: Mapping[str, int], row: sa.Row[*tuple[object, ...]]) -> bool:
    if chosen.outdated and dict(row.extractors) == dict(versions) and row.learned == row.newest:
        return False
    failed = any(each["extractor"] == chosen.extractor for each in row.errors)
    return not chosen.extractor or failed or row.extractors.get(chosen.extractor) != versions.get(chosen.extractor)

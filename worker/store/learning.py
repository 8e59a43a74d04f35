"""What a source's articles teach about its own lines: the ends of each article, and the versions of the table.

The ends are kept once an article and in place, so that they are a set: an article that comes again, or in another
order, counts as before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from extractors import Ends, Learned
from worker.store.database import insert
from worker.store.tables import articles, endings, learned_lines

NEWEST = sa.func.coalesce(
    sa.select(sa.func.max(learned_lines.c.version))
    .where(learned_lines.c.source == articles.c.source)
    .scalar_subquery(),
    0,
)
"""The newest version of the table of an article's source, 0 where there is none; for queries over articles."""


def table_of(connection: sa.Connection, source: str, version: int | None = None) -> Learned:
    """The source's table of this version, the newest unless given; an empty one where there is none."""
    query = sa.select(learned_lines).where(learned_lines.c.source == source)
    if version is not None:
        query = query.where(learned_lines.c.version == version)
    row = connection.execute(query.order_by(learned_lines.c.version.desc()).limit(1)).one_or_none()
    return Learned(frozenset(row.lines), row.version, frozenset(row.kept)) if row else Learned()


def put_table(connection: sa.Connection, source: str, table: Learned, *, articles: int, now: dt.datetime) -> bool:
    """Stores the next version; False where somebody else stored one under its number first."""
    row = {"lines": sorted(table.lines), "kept": sorted(table.kept), "articles": articles, "made_at": now}
    query = insert(connection, learned_lines).values(source=source, version=table.version, **row)
    stored = query.on_conflict_do_nothing().returning(learned_lines.c.version)
    return connection.execute(stored).first() is not None


def put_ends(connection: sa.Connection, article: str, source: str, ends: Ends | None) -> None:
    """Notes the ends of an article that was just fetched, in place of those it had; None: it has none any more."""
    if ends is None:
        forget(connection, article)
        return
    found = {"source": source, "lines": list(ends.lines), "longest": list(ends.longest), "counted": False}
    query = insert(connection, endings).values(article_id=article, **found)
    connection.execute(query.on_conflict_do_update(index_elements=["article_id"], set_=found))


def correct_ends(connection: sa.Connection, article: str, ends: Ends | None) -> None:
    """The same for an article that was extracted again: those that were not kept before stay away."""
    if ends is None:
        forget(connection, article)
        return
    found = {"lines": list(ends.lines), "longest": list(ends.longest)}
    connection.execute(sa.update(endings).where(endings.c.article_id == article).values(found))


def forget(connection: sa.Connection, article: str) -> None:
    """The article teaches nothing any more."""
    connection.execute(sa.delete(endings).where(endings.c.article_id == article))


def teaching(connection: sa.Connection, *, least: int) -> Sequence[str]:
    """The sources of which so many articles have not been counted yet."""
    query = sa.select(endings.c.source).where(~endings.c.counted).group_by(endings.c.source)
    return connection.execute(query.having(sa.func.count() >= least).order_by(endings.c.source)).scalars().all()


def newest_ends(connection: sa.Connection, source: str, limit: int) -> list[Ends]:
    """The ends of the source's articles that were first seen last. All are counted from now on, and those of older
    articles go."""
    query = sa.select(endings).join(articles).where(endings.c.source == source)
    rows = connection.execute(query.order_by(articles.c.seen_at.desc(), articles.c.id).limit(limit)).all()
    mine = endings.c.source == source
    connection.execute(sa.delete(endings).where(mine, endings.c.article_id.not_in([row.article_id for row in rows])))
    connection.execute(sa.update(endings).where(mine).values(counted=True))
    return [Ends(tuple(row.lines), tuple(row.longest)) for row in rows]

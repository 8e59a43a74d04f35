"""The ends of a source's articles -> the next version of the table of its own lines, where they teach something new.

Called by the tick; most often nobody has enough new articles, and that costs one query.
"""

from __future__ import annotations

import datetime as dt

import structlog

from extractors.pages.learned import corrected, grown
from worker.store import learning
from worker.store.database import AWAY, Database

log = structlog.get_logger()

EVERY = 10  # new articles of a source
WINDOW = 200  # of its newest articles: lines of a redesign are learned within some sixty


def learn(*, database: Database, now: dt.datetime) -> int:
    """How many sources have a new version of their table."""
    with database.read() as connection:
        due = learning.teaching(connection, least=EVERY)
    return sum(_tried(source, database, now) for source in due)


def _tried(source: str, database: Database, now: dt.datetime) -> bool:
    """A source whose lines break us teaches nothing; the clock, which asks, goes on with the others."""
    try:
        return _learn(source, database, now)
    except AWAY:
        raise
    except Exception:
        log.exception("learn.broken", source=source)
        return False


def _learn(source: str, database: Database, now: dt.datetime) -> bool:
    with database.write() as connection:
        before = learning.table_of(connection, source)
        ends = learning.newest_ends(connection, source, WINDOW)
        table = grown(before, ends)
        if table is before or not learning.put_table(connection, source, table, articles=len(ends), now=now):
            return False
    log.info("learn.done", source=source, version=table.version, lines=len(table.lines), articles=len(ends))
    return True


def give_back(source: str, line: str, *, database: Database, now: dt.datetime) -> int | None:
    """The version of the source's table from which this line is gone for good; None where it is not in it."""
    with database.write() as connection:
        before = learning.table_of(connection, source)
        table = corrected(before, line)
        if table is before or not learning.put_table(connection, source, table, articles=0, now=now):
            return None
    log.info("learn.corrected", source=source, version=table.version)
    return table.version

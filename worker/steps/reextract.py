"""Stored snapshots -> what today's extractors make of them, never the network; only what changed is published.

A run is asked for (`begin`), put into batches by the tick (`plan`), and done batch by batch (`reextract`), one
transaction an article. `preview` shows what a run would change.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from extractors import versions
from worker.decide import outcome
from worker.decide.facts import Found
from worker.errors import SnapshotLost, StoreDown
from worker.publication.revision import Revision, keep, revise
from worker.settings import Settings
from worker.steps.extract import extraction_of
from worker.store import learning, runs
from worker.store import snapshots as snapshot_rows
from worker.store.articles import selection
from worker.store.articles.claims import Fenced
from worker.store.articles.selection import Selection, Subject
from worker.store.database import AWAY, Database
from worker.store.runs import Batch
from worker.store.snapshots import SnapshotFolder

log = structlog.get_logger()

BATCH = 25  # articles: a second's work or so, so that a cancelled run soon ends
OPEN_BATCHES = 40  # what two processes do between two ticks, several times over
PAGE = 500
PAGES = 40  # looked through in one tick for articles that are outdated
DEADLY_ATTEMPTS = 3
PAUSE_SECONDS = 10.0

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would do to one article: its revision, or (None) why there is none."""

    article: str
    revision: Revision | None
    tally: Counter[str]


def begin(chosen: Selection, *, asked_by: str, database: Database, now: dt.datetime) -> int:
    """The id of a new run over these articles; the next tick takes it up."""
    with database.read() as connection:
        total = selection.count(connection, chosen, versions())
    with database.write() as connection:
        new = runs.add(connection, chosen, asked_by=asked_by, versions=versions(), total=total, now=now)
    log.info("reextract.begun", run=new, by=asked_by, articles=total, selection=chosen.to_json())
    return new


def plan(*, database: Database, settings: Settings, room: int, now: dt.datetime) -> Sequence[int]:
    """The ids of the batches to wake now, at most as many as their queue has room for."""
    _put(database, now)
    again_at = now + dt.timedelta(seconds=settings.redispatch_seconds)
    with database.write() as connection:
        runs.end(connection, now=now)
        return runs.due(connection, limit=max(0, min(room, OPEN_BATCHES)), now=now, again_at=again_at)


def _put(database: Database, now: dt.datetime) -> None:
    """Puts more articles into batches, in short transactions: live articles want to write too."""
    for _ in range(PAGES):
        with database.read() as connection:
            waiting = runs.unplanned(connection)
            if waiting is None or runs.open_batches(connection) >= OPEN_BATCHES:
                return
            ids, last = selection.page(
                connection, waiting.selection, waiting.versions, after=waiting.cursor, limit=PAGE
            )
        with database.write() as connection:
            if not runs.put_batches(connection, waiting, ids, size=BATCH, cursor=last, now=now):
                return


def reextract(
    batch: int,
    *,
    database: Database,
    snapshots: SnapshotFolder,
    settings: Settings,
    owner: str,
    clock: Clock,
) -> int | None:
    """How many messages a batch came to; None where it is not ours to do."""
    lease = dt.timedelta(seconds=settings.lease_seconds)
    with database.write() as connection:
        held = runs.claim(connection, batch, owner=owner, now=clock(), until=clock() + lease)
    if held is None:
        return None
    try:
        return _articles(held, database, snapshots, lease, clock)
    except Fenced:
        log.info("reextract.fenced", batch=batch)
        return None
    except (OSError, StoreDown, *AWAY):
        with database.write() as connection:  # our store was down: later
            runs.give_back(connection, held, at=clock() + dt.timedelta(seconds=PAUSE_SECONDS))
        raise


def _articles(held: Batch, database: Database, snapshots: SnapshotFolder, lease: dt.timedelta, clock: Clock) -> int:
    messages, number = 0, len(held.left)
    while held.left:
        now, article = clock(), held.left[0]
        if held.attempts > DEADLY_ATTEMPTS:
            log.error("reextract.failed", article=article, detail=f"{DEADLY_ATTEMPTS} workers did not come back")
            found: _Judged = _Judged(None, None, "failed")
        else:
            found = _judge(article, database, snapshots)
        held, added = _store(held, found, database, now=now, until=now + lease)
        messages += added
    with database.write() as connection:
        runs.close(connection, held)
    log.info("reextract.done", batch=held.id, articles=number, messages=messages)
    return messages


@dataclass(frozen=True, slots=True)
class _Judged:
    """An article and its new extraction; without these, what is counted instead: `skipped` or `failed`."""

    subject: Subject | None
    found: Found | None
    instead: str = "skipped"


def _judge(article: str, database: Database, snapshots: SnapshotFolder) -> _Judged:
    with database.read() as connection:
        subject = selection.subject(connection, article)
        snapshot = snapshot_rows.one(connection, subject.snapshot_id) if subject else None
        table = learning.table_of(connection, subject.source) if subject else None
    if subject is None or snapshot is None:
        return _Judged(None, None)  # on its way again: the live path judges it
    try:
        body = snapshots.load(snapshot.sha256)
        found = extraction_of(snapshot, body, address=subject.address, stated_date=subject.stated_date, learned=table)
        return _Judged(subject, found)
    except (OSError, StoreDown):
        raise
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"[:300]
        log.error("reextract.failed", article=article, detail=detail, lost=isinstance(error, SnapshotLost))
        return _Judged(None, None, "failed")


def _store(
    held: Batch, judged: _Judged, database: Database, *, now: dt.datetime, until: dt.datetime
) -> tuple[Batch, int]:
    """Stores what changed and notes the batch's first article as done, in one transaction; the batch after it, and how
    many messages were added."""
    subject, found = judged.subject, judged.found
    if subject is not None and found is not None:
        try:
            return _write(held, subject, found, database, now=now, until=until)
        except Fenced as fenced:
            if str(fenced) != subject.id:
                raise  # not the article's fence but the batch's
    with database.write() as connection:
        return runs.note(connection, held, {f"article {judged.instead}": 1}, until=until), 0


def _write(
    held: Batch, subject: Subject, found: Found, database: Database, *, now: dt.datetime, until: dt.datetime
) -> tuple[Batch, int]:
    document = found.document
    refused = outcome.refused(document)
    # Read and compared before the transaction, so that SQLite's one write lock is held for a moment only: who changes
    # what is read here raises the article's claims, and the fence, whose subject was read first, lets nothing through.
    with database.read() as connection:
        revision = revise(connection, subject.id, found, backfill=subject.backfill, now=now)
    with database.write() as connection:
        selection.settle(connection, subject, document.title, refused, now=now)
        learning.correct_ends(connection, subject.id, found.extraction.ends)
        added = keep(connection, revision, snapshot_id=subject.snapshot_id, found=found)
        return runs.note(connection, held, _tally(revision, subject, found), until=until), added


def _tally(revision: Revision, subject: Subject, found: Found) -> Counter[str]:
    """What is counted of the revision, and whether the document was read with another table of learned lines."""
    return revision.tally + Counter({"document learned-lines updated": int(subject.learned != found.learned)})


def preview(chosen: Selection, *, database: Database, snapshots: SnapshotFolder, now: dt.datetime) -> Iterator[Preview]:
    """What a run would change, article by article; nothing is written."""
    after: str | None = ""
    while after is not None:
        with database.read() as connection:
            ids, after = selection.page(connection, chosen, versions(), after=after, limit=PAGE)
        for article in ids:
            yield _previewed(article, database, snapshots, now)


def _previewed(article: str, database: Database, snapshots: SnapshotFolder, now: dt.datetime) -> Preview:
    judged = _judge(article, database, snapshots)
    if judged.subject is None or judged.found is None:
        return Preview(article, None, Counter({f"article {judged.instead}": 1}))
    with database.read() as connection:
        revision = revise(connection, article, judged.found, backfill=judged.subject.backfill, now=now)
    return Preview(article, revision, _tally(revision, judged.subject, judged.found))

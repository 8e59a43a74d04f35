"""A stored snapshot -> document and records, and the messages that tell what changed: all in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog

from extractors import Learned
from extractors import extract as extract_bytes
from worker.decide import outcome
from worker.decide.facts import Found, found_in
from worker.decide.outcome import Stands
from worker.publication.revision import keep, revise
from worker.settings import Settings
from worker.steps.recheck import attempt_at
from worker.store import learning
from worker.store import snapshots as snapshot_rows
from worker.store.articles import claims
from worker.store.articles.claims import Claim, Fenced
from worker.store.database import AWAY, Database
from worker.store.records import standing_snapshot
from worker.store.snapshots import Snapshot, SnapshotFolder
from worker.store.tables import State

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Extracted:
    """How an extraction ended: the verdict, how many records stand, and how many messages wait to be published."""

    verdict: str
    records: int
    messages: int


def extract(
    article: str,
    *,
    database: Database,
    snapshots: SnapshotFolder,
    settings: Settings,
    owner: str,
    now: dt.datetime,
) -> Extracted | None:
    """What the article's newest snapshot gave; None where it is not ours to extract or its snapshot is lost."""
    until = now + dt.timedelta(seconds=settings.lease_seconds)
    with database.write() as connection:
        claim = claims.claim(connection, article, State.FETCHED, owner=owner, now=now, until=until)
        snapshot = snapshot_rows.one(connection, claim.snapshot_id) if claim and claim.snapshot_id else None
        table = learning.table_of(connection, claim.source) if claim else None
    if claim is None or snapshot is None:
        return None
    try:
        try:
            body = snapshots.load(snapshot.sha256)
            found = extraction_of(snapshot, body, address=claim.address, stated_date=claim.stated_date, learned=table)
            return _store(claim, found, database, settings, now)
        except (Fenced, OSError, *AWAY):
            raise  # where our store is down the lease runs out, and the article is tried again
        except Exception as error:
            _failed(claim, error, database, settings, now)
    except Fenced:
        log.info("extract.fenced", article=article)
    return None


def _failed(claim: Claim, error: Exception, database: Database, settings: Settings, now: dt.datetime) -> None:
    """Buries or postpones the article; the others go on."""
    ended = outcome.extraction_failed(error, attempt_at(claim, settings), now)
    with database.write() as connection:
        claims.end(connection, claim, ended, now=now)
    log.error("extract.failed", article=claim.id, reason=ended.reason, detail=ended.detail, exc_info=error)


def extraction_of(
    snapshot: Snapshot, body: bytes, *, address: str, stated_date: str | None, learned: Learned | None
) -> Found:
    """The extraction of a snapshot: the same whenever and wherever it is done with this table of learned lines; so is
    its failure, which raises Broken."""
    try:
        extraction = extract_bytes(
            body,
            url=address,
            content_type=snapshot.header("Content-Type"),
            published=stated_date,
            fetched_at=snapshot.fetched_at,
            learned=learned,
        )
    except Exception as error:
        raise outcome.unforeseen(address, error) from error
    return found_in(extraction, learned)


def _store(claim: Claim, found: Found, database: Database, settings: Settings, now: dt.datetime) -> Extracted:
    """Compares, decides, and stores what changed. What is compared with is read before the transaction, so that
    SQLite's one write lock is held for a moment only: who changes it ends the claim."""
    with database.read() as connection:
        revision = revise(connection, claim.id, found, backfill=claim.backfill, now=now)
        rests_on = standing_snapshot(connection, claim.id)
    ended = outcome.extracted(
        found.document, attempt_at(claim, settings), revision=revision.number, changed=revision.verb is not None,
        rests_on=rests_on, now=now, stood=revision.before.page.text if revision.before else "",
    )  # fmt: skip
    added = 0
    with database.write() as connection:
        if not isinstance(ended, Stands):
            added = keep(connection, revision, snapshot_id=claim.snapshot_id, found=found)
            learning.put_ends(connection, claim.id, claim.source, found.extraction.ends)
        claims.end(connection, claim, ended, now=now)
    done = Extracted(found.document.verdict, 0 if isinstance(ended, Stands) else len(found.facts), added)
    log.info(
        "extract.done", article=claim.id, address=claim.address, verdict=done.verdict, records=done.records,
        messages=done.messages, errors=[each.extractor for each in found.extraction.errors],
    )  # fmt: skip
    return done

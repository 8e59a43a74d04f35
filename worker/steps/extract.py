"""A stored snapshot -> document and records, and the messages that tell what changed: all in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from extractors import Document, Learned
from extractors import extract as extract_bytes
from worker.decide.facts import Found, found_in
from worker.errors import Reason, SnapshotLost
from worker.publication.revision import keep, revise
from worker.settings import Settings
from worker.steps.recheck import MOST_REVISIONS, next_look
from worker.store import learning
from worker.store import snapshots as snapshot_rows
from worker.store.articles import claims
from worker.store.articles.claims import Claim, Fenced
from worker.store.database import Database
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
        body = snapshots.load(snapshot.sha256)
        found = extraction_of(snapshot, body, address=claim.address, stated_date=claim.stated_date, learned=table)
        with database.write() as connection:
            done = _write(connection, claim, found, settings, now)
    except Fenced:
        log.info("extract.fenced", article=article)
        return None
    except (OSError, sa.exc.OperationalError):
        raise  # our store is down: the lease runs out and the article is tried again
    except Exception as error:
        _bury(claim, error, database, now)
        return None
    log.info(
        "extract.done", article=article, address=claim.address, verdict=done.verdict, records=done.records,
        messages=done.messages, errors=[each.extractor for each in found.errors],
    )  # fmt: skip
    return done


def _bury(claim: Claim, error: Exception, database: Database, now: dt.datetime) -> None:
    """The article is dead, since its extraction cannot go better another time; the others go on."""
    reason = error.reason if isinstance(error, SnapshotLost) else Reason.BROKEN
    detail = f"{type(error).__name__}: {error}"[:300]
    with database.write() as connection:
        claims.finish(connection, claim, State.DEAD, now=now, reason=reason, detail=detail)
    log.error("extract.failed", article=claim.id, reason=reason, detail=detail, exc_info=error)


def extraction_of(
    snapshot: Snapshot, body: bytes, *, address: str, stated_date: str | None, learned: Learned | None
) -> Found:
    """The extraction of a snapshot: the same whenever and wherever it is done with this table of learned lines."""
    extraction = extract_bytes(
        body,
        url=address,
        content_type=snapshot.header("Content-Type"),
        published=stated_date,
        fetched_at=snapshot.fetched_at,
        learned=learned,
    )
    return found_in(extraction, learned)


def verdict_of(document: Document) -> tuple[Reason, str]:
    """Reason and detail under which a document that is no article is rejected."""
    return Reason(document.verdict), document.reason or "no article"


def _write(connection: sa.Connection, claim: Claim, found: Found, settings: Settings, now: dt.datetime) -> Extracted:
    document = found.document
    revision = revise(connection, claim.id, found, backfill=claim.backfill, now=now)
    stands = standing_snapshot(connection, claim.id) if claim.checks and not revision.is_article else None
    if stands is not None:
        due = next_look(claim, settings, checks=claim.checks, now=now)
        claims.advance(connection, claim, State.EXTRACTED, now=now, due_at=due, snapshot_id=stands)
        return Extracted(document.verdict, 0, 0)
    added = keep(connection, revision, snapshot_id=claim.snapshot_id, found=found)
    learning.put_ends(connection, claim.id, claim.source, found.ends)
    if revision.is_article:
        checks = 0 if revision.verb and revision.number < MOST_REVISIONS else claim.checks
        due = next_look(claim, settings, checks=checks, now=now)
        claims.advance(connection, claim, State.EXTRACTED, now=now, due_at=due, checks=checks, title=document.title)
    else:
        reason, detail = verdict_of(document)
        claims.finish(connection, claim, State.REJECTED, now=now, reason=reason, detail=detail)
    return Extracted(document.verdict, len(found.facts), added)

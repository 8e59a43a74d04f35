"""A stored snapshot -> document and records, and the messages that tell what changed: all in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
import structlog

from extractors import Verdict
from extractors import extract as extract_bytes
from worker.changes import Change, Fact, compare, content_hash
from worker.errors import Reason, SnapshotLost
from worker.messages import ArticleVerb, Told, article_message, event_message
from worker.settings import Settings
from worker.store import articles, outbox, records
from worker.store import snapshots as snapshot_rows
from worker.store.articles import Claim, Fenced
from worker.store.database import Database
from worker.store.outbox import Outgoing
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
        claim = articles.claim(connection, article, State.FETCHED, owner=owner, now=now, until=until)
        snapshot = snapshot_rows.one(connection, claim.snapshot_id) if claim and claim.snapshot_id else None
    if claim is None or snapshot is None:
        return None
    try:
        found = _run(claim, snapshot, snapshots.load(snapshot.sha256))
        with database.write() as connection:
            done = _write(connection, claim, found, now)
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
        messages=done.messages, errors=[each["extractor"] for each in found["errors"]],
    )  # fmt: skip
    return done


def _bury(claim: Claim, error: Exception, database: Database, now: dt.datetime) -> None:
    """The article is dead, since its extraction cannot go better another time; the others go on."""
    reason = error.reason if isinstance(error, SnapshotLost) else Reason.BROKEN
    detail = f"{type(error).__name__}: {error}"[:300]
    with database.write() as connection:
        articles.finish(connection, claim, State.DEAD, now=now, reason=reason, detail=detail)
    log.error("extract.failed", article=claim.id, reason=reason, detail=detail, exc_info=error)


def _run(claim: Claim, snapshot: Snapshot, body: bytes) -> dict[str, Any]:
    extraction = extract_bytes(
        body,
        url=claim.address,
        content_type=snapshot.header("Content-Type"),
        published=claim.stated_date,
        fetched_at=snapshot.fetched_at,
    )
    return extraction.model_dump(mode="json")


def _write(connection: sa.Connection, claim: Claim, found: Mapping[str, Any], now: dt.datetime) -> Extracted:
    document, facts = found["document"], found["records"]
    is_article = document["verdict"] == Verdict.ARTICLE
    before = records.stored_document(connection, claim.id)
    changes = compare(records.stored_records(connection, claim.id), facts)
    told = Told(claim.id, document, facts, claim.backfill, now)
    messages = _event_messages(connection, told, changes, before)
    verb, revision, digest = _article_change(before, document, facts, is_article)
    if verb:
        messages.insert(0, article_message(verb, revision, told))
    records.put_records(connection, claim.id, facts, changes)
    records.put_document(
        connection, claim.id, snapshot_id=claim.snapshot_id, revision=revision, hash=digest, withdrawn=not is_article,
        data=document, extractors=found["extractors"], errors=found["errors"], extracted_at=now,
    )  # fmt: skip
    added = outbox.put(connection, messages, now=now)
    if is_article:
        articles.advance(connection, claim, State.EXTRACTED, now=now, due_at=None, title=document["title"])
    else:
        reason = Reason(document["verdict"])
        detail = document["reason"] or "no article"
        articles.finish(connection, claim, State.REJECTED, now=now, reason=reason, detail=detail)
    return Extracted(document["verdict"], len(facts), added)


def _article_change(
    before: sa.Row[Any] | None, document: Mapping[str, Any], facts: Sequence[Fact], is_article: bool
) -> tuple[ArticleVerb | None, int, str]:
    """What happened to the article as consumers see it, the revision it rises to, and its content's hash."""
    told = [fact["data"] for fact in facts if fact["kind"] != "event"]
    # The digest of the raw bytes changes with every advertisement on the page; what a consumer reads does not.
    digest = content_hash([{**document, "sha256": None}, told])
    revision = before.revision if before else 0
    was_out = before is None or before.withdrawn
    if not is_article:
        return (None, revision, digest) if was_out else ("withdrawn", revision + 1, digest)
    if was_out:
        return "created", revision + 1, digest
    if before is not None and before.hash == digest:
        return None, revision, digest
    return "updated", revision + 1, digest


def _event_messages(
    connection: sa.Connection, told: Told, changes: Sequence[Change], before: sa.Row[Any] | None
) -> list[Outgoing]:
    """A message for each event that came, changed or went; one that went is told as it stood in its own document."""
    events = [change for change in changes if change.kind == "event"]
    found = {fact["id"]: fact for fact in told.facts}
    if before is None or all(change.verb != "retracted" for change in events):
        return [event_message(change, found[change.id], told) for change in events]
    told_before = replace(told, document=before.data, facts=records.current(connection, told.article))
    stood = {fact["id"]: fact for fact in told_before.facts}
    return [
        event_message(change, stood[change.id], told_before)
        if change.verb == "retracted"
        else event_message(change, found[change.id], told)
        for change in events
    ]

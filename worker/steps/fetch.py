"""An entry's address -> a stored snapshot: fetch it when its host can bear it, keep what came, then judge by its status
only."""

from __future__ import annotations

import datetime as dt
import mimetypes

import structlog

from worker.errors import Gone, NotFound, Retryable, StoreDown, TooLarge, Unreadable, WireroomError
from worker.http.client import Response, check
from worker.http.politeness import Polite, Wait
from worker.schedule import next_attempt
from worker.settings import Settings
from worker.sources.folder import path_of
from worker.sources.warc import SCHEME, read_record
from worker.steps.revision import keep_withdrawal, withdraw
from worker.store import articles
from worker.store import snapshots as snapshot_rows
from worker.store.articles import Claim, Fenced
from worker.store.database import Database
from worker.store.snapshots import Snapshot, SnapshotFolder
from worker.store.tables import State

log = structlog.get_logger()

IMPATIENT_ATTEMPTS = 2
IMPATIENT_SECONDS = 1.0


def fetch(
    article: str,
    *,
    database: Database,
    snapshots: SnapshotFolder,
    polite: Polite,
    settings: Settings,
    owner: str,
    now: dt.datetime,
) -> str | None:
    """The id of the article that now waits to be extracted; None where there is none: it is not ours to fetch, was
    rejected, waits for its turn or for another attempt, is dead, or is another article that was seen before."""
    until = now + dt.timedelta(seconds=settings.lease_seconds)
    with database.write() as connection:
        claim = articles.claim(connection, article, State.LISTED, owner=owner, now=now, until=until)
    if claim is None:
        return None
    try:
        return _claimed(claim, database, snapshots, polite, settings, now)
    except Fenced:
        log.info("fetch.fenced", article=article)
        return None


def _claimed(
    claim: Claim,
    database: Database,
    snapshots: SnapshotFolder,
    polite: Polite,
    settings: Settings,
    now: dt.datetime,
) -> str | None:
    snapshot = None
    try:
        response = _get(claim, polite, settings, now)
        if isinstance(response, Wait):
            _waits(claim, response, database, now)
            return None
        snapshot = _keep(response, snapshots, now)
        if response.status:
            check(response, now=now)
    except WireroomError as error:
        _failed(claim, error, database, settings, now, snapshot)
        return None
    return _fetched(claim, snapshot, database, now)


def _get(claim: Claim, polite: Polite, settings: Settings, now: dt.datetime) -> Response | Wait:
    if claim.address.startswith("file:") and claim.kind in ("folder", "ingest"):
        return read_file(claim.address, max_bytes=settings.fetch_max_bytes)
    if claim.address.startswith(SCHEME) and claim.kind in ("warc", "ingest"):
        return read_record(claim.address, max_bytes=settings.fetch_max_bytes)
    return polite.get(claim.address, now=now, local=claim.local, reserved=claim.reserved)


def _waits(claim: Claim, wait: Wait, database: Database, now: dt.datetime) -> None:
    """No worker stands and waits: the article comes back when it is its turn."""
    until = now + dt.timedelta(seconds=wait.seconds)
    with database.write() as connection:
        articles.await_turn(connection, claim, until=until, now=now, reserved=wait.reserved)
    log.info("fetch.waits", article=claim.id, address=claim.address, seconds=round(wait.seconds, 1))


def read_file(address: str, *, max_bytes: int) -> Response:
    """A file as if it were an answer, with status 0; raises NotFound, TooLarge or Unreadable."""
    path = path_of(address)
    try:
        if not path.is_file():
            raise NotFound(address, "the file is no longer there" if not path.exists() else "it is no regular file")
        size = path.stat().st_size
        if size > max_bytes:
            raise TooLarge(address, f"{size:,} bytes, {max_bytes:,} allowed")
        body = path.read_bytes()
    except OSError as error:
        raise Unreadable(address, f"{error.strerror or error}") from error
    kind = mimetypes.guess_type(path.name)[0]
    return Response(address, address, 0, (("Content-Type", kind),) if kind else (), (), body)


def _keep(response: Response, snapshots: SnapshotFolder, now: dt.datetime) -> Snapshot:
    return Snapshot(
        sha256=snapshots.keep(response.body),
        size=len(response.body),
        address=response.address,
        final_address=response.final_address,
        status=response.status or None,
        headers=response.headers,
        redirects=response.redirects,
        fetched_at=now,
    )


def _fetched(claim: Claim, snapshot: Snapshot, database: Database, now: dt.datetime) -> str | None:
    with database.write() as connection:
        merged = articles.merge(connection, claim, snapshot.final_address, now=now)
        if merged is None:
            log.info("fetch.duplicate", article=claim.id, address=claim.address, final=snapshot.final_address)
            return None
        row = snapshot_rows.record(connection, merged.id, snapshot)
        articles.advance(connection, merged, State.FETCHED, now=now, due_at=now, snapshot_id=row)
    log.info("fetch.done", article=merged.id, address=claim.address, bytes=snapshot.size, status=snapshot.status)
    return merged.id


def _failed(
    claim: Claim,
    error: WireroomError,
    database: Database,
    settings: Settings,
    now: dt.datetime,
    snapshot: Snapshot | None,
) -> None:
    """Rejects, postpones or buries the article, by the class of the error and the number of attempts."""
    limit = settings.max_attempts if claim.patient else IMPATIENT_ATTEMPTS
    with database.write() as connection:
        if snapshot is not None:
            snapshot_rows.record(connection, claim.id, snapshot)
        if not isinstance(error, Retryable):
            if isinstance(error, Gone) and (gone := withdraw(connection, claim.id, backfill=claim.backfill, now=now)):
                keep_withdrawal(connection, gone)
            articles.finish(connection, claim, State.REJECTED, now=now, reason=error.reason, detail=error.detail)
        elif claim.attempts >= limit and not isinstance(error, StoreDown):
            detail = f"{error.detail} (attempt {claim.attempts} of {limit})"
            articles.finish(connection, claim, State.DEAD, now=now, reason=error.reason, detail=detail)
        else:
            articles.postpone(
                connection, claim, until=_again(claim, error, now), now=now, reason=error.reason, detail=error.detail
            )
    log.warning(
        "fetch.failed", article=claim.id, address=claim.address, reason=error.reason, detail=error.detail,
        attempt=claim.attempts,
    )  # fmt: skip


def _again(claim: Claim, error: Retryable, now: dt.datetime) -> dt.datetime:
    if claim.patient:
        return next_attempt(now, claim.attempts, asked_seconds=error.delay_seconds)
    return next_attempt(now, claim.attempts, base_seconds=IMPATIENT_SECONDS)

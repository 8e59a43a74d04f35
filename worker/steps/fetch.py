"""An entry's address -> a stored snapshot: fetch it when its host can bear it, keep what came, then judge by its status
only. An extracted article is looked at again in the same way, for a change.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog

from worker.decide.schedule import OUTAGE_SECONDS, next_attempt
from worker.errors import Gone, Retryable, StoreDown, WireroomError
from worker.http.client import Response, check
from worker.http.politeness import Polite, Wait
from worker.publication.revision import keep_withdrawal, withdraw
from worker.settings import Settings
from worker.sources.kinds.folder import read_file
from worker.sources.kinds.warc import SCHEME, read_record
from worker.steps.attempt import answer_of, is_outage, robots_verdict
from worker.steps.recheck import NOT_MODIFIED, is_page_of, next_look, standing, validators
from worker.store import attempts
from worker.store import snapshots as snapshot_rows
from worker.store.articles import claims, entries, merging
from worker.store.articles.claims import Claim, Fenced
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
    rejected, did not change, waits for its turn or for another attempt, is dead, or was seen before as another."""
    until = now + dt.timedelta(seconds=settings.lease_seconds)
    soon = now + dt.timedelta(seconds=settings.redispatch_seconds)
    with database.write() as connection:
        claim = claims.claim(connection, article, State.LISTED, owner=owner, now=now, until=until)
        if claim is None:
            claim = claims.claim_check(connection, article, due_before=soon, owner=owner, now=now, until=until)
    if claim is None:
        return None
    try:
        return _Fetch(claim, standing(claim, database), database, snapshots, polite, settings, now).go()
    except Fenced:
        log.info("fetch.fenced", article=article)
        return None


@dataclass(slots=True)
class _Fetch:
    """One claimed article under way; `before`: the snapshot that it rests on, where this is a look for a change."""

    claim: Claim
    before: Snapshot | None
    database: Database
    snapshots: SnapshotFolder
    polite: Polite
    settings: Settings
    now: dt.datetime
    started: float = field(default_factory=time.monotonic)
    response: Response | None = None
    snapshot: Snapshot | None = None

    def go(self) -> str | None:
        """Fetches, keeps, judges; what `fetch` gives."""
        changed = True
        try:
            answer = self._get()
            if isinstance(answer, Wait):
                self._waits(answer)
                return None
            self.response = answer
            if not (self.before and answer.status == NOT_MODIFIED):
                self.snapshot = _kept(answer, self.snapshots, self.now)
            if self.before:
                with self.database.read() as connection:
                    changed = is_page_of(connection, self.claim, answer, self.now)
            elif answer.status:
                check(answer, now=self.now)
        except WireroomError as error:
            self._failed(error)
            return None
        if changed and self.snapshot:
            return self._fetched(self.snapshot)
        self._unchanged()
        return None

    def _get(self) -> Response | Wait:
        claim, most = self.claim, self.settings.fetch_max_bytes
        if claim.address.startswith("file:") and claim.kind in ("folder", "ingest"):
            return read_file(claim.address, max_bytes=most)
        if claim.address.startswith(SCHEME) and claim.kind in ("warc", "ingest"):
            return read_record(claim.address, max_bytes=most)
        asked = validators(self.before)
        return self.polite.get(claim.address, now=self.now, local=claim.local, reserved=claim.reserved, headers=asked)

    def _waits(self, wait: Wait) -> None:
        """No worker stands and waits: the article comes back when it is its turn."""
        until = self.now + dt.timedelta(seconds=wait.seconds)
        with self.database.write() as connection:
            claims.await_turn(connection, self.claim, until=until, now=self.now, reserved=wait.reserved)
        log.info("fetch.waits", article=self.claim.id, address=self.claim.address, seconds=round(wait.seconds, 1))

    def _fetched(self, snapshot: Snapshot) -> str | None:
        claim = self.claim
        with self.database.write() as connection:
            merged = merging.merge(connection, claim, snapshot.final_address, now=self.now)
            target = merged.id if merged else entries.resolve(connection, snapshot.final_address)
            self._note(connection, target)
            if merged is None:
                log.info("fetch.duplicate", article=claim.id, address=claim.address, final=snapshot.final_address)
                return None
            row = snapshot_rows.record(connection, merged.id, snapshot)
            if self.before and row == claim.snapshot_id:
                self._look_again(connection)
                merged = None
            else:
                checks = claim.checks + bool(self.before)
                claims.advance(
                    connection, merged, State.FETCHED, now=self.now, due_at=self.now, snapshot_id=row, checks=checks
                )
        log.info(
            "fetch.done", article=target, address=claim.address, bytes=snapshot.size, status=snapshot.status,
            check=bool(self.before), changed=merged is not None,
        )  # fmt: skip
        return merged.id if merged else None

    def _unchanged(self) -> None:
        with self.database.write() as connection:
            self._note(connection, self.claim.id)
            self._look_again(connection)
        log.info("fetch.done", article=self.claim.id, address=self.claim.address, check=True, changed=False)

    def _look_again(self, connection: sa.Connection) -> None:
        checks = self.claim.checks + 1
        due = next_look(self.claim, self.settings, checks=checks, now=self.now)
        claims.advance(connection, self.claim, State.EXTRACTED, now=self.now, due_at=due, checks=checks)

    def _failed(self, error: WireroomError) -> None:
        """Rejects, postpones or buries the article, by the class of the error and the number of attempts; one that is
        extracted stands, unless its site took it back."""
        with self.database.write() as connection:
            if self.snapshot is not None:
                snapshot_rows.record(connection, self.claim.id, self.snapshot)
            self._note(connection, self.claim.id, error)
            outage = self.claim.patient and is_outage(connection, error, self.now)
            self._end(connection, error, outage=outage)
        log.warning(
            "fetch.failed", article=self.claim.id, address=self.claim.address, reason=error.reason,
            detail=error.detail, attempt=self.claim.attempts, check=bool(self.before), outage=outage,
        )  # fmt: skip

    def _end(self, connection: sa.Connection, error: WireroomError, *, outage: bool) -> None:
        claim, now = self.claim, self.now
        limit = self.settings.max_attempts if claim.patient else IMPATIENT_ATTEMPTS
        if self.before and not isinstance(error, Gone):
            self._look_again(connection)
        elif not isinstance(error, Retryable):
            if isinstance(error, Gone) and (gone := withdraw(connection, claim.id, backfill=claim.backfill, now=now)):
                keep_withdrawal(connection, gone)
            claims.finish(connection, claim, State.REJECTED, now=now, reason=error.reason, detail=error.detail)
        elif claim.attempts >= limit and not (outage or isinstance(error, StoreDown)):
            detail = f"{error.detail} (attempt {claim.attempts} of {limit})"
            claims.finish(connection, claim, State.DEAD, now=now, reason=error.reason, detail=detail)
        else:
            until = now + dt.timedelta(seconds=OUTAGE_SECONDS) if outage else _again(claim, error, now)
            claims.postpone(
                connection, claim, until=until, now=now, reason=error.reason, detail=error.detail, counts=not outage
            )

    def _note(self, connection: sa.Connection, article: str, error: WireroomError | None = None) -> None:
        claim, is_web = self.claim, self.claim.address.startswith("http")
        robots = robots_verdict(error, asked=is_web and not claim.local)
        answer = answer_of(self.response, seconds=time.monotonic() - self.started, robots=robots)
        host = urlsplit(claim.address).hostname if is_web else None
        reason, detail = (error.reason, error.detail) if error else (None, None)
        attempts.note_fetch(
            connection,
            attempts.Fetch(article, claim.source, self.now, claim.address, host, reason, detail, answer),
        )


def _kept(response: Response, snapshots: SnapshotFolder, now: dt.datetime) -> Snapshot:
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


def _again(claim: Claim, error: Retryable, now: dt.datetime) -> dt.datetime:
    if claim.patient:
        return next_attempt(now, claim.attempts, asked_seconds=error.delay_seconds)
    return next_attempt(now, claim.attempts, base_seconds=IMPATIENT_SECONDS)

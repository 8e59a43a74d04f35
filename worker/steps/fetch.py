"""An entry's address -> a stored snapshot: fetch it when its host can bear it, keep what came, then judge by its status
only. An extracted article is looked at again in the same way, for a change.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field

import structlog

from worker.decide import outcome
from worker.decide.outcome import NOT_MODIFIED, Attempt, AwaitTurn, Look, Rejected, Stored
from worker.errors import WireroomError
from worker.http.client import Response, check
from worker.http.polite.politeness import Polite, Wait
from worker.publication.revision import keep_withdrawal, withdraw
from worker.settings import Settings
from worker.sources import reader_of
from worker.steps.recheck import attempt_at, standing, validators
from worker.store import attempts
from worker.store import snapshots as snapshot_rows
from worker.store.articles import claims, entries, merging
from worker.store.articles.claims import Claim, Fenced
from worker.store.articles.merging import Duplicate
from worker.store.attempts import Answer
from worker.store.database import AWAY, Database
from worker.store.snapshots import Snapshot, SnapshotFolder
from worker.store.tables import State

log = structlog.get_logger()


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
        try:
            return self._fetched()
        except WireroomError as error:
            self._failed(error)
        except (Fenced, *AWAY):
            raise
        except Exception as error:  # a bug of ours or of a library: counted against the article, so that it is seen
            log.exception("fetch.broken", article=self.claim.id)
            self.response = self.snapshot = None  # what the database does not take may be theirs
            self._failed(outcome.unforeseen(self.claim.address, error))
        return None

    def _fetched(self) -> str | None:
        answer = self._get()
        if isinstance(answer, Wait):
            self._waits(answer)
            return None
        self.response = answer
        found = self._judged(answer)
        if found is Look.PAGE and self.snapshot:
            return self._page(self.snapshot)
        self._unchanged(found)
        return None

    def _get(self) -> Response | Wait:
        claim, most = self.claim, self.settings.fetch_max_bytes
        if reader := reader_of(claim.kind, claim.address):
            return reader(claim.address, max_bytes=most)
        asked = validators(self.before)
        return self.polite.get(claim.address, now=self.now, local=claim.local, reserved=claim.reserved, headers=asked)

    def _judged(self, answer: Response) -> Look:
        """What came, kept before it is judged; raises what its status means. A first fetch takes whatever comes."""
        if self.before and answer.status == NOT_MODIFIED:
            return Look.NOT_MODIFIED
        self.snapshot = _kept(answer, self.snapshots, self.now)
        if answer.status or self.before:
            check(answer, now=self.now)
        if self.before is None:
            return Look.PAGE
        with self.database.read() as connection:
            at_home = entries.resolve(connection, answer.final_address) == self.claim.id
        return outcome.look(answer.status, at_home=at_home, size=len(answer.body))

    def _waits(self, wait: Wait) -> None:
        """No worker stands and waits: the article comes back when it is its turn."""
        turn = AwaitTurn(self.now + dt.timedelta(seconds=wait.seconds), wait.reserved)
        with self.database.write() as connection:
            claims.end(connection, self.claim, turn, now=self.now)
        log.info("fetch.waits", article=self.claim.id, address=self.claim.address, seconds=round(wait.seconds, 1))

    def _page(self, snapshot: Snapshot) -> str | None:
        """Stores the page under the article of its final address; that article's id, where its page is new."""
        claim = self.claim
        with self.database.write() as connection:
            merged = merging.merge(connection, claim, snapshot.final_address)
            attempts.note_fetch(connection, self._attempt(merged.id))
            if isinstance(merged, Duplicate):
                log.info("fetch.duplicate", article=claim.id, address=claim.address, final=snapshot.final_address)
                return None
            row = snapshot_rows.record(connection, merged.id, snapshot)
            ended = outcome.fetched(self._at(), row, before=claim.snapshot_id, now=self.now)
            claims.end(connection, merged, ended, now=self.now)
        is_new = isinstance(ended, Stored)
        log.info(
            "fetch.done", article=merged.id, address=claim.address, bytes=snapshot.size, status=snapshot.status,
            check=bool(self.before), changed=is_new,
        )  # fmt: skip
        return merged.id if is_new else None

    def _unchanged(self, found: Look) -> None:
        ended = outcome.unchanged(self._at(), self.now)
        with self.database.write() as connection:
            attempts.note_fetch(connection, self._attempt(self.claim.id))
            claims.end(connection, self.claim, ended, now=self.now)
        log.info(
            "fetch.done", article=self.claim.id, address=self.claim.address, check=True, changed=False, found=found
        )

    def _failed(self, error: WireroomError) -> None:
        """Rejects, postpones or buries the article; one that is extracted stands, unless its site took it back."""
        claim, now, attempt, gone = self.claim, self.now, self._attempt(self.claim.id, error), None
        with self.database.read() as connection:
            outage = claim.patient and outcome.is_outage(error.reason, attempts.around(connection, attempt))
            ended = outcome.fetch_failed(error, self._at(), outage=outage, now=now)
            if isinstance(ended, Rejected) and ended.withdrawn:
                gone = withdraw(connection, claim.id, backfill=claim.backfill, now=now)
        with self.database.write() as connection:
            if self.snapshot is not None:
                snapshot_rows.record(connection, claim.id, self.snapshot)
            attempts.note_fetch(connection, attempt)
            if gone is not None:
                keep_withdrawal(connection, gone)
            claims.end(connection, claim, ended, now=now)
        log.warning(
            "fetch.failed", article=claim.id, address=claim.address, reason=error.reason,
            detail=error.detail, attempt=claim.attempts, check=bool(self.before), outage=outage,
        )  # fmt: skip

    def _at(self) -> Attempt:
        return attempt_at(self.claim, self.settings)

    def _attempt(self, article: str, error: WireroomError | None = None) -> attempts.Fetch:
        claim, is_web = self.claim, self.claim.address.startswith("http")
        reason, detail = (error.reason, error.detail) if error else (None, None)
        robots = outcome.robots_said(reason, asked=is_web and not claim.local)
        answer = Answer.of(self.response, seconds=time.monotonic() - self.started, robots=robots)
        return attempts.Fetch(
            article, claim.source, self.now, claim.address, attempts.host_of(claim.address), reason, detail, answer
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

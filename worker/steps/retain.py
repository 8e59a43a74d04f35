"""What is kept for a time only: the history of attempts, and pages as fetched where the operator sets a limit."""

from __future__ import annotations

import datetime as dt

import structlog

from worker.settings import Settings
from worker.store import attempts
from worker.store import snapshots as snapshot_rows
from worker.store.database import Database
from worker.store.snapshots import SnapshotFolder

log = structlog.get_logger()

BATCH = 500


def retain(*, database: Database, snapshots: SnapshotFolder, settings: Settings, now: dt.datetime) -> tuple[int, int]:
    """How many attempts and how many stored bodies were too old and are gone. What is known of a page stays; a page
    that waits to be extracted is never too old."""
    with database.write() as connection:
        forgotten = attempts.forget(connection, before=now - dt.timedelta(days=settings.attempt_days))
    bodies = (
        _bodies(database, snapshots, now - dt.timedelta(days=settings.snapshot_days)) if settings.snapshot_days else 0
    )
    if forgotten or bodies:
        log.info("retain.done", attempts=forgotten, bodies=bodies)
    return forgotten, bodies


def _bodies(database: Database, snapshots: SnapshotFolder, before: dt.datetime) -> int:
    gone = 0
    while True:
        with database.write() as connection:
            digests = snapshot_rows.let_go(connection, before=before, limit=BATCH)
        # Only now: had the transaction failed, rows would name bytes that are not there.
        for digest in digests:
            snapshots.forget(digest)
        gone += len(digests)
        if len(digests) < BATCH:
            return gone

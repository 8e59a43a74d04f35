"""An extracted article -> itself again, where its page changed: asked for with its validators, at growing intervals.

What stands is only replaced by a page of its own: not by an error, a wall or another address. Only status 410, by which
the site says that it took the story back, withdraws it.
"""

from __future__ import annotations

from worker.decide.outcome import Attempt
from worker.settings import Settings
from worker.sources import KINDS
from worker.store import snapshots as snapshot_rows
from worker.store.articles.claims import Claim
from worker.store.database import Database
from worker.store.snapshots import Snapshot
from worker.store.tables import State


def validators(snapshot: Snapshot | None) -> dict[str, str]:
    """The headers by which a server can tell that the page is still the one that is kept."""
    if snapshot is None:
        return {}
    named = {"If-None-Match": snapshot.header("ETag"), "If-Modified-Since": snapshot.header("Last-Modified")}
    return {name: value for name, value in named.items() if value}


def standing(claim: Claim, database: Database) -> Snapshot | None:
    """The snapshot that the article rests on, where this is a look for a change."""
    if claim.state != State.EXTRACTED or claim.snapshot_id is None:
        return None
    with database.read() as connection:
        return snapshot_rows.one(connection, claim.snapshot_id)


def attempt_at(claim: Claim, settings: Settings) -> Attempt:
    """The claim as what becomes of it is decided by. What stands in files, was asked for by hand or was old when it was
    first seen is not looked at again."""
    once = claim.backfill or not claim.patient or KINDS[claim.kind].is_path
    return Attempt(
        number=claim.attempts,
        most=settings.max_attempts,
        patient=claim.patient,
        stands=claim.state == State.EXTRACTED,
        checks=claim.checks,
        hours=() if once else tuple(settings.recheck_schedule),
    )

"""An extracted article -> itself again, where its page changed: asked for with its validators, at growing intervals.

What stands is only replaced by a page of its own: not by an error, a wall or another address. Only status 410, by which
the site says that it took the story back, withdraws it.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from worker.decide.schedule import next_check
from worker.http.client import Response, check
from worker.settings import Settings
from worker.sources import KINDS
from worker.store import snapshots as snapshot_rows
from worker.store.articles import entries
from worker.store.articles.claims import Claim
from worker.store.database import Database
from worker.store.snapshots import Snapshot
from worker.store.tables import State

NOT_MODIFIED = 304
MOST_REVISIONS = 24  # a page that says something else at every look is not asked hourly for ever (lemon24/reader)


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


def is_page_of(connection: sa.Connection, claim: Claim, response: Response, now: dt.datetime) -> bool:
    """True where the answer is a page of this article, whether or not it differs. Raises what the status means."""
    if response.status == NOT_MODIFIED:
        return False
    check(response, now=now)
    if entries.resolve(connection, response.final_address) != claim.id:
        return False  # such as the front page, to which many sites send whoever asks for what is gone
    return response.body != b""


def next_look(claim: Claim, settings: Settings, *, checks: int, now: dt.datetime) -> dt.datetime | None:
    """When the article is looked at again, after so many looks; None for what stands in files, was asked for by hand or
    was old when it was first seen."""
    if claim.backfill or not claim.patient or KINDS[claim.kind].is_path:
        return None
    return next_check(now, checks, settings.recheck_schedule)

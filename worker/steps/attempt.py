"""What a poll or fetch met, as it is kept; and whether a failure is theirs or an outage of ours."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from worker.decide import schedule
from worker.errors import Reason, WireroomError
from worker.http.client import Response
from worker.store import attempts
from worker.store.attempts import Answer

OUTAGE_WINDOW = dt.timedelta(minutes=10)
ANSWERED_WITHIN = dt.timedelta(days=3)
VERDICTS = {Reason.ROBOTS: "disallowed", Reason.ROBOTS_UNREACHABLE: "unreachable"}


def answer_of(
    response: Response | None,
    *,
    seconds: float,
    robots: str | None,
    requests: int | None = None,
    received: int | None = None,
) -> Answer:
    """The answer as it is kept; where none came, only the time that it took and what robots.txt said."""
    spent = round(seconds, 3)
    if response is None:
        return Answer(seconds=spent, requests=requests, received=received, robots=robots)
    return Answer(
        status=response.status or None,
        seconds=spent,
        requests=requests,
        received=response.received if received is None else received,
        etag=response.header("ETag"),
        last_modified=response.header("Last-Modified"),
        redirects=[list(each) for each in response.redirects],
        final_address=response.final_address,
        robots=robots,
    )


def robots_verdict(error: WireroomError | None, *, asked: bool) -> str | None:
    """What robots.txt said of the attempt; None where nobody asked it, as for local sources."""
    if not asked:
        return None
    return VERDICTS.get(error.reason, "allowed") if error else "allowed"


def is_outage(connection: sa.Connection, error: WireroomError, now: dt.datetime) -> bool:
    """True where nearly every host fails at once for want of a connection: then nobody is to blame but our network. A
    host that has not answered for days is no witness, or a few dead ones would be asked every other minute for ever."""
    if error.reason not in schedule.OURS:
        return False
    recent = attempts.by_host(connection, since=now - OUTAGE_WINDOW)
    if len({host for host, _ in recent}) < schedule.OUTAGE_HOSTS:
        return False
    alive = attempts.answered(connection, {host for host, _ in recent}, since=now - ANSWERED_WITHIN)
    return schedule.is_ours((host, reason in schedule.OURS) for host, reason in recent if host in alive)

"""Who is alive: each worker and the clock note the time; whoever asks sees how long ago that was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from worker.store.database import insert
from worker.store.tables import heartbeats

RECENT = dt.timedelta(seconds=30)


def beat(connection: sa.Connection, role: str, host: str, *, now: dt.datetime) -> None:
    """Notes that this role is alive on this host."""
    query = insert(connection, heartbeats).values(role=role, host=host, seen_at=now)
    connection.execute(query.on_conflict_do_update(index_elements=["role", "host"], set_={"seen_at": now}))


def seen(connection: sa.Connection, *, since: dt.datetime) -> dict[tuple[str, str], dt.datetime]:
    """When each role on each host was last seen, those not seen since then left out."""
    query = sa.select(heartbeats).where(heartbeats.c.seen_at >= since).order_by(heartbeats.c.role, heartbeats.c.host)
    return {(row.role, row.host): row.seen_at for row in connection.execute(query)}


def forget(connection: sa.Connection, role: str, host: str) -> None:
    """Notes that this role on this host has stopped."""
    connection.execute(sa.delete(heartbeats).where(heartbeats.c.role == role, heartbeats.c.host == host))


def working(connection: sa.Connection, roles: Collection[str], *, now: dt.datetime) -> bool:
    """True where each of these roles was seen within the last half minute, on whatever host."""
    return {role for role, _ in seen(connection, since=now - RECENT)} >= set(roles)

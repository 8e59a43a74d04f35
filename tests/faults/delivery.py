"""What the delivery test kills: a relay, or a consumer that keeps the example service's table.

python -m tests.faults.delivery relay DATABASE REDIS NAME | consume TABLE REDIS
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import sqlite3
import sys
import time
from pathlib import Path
from types import ModuleType

import redis

from worker.consume import Consumer, Filter, Message, once

DOCS = Path(__file__).parents[2] / "docs"
GROUP = "event-table"
IDLE_SECONDS = 0.5


def guide(name: str) -> ModuleType:
    """An example of the guide: `example_service`, `example_receiver`."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(path: str) -> sqlite3.Connection:
    """The service's database, with a note of every effect: it has no key, so that a doubled one would show."""
    database = sqlite3.connect(path, timeout=60)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE IF NOT EXISTS effects (id TEXT)")
    return database


def consume(path: str, address: str) -> None:
    """Keeps the table until killed."""
    database = table(path)
    keep = guide("example_service").keeper(database)

    def handle(message: Message) -> None:
        database.execute("INSERT INTO effects VALUES (?)", (message.id,))
        keep(message)

    client = redis.Redis.from_url(address)
    wanted = Filter(types=("event",))
    Consumer(client, GROUP, once(database, handle), wanted=wanted, idle_seconds=IDLE_SECONDS).run()


def relay(database_address: str, address: str, name: str) -> None:
    """Publishes until killed; as a worker does, it gives back at its start what its predecessor held."""
    from worker.publication.stream import Stream
    from worker.settings import Settings
    from worker.steps.publish import publish
    from worker.store.database import Database
    from worker.store.outgoing import outbox

    database, stream = Database(database_address), Stream(address, dedupe_days=7)
    with database.write() as connection:
        outbox.release(connection, name)
    while True:
        now = dt.datetime.now(dt.UTC)
        publish(database=database, sinks=[stream], settings=Settings(), owner=f"{name}/{os.getpid()}", now=now)
        time.sleep(0.01)


if __name__ == "__main__":
    {"relay": relay, "consume": consume}[sys.argv[1]](*sys.argv[2:])

"""A service that keeps a table of events in step with Wireroom: python example_service.py redis://… events.db

It needs redis-py and a copy of worker/consume.py. Each message takes effect once, in one transaction with a note of its
id; a revision older than the one in the table, as a replay may bring it, changes nothing.
"""

import signal
import sqlite3
import sys

import redis

from worker.consume import Consumer, Filter, Handler, Message, once

TABLE = """
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, revision INTEGER, stands INTEGER, article TEXT,
    type TEXT, actor TEXT, recipient TEXT, start TEXT, confidence REAL, sentence TEXT)
"""
UPSERT = """
INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, stands = excluded.stands, article = excluded.article, type = excluded.type,
    actor = excluded.actor, recipient = excluded.recipient, start = excluded.start,
    confidence = excluded.confidence, sentence = excluded.sentence
WHERE excluded.revision > events.revision
"""


def keeper(database: sqlite3.Connection) -> Handler:
    database.execute(TABLE)

    def keep(message: Message) -> None:
        data = message.event["data"]
        event, stands = data["event"], message.type != "wireroom.event.retracted"
        sides = (",".join(str(each["country"]) for each in event[side]) for side in ("actor", "recipient"))
        row = (data["id"], data["revision"], stands, message.subject, event["type"], *sides)
        database.execute(UPSERT, (*row, event["date"]["start"], event["confidence"], data["sentence"]))

    return keep


if __name__ == "__main__":
    client, database = redis.Redis.from_url(sys.argv[1]), sqlite3.connect(sys.argv[2], timeout=30)
    consumer = Consumer(client, "event-table", once(database, keeper(database)), wanted=Filter(types=("event",)))
    signal.signal(signal.SIGTERM, lambda *_: consumer.stop())
    consumer.run()

"""The Redis stream of messages: each appended once, and a note of how far publication has come.

The note lives beside the stream and dies with it, so that its absence tells that the stream was lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import redis

from worker.consume import STREAM
from worker.store.outbox import Waiting

POSITION = "wireroom:position"
DEDUPE = "wireroom:published:"
DAY_SECONDS = 86_400

# One atomic step: the remembered id and the entry live or die together, also in the append-only file. In two steps a
# crash in between would suppress the message for as long as the id is remembered.
APPEND = """
if redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[1]) then
  redis.call('XADD', KEYS[1], '*', 'id', ARGV[2], 'type', ARGV[3], 'subject', ARGV[4], 'event', ARGV[5])
end
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[6]) end
"""


class Stream:
    """Appends messages; each id at most once within the days that ids are remembered."""

    def __init__(self, address: str, *, dedupe_days: int) -> None:
        self.client = redis.Redis.from_url(address, socket_timeout=30, socket_connect_timeout=5)
        self.seconds = dedupe_days * DAY_SECONDS
        self._append = self.client.register_script(APPEND)

    def append(self, messages: Sequence[Waiting]) -> None:
        """Appends the messages in their order; those that the stream has had are passed over."""
        with self.client.pipeline(transaction=False) as pipe:
            for m in messages:
                keys = [STREAM, DEDUPE + m.message_id, POSITION]
                self._append(keys, [self.seconds, m.message_id, m.type, m.subject, m.payload, m.seq], client=pipe)
            pipe.execute()

    def position(self) -> int:
        """The outbox place that was published last; 0 where the stream knows of none."""
        return int(self.client.get(POSITION) or 0)

    def length(self) -> int:
        """How many entries the stream holds."""
        return int(self.client.xlen(STREAM))

    def waiting(self, queue: str) -> int:
        """How many wake-ups wait in a queue of the broker."""
        return int(self.client.llen(queue))

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()

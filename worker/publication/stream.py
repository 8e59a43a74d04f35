"""The Redis stream of messages: each appended once, and a note of how far publication has come.

The note lives beside the stream and dies with it, so that its absence tells that the stream was lost. The stream is cut
by age, but never before every group of consumers has read and acknowledged what is cut.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis

from worker.consume import DEAD, STREAM
from worker.store.outgoing.outbox import Waiting

POSITION = "wireroom:position"
DEDUPE = "wireroom:published:"
TRIMMED = "wireroom:trimmed"
QUEUE_PREFIX = "wireroom:queue:"
"""Of every key of the broker's, so that no other program of the same server has a list of that name."""
DROPPED = "dropped"
"""Among them: how many messages were dropped that were no wake-ups of ours."""
DAY_SECONDS = 86_400
TRIM_SECONDS = 30
LOOKED_AT = 500
FIELDS = ("id", "type", "subject", "event")

# One atomic step: the remembered id and the entry live or die together, also in the append-only file. In two steps a
# crash in between would suppress the message for as long as the id is remembered; so would a refused entry whose id had
# been remembered first, since what a script did before it failed stands.
#
# A position below what was published before means that the stream was lost since somebody last looked. Nothing is added
# then: an entry would bring the position forward, and the loss would never be seen.
APPEND = """
local position = tonumber(redis.call('GET', KEYS[3]) or '0')
if position < tonumber(ARGV[7]) then return 0 end
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('XADD', KEYS[1], '*', 'id', ARGV[2], 'type', ARGV[3], 'subject', ARGV[4], 'event', ARGV[5])
  redis.call('SET', KEYS[2], 1, 'EX', ARGV[1])
end
if tonumber(ARGV[6]) > position then redis.call('SET', KEYS[3], ARGV[6]) end
return 1
"""


class StreamLost(Exception):
    """The stream no longer knows what was published: Redis was emptied, or came back with less."""


Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A full stream: how many entries it holds, and which group keeps it from being cut."""

    length: int
    group: str | None


class Stream:
    """Appends messages; each id at most once within the days that ids are remembered."""

    def __init__(self, address: str, *, dedupe_days: int) -> None:
        self.client = redis.Redis.from_url(address, socket_timeout=30, socket_connect_timeout=5)
        self.seconds = dedupe_days * DAY_SECONDS
        self._append = self.client.register_script(APPEND)

    def append(self, messages: Sequence[Waiting], *, after: int = 0) -> None:
        """Appends the messages in their order; those that the stream has had are passed over. Raises StreamLost where
        the stream does not know of the outbox place `after`, or is lost in between."""
        with self.client.pipeline(transaction=False) as pipe:
            for m in messages:
                keys = [STREAM, DEDUPE + m.message_id, POSITION]
                told = [m.message_id, m.type, m.subject, m.payload]
                self._append(keys, [self.seconds, *told, m.seq, after], client=pipe)
                after = max(after, m.seq)
            taken = pipe.execute()
        if not all(taken):
            raise StreamLost

    def position(self) -> int:
        """The outbox place that was published last; 0 where the stream knows of none."""
        return int(self.client.get(POSITION) or 0)

    def length(self) -> int:
        """How many entries the stream holds."""
        return int(self.client.xlen(STREAM))

    def trim(self, *, limit: int, oldest: dt.datetime) -> Held | None:
        """Cuts what is older, and what is beyond nine tenths of the limit, as far as every group is done with it: twice
        a minute, whoever asks, and whenever the stream is full. What fills it still, told twice a minute."""
        due = bool(self.client.set(TRIMMED, 1, nx=True, ex=TRIM_SECONDS))
        if not due and self.length() < limit:
            return None
        group, guard = self._guard()
        self._cut(min(guard, (int(oldest.timestamp() * 1000), 0)))
        surplus = self.length() - limit * 9 // 10
        if surplus > 0:
            self._cut(guard, at_most=surplus)
        length = self.length()
        return Held(length, group) if due and length >= limit else None

    def _guard(self) -> tuple[str | None, Place]:
        """The group that is furthest behind, and the first place that it may still need."""
        found: tuple[str | None, Place] = (None, (2**63, 0))
        for each in self.client.xinfo_groups(STREAM) if self.client.exists(STREAM) else ():
            name, last = _text(each["name"]), _place(each["last-delivered-id"])
            pending: Any = self.client.xpending(STREAM, name) if each["pending"] else {"min": None}
            needs = min(_place(pending["min"]), last) if pending["min"] else last
            found = min(found, (name, needs), key=lambda one: one[1])
        return found

    def _cut(self, before: Place, *, at_most: int | None = None) -> None:
        self.client.xtrim(STREAM, minid=f"{before[0]}-{before[1]}", approximate=True, limit=at_most)

    def forget(self, message_ids: Sequence[str]) -> None:
        """Lets these messages be appended once more."""
        if message_ids:
            self.client.delete(*(DEDUPE + each for each in message_ids))

    def erase(self, subject: str) -> int:
        """How many entries of an article, dead letters included, were taken out of the stream: those that a consumer
        has not read yet it will not see."""
        return sum(self._erase(key, subject.encode()) for key in (STREAM, DEAD))

    def _erase(self, key: str, subject: bytes) -> int:
        number, after = 0, "-"
        while entries := self._range(key, after):
            after = f"({_text(entries[-1][0])}"
            gone = [place for place, fields in entries if fields.get(b"subject") == subject]
            number += int(self.client.xdel(key, *gone)) if gone else 0
        return number

    def _range(self, key: str, after: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
        found: Any = self.client.xrange(key, min=after, count=LOOKED_AT)
        return list(found)

    def dead_letters(self) -> list[dict[str, str]]:
        """What consumers gave up: the message's fields, and by which group, why and after how many attempts."""
        entries: Any = self.client.xrange(DEAD)
        return [
            {"letter": _text(place)} | {_shown(key): _shown(value) for key, value in fields.items()}
            for place, fields in entries
        ]

    def settle_dead(self, letters: Sequence[str] | None, *, again: bool) -> int:
        """How many dead letters (None: all) were dropped, or put at the end of the stream again and then dropped."""
        chosen = [each for each in self.dead_letters() if letters is None or each["letter"] in letters]
        if again:  # what never was a message stays until it is dropped
            chosen = [each for each in chosen if each.keys() >= set(FIELDS)]
        for each in chosen:
            with self.client.pipeline(transaction=True) as pipe:
                if again:
                    fields: Any = {name: each[name] for name in FIELDS}
                    pipe.xadd(STREAM, fields)
                pipe.xdel(DEAD, each["letter"])
                pipe.execute()
        return len(chosen)

    def waiting(self, queue: str) -> int:
        """How many wake-ups wait in a queue of the broker."""
        return int(self.client.llen(QUEUE_PREFIX + queue))

    def dropped(self) -> int:
        """How many messages in the broker's queues were no wake-ups of ours, and were dropped."""
        return int(self.client.get(QUEUE_PREFIX + DROPPED) or 0)

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()


def _place(written: bytes | str) -> Place:
    ms, _, number = _text(written).partition("-")
    return int(ms), int(number or 0)


def _shown(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

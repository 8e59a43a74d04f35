"""The reference reader of the stream: knows Redis and the contract on the wire, and nothing else of Wireroom.

client = redis.Redis.from_url("redis://…")
for message in follow(client, start="$"):
    print(message.type, message.event["data"])
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import redis

STREAM = "wireroom:messages"
BATCH = 200
BEGINNING = "0"
END = "$"


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the stream: its place there, and the CloudEvents message with its id, type and subject."""

    place: str
    id: str
    type: str
    subject: str
    event: dict[str, Any]


def read(
    client: redis.Redis, *, after: str = BEGINNING, count: int = BATCH, block_ms: int | None = None
) -> list[Message]:
    """At most `count` messages behind a place in the stream; waits `block_ms` for the first where there is none yet."""
    answer: Any = client.xread({STREAM: after}, count=count, block=block_ms)
    # RESP2 answers [[name, entries]], RESP3 {name: entries}.
    streams = answer.values() if isinstance(answer, dict) else (entries for _, entries in answer or ())
    found: list[Message] = []
    for entries in streams:
        batch = entries[0] if entries and isinstance(entries[0], list) else entries
        found += [_message(place, fields) for place, fields in batch]
    return found


def follow(client: redis.Redis, *, start: str = END, block_ms: int = 1000, once: bool = False) -> Iterator[Message]:
    """The messages behind `start` (a place, "0" for the beginning, "$" for now), one after another, as they come;
    `once` ends where the stream ends."""
    after = last_place(client) if start == END else start
    while True:
        messages = read(client, after=after, block_ms=None if once else block_ms)
        for message in messages:
            after = message.place
            yield message
        if once and not messages:
            return


def last_place(client: redis.Redis) -> str:
    """The place of the stream's last entry; that before its first where it is empty."""
    entries: Any = client.xrevrange(STREAM, count=1)
    return _text(entries[0][0]) if entries else "0-0"


def _message(place: bytes | str, fields: dict[Any, Any]) -> Message:
    named = {_text(key): _text(value) for key, value in fields.items()}
    return Message(_text(place), named["id"], named["type"], named["subject"], json.loads(named["event"]))


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

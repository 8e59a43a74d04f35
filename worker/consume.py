"""The reference consumer of the stream: knows Redis and the contract on the wire, and nothing else of Wireroom, so that
it can be copied into any program.

for message in follow(client, start="$"): …       # from a place, or from now on
Consumer(client, "my-service", handle).run()      # a group: each message is handled by one of its consumers

A message is acknowledged after its handler, which may see it again after a crash; `once` remembers its id.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis

STREAM = "wireroom:messages"
DEAD = "wireroom:messages:dead"
BEGINNING, END = "0", "$"
AWAY = (redis.ConnectionError, redis.TimeoutError, redis.ReadOnlyError, redis.exceptions.OutOfMemoryError)
REFUSING = ("MISCONF", "MASTERDOWN", "NOREPLICAS")  # of a server that takes no writes for now
UNREADABLE = (KeyError, ValueError, TypeError, RecursionError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the stream: its place there, and the CloudEvents message with its id, type and subject."""

    place: str
    id: str
    type: str
    subject: str
    event: dict[str, Any]


Entry = tuple[str, dict[Any, Any]]
"""A place, and the fields as the client gives them: bytes that are no UTF-8 must not stop the others."""
Handler = Callable[[Message], None]
Wanted = Callable[[Message], bool]


class Poison(Exception):
    """Raised by a handler that knows that trying again will not help: the message becomes a dead letter at once."""


@dataclass(frozen=True, slots=True)
class Filter:
    """True for messages whose type begins so ("event", "article.created"), and of events where both countries take part
    and the confidence is no less. Every retraction passes: the event may have fitted before it changed."""

    types: tuple[str, ...] = ()
    between: tuple[str, str] | None = None
    confidence: float = 0.0

    def __call__(self, message: Message) -> bool:
        kind = message.type.removeprefix("wireroom.")
        asked = tuple(each.removeprefix("wireroom.") for each in self.types)
        if asked and not kind.startswith(asked):
            return False
        if not kind.startswith("event.") or kind == "event.retracted":
            return True
        event = message.event["data"]["event"]
        countries = {party["country"] for side in ("actor", "recipient") for party in event[side]}
        return bool(event["confidence"] >= self.confidence and (not self.between or countries >= set(self.between)))


def once(connection: sqlite3.Connection, handler: Handler) -> Handler:
    """The handler in one transaction with a note of the message's id: what it writes through this connection takes
    effect once, however often the message comes."""
    connection.execute("CREATE TABLE IF NOT EXISTS handled (id TEXT PRIMARY KEY)")

    def handle(message: Message) -> None:
        with connection:
            if connection.execute("INSERT OR IGNORE INTO handled VALUES (?)", (message.id,)).rowcount:
                handler(message)

    return handle


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind: entries not yet given to it (None: unknown), given and not acknowledged, and for how
    long the oldest of these."""

    group: str
    behind: int | None
    pending: int
    oldest_seconds: float
    consumers: int


@dataclass
class Tally:
    """What a consumer did with its messages; `failed` counts attempts."""

    handled: int = 0
    passed: int = 0
    failed: int = 0
    dead: int = 0


@dataclass
class Consumer:
    """One consumer of a group; `handler` takes one message.

    A message that fails is tried again in its place, after growing waits, so that an article's revisions stay in order.
    After `attempts`, or after so many consumers died of it, it becomes a dead letter with the reason. What a consumer
    left behind is taken over when it has lain idle for `idle_seconds`; a handler must be quicker than that.
    """

    client: redis.Redis
    group: str
    handler: Handler
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    wanted: Wanted = Filter()
    start: str = BEGINNING
    batch: int = 100
    attempts: int = 5
    idle_seconds: float = 60.0
    backoff_seconds: float = 0.2
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._looked_at = self._kept_at = float("-inf")
        self._joined = False

    def stop(self) -> None:
        """Ends `run` after the message at hand; what was not begun is given back to the group."""
        self._stopped.set()

    def run(self, *, until_empty: bool = False) -> Tally:
        """Handles what comes, until stopped, or until nothing is left; goes on when Redis comes back."""
        wait = self.backoff_seconds
        while not self._stopped.is_set():
            try:
                worked = self._take_over() + self._take_new(block=not until_empty)
                wait, self._joined = self.backoff_seconds, True
                if until_empty and not worked:
                    break
            except redis.RedisError as error:
                if str(error).startswith("NOGROUP"):
                    self._join()
                elif isinstance(error, AWAY) or str(error).startswith(REFUSING):
                    log.warning("%s; again in %.1f s", error, wait)
                    self._stopped.wait(wait)
                    wait = min(wait * 2, 30.0)
                else:
                    raise
        with contextlib.suppress(redis.RedisError):
            self._leave()
        return self.tally

    def _join(self) -> None:
        """Makes the group. One that was there and is gone (dropped, or Redis was emptied) begins at the beginning: what
        it had given out and not acknowledged went with it."""
        with contextlib.suppress(redis.RedisError):  # BUSYGROUP: another consumer was first
            start = BEGINNING if self._joined else self.start
            self.client.xgroup_create(STREAM, self.group, id=start, mkstream=True)

    def _leave(self) -> None:
        """Takes our name out of the group, unless something is still noted under it: that would go with the name."""
        if not self.client.xpending_range(STREAM, self.group, "-", "+", 1, consumername=self.name):
            self.client.xgroup_delconsumer(STREAM, self.group, self.name)

    def _take_over(self) -> int:
        """How many messages were taken from consumers that are gone. One at a time: each turn counts as given out only
        when it begins, so that a message is not blamed for the deaths that its neighbours caused."""
        idle = int(self.idle_seconds * 1000)
        if time.monotonic() - self._looked_at < self.idle_seconds / 4:
            return 0
        left: Any = self.client.xpending_range(STREAM, self.group, "-", "+", self.batch, idle=idle)
        self._looked_at = time.monotonic() if len(left) < self.batch else float("-inf")
        for each in left:
            if self._stopped.is_set():
                break
            place, given = _text(each["message_id"]), int(each["times_delivered"])
            claimed: Any = self.client.xclaim(STREAM, self.group, self.name, idle, [place])
            for entry in (_entry(*found) for found in claimed if found[1]):  # one, or none where another was first
                if given >= self.attempts:
                    self._bury(*entry, f"given out {given} times and never acknowledged", given)
                else:
                    self._work([entry])
        return len(left)

    def _take_new(self, *, block: bool) -> int:
        wait = int(max(0.001, min(1.0, self.idle_seconds / 4)) * 1000) if block else None
        entries = _entries(self.client.xreadgroup(self.group, self.name, {STREAM: ">"}, count=self.batch, block=wait))
        self._work(entries)
        return len(entries)

    def _work(self, entries: Sequence[Entry]) -> None:
        self._kept_at = time.monotonic()
        done: list[str] = []
        try:
            for number, entry in enumerate(entries):
                left = [place for place, _ in entries[number:]]
                self._keep(left)
                if self._stopped.is_set() or not self._handle(*entry):
                    self._give_back(left)
                    break
                done.append(entry[0])
        finally:
            if done:
                self.client.xack(STREAM, self.group, *done)

    def _handle(self, place: str, fields: dict[Any, Any]) -> bool:
        """True where the message is done with: handled, passed over, or dead. False: stopped before it was."""
        try:
            message = _message(place, fields)
            if self.wanted(message):
                return self._try(message, fields)
            self.tally.passed += 1
        except UNREADABLE as error:  # the handler's own are caught where it is called
            self._bury(place, fields, f"unreadable: {type(error).__name__}: {error}", 0)
        return True

    def _try(self, message: Message, fields: dict[Any, Any]) -> bool:
        for attempt in range(1, self.attempts + 1):
            try:
                self.handler(message)
                self.tally.handled += 1
                return True
            except Exception as error:
                self.tally.failed += 1
                if attempt == self.attempts or isinstance(error, Poison):
                    self._bury(message.place, fields, f"{type(error).__name__}: {error}", attempt)
                    return True
            wait = self.backoff_seconds * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311
            if self._stopped.wait(min(wait, self.idle_seconds / 2)):
                break
            self._keep([message.place], now=True)
        return False

    def _keep(self, places: Sequence[str], *, now: bool = False) -> None:
        """Shows that what we hold is being worked on, before others take it for left behind."""
        if now or time.monotonic() - self._kept_at > self.idle_seconds / 3:
            self.client.xclaim(STREAM, self.group, self.name, 0, list(places), justid=True)
            self._kept_at = time.monotonic()

    def _give_back(self, places: Sequence[str]) -> None:
        """Makes these look idle, so that others take them with their next look."""
        idle = int(self.idle_seconds * 1000) + 1
        self.client.xclaim(STREAM, self.group, self.name, 0, list(places), idle=idle, justid=True)

    def _bury(self, place: str, fields: dict[Any, Any], reason: str, attempts: int) -> None:
        """Moves a message to the dead letters, in one step with its acknowledgement."""
        told = {"place": place, "group": self.group, "reason": reason[:500], "attempts": attempts, "at": time.time()}
        letter: dict[Any, Any] = {**fields, **told}
        with self.client.pipeline(transaction=True) as pipe:
            pipe.xadd(DEAD, letter)
            pipe.xack(STREAM, self.group, place)
            pipe.execute()
        self.tally.dead += 1


def lag(client: redis.Redis) -> list[Lag]:
    """How far each group is behind."""
    return [_lag(client, each) for each in client.xinfo_groups(STREAM)] if client.exists(STREAM) else []


def read(
    client: redis.Redis, *, after: str = BEGINNING, count: int = 200, block_ms: int | None = None
) -> list[Message]:
    """The messages among at most `count` entries behind a place; waits `block_ms` for the first where there is none."""
    entries = _entries(client.xread({STREAM: after}, count=count, block=block_ms))
    return [message for entry in entries if (message := _readable(entry))]


def follow(client: redis.Redis, *, start: str = END, block_ms: int = 1000, once: bool = False) -> Iterator[Message]:
    """The messages behind `start` (a place, "0" for the beginning, "$" for now), one after another, as they come;
    `once` ends where the stream ends."""
    after = last_place(client) if start == END else start
    while True:
        entries = _entries(client.xread({STREAM: after}, count=200, block=None if once else block_ms))
        for entry in entries:
            after = entry[0]
            if message := _readable(entry):
                yield message
        if once and not entries:
            return


def last_place(client: redis.Redis) -> str:
    """The place of the stream's last entry; that before its first where it is empty."""
    entries: Any = client.xrevrange(STREAM, count=1)
    return _text(entries[0][0]) if entries else "0-0"


def _lag(client: redis.Redis, group: dict[str, Any]) -> Lag:
    pending: Any = client.xpending(STREAM, group["name"])
    since = int(_text(pending["min"]).partition("-")[0]) / 1000 if pending["min"] else time.time()
    seconds = max(0.0, time.time() - since)
    return Lag(_text(group["name"]), group.get("lag"), int(pending["pending"]), seconds, int(group["consumers"]))


def _entries(answer: Any) -> list[Entry]:
    # RESP2 answers [[name, entries]], RESP3 {name: entries}.
    streams = answer.values() if isinstance(answer, dict) else (entries for _, entries in answer or ())
    batches = (each[0] if each and isinstance(each[0], list) else each for each in streams)
    return [_entry(*entry) for batch in batches for entry in batch]


def _entry(place: bytes | str, fields: dict[Any, Any] | None) -> Entry:
    return _text(place), fields or {}


def _message(place: str, fields: dict[Any, Any]) -> Message:
    told = {_text(key): _text(value) for key, value in fields.items()}
    event = json.loads(told["event"])
    if not (isinstance(event, dict) and isinstance(event.get("data"), dict)):
        raise ValueError("no JSON object with data")
    return Message(place, told["id"], told["type"], told["subject"], event)


def _readable(entry: Entry) -> Message | None:
    try:
        return _message(*entry)
    except UNREADABLE as error:
        log.warning("entry %s is no message: %s: %s", entry[0], type(error).__name__, str(error)[:200])
        return None


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

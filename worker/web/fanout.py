"""Published messages for any number of readers at once: one look at the database for all of them, and no thread each.

The database is asked what was published, and not the stream: its order has one place for each message, which neither a
flushed Redis, a trimmed stream nor a replay changes, so that a reader can come back to it after any of these. What came
last is kept in memory for all readers together; whoever is further behind reads pages from the database.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import structlog
from sqlalchemy.exc import SQLAlchemyError

from worker.consume import Message
from worker.store.database import Database
from worker.store.outgoing import published
from worker.store.outgoing.published import Published

log = structlog.get_logger()

Found = TypeVar("Found")

LOOK_SECONDS = 0.1
PAGE = 20
KEPT, KEPT_BYTES = 500, 16_000_000
LOOKERS = 4  # pages read from the database at once
DOWN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Told:
    """A message at its place: as filters look at it, and its JSON as it is sent; None where its type was not asked
    for."""

    place: int
    message: Message
    payload: str | None


class Feed:
    """`run` looks for what is new while anybody reads; `after` gives what lies behind a place, `news` waits for it."""

    def __init__(self, database: Database, *, look_seconds: float = LOOK_SECONDS) -> None:
        self.database, self.look_seconds = database, look_seconds
        self.readers = 0
        self.stopped = False
        self.last = 0
        self._kept: deque[Told] = deque()
        self._floor = 0  # the place before the first that is kept
        self._bytes = 0
        self._news = asyncio.Event()
        self._wanted = asyncio.Event()
        self._lookers = anyio.CapacityLimiter(LOOKERS)

    async def run(self) -> None:
        """Looks until it is cancelled; only while somebody reads."""
        while True:
            if not self.readers:
                self._forget()
                await self._wanted.wait()
            try:
                await self._catch_up()
            except SQLAlchemyError as error:
                log.warning("feed.database-down", detail=str(error)[:200])
                await asyncio.sleep(DOWN_SECONDS)
            await asyncio.sleep(self.look_seconds)

    async def begin(self) -> int:
        """Another reader; the last place as of now. `end` must follow."""
        self.readers += 1
        self._wanted.set()
        try:
            return await self._ask(published.last)
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """A reader less."""
        self.readers -= 1

    def stop(self) -> None:
        """Wakes all readers; they find that it is over."""
        self.stopped = True
        self._tell()

    async def after(self, place: int, types: Sequence[str]) -> list[Told]:
        """The next messages behind a place, a page at most."""
        if self._kept and place >= self._floor:
            first = next((number for number, each in enumerate(self._kept) if each.place > place), None)
            return [] if first is None else [self._kept[n] for n in range(first, min(first + PAGE, len(self._kept)))]
        return [told(each) for each in await self._ask(published.after, place, types=types, limit=PAGE)]

    async def news(self, place: int, seconds: float) -> None:
        """Returns when there may be something behind that place, when it is over, or after so many seconds."""
        if self.last > place or self.stopped:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    async def _catch_up(self) -> None:
        if not self.last:
            self.last = self._floor = await self._ask(published.last)
            self._tell()  # a reader may have begun before that place
        while page := await self._ask(published.after, self.last, limit=PAGE):
            for each in map(told, page):
                self._kept.append(each)
                self._bytes += len(each.payload or "")
            self.last = page[-1].place
            while len(self._kept) > KEPT or self._bytes > KEPT_BYTES:
                gone = self._kept.popleft()
                self._floor, self._bytes = gone.place, self._bytes - len(gone.payload or "")
            self._tell()
            if not self.readers:
                return

    def _forget(self) -> None:
        """Nobody reads: nothing is kept."""
        self._wanted.clear()
        self._kept.clear()
        self._bytes = self._floor = self.last = 0

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _ask(self, query: Callable[..., Found], *arguments: Any, **named: Any) -> Found:
        def ask() -> Found:
            with self.database.read() as connection:
                return query(connection, *arguments, **named)

        return await anyio.to_thread.run_sync(ask, limiter=self._lookers)


def told(each: Published) -> Told:
    """A message as readers need it. Filters look into events only, so that nothing else is parsed."""
    event = json.loads(each.payload) if each.payload and each.type.startswith("wireroom.event.") else {}
    return Told(each.place, Message(str(each.place), each.message_id, each.type, each.subject, event), each.payload)

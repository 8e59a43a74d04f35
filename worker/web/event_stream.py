"""`GET /messages`: what is published, as Server-Sent Events (WHATWG HTML, 9.2), from any place on.

The id of each event is its place in the order of publication: whoever comes back with it as Last-Event-ID misses
nothing and has nothing twice. A reader holds one page of messages; how fast it reads decides when the next page is
fetched.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Annotated

import anyio
from fastapi import APIRouter, Header, HTTPException, Query, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from worker.consume import Filter
from worker.web.fanout import Feed, Told

router = APIRouter()

HEARTBEAT_SECONDS = 15.0  # proxies end what is silent for thirty seconds or more
RETRY_MS = 3000
MOST_READERS = 500
MOST_TYPES = 20
# yes: "0" "1204"   no: "-1" "1e3" "1764100000-0"   Bounded: at most 18 digits, which fit the database's integer.
PLACE = re.compile(r"[0-9]{1,18}")
PAIR = r"^[A-Za-z]{3},[A-Za-z]{3}$"


@router.get("/messages", responses={200: {"content": {"text/event-stream": {}}, "description": "An endless stream."},
                                    503: {"description": "Too many readers; come again."}})  # fmt: skip
async def messages(
    request: Request,
    kinds: Annotated[
        list[str], Query(alias="type", max_length=MOST_TYPES, description="Only types that begin so; again for more.")
    ] = [],  # noqa: B006
    between: Annotated[str, Query(pattern=PAIR, description="Only events of both countries: RUS,USA.")] = "",
    confidence: Annotated[float, Query(ge=0, le=1, description="Only events of at least this confidence.")] = 0.0,
    start: Annotated[str, Query(alias="from", description="now, start, or a place: behind it.")] = "now",
    once: Annotated[bool, Query(description="End where there is no more.")] = False,
    last_event_id: Annotated[str, Header(description="The id of the last event that you had; before `from`.")] = "",
) -> Response:
    """What is published, as it comes. Each event's id is its place, its type the message's, its data the message."""
    feed: Feed = request.app.state.feed
    asked = last_event_id.strip() or start
    if asked not in ("now", "start") and not PLACE.fullmatch(asked):
        raise HTTPException(400, f"no place among the messages: {asked[:50]!r} (now, start, or the id of an event)")
    if feed.readers >= request.app.state.most_readers:
        raise HTTPException(503, "too many readers", {"Retry-After": "30"})
    first, _, second = between.upper().partition(",")
    wanted = Filter(tuple(kinds), (first, second) if second else None, confidence)
    return EventStream(feed, asked, wanted, once=once, heartbeat_seconds=request.app.state.heartbeat_seconds)


class EventStream(Response):
    """The answer, until the reader is gone or the server stops."""

    media_type = "text/event-stream"

    def __init__(self, feed: Feed, start: str, wanted: Filter, *, once: bool, heartbeat_seconds: float) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would hold it back
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self.feed, self.start, self.wanted, self.once = feed, start, wanted, once
        self.heartbeat_seconds = heartbeat_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until it is over. A database that is down ends the answer: the reader comes back to where it was."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with anyio.create_task_group() as group:
            group.start_soon(_until_gone, receive, group.cancel_scope)
            with suppress(SQLAlchemyError):
                await self._tell(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            group.cancel_scope.cancel()

    async def _tell(self, send: Send) -> None:
        last = await self.feed.begin()
        try:
            begin = {"now": last, "start": 0}.get(self.start)
            reader = _Reader(send, self.wanted, min(int(self.start), last) if begin is None else begin)
            await reader.send(f"retry: {RETRY_MS}\n: wireroom\n\n")
            await self._follow(reader)
        finally:
            self.feed.end()

    async def _follow(self, reader: _Reader) -> None:
        while not self.feed.stopped:
            for each in (page := await self.feed.after(reader.place, self.wanted.types)):
                await reader.take(each)
            wait = self.heartbeat_seconds - reader.silent_seconds
            if wait <= 0:
                await reader.still_here()
            elif not page and self.once:
                return
            elif not page:
                await self.feed.news(reader.place, wait)


class _Reader:
    """Where a reader stands, what it knows of that, and when it last heard from us."""

    def __init__(self, send: Send, wanted: Filter, place: int) -> None:
        self._send, self.wanted, self.place = send, wanted, place
        self.known = -1
        self.at = time.monotonic()

    @property
    def silent_seconds(self) -> float:
        """For how long it has heard nothing."""
        return time.monotonic() - self.at

    async def take(self, each: Told) -> None:
        """Sends the message, or passes it over; waits while the reader is slow."""
        self.place = each.place
        if each.payload is not None and self.wanted(each.message):
            self.known = each.place
            await self.send(f"id: {each.place}\nevent: {each.message.type}\ndata: {each.payload}\n\n")

    async def still_here(self) -> None:
        """Sends a comment; with the place, where what was passed over has moved it on. An event without data is not
        shown to the program, but its id is remembered."""
        moved = f"id: {self.place}\n" if self.place > self.known else ""
        self.known = self.place
        await self.send(f": wireroom\n{moved}\n")

    async def send(self, text: str) -> None:
        """Sends a part of the answer."""
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        self.at = time.monotonic()


async def _until_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()

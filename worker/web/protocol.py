"""HTTP as uvicorn speaks it, within bounds that it has not: so many connections at once, and a time for each request.

Without them whoever opens connections and never ends a request keeps everybody else out.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 20.0
"""From a connection's first moment, or a request's first byte, to its last: heads and bodies here are small."""
MOST_CONNECTIONS = 800
"""Below the 1,024 files that a process may have open by default, and above the readers of the stream."""


class BoundedProtocol(H11Protocol):
    """One connection."""

    request_seconds = REQUEST_SECONDS
    most_connections = MOST_CONNECTIONS
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes the connection, or ends it where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Reads on; what is whole needs no deadline any more."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over, and its deadline with it."""
        self._lift()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._lift()
        elif self.deadline is None:
            self.deadline = self.loop.call_later(self.request_seconds, self.transport.abort)

    def _lift(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

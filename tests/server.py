"""The web server on a port of its own, in a thread of the test, and readers of what it streams."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from worker.engine.wiring import Wiring
from worker.web.application import application
from worker.web.protocol import BoundedProtocol
from worker.web.serve import listen, server


@contextmanager
def serving(
    wiring: Wiring, *, stalled_ms: int = 60_000, protocol: type[BoundedProtocol] = BoundedProtocol, **options: Any
) -> Iterator[str]:
    """The address of a server over these parts; stopped, with its open streams, when the block ends."""
    app = application(wiring, **options)
    sock = listen("127.0.0.1", 0, stalled_ms=stalled_ms)
    found = server(app, app.state.feed, protocol)
    thread = threading.Thread(target=found.run, kwargs={"sockets": [sock]}, daemon=True)
    address = f"http://127.0.0.1:{sock.getsockname()[1]}"
    thread.start()
    try:
        yield address
    finally:
        found.handle_exit(15, None)
        thread.join(90)
        assert not thread.is_alive(), "the server did not stop"


@dataclass(frozen=True, slots=True)
class Event:
    """One block of a stream: its fields as sent, None where they were not."""

    id: str | None
    type: str | None
    data: str | None
    comment: bool = False

    @property
    def message(self) -> Any:
        assert self.data is not None
        return json.loads(self.data)


class Reader:
    """One reader of `/messages`; `next` waits for the next event with data, `block` for the next of any kind."""

    def __init__(self, address: str, *, last: str = "", **params: Any) -> None:
        headers = {"Last-Event-ID": last} if last else {}
        self.client = httpx.Client(timeout=90, verify=False)
        request = self.client.build_request("GET", f"{address}/messages", params=params, headers=headers)
        self.response = self.client.send(request, stream=True)
        self.last = last  # as a browser keeps it
        self._blocks = _blocks(self.response) if self.response.status_code == 200 else iter(())

    def block(self) -> Event | None:
        """The next block; None at the end."""
        found = next(self._blocks, None)
        if found and found.id is not None:
            self.last = found.id
        return found

    def next(self) -> Event | None:
        """The next event with data; None at the end."""
        while (found := self.block()) and found.data is None:
            pass
        return found

    def all(self) -> list[Event]:
        """Every event until the end."""
        return list(iter(self.next, None))

    def close(self) -> None:
        """Hangs up."""
        self.response.close()
        self.client.close()


def _blocks(response: httpx.Response) -> Iterator[Event]:
    fields: dict[str, str] = {}
    try:
        for line in response.iter_lines():
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            else:
                yield Event(fields.get("id"), fields.get("event"), fields.get("data"), "" in fields)
                fields = {}
    except httpx.RemoteProtocolError:
        return  # the server was killed

"""One HTTP/1.1 connection: a request out, an answer in, every byte and second on the fetch's account; and the few
connections that are kept for the next request.

On h11 rather than a client: what was sent beyond an answer must end the connection (a kept one would take it for the
next answer), and the bytes, chunks and interim answers must be counted where they come in.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import h11

from worker.http.allowance import CONNECT_SECONDS, Allowance, Overdue, Overweight
from worker.http.guard import Dialer
from worker.http.head import LONGEST_MARK, Ambiguous, end_of_head, mended

HEADER_BYTES = 65_536  # all fields of one answer together; news sites are met with 30 kB of cookies and policies
HEADER_FIELDS = 200
INTERIM = 10  # answers of status 1xx before the answer
CHUNKS = 20_000  # each costs some 15 µs, however small it is; half a kilobyte each make a body of 10 MB
READ_BYTES = 65_536
MOST_KEPT = 64
KEPT_SECONDS = 15.0  # shorter than what servers allow by default, so that few turn out to be closed

Fields = Sequence[tuple[bytes, bytes]]
Key = tuple[str, str, int]


class Malformed(Exception):
    """What came is no HTTP, or ended in the middle. `fresh`: not one byte of an answer came."""

    def __init__(self, detail: str, *, fresh: bool = False) -> None:
        super().__init__(detail)
        self.fresh = fresh


class Wire:
    """A connection and where its conversation stands."""

    def __init__(self, sock: socket.socket, key: Key) -> None:
        self.sock, self.key = sock, key
        self.state = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES)
        self.kept_at: float | None = None
        self.ahead = bytearray()
        """What came and is not read yet: the answer's head until it is whole, and what stands behind it."""
        self.searched = 0
        """How much of it holds no end of a head."""

    def ask(self, target: str, fields: Fields, allowance: Allowance, *, body: bytes | None = None) -> h11.Response:
        """Sends a GET, or a POST where there is a body; the answer's status and headers."""
        self.kept_at = None
        allowance.hop()
        method, length = ("GET", []) if body is None else ("POST", [(b"Content-Length", str(len(body)).encode())])
        request = h11.Request(method=method, target=target, headers=[*fields, *length])
        try:
            self.sock.settimeout(allowance.left())
            self.sock.sendall((self.state.send(request) or b"") + (self.state.send(h11.Data(data=body or b"")) or b""))
            self.state.send(h11.EndOfMessage())
        except (OSError, h11.LocalProtocolError) as error:
            raise _lost(error, allowance) from error
        for _ in range(INTERIM + 1):
            event = self._event(allowance)
            if isinstance(event, h11.Response):
                if len(event.headers) > HEADER_FIELDS:
                    raise Overweight(f"{len(event.headers):,} header fields, {HEADER_FIELDS} allowed")
                self._release()
                return event
        raise Malformed(f"more than {INTERIM} interim answers (1xx)")

    def parts(self, allowance: Allowance) -> Iterator[bytes]:
        """The body as it comes, still encoded."""
        for _ in range(CHUNKS):
            event = self._event(allowance)
            if isinstance(event, h11.EndOfMessage):
                return
            if isinstance(event, h11.Data):
                yield bytes(event.data)
        raise Overweight(f"a body in more than {CHUNKS:,} chunks")

    def pass_over(self) -> None:
        """Leaves the body of a redirect out as far as it has come. What has not is not worth waiting for: the
        connection ends then."""
        with suppress(h11.RemoteProtocolError):
            while isinstance(self.state.next_event(), h11.Data):
                pass

    def keep(self) -> bool:
        """True where the connection may serve another request: the answer is over, and nothing came after it."""
        if self.state.our_state is not h11.DONE or self.state.their_state is not h11.DONE:
            return False
        if self.state.trailing_data != (b"", False):
            return False
        self.state.start_next_cycle()
        self.kept_at = time.monotonic()
        return True

    def quiet(self) -> bool:
        """True while a kept connection is young, open and silent: what is sent unasked is nobody's answer."""
        if self.kept_at is None or time.monotonic() - self.kept_at > KEPT_SECONDS:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self.sock.close()

    def _event(self, allowance: Allowance) -> object:
        try:
            while True:
                allowance.left()
                event = self.state.next_event()
                if event is not h11.NEED_DATA:
                    return event
                if self._hand_over_head():
                    continue
                self.sock.settimeout(allowance.left())
                data = self.sock.recv(READ_BYTES)
                if data:
                    allowance.took(len(data))
                self._take(data)
        except Ambiguous as error:
            raise Malformed(str(error)) from error
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == 431:
                raise Overweight(f"headers of more than {HEADER_BYTES:,} bytes") from error
            raise Malformed(str(error), fresh=not allowance.received) from error
        except OSError as error:
            raise _lost(error, allowance) from error

    def _take(self, data: bytes) -> None:
        """Gives what came to the reader, or keeps it until the head that it belongs to is whole."""
        if self.state.their_state is not h11.SEND_RESPONSE:
            self.state.receive_data(data)
            return
        self.ahead += data
        if not data or len(self.ahead) > HEADER_BYTES:  # it ends here, or is too long: the reader says so
            self._hand_over_head()
            self._release()
        if not data:
            self.state.receive_data(data)

    def _hand_over_head(self) -> bool:
        """Gives one whole head to the reader; False where none has come."""
        end = end_of_head(self.ahead, self.searched) if self.state.their_state is h11.SEND_RESPONSE else None
        self.searched = 0 if end else max(0, len(self.ahead) - LONGEST_MARK)
        if end is None:
            return False
        head = bytes(self.ahead[:end])
        del self.ahead[:end]
        self.state.receive_data(mended(head))
        return True

    def _release(self) -> None:
        """Gives the reader all that came."""
        if self.ahead:
            self.state.receive_data(bytes(self.ahead))
            self.ahead.clear()
        self.searched = 0


def _lost(error: Exception, allowance: Allowance) -> Exception:
    """What a failed read or write means: time was up, or the connection is gone."""
    if isinstance(error, TimeoutError):
        try:
            allowance.left()
        except Overdue as overdue:
            return overdue
        return Overdue("no answer in time")
    return Malformed(f"{type(error).__name__}: {error}", fresh=not allowance.received)


@dataclass
class Pool:
    """Connections through one dialer, and those of them that wait for another request."""

    dialer: Dialer
    trust: ssl.SSLContext
    kept: deque[Wire] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(
        self, key: Key, path: str, fields: Fields, allowance: Allowance, *, body: bytes | None = None
    ) -> tuple[Wire, h11.Response]:
        """The connection and the answer's head; asked for once more where a kept connection turns out to be closed
        (RFC 9112, 9.3.1)."""
        wire = self.take(key)
        if wire:
            try:
                return wire, wire.ask(path, fields, allowance, body=body)
            except Malformed as error:
                wire.close()
                if not error.fresh:
                    raise
            except BaseException:
                wire.close()
                raise
        wire = self.open(key, allowance)
        try:
            return wire, wire.ask(path, fields, allowance, body=body)
        except BaseException:
            wire.close()
            raise

    def take(self, key: Key) -> Wire | None:
        """A kept connection to that place that still is good; None where there is none."""
        with self.lock:
            found = next((wire for wire in reversed(self.kept) if wire.key == key), None)
            if found is None:
                return None
            self.kept.remove(found)
        if found.quiet():
            return found
        found.close()
        return self.take(key)

    def open(self, key: Key, allowance: Allowance) -> Wire:
        """A new connection, its certificate verified; raises OSError, Overdue or ForbiddenAddress."""
        scheme, host, port = key
        sock = self.dialer.dial(host, port, allowance)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if scheme == "https":
                sock.settimeout(allowance.left(CONNECT_SECONDS))
                sock = self.trust.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
        return Wire(sock, key)

    def give(self, wire: Wire) -> None:
        """Keeps the connection where it may serve again; the oldest makes room."""
        if not wire.keep():
            wire.close()
            return
        with self.lock:
            self.kept.append(wire)
            oldest = self.kept.popleft() if len(self.kept) > MOST_KEPT else None
        if oldest:
            oldest.close()

    def close(self) -> None:
        with self.lock:
            while self.kept:
                self.kept.pop().close()

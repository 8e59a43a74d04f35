"""The hostile site: a raw socket on loopback that plays one script to each visitor, byte by byte.

A script yields bytes to send, seconds to pause, or RESET. The certificates in `certificates/` are for these tests only:
an authority of our own (P-256, a hundred years) and leaves of it: good, of another name, expired, not yet valid; and
one that signed itself.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = CERTIFICATES / "authority.pem"
RESET = None

Script = Callable[[str], Iterable[bytes | float | None]]
"""From the path that was asked for to what is sent."""


class HostileSite:
    """Plays the script to every connection; `mute` does not even read, `certificate` speaks TLS under it."""

    def __init__(self, script: Script, *, certificate: str | None = None, mute: bool = False) -> None:
        self.script, self.mute = script, mute
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self.context and certificate:
            self.context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        self.over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            threading.Thread(target=self._play, args=(connection,), daemon=True).start()

    def _play(self, connection: socket.socket) -> None:
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            while not self.over.is_set():
                path = "" if self.mute else _path(connection)
                if path is not None:
                    self._send(connection, path)
                if self.mute or path is None:
                    break
        except OSError:
            pass  # the visitor has gone
        finally:
            connection.close()

    def _send(self, connection: socket.socket, path: str) -> None:
        for each in self.script(path):
            if self.over.is_set():
                return
            if isinstance(each, bytes):
                connection.sendall(each)
            elif isinstance(each, float):
                time.sleep(each)
            else:
                # SO_LINGER of 0 s: closing sends a reset instead of a farewell.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise ConnectionAbortedError
        if not self.mute and b"keep" not in path.encode():
            raise ConnectionAbortedError


def _path(connection: socket.socket) -> str | None:
    """What is asked for; None where the visitor has left."""
    request = b""
    while b"\r\n\r\n" not in request:
        part = connection.recv(65_536)
        if not part:
            return None
        request += part
    return request.split(b" ")[1].decode("latin-1")

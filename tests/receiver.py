"""An endpoint on loopback that takes webhooks as the test says: accepting, refusing, slow, silent, redirecting."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Receiver(ThreadingHTTPServer):
    """`behaviour` answers each POST; `seen` remembers headers and body of each."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour: Behaviour = accept
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.connections: set[tuple[str, int]] = set()
        self.hung = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hung.set()
        self.shutdown()
        self.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?key=a%20b"

    @property
    def ids(self) -> list[str]:
        """The ids of the messages that came, in their order."""
        return [headers["webhook-id"] for headers, _ in self.seen]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.connections.add(self.client_address)
        self.server.behaviour(self)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def answering(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answers with that status."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


accept = answering(204)


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Never answers."""
    handler.server.hung.wait(30)  # type: ignore[attr-defined]
    handler.close_connection = True


def trickling(handler: BaseHTTPRequestHandler) -> None:
    """Begins an answer whose headers never end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.server.hung.wait(0.05):  # type: ignore[attr-defined]
        try:
            handler.wfile.write(b"X-More: and more\r\n")
        except OSError:
            break
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Accepts with a body that never ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        while not handler.server.hung.is_set():  # type: ignore[attr-defined]
            handler.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
    except OSError:
        pass
    handler.close_connection = True


def dropping(handler: BaseHTTPRequestHandler) -> None:
    """Hangs up instead of an answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def garbled(handler: BaseHTTPRequestHandler) -> None:
    """Answers with what is no HTTP."""
    handler.wfile.write(b"\x00\x01\x02 what?\r\n\r\n")
    handler.close_connection = True

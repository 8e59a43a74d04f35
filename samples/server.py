"""The server of the sample newsroom: a folder over HTTP on 127.0.0.1, with conditional requests.

Takes a port and a folder, gives feeds and pages until SIGTERM or Ctrl-C. Says where it listens and nothing more.
"""

from __future__ import annotations

import argparse
import errno
import signal
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from types import FrameType
from typing import Any, NoReturn

from samples import pages

ADDRESS = "127.0.0.1"
PORT = 8481
SITE = Path(__file__).with_name("site")
NOT_STARTED = 2
"""Exit code when the port or the folder cannot be had."""


class Newsroom(ThreadingHTTPServer):
    """An HTTP server bound to this machine alone. Port 0 takes any free one; `address` names the one taken."""

    daemon_threads = True
    block_on_close = False  # a stop waits for no reader

    def __init__(self, port: int, folder: Path = SITE) -> None:
        self.folder = folder
        super().__init__((ADDRESS, port), Answer)

    @property
    def address(self) -> str:
        return f"http://{ADDRESS}:{self.server_port}"

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """A reader who hangs up is no news; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Answer(BaseHTTPRequestHandler):
    """One connection: GET and HEAD of pages, 304 for a page already held, 404 for all else."""

    server: Newsroom
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        page = pages.find(self.server.folder, self.path, self.server.address)
        if page is None:
            self.send_page(HTTPStatus.NOT_FOUND, b"Not found\n", {"Content-Type": "text/plain; charset=utf-8"})
            return
        headers = {"ETag": page.etag, "Last-Modified": page.last_modified_text}
        if pages.unchanged(page, self.headers["If-None-Match"], self.headers["If-Modified-Since"]):
            self.send_page(HTTPStatus.NOT_MODIFIED, None, headers)
        else:
            self.send_page(HTTPStatus.OK, page.body, headers | {"Content-Type": page.content_type})

    do_HEAD = do_GET

    def version_string(self) -> str:
        return "wireroom-newsroom"

    def send_page(self, status: HTTPStatus, body: bytes | None, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body is not None and self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who asked for what is told by the worker that asked."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit code."""
    options = parse(arguments)
    if not options.folder.is_dir():
        return fail(f"{options.folder} is not a folder")
    try:
        newsroom = Newsroom(options.port, options.folder)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return fail(f"port {options.port} on {ADDRESS} is taken; name another with --port")
        return fail(f"cannot listen on {ADDRESS}:{options.port}: {error.strerror}")
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(f"newsroom: {newsroom.address}\n")
    sys.stdout.flush()
    with newsroom:
        newsroom.serve_forever()
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m samples", description="Serve a folder of sample news.")
    parser.add_argument(
        "--port", type=port_number, default=PORT, help="port to listen on, 0 for any (default: %(default)s)"
    )
    parser.add_argument("--folder", type=Path, default=SITE, help="folder to serve (default: the invented samples)")
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    """The port that this text names."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


def stop(signum: int, frame: FrameType | None) -> NoReturn:
    """Leave `serve_forever` from within: no reader is waited for."""
    raise SystemExit(0)


def fail(why: str) -> int:
    """Say on one line why nothing is served; the exit code."""
    sys.stderr.write(f"newsroom: {why}\n")
    return NOT_STARTED

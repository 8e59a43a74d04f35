"""The web role: one server on one port, until it is told to stop: open streams end then, and readers come back."""

from __future__ import annotations

import os
import socket
from types import FrameType

import structlog
import uvicorn

from worker.engine.wiring import Wiring
from worker.errors import Broken
from worker.logs import configure_logs
from worker.settings import Settings, load_settings
from worker.web.application import application
from worker.web.fanout import Feed
from worker.web.protocol import BoundedProtocol

log = structlog.get_logger()

STOP_SECONDS = 5
STALLED_MS = 60_000  # for which a reader may take nothing of what was sent
BACKLOG = 128


def main() -> None:
    """Serves by the settings."""
    settings = load_settings()
    configure_logs(settings.log_level)
    serve(settings)


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT; raises Broken where the port cannot be had."""
    wiring = Wiring(settings)
    app = application(wiring)
    listening = listen(settings.web_host, settings.web_port)
    log.info("web.serving", host=settings.web_host, port=settings.web_port)
    try:
        server(app, app.state.feed).run(sockets=[listening])
    except KeyboardInterrupt:
        return  # uvicorn raises the signal again that it stopped for
    finally:
        wiring.close()


class Server(uvicorn.Server):
    """Ends the open streams when it is told to stop, or it would wait for them."""

    feed: Feed

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT came."""
        self.feed.stop()
        super().handle_exit(sig, frame)


def server(app: object, feed: Feed, protocol: type[BoundedProtocol] = BoundedProtocol) -> Server:
    """The server of an application, with our limits."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="on",  # type: ignore[arg-type]
        http=protocol, ws="none", timeout_graceful_shutdown=STOP_SECONDS,
    )  # fmt: skip
    found = Server(config)
    found.feed = feed
    return found


def listen(host: str, port: int, *, stalled_ms: int = STALLED_MS) -> socket.socket:
    """A listening socket; raises Broken where it cannot be had. Who stops reading is cut off where the system can do it
    (Linux): a server has no other way to, as its own buffer to that reader is full."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        found = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Broken(f"{host}:{port}", f"{_why(error)}; set WIREROOM_WEB_PORT to another") from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, stalled_ms)
    return found


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)

"""A site on loopback as strangers see it: every name leads to a public address, and a cable from there to the site."""

from __future__ import annotations

import socket
from typing import Any

from tests.world import Site
from worker.http.client import Fetcher
from worker.http.guard import Dialer

ADDRESS = "93.184.216.34"


def outside(site: Site) -> Dialer:
    """A guarded dialer that finds the site behind every name."""

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ADDRESS, port))]

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        assert place[0] == ADDRESS
        return socket.create_connection(("127.0.0.1", site.server_port), timeout)

    return Dialer(resolve=resolve, connect=connect)


def visitor(site: Site, user_agent: str = "Wireroom/0.1 (tests)", timeout_seconds: float = 3) -> Fetcher:
    """The real client, to which the site is a stranger's."""
    return Fetcher(
        user_agent=user_agent,
        timeout_seconds=timeout_seconds,
        max_bytes=1_000_000,
        max_redirects=5,
        dialer=outside(site),
    )

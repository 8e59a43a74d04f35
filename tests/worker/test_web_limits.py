"""Callers of the web role who mean no good: requests without end, lengths that bound nothing, names not ours."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import serving
from worker.engine.wiring import Wiring
from worker.settings import Settings
from worker.web.protocol import BoundedProtocol

MOST = 20


class Tight(BoundedProtocol):
    """With less time and room than in service."""

    request_seconds = 1.0
    most_connections = MOST


@pytest.fixture
def place(tmp_path: Path, redis_address: str) -> Iterator[tuple[str, int]]:
    """A server with small bounds."""
    wiring = Wiring(Settings(data=tmp_path, redis_url=redis_address))
    wiring.database.migrate()
    with serving(wiring, protocol=Tight) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        yield host, int(port)


def said(place: tuple[str, int], *parts: bytes) -> bytes:
    """What the server answers to these bytes, until it ends the connection or falls silent."""
    with socket.create_connection(place, timeout=5) as caller:
        for part in parts:
            caller.sendall(part)
        return caller.recv(65_536)


def is_open(caller: socket.socket) -> bool:
    """Whether the server has not ended the connection."""
    caller.settimeout(0.05)
    try:
        return caller.recv(65_536) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_a_request_that_never_ends_is_cut_off(place: tuple[str, int]) -> None:
    """In the head as in the body, and on a connection that has been of use."""
    starts = (
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        HEALTH + b"GET / HTTP/1.1\r\nX-A: ",
    )
    callers = [socket.create_connection(place, timeout=5) for _ in starts]
    for caller, start in zip(callers, starts, strict=True):
        caller.sendall(start)
    give_up = time.monotonic() + 10
    while any(map(is_open, callers)) and time.monotonic() < give_up:
        pass
    assert [is_open(caller) for caller in callers] == [False] * len(starts)
    for caller in callers:
        caller.close()


def test_a_request_in_pieces_is_answered(place: tuple[str, int]) -> None:
    """Slowly is not never."""
    assert said(place, HEALTH[:20], HEALTH[20:]).startswith(b"HTTP/1.1 200")


def test_too_many_connections_keep_nobody_out_for_long(place: tuple[str, int]) -> None:
    """Who comes over the cap is turned away; when the idle are cut off there is room again."""
    callers = [socket.create_connection(place, timeout=5) for _ in range(MOST + 30)]
    for caller in callers:
        caller.sendall(b"GET / HTTP/1.1\r\nX-A: ")
    give_up = time.monotonic() + 10
    answer = b""
    while not answer.startswith(b"HTTP/1.1 200") and time.monotonic() < give_up:
        try:
            answer = said(place, HEALTH)
        except OSError:
            answer = b""
    assert answer.startswith(b"HTTP/1.1 200")
    assert sum(map(is_open, callers)) <= MOST
    for caller in callers:
        caller.close()


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked", b"identity"])
def test_a_length_beside_a_coding_is_refused(place: tuple[str, int], coding: bytes) -> None:
    """The one says little, the other brings much."""
    answer = said(
        place,
        b"POST /api/v1/reextract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 5\r\nTransfer-Encoding: " + coding + b"\r\n\r\n5\r\n12345\r\n0\r\n\r\n",
    )
    assert answer.split(b" ")[1] in (b"400", b"411", b"501")


@pytest.mark.parametrize("host", [b"evil.example@localhost", b"localhost@evil.example", b"", b"evil.example"])
def test_a_name_that_is_not_ours_is_refused(place: tuple[str, int], host: bytes) -> None:
    """Nor does it come back in the address of a redirect."""
    for path in (b"/schemas/article.v1.json/", b"/schemas"):
        answer = said(place, b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
        assert answer.split(b" ")[1] == b"421"
        assert b"ocation" not in answer

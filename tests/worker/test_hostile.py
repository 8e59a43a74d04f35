"""Sixty ways to misbehave and more: each fetch ends in time, within its cap, under a reason and with an explanation."""

from __future__ import annotations

import datetime as dt
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest

from extractors import read
from tests.hostile.scripts import ALL, BOMBS, CHUNKED, HEAD, OK, PAGE, SLOW, Misbehaviour, plays
from tests.hostile.site import AUTHORITY, HostileSite
from worker.errors import Reason, TimedOut, Unreachable, WireroomError
from worker.http.allowance import Pace
from worker.http.client import Fetcher, Response, check
from worker.http.guard import Dialer

NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
DEADLINE = 0.8
PATIENCE = 15.0
MEMORY_BYTES = 32_000_000  # of growth over all bombs, with bodies of 10 MB allowed


def visitor(port: int, *, patient: bool = False) -> Fetcher:
    """The real client under guard; every name leads to the hostile site, nothing else can be reached. `patient` where
    time is not what is tried, so that a busy machine changes nothing."""

    def resolve(host: str, at: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", at))]

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", port), timeout)

    return Fetcher(
        user_agent="wireroom-tests",
        timeout_seconds=PATIENCE if patient else DEADLINE,
        max_bytes=1_000_000,
        max_redirects=5,
        pace=Pace(grace_seconds=PATIENCE if patient else 0.2, floor=1000.0),
        trust=trust(),
        dialer=Dialer(resolve=resolve, connect=connect),
    )


def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=AUTHORITY)


def outcome(
    fetcher: Fetcher, address: str = "http://hostile.example/", *, local: bool = False
) -> Response | WireroomError:
    try:
        response = fetcher.get(address, local=local)
        check(response, now=NOW)
        return response
    except WireroomError as error:
        return error


def test_there_are_enough_of_them() -> None:
    """At least sixty, each with a name of its own."""
    assert len({each.name for each in ALL}) == len(ALL) >= 60


@pytest.mark.parametrize("misbehaviour", ALL, ids=lambda each: each.name)
def test_a_hostile_server_is_seen_through(misbehaviour: Misbehaviour) -> None:
    """In time, and under the reason that fits; where the client copes, with what came."""
    with HostileSite(misbehaviour.script) as site:
        started = time.monotonic()
        found = outcome(visitor(site.port, patient=misbehaviour not in SLOW))
        seconds = time.monotonic() - started
    assert seconds < (DEADLINE + 1 if misbehaviour in SLOW else PATIENCE)
    if isinstance(found, Response):
        assert misbehaviour.reason == OK, found
        assert len(found.body) <= 1_000_000
        return
    assert found.reason == misbehaviour.reason, found
    assert misbehaviour.says in found.detail
    assert 10 < len(found.detail) < 600


def test_the_slow_end_before_the_deadline() -> None:
    """The floor on the pace frees a worker long before the whole time is up."""
    drip = next(each for each in ALL if each.name == "a byte at a time, body")
    with HostileSite(drip.script) as site:
        started = time.monotonic()
        found = outcome(visitor(site.port))
    assert isinstance(found, TimedOut)
    assert time.monotonic() - started < DEADLINE / 2


@pytest.mark.parametrize("script", [
    plays(HEAD + b"Content-Length: 4\r\n\r\npage" + HEAD + b"Content-Length: 5\r\n\r\nother"),
    plays(HEAD + b"Content-Length: 4\r\n\r\npage", 0.05, HEAD + b"Content-Length: 5\r\n\r\nother"),
    plays(CHUNKED + b"4\r\npage\r\n0\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nother"),
    plays(b"HTTP/1.1 204 No Content\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nother"),
], ids=["with the answer", "after the answer", "after chunks", "after no content"])  # fmt: skip
def test_a_kept_connection_cannot_be_poisoned(script: Any) -> None:
    """What is sent beyond an answer is nobody's answer: the next fetch gets its own."""
    with HostileSite(lambda path: script(path) if path == "/keep" else [HEAD + b"\r\n" + PAGE]) as site:
        fetcher = visitor(site.port, patient=True)
        for _ in range(3):
            fetcher.get("http://hostile.example/keep")
            time.sleep(0.1)
            assert fetcher.get("http://hostile.example/next").body == PAGE


def test_a_kept_connection_is_kept() -> None:
    """The precaution costs honest servers nothing."""
    with HostileSite(plays(HEAD + b"Content-Length: 4\r\n\r\npage")) as site:
        fetcher = visitor(site.port, patient=True)
        assert [fetcher.get("http://hostile.example/keep").body for _ in range(5)] == [b"page"] * 5
        assert site.visits == 1


@pytest.mark.parametrize(("certificate", "says"), [
    ("other", "(?i)hostname mismatch"), ("self-signed", "(?i)self.signed"), ("expired", "expired"),
    ("future", "not yet valid"),
])  # fmt: skip
def test_a_certificate_that_does_not_hold_is_refused(certificate: str, says: str) -> None:
    """No page comes from a server that cannot prove its name."""
    with HostileSite(plays(HEAD + b"\r\n" + PAGE), certificate=certificate) as site:
        found = outcome(visitor(site.port, patient=True), f"https://localhost:{site.port}/", local=True)
    assert isinstance(found, Unreachable)
    assert found.detail.startswith("SSLCertVerificationError")
    assert re.search(says, found.detail)


def test_a_certificate_that_holds_is_taken() -> None:
    """The same authority, the right name and date."""
    with HostileSite(plays(HEAD + b"\r\n" + PAGE), certificate="good") as site:
        found = outcome(visitor(site.port, patient=True), f"https://localhost:{site.port}/", local=True)
    assert isinstance(found, Response)
    assert found.body == PAGE


def test_plain_text_on_a_tls_port_is_refused() -> None:
    """The handshake fails with its words."""
    with HostileSite(plays(HEAD + b"\r\n" + PAGE), mute=True) as site:
        found = outcome(visitor(site.port), f"https://localhost:{site.port}/", local=True)
    assert isinstance(found, Unreachable)


@pytest.mark.parametrize("drop", [b"", b"\x16"], ids=["silence", "a byte at a time"])
def test_a_handshake_that_never_ends_is_left(drop: bytes) -> None:
    """It is part of the fetch's time."""
    parts: list[bytes | float] = [part for each in b"\x16\x03\x03\x40\x00" + bytes(99) for part in (bytes([each]), 0.1)]
    with HostileSite(plays(*(parts if drop else [5.0])), mute=True) as site:
        started = time.monotonic()
        found = outcome(visitor(site.port), f"https://localhost:{site.port}/", local=True)
    assert isinstance(found, TimedOut | Unreachable)
    assert time.monotonic() - started < DEADLINE + 0.5


@pytest.mark.parametrize(("content_type", "body", "verdict"), [
    ("text/html", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 9, "not-html"),
    ("text/html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not-html"),
    ("text/html", b"PK\x03\x04" + bytes(range(256)) * 9, "not-html"),
    ("text/html", b"\x1f\x8b\x08\x00" + bytes(range(256)) * 9, "not-html"),
    ("text/html", b"\x7fELF" + bytes(range(256)) * 9, "not-html"),
    ("text/html", b"ID3\x03" + bytes(range(256)) * 9, "not-html"),
])  # fmt: skip
def test_a_wrong_content_type_is_seen_by_the_bytes(content_type: str, body: bytes, verdict: str) -> None:
    """The snapshot is kept; what it is, the bytes say and not the header."""
    with HostileSite(plays(HEAD + b"\r\n" + body)) as site:
        found = outcome(visitor(site.port, patient=True))
    assert isinstance(found, Response)
    assert read(found.body, content_type=content_type).verdict == verdict


def test_a_page_under_a_wrong_content_type_is_still_a_page() -> None:
    """Many servers say octet-stream or plain text for what is HTML."""
    story = (
        b"<!doctype html><html><title>T</title><article><p>" + b"The minister spoke in Ankara. " * 40 + b"</article>"
    )
    for content_type in ("application/octet-stream", "image/png", "text/plain", "", "nonsense"):
        assert read(story, content_type=content_type).verdict == "article"


def test_bombs_do_not_grow_a_worker() -> None:
    """The peak of a process that fetches all of them, one after the other, stays under a bound."""
    with ExitStack() as stack:
        sites = [stack.enter_context(HostileSite(each.script)) for each in BOMBS]
        addresses = [f"http://127.0.0.1:{site.port}/" for site in sites]
        command = [sys.executable, "-m", "tests.hostile.child", *addresses]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout.split()
    assert len(said) == len(BOMBS) + 1
    assert int(said[0]) < MEMORY_BYTES
    assert said[1:6] == [Reason.TOO_LARGE] * 5


def test_a_crowd_of_hostile_servers_blocks_nobody() -> None:
    """While every other visitor hangs at one of them, the honest page is there at once."""
    slow = [each for each in ALL if each.reason == Reason.TIMEOUT]
    assert len(slow) > 5
    with ExitStack() as stack:
        threads = []
        for each in slow:
            site = stack.enter_context(HostileSite(each.script))
            threads.append(threading.Thread(target=outcome, args=(visitor(site.port),)))
        honest = stack.enter_context(HostileSite(plays(HEAD + b"\r\n" + PAGE)))
        for thread in threads:
            thread.start()
        started = time.monotonic()
        assert visitor(honest.port).get("http://hostile.example/").body == PAGE
        assert time.monotonic() - started < DEADLINE / 2
        for thread in threads:
            thread.join(DEADLINE + 2)
        assert not any(thread.is_alive() for thread in threads)

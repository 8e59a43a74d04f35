"""One fetch: an address in, the answer out, within a deadline, a pace, a size and a number of redirects.

Every status is an answer; whether it is a page is judged by `check`, after the snapshot is stored.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import certifi
import h11

from worker.errors import (
    BadAddress,
    Forbidden,
    Gone,
    HttpError,
    NotFound,
    RateLimited,
    ServerFailed,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
)
from worker.http.allowance import Allowance, Overdue, Overweight, Pace
from worker.http.caching import retry_after
from worker.http.canonical import DEFAULT_PORTS, at_one_place, canonical, link
from worker.http.connection import HEADER_BYTES, Fields, Key, Malformed, Pool, Wire
from worker.http.cookies import Cookies
from worker.http.decoding import ACCEPTED, Damaged, UnknownEncoding, decoded
from worker.http.guard import EVERY_PORT, Dialer, is_literal
from worker.http.refresh import refresh_in, refresh_of

REDIRECTS = frozenset((301, 302, 303, 307, 308))
NO_PAGE = frozenset((204, 205, 206))  # without content by definition, or a part that was not asked for (RFC 9110, 15.3)
# Pages of news compress five- to tenfold, feeds at most some fiftyfold; more is a bomb, once it is worth speaking of.
MOST_RATIO = 250
RATIO_FREE_BYTES = 1_000_000

# yes: "0177.0.0.1" "1.2.3.999"   no: "1.2.3" "a.1.2.3.4"   Bounded: each digit is looked at once.
QUAD = re.compile(r"\d+(?:\.\d+){3}")

Hop = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered: headers as received, the body decompressed, the (status, address) of each redirect."""

    address: str
    final_address: str
    status: int
    headers: tuple[tuple[str, str], ...]
    redirects: tuple[tuple[str, str], ...]
    body: bytes
    received: int = 0
    """Bytes on the wire of the last hop, headers included."""
    seconds: float = 0.0
    """How long the whole fetch took."""

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case of letters."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Fetcher:
    """Fetches over HTTP. Two pools, so that a connection made for a local source never serves a stranger's link.

    `local` opens the guard for the address's own place only: wherever a redirect leads is a stranger's.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        pace: Pace | None = None,
        trust: ssl.SSLContext | None = None,
        dialer: Dialer | None = None,
    ) -> None:
        self.timeout_seconds = timeout_seconds
        self.max_bytes = max_bytes
        self.max_redirects = max_redirects
        self.pace = pace or Pace()
        self.user_agent = user_agent
        trust = trust or authorities()
        dialers = {False: dialer or Dialer(), True: Dialer(open_guard=True, ports=EVERY_PORT)}
        self._pools = {local: Pool(each, trust) for local, each in dialers.items()}

    def get(
        self,
        address: str,
        *,
        local: bool = False,
        headers: Mapping[str, str] | None = None,
        cut_at: int | None = None,
        hop: Hop | None = None,
    ) -> Response:
        """The answer, whatever its status; raises Unreachable, TimedOut, TooLarge, TooManyRedirects, HttpError,
        BadAddress or ForbiddenAddress. With `cut_at` a longer body is cut there instead of refused. `hop` is asked
        before each redirect is followed, and may raise."""
        wire_bytes = self.max_bytes + self.max_bytes // 8 + HEADER_BYTES  # chunks and headers come on top of the body
        allowance = Allowance(self.timeout_seconds, wire_bytes, self.pace)
        pools = Pools(self._pools[local], self._pools[False])
        fetch = _Fetch(address, self, pools, allowance, self._fields(headers or {}), cut_at, hop)
        try:
            return fetch.follow()
        except Overdue as error:
            raise TimedOut(address, str(error)) from error
        except Overweight as error:
            raise TooLarge(address, str(error)) from error
        except UnknownEncoding as error:
            raise HttpError(address, str(error)) from error
        except Malformed as error:
            raise Unreachable(address, str(error)[:300]) from error
        except (OSError, Damaged, h11.RemoteProtocolError) as error:
            raise Unreachable(address, f"{type(error).__name__}: {error}"[:300]) from error
        except (ValueError, h11.LocalProtocolError) as error:  # it could not even be sent: no fault of the host's
            raise BadAddress(address, f"{type(error).__name__}: {error}"[:300]) from error

    def close(self) -> None:
        """Closes the connections that were kept."""
        for pool in self._pools.values():
            pool.close()

    def _fields(self, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        fixed = {"User-Agent": self.user_agent, "Accept-Encoding": ACCEPTED, "Accept": "*/*", **headers}
        return [(name.encode(), value.encode("latin-1")) for name, value in fixed.items()]


class Pools(NamedTuple):
    """Connections to the place that was asked for, and to wherever else redirects lead."""

    own: Pool
    strangers: Pool


@dataclass(slots=True)
class _Fetch:
    """One fetch under way."""

    address: str
    limits: Fetcher
    pools: Pools
    allowance: Allowance
    fields: Fields
    cut_at: int | None
    hop: Hop | None
    cookies: Cookies = field(default_factory=Cookies)

    def follow(self) -> Response:
        """The answer at the end of the redirects."""
        redirects: list[tuple[str, str]] = []
        asked: set[tuple[str, str | None]] = set()
        target = canonical(self.address)
        while True:
            asked.add((target, self.cookies.header(target)))
            answer = self._once(target, tuple(redirects))
            location = _leads_to(answer)
            if not location:
                return answer
            if len(redirects) >= self.limits.max_redirects:
                last = f"more than {self.limits.max_redirects} redirects, the last to {location[:200]}"
                raise TooManyRedirects(self.address, last)
            redirects.append((str(answer.status), target))
            target = _next(target, location)
            self.cookies.take(answer.final_address, answer.headers)
            if (target, self.cookies.header(target)) in asked:
                raise TooManyRedirects(self.address, f"the redirects run in a circle at {target}")
            if self.hop:
                self.hop(target)

    def _once(self, target: str, redirects: tuple[tuple[str, str], ...]) -> Response:
        key, path, host = place(target)
        pool = self.pools.own if at_one_place(target, canonical(self.address)) else self.pools.strangers
        brought = self.cookies.header(target)
        cookie = [(b"Cookie", brought.encode())] if brought else []
        wire, head = pool.ask(key, path, [(b"Host", host.encode()), *self.fields, *cookie], self.allowance)
        try:
            fields = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in head.headers.raw_items())
            answer = Response(self.address, target, head.status_code, fields, redirects, b"")
            followed = answer.status in REDIRECTS and answer.header("Location")
            body = b"" if followed else self._body(wire, answer)
        except BaseException:
            wire.close()
            raise
        if followed:
            wire.pass_over()
        pool.give(wire)
        spent = (self.allowance.received, self.allowance.spent)
        return Response(self.address, target, answer.status, fields, redirects, body, *spent)

    def _body(self, wire: Wire, answer: Response) -> bytes:
        announced, cap = _length(answer), self.limits.max_bytes
        if self.cut_at is None and announced > self.allowance.bytes_a_hop:
            raise TooLarge(self.address, f"{announced:,.0f} bytes announced, {cap:,} allowed")
        pieces, size = [], 0
        for piece in self._pieces(wire, answer):
            size += len(piece)
            pieces.append(piece)
            if self.cut_at is not None and size >= self.cut_at:
                return b"".join(pieces)[: self.cut_at]
            if size > cap:
                raise TooLarge(self.address, f"more than {cap:,} bytes once decompressed")
            if size > RATIO_FREE_BYTES and size > MOST_RATIO * self.allowance.received:
                raise TooLarge(self.address, f"{size:,} bytes out of {self.allowance.received:,}: a bomb")
        return b"".join(pieces)

    def _pieces(self, wire: Wire, answer: Response) -> Iterator[bytes]:
        encodings = ",".join(value for name, value in answer.headers if name.lower() == "content-encoding")
        return _timed(decoded(wire.parts(self.allowance), encodings), self.allowance)


def _leads_to(answer: Response) -> str | None:
    """Where the answer sends its reader on: a redirect, or a page that does nothing else."""
    if answer.status in REDIRECTS:
        return answer.header("Location")
    if not 200 <= answer.status < 300 or answer.status in NO_PAGE:
        return None
    return refresh_of(answer.header("Refresh") or "") or refresh_in(answer.body)


def _timed(pieces: Iterable[bytes], allowance: Allowance) -> Iterator[bytes]:
    """The pieces, as long as there is time: what takes long to undo is counted too."""
    for piece in pieces:
        allowance.left()
        yield piece


def _length(answer: Response) -> int:
    stated = answer.header("Content-Length") or ""
    return int(stated) if stated.isdigit() else 0  # h11 lets no other through, and none longer than 20 digits


def place(target: str) -> tuple[Key, str, str]:
    """Where to connect, what to ask for there, and under which name (RFC 9112, 3.2)."""
    parts = urlsplit(target)
    if QUAD.fullmatch(parts.hostname or "") and not is_literal(parts.hostname or ""):
        raise BadAddress(target, "four numbers that are no IPv4 address")  # resolvers read them in different ways
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (parts.scheme, parts.hostname or "", port), path, parts.netloc


def authorities() -> ssl.SSLContext:
    """Certificates and names are verified, by the operator's own authorities where SSL_CERT_FILE names them."""
    context = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def check(response: Response, *, now: dt.datetime) -> None:
    """Nothing where the answer may hold a page; raises by status what the answer means for the fetch."""
    status = response.status
    if 200 <= status < 300 and status not in NO_PAGE:
        return
    said = f"status {status} {_phrase(status)}".strip()
    if status == 410:
        raise Gone(response.address, said)
    if status == 404:
        raise NotFound(response.address, said)
    if status in (401, 403, 451):
        raise Forbidden(response.address, said)
    if status == 429:
        raise RateLimited(response.address, said, retry_after(response.header("Retry-After"), now))
    if status == 408 or status >= 500:
        raise ServerFailed(response.address, said, retry_after(response.header("Retry-After"), now))
    raise HttpError(response.address, said)


def _next(target: str, location: str) -> str:
    """The address that a Location header names. Read as Latin-1; what is not ASCII in it most often is UTF-8."""
    with suppress(UnicodeDecodeError):
        location = location.encode("latin-1").decode()
    try:
        return canonical(urljoin(target, link(location)))
    except ValueError as error:
        raise BadAddress(location[:200], str(error)) from error


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""

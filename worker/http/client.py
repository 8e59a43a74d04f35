"""One fetch: an address in, the answer out, within a deadline, a size and a number of redirects.

Every status is an answer; whether it is a page is judged by `check`, after the snapshot is stored.
"""

from __future__ import annotations

import datetime as dt
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

import httpcore
import httpx

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
from worker.http.caching import retry_after
from worker.http.canonical import canonical
from worker.http.guard import GuardedBackend, deadline, remaining

REDIRECTS = frozenset((301, 302, 303, 307, 308))
CHUNK_BYTES = 65_536
GZIP_OR_ZLIB = 47  # zlib: 32 (tell by the header) + 15 (largest window)
RAW_DEFLATE = -15  # what some servers send as deflate (RFC 9110, 8.4.1.2)
MAX_CONNECTIONS = 64

Fields = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered: headers as received, the body decompressed, the (status, address) of each redirect."""

    address: str
    final_address: str
    status: int
    headers: tuple[tuple[str, str], ...]
    redirects: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case of letters."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Fetcher:
    """Fetches over HTTP. Two pools, so that a connection made for a local source never serves a stranger's link."""

    def __init__(self, *, user_agent: str, timeout_seconds: float, max_bytes: int, max_redirects: int) -> None:
        self.timeout_seconds = timeout_seconds
        self.max_bytes = max_bytes
        self.max_redirects = max_redirects
        fixed = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate", "Accept": "*/*"}
        self._headers = [(name.encode(), value.encode()) for name, value in fixed.items()]
        self._transports = {local: _transport(open_guard=local) for local in (False, True)}

    def get(self, address: str, *, local: bool = False, headers: Mapping[str, str] | None = None) -> Response:
        """The answer, whatever its status; raises Unreachable, TimedOut, TooLarge, TooManyRedirects, BadAddress or
        ForbiddenAddress."""
        token = deadline.set(time.monotonic() + self.timeout_seconds)
        try:
            sent = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
            return self._follow(address, self._transports[local], [*self._headers, *sent])
        except httpx.InvalidURL as error:
            raise BadAddress(address, str(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TimedOut(address, f"no whole answer within {self.timeout_seconds:g} s") from error
        except (httpx.HTTPError, httpcore.ConnectError, ValueError, zlib.error) as error:
            raise Unreachable(address, f"{type(error).__name__}: {error}"[:300]) from error
        finally:
            deadline.reset(token)

    def close(self) -> None:
        """Closes the connections that were kept."""
        for transport in self._transports.values():
            transport.close()

    def _follow(self, address: str, transport: httpx.HTTPTransport, headers: Fields) -> Response:
        redirects: list[tuple[str, str]] = []
        target = canonical(address)
        while True:
            response = self._once(address, target, transport, headers, tuple(redirects))
            location = response.header("Location")
            if response.status not in REDIRECTS or not location:
                return response
            if len(redirects) >= self.max_redirects:
                raise TooManyRedirects(
                    address, f"more than {self.max_redirects} redirects, the last to {location[:200]}"
                )
            redirects.append((str(response.status), target))
            target = _next(target, location)
            if any(target == passed for _, passed in redirects):
                raise TooManyRedirects(address, f"the redirects run in a circle at {target}")

    def _once(
        self,
        address: str,
        target: str,
        transport: httpx.HTTPTransport,
        headers: Fields,
        redirects: tuple[tuple[str, str], ...],
    ) -> Response:
        # Not through httpx.Client: it would read Location in its own way, and keep cookies from fetch to fetch.
        answer = _ask(transport, httpx.Request("GET", target, headers=headers))
        with closing(answer):
            fields = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in answer.headers.raw)
            body = self._body(address, answer)
        return Response(address, target, answer.status_code, fields, redirects, body)

    def _body(self, address: str, answer: httpx.Response) -> bytes:
        parts, size = [], 0
        for part in _decoded(address, answer, self.max_bytes + 1):
            size += len(part)
            if size > self.max_bytes:
                raise TooLarge(address, f"more than {self.max_bytes:,} bytes once decompressed")
            parts.append(part)
        return b"".join(parts)


def check(response: Response, *, now: dt.datetime) -> None:
    """Nothing where the answer may hold a page; raises by status what the answer means for the fetch."""
    status = response.status
    if 200 <= status < 300:
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
        raise ServerFailed(response.address, said)
    raise HttpError(response.address, said)


def _transport(*, open_guard: bool) -> httpx.HTTPTransport:
    """No timeout of httpx's: the backend holds every operation to the deadline. No proxies: they pass the guard by."""
    transport = httpx.HTTPTransport()
    # httpx has no parameter for the network backend; its transport's pool is httpcore's own, which has one.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        network_backend=GuardedBackend(open_guard=open_guard),
        max_connections=MAX_CONNECTIONS,
    )
    return transport


def _ask(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
    """The answer; asked for once more where a kept connection turns out to be closed (RFC 9112, 9.3.1)."""
    try:
        return transport.handle_request(request)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        return transport.handle_request(request)


def _decoded(address: str, answer: httpx.Response, cap: int) -> Iterator[bytes]:
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    raw = _timed(answer.iter_raw(CHUNK_BYTES))
    if encoding in ("identity", ""):
        return raw
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(raw, cap, encoding)
    raise HttpError(address, f"content encoding {encoding[:40]!r}, which was not asked for")


def _timed(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        remaining(TimeoutError)
        yield part


def _inflated(parts: Iterator[bytes], cap: int, encoding: str) -> Iterator[bytes]:
    """The decompressed parts, none larger than `cap`, so that a bomb is seen before it goes off; raises zlib.error
    where they end in the middle."""
    inflate = None
    for part in parts:
        while part:
            inflate = inflate or zlib.decompressobj(_window(encoding, part))
            yield inflate.decompress(part, cap)
            part = inflate.unconsumed_tail
            if inflate.eof:  # gzip: another member may follow
                part, inflate = inflate.unused_data, None
    if inflate:
        yield inflate.flush()
        if not inflate.eof:
            raise zlib.error("the compressed body ends early")


def _window(encoding: str, start: bytes) -> int:
    has_header = len(start) > 1 and start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    return RAW_DEFLATE if encoding == "deflate" and not has_header else GZIP_OR_ZLIB


def _next(target: str, location: str) -> str:
    """The address that a Location header names. Read as Latin-1; what is not ASCII in it most often is UTF-8."""
    with suppress(UnicodeDecodeError):
        location = location.encode("latin-1").decode()
    try:
        return canonical(urljoin(target, location.strip()))
    except ValueError as error:
        raise BadAddress(location[:200], str(error)) from error


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""

"""Who may call: no page of a stranger in the operator's browser, and nobody without the token where there is one.

Bound to loopback and without a token, whoever is on this machine may. A page in a browser there could reach it too, by
a form, or by a name of its own that resolves to 127.0.0.1 (DNS rebinding): both are refused.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.settings import LOOPBACK

OPEN = frozenset(("/healthz", "/readyz"))  # whoever restarts us holds no token
SAFE = frozenset(("GET", "HEAD"))
ELSEWHERE = frozenset(("cross-site", "same-site"))  # a browser's Sec-Fetch-Site (W3C Fetch Metadata)
MOST_BYTES = 1_000_000


class Gate:
    """Passes on what may pass."""

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers by itself what may not pass."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            await refusal(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["path"] in OPEN:
            return None
        if self.token is not None:
            if not _is_bearer(headers.get("authorization", ""), self.token):
                return _refused(401, "a token is needed: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"})
        elif (name := _host(headers)) not in LOOPBACK:
            return _refused(421, f"served to this machine only, under its own names, not as {name!r}")
        return None if scope["method"] in SAFE else _unsafe(headers)


def _unsafe(headers: Headers) -> Response | None:
    """What a page or a form in a browser could send, and what is too large, is refused."""
    origin = headers.get("origin")
    if headers.get("sec-fetch-site") in ELSEWHERE or (origin and urlsplit(origin).netloc != headers.get("host")):
        return _refused(403, "called from a page of another origin")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _refused(415, "Content-Type must be application/json")
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not length.isdigit():  # beside a coding, the length would bound nothing
        return _refused(411, "Content-Length is needed")
    if int(length[:20]) > MOST_BYTES:
        return _refused(413, f"at most {MOST_BYTES:,} bytes")
    return None


def _is_bearer(given: str, token: str) -> bool:
    scheme, _, value = given.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(value.strip().encode(), token.encode())


def _host(headers: Headers) -> str:
    host = headers.get("host", "")
    try:
        return "" if "@" in host else urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _refused(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"detail": detail}, status, headers)

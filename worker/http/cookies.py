"""Cookies for the length of one fetch: a site that sends its visitors round until they bring one back is read.

Nothing is kept beyond the fetch and nothing is stored, so that no two fetches know of each other. Whom a cookie goes
back to is decided by the standard library's jar (the rules of RFC 2965 and of Netscape, as browsers began with).
"""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.request import Request

MOST_COOKIES = 50
MOST_BYTES = 8_192  # of one request's Cookie header: what servers take


class Cookies:
    """The cookies that this fetch was given so far."""

    def __init__(self) -> None:
        strict = DefaultCookiePolicy.DomainStrictNoDots | DefaultCookiePolicy.DomainStrictNonDomain
        self.jar = CookieJar(DefaultCookiePolicy(strict_ns_domain=strict, rfc2965=False))

    def take(self, address: str, headers: Iterable[tuple[str, str]]) -> None:
        """Remembers what the answer at this address sets; what makes no sense is passed over."""
        if len(self.jar) < MOST_COOKIES:
            self.jar.extract_cookies(_Answer(headers), Request(address))  # type: ignore[arg-type]  # noqa: S310

    def header(self, address: str) -> str | None:
        """The Cookie header for a request there, None where there is none to bring."""
        if not len(self.jar):
            return None
        request = Request(address)  # noqa: S310 - canonical addresses are http or https
        self.jar.add_cookie_header(request)
        value = request.get_header("Cookie")
        return value if value and len(value) <= MOST_BYTES and value.isascii() and value.isprintable() else None


class _Answer:
    """What the jar asks an answer for."""

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.message = Message()
        for name, value in headers:
            if name.lower() == "set-cookie" and len(value) <= MOST_BYTES:
                self.message["Set-Cookie"] = value

    def info(self) -> Message:
        return self.message

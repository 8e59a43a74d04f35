"""One story, one address: the form of an address under which an article is known."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from worker.errors import BadAddress

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
# Exact names that only tell who sent the reader, never what page is shown. `ref`, `source`, `cid` and the like are
# kept: on some sites they choose the article, and dropping them merges stories (seen with Media Cloud's rules).
TRACKING = frozenset(
    (
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "at_medium",
        "at_campaign",
    )
)
# A character that no address may hold as it is: a control character or white space inside it.
UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"


def canonical(address: str) -> str:
    """The address with scheme and host in lower case, without default port, fragment and tracking parameters; raises
    BadAddress for whatever is not a plain http or https address."""
    address = address.strip()
    if UNPRINTABLE.search(address):
        raise BadAddress(address, "white space or a control character inside the address")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadAddress(address, str(error)) from error
    if parts.scheme not in DEFAULT_PORTS:
        raise BadAddress(address, f"scheme {parts.scheme or 'missing'!r}: only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise BadAddress(address, "it holds credentials")
    host = _host(address, parts.hostname)
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe=SAFE_IN_PATH)
    return urlunsplit((parts.scheme, netloc, path, _query(parts.query), ""))


def _host(address: str, host: str | None) -> str:
    if not host:
        raise BadAddress(address, "no host")
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadAddress(address, f"host {host!r}: {error}") from error


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if not _tracking(key)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _tracking(key: str) -> bool:
    return key.lower().startswith(TRACKING_PREFIXES) or key.lower() in TRACKING

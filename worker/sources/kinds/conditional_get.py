"""One question to a source over HTTP: with the validators of the last poll, and what the answer says about the next."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from worker.http.caching import fresh_seconds
from worker.http.client import Response, check
from worker.sources.kinds.listing import Listing
from worker.store.sources import Source

NOT_MODIFIED = 304
PERMANENT = frozenset(("301", "308"))


class Getter(Protocol):
    """What the kinds of source need of the HTTP client."""

    def get(self, address: str, *, local: bool = False, headers: Mapping[str, str] | None = None) -> Response:
        """The answer, whatever its status."""
        ...


def ask(source: Source, fetcher: Getter, now: dt.datetime) -> tuple[Listing, Response]:
    """The answer, and a listing without entries that says how it was; `unchanged` by status or by the body's digest.
    Raises what the fetch raises, and what the status means."""
    validators = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    sent = {name: value for name, value in validators.items() if value}
    response = fetcher.get(source.address, local=source.local, headers=sent)
    not_modified = response.status == NOT_MODIFIED
    if not not_modified:
        check(response, now=now)
    digest = source.sha256 if not_modified else hashlib.sha256(response.body).hexdigest()
    said = Listing(
        etag=response.header("ETag") or (source.etag if not_modified else None),
        last_modified=response.header("Last-Modified") or (source.last_modified if not_modified else None),
        unchanged=not_modified or digest == source.sha256,
        status=response.status,
        sha256=digest,
        cache_seconds=fresh_seconds(response.headers, now),
        moved_to=moved_to(response.redirects, response.final_address),
    )
    return said, response


def moved_to(redirects: Sequence[tuple[str, str]], final: str) -> str | None:
    """Where the leading permanent redirects led: what follows a temporary one is no move (RFC 9110, 15.4)."""
    passed = [*(address for _, address in redirects), final]
    permanent = 0
    while permanent < len(redirects) and redirects[permanent][0] in PERMANENT:
        permanent += 1
    return passed[permanent] if permanent else None

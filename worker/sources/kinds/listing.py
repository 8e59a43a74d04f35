"""What one poll of a source finds."""

from __future__ import annotations

from dataclasses import dataclass

from worker.store.articles.entries import Entry


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries in the source's order, and what the answer said about the next poll. `unchanged`: the source said so,
    or its bytes are those of the last poll."""

    entries: tuple[Entry, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    status: int | None = None
    """Of the answer; None where nothing was asked over HTTP."""
    sha256: str | None = None
    """Of the answer's body."""
    declared_seconds: float | None = None
    """The interval that the feed itself asks for (RSS ttl, sy:updatePeriod)."""
    cache_seconds: float | None = None
    """For how long the answer is fresh (Cache-Control, Expires)."""
    moved_to: str | None = None
    """Where the leading permanent redirects (301, 308) led, if there were any."""
    left_out: int = 0
    """Entries that were only counted."""
    why_left_out: tuple[tuple[str, int], ...] = ()
    """Each reason for which something was left out, and how often; 0 where nobody counted."""

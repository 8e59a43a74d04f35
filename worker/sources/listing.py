"""What one poll of a source finds."""

from __future__ import annotations

from dataclasses import dataclass

from worker.store.articles import Entry


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries in the source's order, and the validators for the next poll. `unchanged`: the source said so."""

    entries: tuple[Entry, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False

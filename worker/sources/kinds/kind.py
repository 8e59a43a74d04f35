"""What a kind of source is: a function that lists, the options that it takes, where its address leads, how that which
it lists is fetched, and whether robots.txt binds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from worker.http.client import Response
from worker.sources.kinds.conditional_get import Getter
from worker.sources.kinds.listing import Listing
from worker.store.sources import Source

List = Callable[[Source, Getter, dt.datetime], Listing]


class Read(Protocol):
    """What is at an entry's address on this machine, as if it were an answer."""

    def __call__(self, address: str, *, max_bytes: int) -> Response:
        """Raises NotFound, TooLarge or Unreadable."""
        ...


class Options(BaseModel):
    """What the operator may set for sources of a kind; nothing where a kind says nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """Called like its function. `is_path`: its address is a place on this machine. `scheme` and `read`: what addresses
    of its entries begin with and how those are read from this machine, where they are not fetched over HTTP.
    `by_robots`: its own pages are there for people, so that robots.txt binds whoever polls it."""

    list: List
    options: type[Options] = Options
    is_path: bool = False
    scheme: str | None = None
    read: Read | None = None
    by_robots: bool = False

    def __call__(self, source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
        """What one poll of the source finds."""
        return self.list(source, fetcher, now)

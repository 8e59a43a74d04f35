"""What a kind of source is: a function that lists, the options that it takes, whether its address is a path, and
whether robots.txt binds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from worker.sources.kinds.ask import Getter
from worker.sources.kinds.listing import Listing
from worker.store.sources import Source

List = Callable[[Source, Getter, dt.datetime], Listing]


class Options(BaseModel):
    """What the operator may set for sources of a kind; nothing where a kind says nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """Called like its function. `is_path`: its address is a place on this machine. `by_robots`: it reads pages that are
    there for people, as a crawler does, so that robots.txt is asked first."""

    list: List
    options: type[Options] = Options
    is_path: bool = False
    by_robots: bool = False

    def __call__(self, source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
        """What one poll of the source finds."""
        return self.list(source, fetcher, now)

"""The kinds of source: one module a kind, each giving the entries that one poll finds.

A new kind is one module with a function of the shape `List`, and its line in `KINDS`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from worker.http.client import Fetcher
from worker.sources.feed import list_feed
from worker.sources.folder import list_folder
from worker.sources.listing import Listing
from worker.store.sources import Source

__all__ = ["KINDS", "Listing"]

List = Callable[[Source, Fetcher, dt.datetime], Listing]

KINDS: dict[str, List] = {"feed": list_feed, "folder": list_folder}

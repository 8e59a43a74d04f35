"""Folders of files: every regular file below one, known again by its path, new again when its size or time changes."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from worker.errors import Unreadable
from worker.sources.kinds.ask import Getter
from worker.sources.kinds.listing import Listing
from worker.store.articles.entries import Entry
from worker.store.sources import Source


def list_folder(source: Source, _: Getter, _now: dt.datetime) -> Listing:
    """The files below the folder, by path, hidden ones left out; raises Unreadable where it is none."""
    folder = path_of(source.address) if source.address.startswith("file:") else Path(source.address)
    if not folder.is_dir():
        raise Unreadable(source.address, "there is no such folder")
    return Listing(tuple(files_below(folder.resolve())))


def files_below(folder: Path) -> Iterable[Entry]:
    """An entry for each regular file below the folder, in the order of paths."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield file_entry(path)


def file_entry(path: Path) -> Entry:
    """The entry of one file: its address is its own, its fingerprint its size and time of change."""
    address = path.resolve().as_uri()
    try:
        stat = path.stat()
    except OSError:
        return Entry(address, address)  # the fetch will say what is wrong with it
    return Entry(address, address, fingerprint=f"{stat.st_size}-{stat.st_mtime_ns}")


def path_of(address: str) -> Path:
    """The path of a file: address, also where it is no UTF-8."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(address).path)))

"""What `wireroom ingest` is given becomes entries of a source of its own; their path is that of all others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from worker.errors import BadAddress, Unreadable
from worker.http.canonical import canonical
from worker.sources.check import unfound
from worker.sources.kinds.folder import file_entry, search
from worker.sources.kinds.warc import is_warc, pages_in
from worker.store import sources
from worker.store.articles import entries as article_entries
from worker.store.articles.entries import Entry
from worker.store.database import Database
from worker.store.sources import Source

SOURCE = Source(name="ingest", kind="ingest", address="", origin="ingest", note="What was given to wireroom ingest.")
LOCAL_SOURCE = Source(name="ingest-local", kind="ingest", address="", origin="ingest", local=True, note=SOURCE.note)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Given:
    """What the inputs came to: the addresses whose articles are due now, how many were known, and the inputs that are
    nothing."""

    due: tuple[str, ...]
    known: int
    faults: tuple[str, ...]


def give(inputs: Sequence[str], *, local: bool, database: Database, now: dt.datetime) -> Given:
    """Lists files, folders and addresses as entries; an input that is none of these is a fault, the rest goes on."""
    source = LOCAL_SOURCE if local else SOURCE
    faults: list[str] = []
    entries = [entry for each in inputs for entry in _entries(each, faults)]
    due: list[str] = []
    with database.write() as connection:
        sources.put(connection, source)
    for start in range(0, len(entries), BATCH):  # short transactions: the workers write too
        with database.write() as connection:
            due += [
                entry.address
                for entry in entries[start : start + BATCH]
                if article_entries.list_entry(connection, source.name, entry, now=now)
            ]
    return Given(tuple(due), len(entries) - len(due), tuple(faults))


def _entries(given: str, faults: list[str]) -> Iterator[Entry]:
    if "://" in given:
        yield from _address(given, faults)
        return
    path = Path(given).expanduser()
    if path.is_dir():
        yield from _folder(path, faults)
    elif path.is_file() and is_warc(path):
        yield from _archive(path, faults)
    elif path.exists():
        yield file_entry(path)
    else:
        faults.append(f"{given}: {unfound(given, 'file or folder')}")


def _folder(path: Path, faults: list[str]) -> Iterable[Entry]:
    found = search(path)
    if not found.entries:
        faults.append(f"{path}: the folder holds no files")
    faults += [f"{path}: {number} passed over: {reason}" for reason, number in found.passed_over]
    archives = {file.as_uri(): file for file in found.paths if is_warc(file)}  # of links only the refusal is counted
    for entry in found.entries:
        archive = archives.get(entry.address)
        yield from _archive(archive, faults) if archive else (entry,)


def _archive(path: Path, faults: list[str]) -> Iterable[Entry]:
    try:
        found = list(pages_in(path))
    except Unreadable as error:
        faults.append(f"{path}: {error.detail}")
        return []
    if not found:
        faults.append(f"{path}: the WARC file holds no pages")
    return found


def _address(given: str, faults: list[str]) -> Iterator[Entry]:
    try:
        address = canonical(given)
    except BadAddress as error:
        faults.append(f"{given}: {error.detail}")
        return
    yield Entry(address, address)

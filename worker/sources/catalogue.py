"""`sources.toml`: which sources there are, as the operator wrote them, and bringing the database in step with it."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from worker.errors import BadAddress
from worker.http.canonical import canonical
from worker.settings import Settings
from worker.sources import KINDS, over_http
from worker.store import sources
from worker.store.sources import Source

FROM_FILE = "file"
FEW = 3
LINE_SHOWN = 80
LINE_NAMED = re.compile(r"\(at line (?P<line>\d{1,9}),")
NAMES_SHOWN = 12
log = structlog.get_logger()


class CatalogueError(ValueError):
    """`sources.toml` cannot be used; the message names each fault."""


class TooManyPaused(CatalogueError):
    """More than a few of the sources that are polled now would be paused: perhaps by the wrong file."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        shown = ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
        super().__init__(
            f"{path} would pause {len(names)} sources that are polled now: {shown}. If that is meant, say --yes; "
            "else WIREROOM_SOURCES names the right file"
        )


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    kind: str
    address: str = Field(min_length=1)
    interval: int | None = Field(default=None, ge=1, le=2_592_000)
    paused: bool = False
    local: bool = False
    sample: bool = False
    note: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)


def read_catalogue(path: Path, settings: Settings) -> list[Source]:
    """The sources that the file lists; raises CatalogueError with every fault."""
    try:
        text = path.read_text(encoding="utf-8")
        written = tomllib.loads(text)
    except OSError as error:
        raise CatalogueError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path}: {error}{_line(text, str(error))}") from error
    except ValueError as error:
        raise CatalogueError(f"{path}: {error}") from error
    faults = [f"{name!r}: only [[source]] tables stand here" for name in written if name != "source"]
    entries = written.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append("'source': write [[source]], in double brackets, above each")
        entries = []
    found = [_source(number, entry, settings, faults) for number, entry in enumerate(entries, start=1)]
    names = [source.name for source in found if source]
    faults += [f"{name!r} is listed more than once" for name in sorted({n for n in names if names.count(n) > 1})]
    if faults:
        raise CatalogueError("\n".join(f"{path}: {fault}" for fault in faults))
    listed = [source for source in found if source]
    _tell_of_twins(listed)
    return listed


def synchronise(connection: sa.Connection, listed: Iterable[Source], *, samples: bool, now: dt.datetime) -> None:
    """Brings the database in step: what is listed is added or changed, what came from the file and is no longer listed
    is paused. Samples are polled only where `samples`: where the sample newsroom is served."""
    names = set()
    for source in listed:
        names.add(source.name)
        paused = source.paused or (source.sample and not samples)
        sources.put(connection, replace(source, paused=paused, due_at=now))
    gone = [s.name for s in sources.all_of(connection) if s.origin == FROM_FILE and s.name not in names]
    sources.pause(connection, gone, paused=True, held=False)


def polled_now(connection: sa.Connection) -> frozenset[str]:
    """The names of the sources that are polled, samples left out: those come and go with their newsroom."""
    every = sources.all_of(connection)
    return frozenset(each.name for each in every if not each.paused and not each.sample and each.due_at)


def same_place(source: Source, others: Iterable[Source]) -> tuple[str, ...]:
    """The names of other sources that list the same by the same options: one address under several names is polled, and
    its host asked, as often as it has names."""
    mine = place(source)
    return tuple(other.name for other in others if other.name != source.name and place(other) == mine)


def place(source: Source) -> tuple[object, ...]:
    """Where a source lists, whether it is written with or without TLS, "www." and a slash at its end."""
    address = source.address
    with suppress(BadAddress):
        address = canonical(over_http(address)).partition("://")[2].removeprefix("www.")
    return source.kind, address.rstrip("/"), repr(sorted((source.options or {}).items()))


def _tell_of_twins(found: Sequence[Source]) -> None:
    first: dict[tuple[object, ...], str] = {}
    for source in found:
        name = first.setdefault(place(source), source.name)
        if name != source.name:
            log.warning("catalogue.same_address", source=source.name, known_as=name, address=source.address)


def _source(number: int, written: Mapping[str, Any], settings: Settings, faults: list[str]) -> Source | None:
    label = str(written.get("name") or f"source {number}")
    try:
        entry = _Entry.model_validate(written)
    except ValidationError as error:
        faults += [f"{label}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return None
    if entry.kind not in KINDS:
        faults.append(f"{label}: kind {entry.kind!r} is none of {', '.join(sorted(KINDS))}")
        return None
    kind = KINDS[entry.kind]
    try:
        options = kind.options.model_validate(entry.options).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        faults += [f"{label}: options.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return None
    address = entry.address.replace("{newsroom}", settings.newsroom_address)
    if not kind.is_path and (fault := _no_address(address)):
        faults.append(f"{label}: address {fault}")
        return None
    return Source(
        name=entry.name,
        kind=entry.kind,
        address=str(Path(address).expanduser().absolute()) if kind.is_path else over_http(address),
        origin=FROM_FILE,
        paused=entry.paused,
        local=entry.local or kind.is_path,
        sample=entry.sample,
        interval_seconds=entry.interval,
        note=entry.note,
        options=options or None,
    )


def _no_address(address: str) -> str | None:
    """What is wrong with an address that no poll could ask."""
    try:
        canonical(over_http(address))
    except BadAddress as error:
        hint = "; write https:// before it" if "://" not in address else ""
        return f"{address!r}: {error.detail}{hint}"
    return None


def _line(text: str, fault: str) -> str:
    """The line that a fault names, since most often quotes are missing in it."""
    found = LINE_NAMED.search(fault)
    lines = text.splitlines()
    if found is None or not 0 < int(found["line"]) <= len(lines):
        return ""
    return f": {lines[int(found['line']) - 1].strip()[:LINE_SHOWN]} (texts stand in quotes)"

"""A source, of the words that name and describe it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from worker.cli.given.web_address import within
from worker.cli.show import wording
from worker.cli.show.console import Refused, known, now_utc, out, wired
from worker.engine.wiring import Wiring
from worker.errors import SchemaMismatch, WireroomError
from worker.sources import KINDS, address_of
from worker.sources.catalogue import FROM_FILE, same_place
from worker.sources.check import unfound
from worker.sources.discover import Offered, discover
from worker.store import sources
from worker.store.source_changes import REMOVED
from worker.store.sources import Source


def made(name: str, kind: str, address: str, *, local: bool, interval: int | None, options: Iterable[str]) -> Source:
    """A source that is due now; refuses a kind, a path or options that there are not."""
    known(kind, KINDS, "kind of source")
    if KINDS[kind].is_path and not Path(address).expanduser().exists():
        raise Refused(f"{address}: {unfound(address, 'folder' if kind == 'folder' else 'file or folder')}")
    given = dict(each.partition("=")[::2] for each in options)
    try:
        chosen = KINDS[kind].options.model_validate(given).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Refused(f"options of a {kind}: {'; '.join(faults)}") from error
    return Source(
        name=name,
        kind=kind,
        address=address_of(kind, address),
        local=local or KINDS[kind].is_path,
        interval_seconds=interval,
        options=chosen or None,
        due_at=now_utc(),
    )


def best_of(address: str, wiring: Wiring, *, local: bool) -> Offered:
    """The best of what is offered there, all of it told."""
    try:
        offered = discover(address, wiring.fetcher, local=local, now=now_utc())
    except WireroomError as error:
        raise Refused(
            f"{address}: {error.reason}: {error.detail}. To add it all the same, say what it is: --kind feed"
        ) from error
    for place, each in enumerate(offered):
        listed = wording.count(each.entries, "entry", "entries")
        out.print(f"{'also ' if place else ''}found {each.kind} {each.address}: {listed}; {each.how}")
    return offered[0]


def only_once(source: Source, others: Iterable[Source]) -> None:
    """Refuses what is a source already under another name: its host would be asked as often as it has names."""
    if twins := same_place(source, others):
        raise Refused(
            f"{source.address} is a source already: {', '.join(twins)}. To poll it under another name too, say --again"
        )


def reachable(source: Source) -> Source:
    """The source; refuses what the address guard would never let through."""
    if not source.local:
        within(source.address)
    return source


def in_place(connection: sa.Connection) -> list[Source]:
    """The sources that were not removed, by name."""
    return [each for each in sources.all_of(connection) if each.origin != REMOVED]


def named(connection: sa.Connection, name: str) -> Source:
    """The source of this name; refuses one that is not there."""
    source = sources.one(connection, name)
    if source is None or source.origin == REMOVED:
        known(name, [each.name for each in in_place(connection)], "source")
        raise Refused(f"there is no source {name!r}; see wireroom sources list")
    return source


def changeable(connection: sa.Connection, name: str) -> Source:
    """The source of this name; refuses one whose address, name or interval stands in a file."""
    source = named(connection, name)
    if source.origin == FROM_FILE:
        raise Refused(f"{name} stands in the sources file, which the next start reads again: change it there")
    return source


def where_there_are_any() -> list[Source]:
    """The sources of the database, for a command that does without one."""
    try:
        with wired()[1].database.read() as connection:
            return in_place(connection)
    except (Refused, SchemaMismatch, SQLAlchemyError, OSError):
        return []

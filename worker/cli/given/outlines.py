"""The feeds of an OPML file, taken in beside the sources that there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from worker.cli.given.given_source import in_place, made
from worker.errors import BadAddress, WireroomError
from worker.sources import KINDS
from worker.sources.catalogue import place
from worker.sources.opml import Outline
from worker.store import sources
from worker.store.sources import Source


@dataclass(frozen=True, slots=True)
class Imported:
    """How many became sources, how many are some already, and why the others were refused."""

    added: int
    known: int
    faults: tuple[str, ...]


def take_in(connection: sa.Connection, outlines: Iterable[Outline], *, local: bool, interval: int | None) -> Imported:
    """Adds what is no source yet, whatever it is called there and however its address is written."""
    places = {place(each) for each in in_place(connection)}
    added, known, faults = 0, 0, []
    for outline in outlines:
        try:
            source = _of(outline, local=local, interval=interval)
        except WireroomError as error:
            faults.append(f"{outline.name}: {error.detail}")
            continue
        if place(source) in places:
            known += 1
            continue
        places.add(place(source))
        sources.put(connection, source)
        added += 1
    return Imported(added, known, tuple(faults))


def _of(outline: Outline, *, local: bool, interval: int | None) -> Source:
    """The source of an outline; a path in a stranger's file is refused."""
    if outline.kind not in KINDS or KINDS[outline.kind].is_path:
        raise BadAddress(outline.address, f"a source of the kind {outline.kind!r} is not imported")
    return made(outline.name, outline.kind, outline.address, local=local, interval=interval, options=())

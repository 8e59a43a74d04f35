"""The extractors by name, in an order that respects what each needs, run one after another over one document.

    @extractor("quotes", version=2, needs=("people",))
    def quotes(reading: Reading) -> Iterator[Draft]: ...

An extractor is pure and sees the document, the analysis and the records of those it needs. One that fails is reported
in the result and stops nobody else.

Extractors of other installed distributions are named by their entry points in the group `wireroom.extractors`. They are
loaded here, when the extractors are first asked for, and not by the shell: what a process finds must not hang on how it
was started, as `versions` tells by the extractors which stored articles are outdated. They run after all of ours, so
that ours give the same records whatever else is installed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import EntryPoint, entry_points

from extractors.ids import record_id
from extractors.model import (
    Citation,
    Data,
    Date,
    Document,
    Draft,
    Event,
    ExtractorError,
    Instrument,
    Organisation,
    Person,
    Place,
    Quote,
    Record,
    Topic,
)
from extractors.reading import Reading

Run = Callable[[Reading], Iterable[Draft]]
GROUP = "wireroom.extractors"
"""The entry points by which other distributions name their extractors."""
# The name of an extractor, used with fullmatch: what the store has room for. yes: "colours"   no: "Colours"  "a.b"  ""
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
DATA_OF_KIND: Mapping[str, type[Data]] = {
    "citation": Citation, "person": Person, "organisation": Organisation, "place": Place, "instrument": Instrument,
    "date": Date, "quote": Quote, "topic": Topic, "event": Event,
}  # fmt: skip
"""What a record of each kind of ours says."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """A named, versioned extractor. Raise the version whenever the same document may give other records."""

    name: str
    version: int
    needs: tuple[str, ...]
    run: Run
    english: bool = True

    def reads(self, document: Document) -> bool:
        """Whether the document is in a language that it knows; where none is known, it is tried."""
        return not self.english or document.language in (None, "en")


@dataclass(frozen=True, slots=True)
class Plugin:
    """An extractor of another installed distribution, where it stands, and why it is not there; None where it is."""

    name: str
    place: str
    fault: str | None = None


class DuplicateExtractor(ValueError):
    """Two extractors claim one name."""


class UnfitExtractor(ValueError):
    """An extractor that cannot be registered, or gives what is not its to give."""


_EXTRACTORS: dict[str, Extractor] = {}


def extractor(name: str, *, version: int, needs: Sequence[str] = (), english: bool = True) -> Callable[[Run], Run]:
    """Registers the decorated function under `name`; raises DuplicateExtractor where the name is taken. What reads
    English only is not asked of documents in other languages."""

    def register(run: Run) -> Run:
        if not NAME.fullmatch(name):
            raise UnfitExtractor(f"extractor {name!r} in {run.__module__}: write its name in small letters, at most 40")
        if name in _EXTRACTORS:
            first = _EXTRACTORS[name].run.__module__
            raise DuplicateExtractor(f"extractor {name!r} of {run.__module__} is defined in {first} already")
        _EXTRACTORS[name] = Extractor(name, version, tuple(needs), run, english)
        return run

    return register


def registered() -> Mapping[str, Extractor]:
    """All extractors by name, each after those it needs, otherwise by name, so that the order is always the same: ours,
    then those of other distributions."""
    others = _others()
    ours = [each for each in _EXTRACTORS.values() if each.name not in others]
    return {name: _EXTRACTORS[name] for name in dict.fromkeys((*_in_order(ours), *_in_order(_EXTRACTORS.values())))}


def _in_order(extractors: Iterable[Extractor]) -> Iterable[str]:
    graph = TopologicalSorter({e.name: sorted(e.needs) for e in sorted(extractors, key=lambda e: e.name)})
    return graph.static_order()


@cache
def plugins() -> tuple[Plugin, ...]:
    """The extractors that other installed distributions name, by name: loaded once a process. One that cannot be loaded
    says why, and stops nobody else."""
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    found = tuple(_load(point) for point in points)
    lacking = _lacking({each.name for each in found if not each.fault})
    _forget(lacking)
    return tuple(replace(each, fault=each.fault or lacking.get(each.name)) for each in found)


def _others() -> frozenset[str]:
    """The names of the extractors that are not ours."""
    return frozenset(each.name for each in plugins() if not each.fault)


def _load(point: EntryPoint) -> Plugin:
    """Imports what the entry point names, which registers it; what fails leaves nothing registered."""
    place = f"{point.dist.name} {point.dist.version}, {point.value}" if point.dist else point.value
    before = set(_EXTRACTORS)
    try:
        run = point.load()
        if point.name not in _EXTRACTORS or _EXTRACTORS[point.name].run is not run:
            raise UnfitExtractor(f"{point.value} is no extractor that is registered as {point.name!r}")
    except (Exception, SystemExit) as error:
        _forget(each for each in set(_EXTRACTORS) - before if _EXTRACTORS[each].run.__module__ == point.module)
        return Plugin(point.name, place, f"{type(error).__name__}: {error}"[:300])
    return Plugin(point.name, place)


def _forget(names: Iterable[str]) -> None:
    for name in names:
        _EXTRACTORS.pop(name, None)


def _lacking(names: Collection[str]) -> dict[str, str]:
    """Of these extractors those that can never run, and why: they need what is not there, or one another."""
    ready = _EXTRACTORS.keys() - set(names)
    while more := {name for name in names if name not in ready and ready.issuperset(_EXTRACTORS[name].needs)}:
        ready |= more
    waiting = {name: sorted(set(_EXTRACTORS[name].needs) - ready) for name in names if name not in ready}
    return {name: f"it needs {', '.join(needs)}, which cannot run before it" for name, needs in waiting.items()}


def run_all(document: Document, article: str) -> tuple[tuple[Record, ...], tuple[ExtractorError, ...]]:
    """The records that all extractors find in the document, and the errors of those that failed, or were not there."""
    reading = Reading(document, article)
    errors = [
        ExtractorError(extractor=each.name, version=0, error=f"not loaded from {each.place}: {each.fault}"[:300])
        for each in plugins()
        if each.fault
    ]
    for each in registered().values():
        if not each.reads(document):
            continue
        try:
            reading.found.extend(_records(each, reading))
        except Exception as error:
            errors.append(
                ExtractorError(
                    extractor=each.name, version=each.version, error=f"{type(error).__name__}: {error}"[:300]
                )
            )
    return tuple(reading.found), tuple(errors)


def reading_for(name: str, document: Document, article: str) -> Reading:
    """The reading that an extractor is given, with the records of all before it, for who wants to look over its
    shoulder."""
    reading = Reading(document, article)
    for each in registered().values():
        if each.name == name:
            break
        if each.reads(document):
            reading.found.extend(_records(each, reading))
    return reading


def _records(each: Extractor, reading: Reading) -> list[Record]:
    return list(_identified(each, reading.article, each.run(reading)))


def _identified(each: Extractor, article: str, drafts: Iterable[Draft]) -> Iterator[Record]:
    seen: Counter[tuple[str, str]] = Counter()
    # Else a record of another distribution, of a kind of ours, could have the id of one of ours.
    before = f"{each.name} " if each.name in _others() else ""
    for draft in drafts:
        _check(each, draft)
        seen[draft.kind, draft.key] += 1
        ordinal = seen[draft.kind, draft.key]
        key = before + (draft.key if ordinal == 1 else f"{draft.key} #{ordinal}")
        yield Record(
            id=record_id(article, draft.kind, key),
            kind=draft.kind,
            extractor=each.name,
            version=each.version,
            span=draft.span,
            data=draft.data,
        )


def _check(each: Extractor, draft: Draft) -> None:
    """Raises where a record is not what its kind promises to whoever reads it."""
    expected = DATA_OF_KIND.get(draft.kind)
    if expected is None and draft.kind.partition(".")[0] != each.name:
        raise UnfitExtractor(f'kind {draft.kind!r} is not of {each.name!r}: its own kinds begin with "{each.name}."')
    if expected is not None and type(draft.data) is not expected:
        raise UnfitExtractor(f"kind {draft.kind!r} is told in {expected.__name__}, not in {type(draft.data).__name__}")

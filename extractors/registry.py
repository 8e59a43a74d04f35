"""The extractors by name, in an order that respects what each needs, run one after another over one document.

    @extractor("quotes", version=2, needs=("people",))
    def quotes(reading: Reading) -> Iterator[Draft]: ...

An extractor is pure and sees the document, the analysis and the records of those it needs. One that fails is reported
in the result and stops nobody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from extractors.ids import record_id
from extractors.model import Document, Draft, ExtractorError, Record
from extractors.reading import Reading

Run = Callable[[Reading], Iterable[Draft]]


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


class DuplicateExtractor(ValueError):
    """Two extractors claim one name."""


_EXTRACTORS: dict[str, Extractor] = {}


def extractor(name: str, *, version: int, needs: Sequence[str] = (), english: bool = True) -> Callable[[Run], Run]:
    """Registers the decorated function under `name`; raises DuplicateExtractor where the name is taken. What reads
    English only is not asked of documents in other languages."""

    def register(run: Run) -> Run:
        if name in _EXTRACTORS:
            raise DuplicateExtractor(f"extractor {name!r} is defined in {_EXTRACTORS[name].run.__module__} already")
        _EXTRACTORS[name] = Extractor(name, version, tuple(needs), run, english)
        return run

    return register


def registered() -> Mapping[str, Extractor]:
    """All extractors by name, each after those it needs, otherwise by name, so that the order is always the same."""
    graph = TopologicalSorter({e.name: sorted(e.needs) for e in sorted(_EXTRACTORS.values(), key=lambda e: e.name)})
    return {name: _EXTRACTORS[name] for name in graph.static_order()}


def run_all(document: Document, article: str) -> tuple[tuple[Record, ...], tuple[ExtractorError, ...]]:
    """The records that all extractors find in the document, and the errors of those that failed."""
    reading = Reading(document, article)
    errors: list[ExtractorError] = []
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
    for draft in drafts:
        seen[draft.kind, draft.key] += 1
        ordinal = seen[draft.kind, draft.key]
        key = draft.key if ordinal == 1 else f"{draft.key} #{ordinal}"
        yield Record(
            id=record_id(article, draft.kind, key),
            kind=draft.kind,
            extractor=each.name,
            version=each.version,
            span=draft.span,
            data=draft.data,
        )

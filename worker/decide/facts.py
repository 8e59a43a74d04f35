"""What an extraction found, in the JSON form in which it is compared, hashed, stored and told.

Here alone that JSON is made of the core's models, and read again. What was stored stays as it was written: a document
of years ago lacks the fields that came since, and is told without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # who only counts what is stored does not wait for the vocabulary
    from extractors import Document, Extraction, Learned, Span
    from extractors.model import Event

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Fact:
    """A record; `data` is what it says."""

    id: str
    kind: str
    extractor: str
    version: int
    span: Span
    data: JsonObject

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Fact:
        """The record that `written` gave."""
        start, end = written["span"]
        return cls(
            id=written["id"],
            kind=written["kind"],
            extractor=written["extractor"],
            version=written["version"],
            span=(start, end),
            data=written["data"],
        )

    @property
    def written(self) -> dict[str, Json]:
        """The record as JSON."""
        named = {name: getattr(self, name) for name in ("id", "kind", "extractor", "version")}
        return {**named, "span": list(self.span), "data": self.data}

    @property
    def event(self) -> Event:
        """What an event says; fields that this version does not know are passed over."""
        from extractors.model import Event

        return Event.model_validate(self.data, extra="ignore")


@dataclass(frozen=True, slots=True)
class Found:
    """An extraction, its document and records also as JSON; `learned`: the version of the table of its source's own
    lines that it was read with."""

    extraction: Extraction
    written: JsonObject
    facts: tuple[Fact, ...]
    learned: int

    @property
    def document(self) -> Document:
        """What was read."""
        return self.extraction.document


def found_in(extraction: Extraction, learned: Learned | None) -> Found:
    """The extraction with its JSON."""
    written = extraction.model_dump(mode="json")
    facts = tuple(map(Fact.read, written["records"]))
    return Found(extraction, written["document"], facts, learned.version if learned else 0)


def document_of(written: JsonObject) -> Document:
    """The document that was written so; fields that this version does not know are passed over."""
    from extractors import Document

    return Document.model_validate(written, extra="ignore")


def part(whole: JsonObject, name: str) -> JsonObject:
    """The object under that name; raises TypeError where there is something else."""
    found = whole[name]
    if not isinstance(found, Mapping):
        raise TypeError(f"{name} is no object but {type(found).__name__}")
    return found

"""The frame of every fact: what an extractor yields, what it becomes with an id, and all that one document gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, SerializeAsAny

from extractors.model.document import Document, Model, Span
from extractors.model.facts import Data

Kind = Literal["citation", "person", "organisation", "place", "instrument", "date", "quote", "topic", "event"]
OwnKind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$", max_length=20)]
"""A kind of an extractor that is not ours: its name, a dot and a word, so that no kind of ours to come is the same."""


class Draft(Model):
    """What an extractor yields: a fact without its id. `key` tells it from its siblings of the same kind in the
    article, and should hold what makes the fact what it is, not where in the text it stands, so that the id survives an
    edit."""

    kind: Kind | OwnKind
    span: Span
    key: str
    data: SerializeAsAny[Data]


class Record(Model):
    """One structured fact drawn from a document by one extractor, with a stable id."""

    id: str
    kind: Kind | OwnKind
    extractor: str
    version: int
    span: Span
    data: SerializeAsAny[Data]


class ExtractorError(Model):
    """An extractor that failed on this document; the others ran on."""

    extractor: str
    version: int
    error: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What is counted of one article: the keys of the lines at its ends, and digests of its longest paragraphs."""

    lines: tuple[str, ...]
    longest: tuple[str, ...]


class Extraction(Model):
    """All that one document gave: itself, its records in the order of extractors and text, and what ran.

    `ends` is for whoever learns a source's own lines; it is no part of the JSON.
    """

    document: Document
    records: tuple[Record, ...]
    extractors: dict[str, int]
    errors: tuple[ExtractorError, ...]
    ends: Ends | None = Field(default=None, exclude=True)

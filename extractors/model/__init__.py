"""The vocabulary: Document, Span and the record kinds, as frozen pydantic models.

Everything that leaves the core is one of these. The JSON of `Extraction` is a contract with whoever stores or reads it:
a field is added with a default, never renamed or taken away within a major version.
"""

from __future__ import annotations

from extractors.model.document import Document, Interval, Model, Precision, Published, Share, Span, Verdict
from extractors.model.event import Attribution, Event, EventDate, EventPlace, Evidence, Party, Status
from extractors.model.facts import (
    Citation,
    CitedItem,
    Data,
    Date,
    Instrument,
    Mention,
    Named,
    Organisation,
    Person,
    Place,
    Quote,
    Topic,
)
from extractors.model.records import Draft, Ends, Extraction, ExtractorError, Kind, OwnKind, Record

__all__ = [
    "Attribution",
    "Citation",
    "CitedItem",
    "Data",
    "Date",
    "Document",
    "Draft",
    "Ends",
    "Event",
    "EventDate",
    "EventPlace",
    "Evidence",
    "Extraction",
    "ExtractorError",
    "Instrument",
    "Interval",
    "Kind",
    "Mention",
    "Model",
    "Named",
    "Organisation",
    "OwnKind",
    "Party",
    "Person",
    "Place",
    "Precision",
    "Published",
    "Quote",
    "Record",
    "Share",
    "Span",
    "Status",
    "Topic",
    "Verdict",
]

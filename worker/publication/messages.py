"""Records -> CloudEvents 1.0 messages. What stands here is the contract with consumers; its schemas are in `schemas/`.

Message ids are made of the record's (or article's) id and revision, so that the same change has the same id whenever
and by whichever process it is published.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import Field

from extractors import Citation, Document, Event, Model, Person, Quote, Span
from worker.decide.changes import Change, Fact, FieldChange
from worker.store.outgoing.outbox import Outgoing

SOURCE = "/wireroom"
SCHEMA_VERSION = 1
DATA_OF_KIND: dict[str, type[Model]] = {"citation": Citation, "person": Person, "quote": Quote}
QUOTED_IN_ARTICLE = ("citation", "person", "organisation", "place", "instrument", "quote")

ArticleVerb = Literal["created", "updated", "withdrawn"]


class ArticleReference(Model):
    """The article that an event was found in."""

    id: str
    url: str | None
    title: str | None
    publication: str | None
    published: str | None = Field(description="first day on which it may have been published, ISO 8601; null: unknown")


class CitedSource(Model):
    """A citation that covers the event: its record id, its words, and who is cited."""

    id: str
    words: str
    citation: Citation


class ChangedField(Model):
    """One field that a new revision changed: its path (`date.start`; `paragraphs.3`; `records.ID.data.office`), as it
    stood in the revision before, and as it stands now; null where it did not or does not stand."""

    path: str
    before: Any
    now: Any


class EventMessage(Model):
    """`data` of wireroom.event.created, .updated and .retracted (then as it stood last)."""

    id: str = Field(description="record id, the same in every revision")
    revision: int
    backfill: bool = Field(description="true where the article was old when it was first listed")
    article: ArticleReference
    extractor: str
    version: int
    event: Event
    sentence: str = Field(description="the words of event.evidence.sentence")
    trigger: str = Field(description="the words of event.evidence.trigger")
    citations: tuple[CitedSource, ...]
    changes: tuple[ChangedField, ...] | None = Field(
        None, description="in .updated: the fields of `event` that changed"
    )


class ArticleRecord(Model):
    """A record of another kind than event, inside its article's message. Kinds may be added: pass over those that you
    do not know."""

    id: str
    kind: str
    extractor: str
    version: int
    span: Span
    data: dict[str, Any]


class ArticleMessage(Model):
    """`data` of wireroom.article.created, .updated and .withdrawn (then without records)."""

    id: str
    revision: int
    backfill: bool = Field(description="true where the article was old when it was first listed")
    document: Document
    records: tuple[ArticleRecord, ...]
    changes: tuple[ChangedField, ...] | None = Field(
        None, description="in .updated: the fields of `document`, paragraphs and records that changed"
    )


@dataclass(frozen=True, slots=True)
class Told:
    """An extraction as it is told to consumers: of which article, with which document and records, and when."""

    article: str
    document: Mapping[str, Any]
    facts: Sequence[Fact]
    backfill: bool
    time: dt.datetime


def article_message(
    verb: ArticleVerb, revision: int, told: Told, changes: Sequence[FieldChange] | None = None
) -> Outgoing:
    """The message that an article came, changed or went, with all its records but events."""
    inside = [fact for fact in told.facts if fact["kind"] in QUOTED_IN_ARTICLE]
    data = {
        "id": told.article, "revision": revision, "backfill": told.backfill, "document": told.document,
        "records": inside,
    } | _changes(changes)  # fmt: skip
    return _envelope("article", verb, told.article, revision, told, data)


def event_message(change: Change, fact: Fact, told: Told, changes: Sequence[FieldChange] | None = None) -> Outgoing:
    """The message that an event was created, updated or retracted, with its words and its sources."""
    document, event = told.document, fact["data"]
    text, published = str(document["text"]), document["published"]
    reference = {"id": told.article, "published": published["start"] if published else None}
    data = {
        "id": change.id,
        "revision": change.revision,
        "backfill": told.backfill,
        "article": reference | {name: document[name] for name in ("url", "title", "publication")},
        "extractor": fact["extractor"],
        "version": fact["version"],
        "event": event,
        "sentence": _words(text, event["evidence"]["sentence"]),
        "trigger": _words(text, event["evidence"]["trigger"]),
        "citations": [_cited(text, each) for each in told.facts if each["id"] in event["attribution"]["citations"]],
    } | _changes(changes)
    return _envelope("event", change.verb, change.id, change.revision, told, data)


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (2020-12) of each message's data by its file name, generated from the models above."""
    found = {"article": ArticleMessage.model_json_schema(mode="serialization"),
             "event": EventMessage.model_json_schema(mode="serialization")}  # fmt: skip
    _tell_kinds(found["article"]["$defs"])
    return {
        f"{name}.v{SCHEMA_VERSION}.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": schema_id(name),
            **_open(schema),
        }
        for name, schema in found.items()
    }


def schema_id(thing: str) -> str:
    """The name by which messages point to the schema of their data."""
    return f"urn:wireroom:schema:{thing}:v{SCHEMA_VERSION}"


def _tell_kinds(definitions: dict[str, Any]) -> None:
    """Says of each kind of record that has a model what its data are; those of others are any object."""
    told = []
    for kind, model in DATA_OF_KIND.items():
        schema = model.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        definitions[model.__name__] = schema
        of_kind = {"properties": {"kind": {"const": kind}}}
        told.append({"if": of_kind, "then": {"properties": {"data": {"$ref": f"#/$defs/{model.__name__}"}}}})
    definitions["ArticleRecord"]["allOf"] = told


def _open(schema: Any) -> Any:
    """The schema without its ban on unknown fields: ours refuse them, a consumer's must live with those to come."""
    if isinstance(schema, list):
        return [_open(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _open(value) for key, value in schema.items() if (key, value) != ("additionalProperties", False)}


def _envelope(thing: str, verb: str, identity: str, revision: int, told: Told, data: Mapping[str, Any]) -> Outgoing:
    message_id = f"{identity}:{revision}"
    kind = f"wireroom.{thing}.{verb}"
    event = {
        "specversion": "1.0",
        "id": message_id,
        "source": SOURCE,
        "type": kind,
        "subject": told.article,
        "time": told.time.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": schema_id(thing),
        "data": data,
    }
    return Outgoing(message_id, kind, told.article, json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def _changes(changes: Sequence[FieldChange] | None) -> dict[str, Any]:
    return {} if changes is None else {"changes": [asdict(each) for each in changes]}


def _cited(text: str, fact: Fact) -> dict[str, Any]:
    return {"id": fact["id"], "words": _words(text, fact["span"]), "citation": fact["data"]}


def _words(text: str, span: Sequence[int]) -> str:
    return text[span[0] : span[1]]

"""Records -> CloudEvents 1.0 messages. What stands here is the contract with consumers; its schemas are in `schemas/`.

Message ids are made of the record's (or article's) id and revision, so that the same change has the same id whenever
and by whichever process it is published.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field

from extractors.model import Citation, Document, Event, Model, Person, Quote, Span
from worker.decide.changes import Change, FieldChange
from worker.decide.facts import Fact, Json, JsonObject, document_of, part
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
    before: object
    now: object


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
    data: dict[str, object]


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


@dataclass(frozen=True)
class Told:
    """An extraction as it is told to consumers: of which article, with which document and records, and when."""

    article: str
    document: JsonObject
    facts: Sequence[Fact]
    backfill: bool
    time: dt.datetime

    @cached_property
    def page(self) -> Document:
        """The document, read."""
        return document_of(self.document)


def is_in_article(kind: str) -> bool:
    """Whether records of a kind are told in their article's message: those listed, and every kind that is not ours,
    which has a dot in its name."""
    return kind in QUOTED_IN_ARTICLE or "." in kind


def article_message(
    verb: ArticleVerb, revision: int, told: Told, changes: Sequence[FieldChange] | None = None
) -> Outgoing:
    """The message that an article came, changed or went, with all its records but events."""
    data: dict[str, Json] = {
        "id": told.article,
        "revision": revision,
        "backfill": told.backfill,
        "document": told.document,
        "records": [fact.written for fact in told.facts if is_in_article(fact.kind)],
        **_changes(changes),
    }
    return _envelope("article", verb, told.article, revision, told, data)


def event_message(change: Change, fact: Fact, told: Told, changes: Sequence[FieldChange] | None = None) -> Outgoing:
    """The message that an event was created, updated or retracted, with its words and its sources."""
    page, event = told.page, fact.event
    data: dict[str, Json] = {
        "id": change.id,
        "revision": change.revision,
        "backfill": told.backfill,
        "article": {
            "id": told.article,
            "published": page.published.start.isoformat() if page.published else None,
            "url": page.url,
            "title": page.title,
            "publication": page.publication,
        },
        "extractor": fact.extractor,
        "version": fact.version,
        "event": fact.data,
        "sentence": _words(page.text, event.evidence.sentence),
        "trigger": _words(page.text, event.evidence.trigger),
        "citations": [_cited(page.text, each) for each in told.facts if each.id in event.attribution.citations],
        **_changes(changes),
    }
    return _envelope("event", change.verb, change.id, change.revision, told, data)


def schemas() -> dict[str, dict[str, Json]]:
    """The JSON Schema (2020-12) of each message's data by its file name, generated from the models above."""
    found = {"article": ArticleMessage.model_json_schema(mode="serialization"),
             "event": EventMessage.model_json_schema(mode="serialization")}  # fmt: skip
    found["article"] |= {"$defs": _telling_kinds(found["article"]["$defs"])}
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


def _telling_kinds(definitions: JsonObject) -> JsonObject:
    """The definitions, and with them of each kind of record that has a model what its data are; those of others are any
    object."""
    told: list[Json] = []
    added: dict[str, Json] = {}
    for kind, model in DATA_OF_KIND.items():
        schema = model.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
        added |= schema.pop("$defs", {}) | {model.__name__: schema}
        of_kind = {"properties": {"kind": {"const": kind}}}
        told.append({"if": of_kind, "then": {"properties": {"data": {"$ref": f"#/$defs/{model.__name__}"}}}})
    return {**definitions, **added, "ArticleRecord": {**part(definitions, "ArticleRecord"), "allOf": told}}


def _open(schema: JsonObject) -> dict[str, Json]:
    """The schema without its ban on unknown fields: ours refuse them, a consumer's must live with those to come."""
    kept = {key: value for key, value in schema.items() if (key, value) != ("additionalProperties", False)}
    return {key: _opened(value) for key, value in kept.items()}


def _opened(value: Json) -> Json:
    if isinstance(value, Mapping):
        return _open(value)
    return [_opened(each) for each in value] if isinstance(value, list) else value


def _envelope(thing: str, verb: str, identity: str, revision: int, told: Told, data: JsonObject) -> Outgoing:
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


def _changes(changes: Sequence[FieldChange] | None) -> dict[str, Json]:
    return {} if changes is None else {"changes": [asdict(each) for each in changes]}


def _cited(text: str, fact: Fact) -> JsonObject:
    return {"id": fact.id, "words": _words(text, fact.span), "citation": fact.data}


def _words(text: str, span: Span) -> str:
    return text[span[0] : span[1]]

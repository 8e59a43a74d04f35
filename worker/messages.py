"""Records -> CloudEvents 1.0 messages. What stands here is the contract with consumers; its schemas are in `schemas/`.

Message ids are made of the record's (or article's) id and revision, so that the same change has the same id whenever
and by whichever process it is published.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from extractors.model import Citation, Document, Event, Model, Person, Span
from worker.changes import Change, Fact
from worker.store.outbox import Outgoing

SOURCE = "/wireroom"
SCHEMA_VERSION = 1
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


class ArticleRecord(Model):
    """A record of another kind than event, inside its article's message."""

    id: str
    kind: str
    extractor: str
    version: int
    span: Span
    data: Citation | Person | dict[str, Any]


class ArticleMessage(Model):
    """`data` of wireroom.article.created, .updated and .withdrawn (then without records)."""

    id: str
    revision: int
    backfill: bool = Field(description="true where the article was old when it was first listed")
    document: Document
    records: tuple[ArticleRecord, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An extraction as it is told to consumers: of which article, with which document and records, and when."""

    article: str
    document: Mapping[str, Any]
    facts: Sequence[Fact]
    backfill: bool
    time: dt.datetime


def article_message(verb: ArticleVerb, revision: int, told: Told) -> Outgoing:
    """The message that an article came, changed or went, with all its records but events."""
    inside = [fact for fact in told.facts if fact["kind"] in QUOTED_IN_ARTICLE]
    data = {
        "id": told.article, "revision": revision, "backfill": told.backfill, "document": told.document,
        "records": inside,
    }  # fmt: skip
    return _envelope("article", verb, told.article, revision, told, data)


def event_message(change: Change, fact: Fact, told: Told) -> Outgoing:
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
    }
    return _envelope("event", change.verb, change.id, change.revision, told, data)


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (2020-12) of each message's data by its file name, generated from the models above."""
    models: dict[str, type[Model]] = {"article": ArticleMessage, "event": EventMessage}
    return {
        f"{name}.v{SCHEMA_VERSION}.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": _schema(name),
            **model.model_json_schema(mode="serialization"),
        }
        for name, model in models.items()
    }


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
        "dataschema": _schema(thing),
        "data": data,
    }
    return Outgoing(message_id, kind, told.article, json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def _schema(thing: str) -> str:
    return f"urn:wireroom:schema:{thing}:v{SCHEMA_VERSION}"


def _cited(text: str, fact: Fact) -> dict[str, Any]:
    return {"id": fact["id"], "words": _words(text, fact["span"]), "citation": fact["data"]}


def _words(text: str, span: Sequence[int]) -> str:
    return text[span[0] : span[1]]

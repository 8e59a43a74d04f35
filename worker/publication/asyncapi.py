"""The AsyncAPI 3 document of the streams, generated from the messages' models: what a consumer's tools read."""

from __future__ import annotations

from worker.consume import DEAD, STREAM
from worker.decide.facts import Json
from worker.publication.messages import SCHEMA_VERSION, schema_id, schemas

CLOUDEVENTS = "application/cloudevents+json"
DRAFT = "application/schema+json;version=draft-2020-12"
TYPES = {
    "article": {
        "created": "An article came in, with its document and all its records but events.",
        "updated": "It says something else than in its last revision.",
        "withdrawn": "It stands no longer; so do its events, each of which has a message of its own.",
    },
    "event": {
        "created": "An event was found in an article.",
        "updated": "The same event, told otherwise than in its last revision.",
        "retracted": "It stands no longer; the data are those of its last revision.",
    },
}
DESCRIPTION = """\
A Redis stream. Each entry has the fields `id`, `type`, `subject` (the article's id) and `event`, the whole CloudEvents
1.0 message in JSON. Messages of one article stand in the order of its revisions. Delivery is at least once: `id` is the
same whenever the same change is told. Read it in a consumer group, or from a place of your own."""


def asyncapi() -> dict[str, Json]:
    """The document as JSON."""
    kinds = [(thing, verb) for thing, verbs in TYPES.items() for verb in verbs]
    named = {f"{thing}.{verb}": {"$ref": f"#/components/messages/{thing}.{verb}"} for thing, verb in kinds}
    channel = {"$ref": "#/channels/messages"}
    told = [{"$ref": f"#/channels/messages/messages/{name}"} for name in named]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wireroom",
            "version": f"{SCHEMA_VERSION}.0.0",
            "description": "News articles and the sourced events found in them. Guide: docs/consumers.md.",
        },
        "defaultContentType": CLOUDEVENTS,
        "servers": {"redis": {"host": "localhost:6379", "protocol": "redis",
                              "description": "Redis 7 or Valkey; yours is WIREROOM_REDIS_URL."}},
        "channels": {
            "messages": {"address": STREAM, "description": DESCRIPTION, "messages": named},
            "dead": {"address": DEAD, "messages": named,
                     "description": "What consumers could not handle: the same fields, with `group`, `reason`, "
                                    "`attempts`, `place` and `at`."},
        },
        "operations": {"tell": {"action": "send", "channel": channel, "messages": told,
                                "summary": "Wireroom appends each change of an article or event once."}},
        "components": {
            "messages": {f"{thing}.{verb}": _message(thing, verb) for thing, verb in kinds},
            "schemas": {thing: {"schemaFormat": DRAFT, "schema": _schema(thing)} for thing in TYPES},
        },
    }  # fmt: skip


def envelope(thing: str, verb: str, data: str = "") -> dict[str, Json]:
    """The JSON Schema of one type of message: the CloudEvents envelope round its data, whose schema is at `data`."""
    text: dict[str, Json] = {"type": "string", "minLength": 1}
    fields: dict[str, Json] = {
        "specversion": {"const": "1.0"},
        "id": {**text, "description": "record's (or article's) id, a colon, and its revision"},
        "source": {"type": "string", "format": "uri-reference"},
        "type": {"const": f"wireroom.{thing}.{verb}"},
        "subject": {**text, "description": "the article's id"},
        "time": {"type": "string", "format": "date-time", "description": "when the change was found"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"const": schema_id(thing)},
        "data": {"$ref": data or schema_id(thing)},
    }
    return {"type": "object", "properties": fields, "required": list(fields)}


def _schema(thing: str) -> Json:
    """The schema of a thing's data as a part of this document: tools resolve references from the document's root, so
    that those within the schema lead there, and it goes without the name that would make it a root of its own."""
    whole = schemas()[f"{thing}.v{SCHEMA_VERSION}.json"]
    return _rooted({name: value for name, value in whole.items() if name != "$id"}, _place(thing))


def _rooted(value: Json, place: str) -> Json:
    if isinstance(value, list):
        return [_rooted(each, place) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: place + each.removeprefix("#") if key == "$ref" and isinstance(each, str) else _rooted(each, place)
        for key, each in value.items()
    }


def _place(thing: str) -> str:
    return f"#/components/schemas/{thing}/schema"


def _message(thing: str, verb: str) -> dict[str, Json]:
    return {
        "name": f"wireroom.{thing}.{verb}",
        "summary": TYPES[thing][verb],
        "contentType": CLOUDEVENTS,
        "payload": {"schemaFormat": DRAFT, "schema": envelope(thing, verb, _place(thing))},
    }

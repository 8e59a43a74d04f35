"""Messages: the contract with consumers. Envelopes are CloudEvents 1.0, data follow the schemas that stand on disk."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from extractors import extract
from extractors.ids import article_id
from samples.server import SITE
from tests.contract import keeps_the_contract, on_disk
from tests.world import World
from worker.consume import Message
from worker.decide.changes import compare
from worker.decide.facts import found_in
from worker.publication.messages import Told, article_message, event_message, schemas

PAGES = sorted((SITE / "monitor" / "program").glob("*.html"))
NOW = dt.datetime(2024, 5, 1, 12, 0, 0, 250_000, tzinfo=dt.UTC)

TYPES = re.compile(r"wireroom\.(article\.(created|updated|withdrawn)|event\.(created|updated|retracted))")
IDENTITY = re.compile(r"[0-9a-f-]{36}:[1-9][0-9]*")
REQUIRED = {"specversion", "id", "source", "type"}  # CloudEvents 1.0, required context attributes
PROMISED = REQUIRED | {"subject", "time", "datacontenttype", "dataschema", "data"}


def validator(thing: str) -> Draft202012Validator:
    schema = json.loads(on_disk()[f"{thing}.v1.json"])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_one(name: str) -> None:
    """Draft 2020-12, with the name that messages point to."""
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    thing, version, _ = name.split(".")
    assert schema["$id"] == f"urn:wireroom:schema:{thing}:{version}"


def run(world: World) -> list[Message]:
    """Everything that is told when articles come, change and go."""
    inbox = world.settings.data / "in"
    inbox.mkdir()
    for page in PAGES:
        (inbox / page.name).write_bytes(page.read_bytes())
    world.source("inbox", str(inbox), "folder")
    world.settle()
    first, second = inbox / PAGES[0].name, inbox / PAGES[1].name
    first.write_text(
        first.read_text().replace("</title>", " (corrected)</title>").replace("</h1>", " (corrected)</h1>")
    )
    second.write_text("")
    world.later(700)
    world.settle()
    return world.messages()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_message_of_a_run_keeps_the_contract(world: World) -> None:
    """Articles and events that came, changed and went: envelope, schema, and words that stand where the spans say."""
    messages = run(world)
    assert {m.type for m in messages} >= {
        "wireroom.article.created", "wireroom.article.withdrawn", "wireroom.event.created", "wireroom.event.retracted",
    }  # fmt: skip
    validators = {thing: validator(thing) for thing in ("article", "event")}
    texts: dict[str, str] = {}
    for message in messages:
        thing = message.type.split(".")[1]
        keeps_the_envelope(message, thing)
        validators[thing].validate(message.event["data"])
        if thing == "article":
            texts[message.subject] = message.event["data"]["document"]["text"] or texts[message.subject]
        else:
            quotes_the_text(message.event["data"], texts[message.subject])


def keeps_the_envelope(message: Message, thing: str) -> None:
    event = message.event
    assert set(event) == PROMISED
    assert (event["specversion"], event["datacontenttype"], event["source"]) == (
        "1.0", "application/json", "/wireroom",
    )  # fmt: skip
    assert (message.id, message.type, message.subject) == (event["id"], event["type"], event["subject"])
    assert TYPES.fullmatch(event["type"])
    assert IDENTITY.fullmatch(event["id"])
    assert event["id"] == f"{event['data']['id']}:{event['data']['revision']}"
    assert event["dataschema"] == f"urn:wireroom:schema:{thing}:v1"
    assert dt.datetime.fromisoformat(event["time"]).utcoffset() == dt.timedelta()
    assert event["time"].endswith("Z")


def quotes_the_text(data: dict[str, Any], text: str) -> None:
    for name in ("sentence", "trigger"):
        start, end = data["event"]["evidence"][name]
        assert text[start:end] == data[name]
    assert [each["id"] for each in data["citations"]] == list(data["event"]["attribution"]["citations"])


def told(time: dt.datetime = NOW) -> Told:
    """The extraction of a sample page with events, as it is told."""
    address = "http://example.org/a"
    found = found_in(extract(PAGES[0].read_bytes(), url=address), None)
    return Told(article_id(address), found.written, found.facts, False, time)


def test_the_same_change_is_the_same_message() -> None:
    """Whichever process tells it: the same id, and the same bytes but for the time."""
    (event, *_) = [fact for fact in told().facts if fact.kind == "event"]
    (change,) = compare([], [event])
    one, other = (event_message(change, event, told(NOW + dt.timedelta(hours=n))) for n in (0, 1))
    assert one.message_id == other.message_id == f"{event.id}:1"
    assert one.payload.replace('"2024-05-01T12', '"2024-05-01T13') == other.payload
    assert json.loads(one.payload)["time"] == "2024-05-01T12:00:00.250000Z"


def test_an_article_tells_its_records_but_not_its_events() -> None:
    """Events have messages of their own."""
    out = article_message("created", 1, told())
    kinds = {record["kind"] for record in json.loads(out.payload)["data"]["records"]}
    assert kinds
    assert "event" not in kinds
    assert out.subject == told().article


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("revision"),
        lambda data: data["document"].update(verdict="perhaps"),
        lambda data: data["document"].pop("text"),
        lambda data: data["records"][0]["data"].clear(),
    ],
    ids=["a field is missing", "an unknown verdict", "no text", "a record without its data"],
)
def test_the_schema_refuses_what_is_not_promised(change: Any) -> None:
    """It says what each kind of record holds, too."""
    out = article_message("created", 1, told())
    data = json.loads(out.payload)["data"]
    validator("article").validate(data)
    change(data)
    with pytest.raises(ValidationError):
        validator("article").validate(data)


def test_a_field_that_is_not_known_breaks_our_tests_and_no_consumer() -> None:
    """Schemas are open, so that fields may be added within a version; what we send is held to the models."""
    event = json.loads(article_message("created", 1, told()).payload)
    event["data"]["extra"] = 1
    validator("article").validate(event["data"])
    with pytest.raises(ValueError, match="extra"):
        keeps_the_contract(event)

"""The contract on the wire: what version 1 promises, in schemas, golden messages and the AsyncAPI document, and as a
client in another language sees it."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from tests.contract import FROZEN, GOLDEN, SCHEMAS, breaks, generated, keeps_the_contract, on_disk, types
from worker.consume import DEAD, STREAM
from worker.publication.stream import Stream
from worker.store.outgoing.outbox import Waiting

TESTS = Path(__file__).parents[1]
FROZEN_SCHEMAS = {name: json.loads(text) for name, text in on_disk(FROZEN).items()}
GOLDEN_MESSAGES = {name: json.loads(text) for name, text in on_disk(GOLDEN).items()}


def document() -> dict[str, Any]:
    return json.loads(on_disk()["asyncapi.json"])


def test_what_is_shipped_is_what_the_models_say() -> None:
    """A change of the contract shows in a diff of these files, and is never made by accident."""
    assert on_disk() == generated(), "run `python -m tests.contract`, and say in CHANGELOG.md what changed"


@pytest.mark.parametrize("name", sorted(FROZEN_SCHEMAS))
def test_no_consumer_of_version_1_notices_a_change(name: str) -> None:
    """Nothing is removed, renamed, retyped, widened or newly required; what is added may be missing."""
    new = json.loads(on_disk()[name])
    found = list(breaks(FROZEN_SCHEMAS[name], new))
    assert found == [], "this needs a version 2 (before the first release: python -m tests.contract --freeze)"


def removed(schema: Any) -> None:
    del schema["$defs"]["Party"]["properties"]["sector"]


def renamed(schema: Any) -> None:
    schema["properties"]["edition"] = schema["properties"].pop("revision")


def retyped(schema: Any) -> None:
    schema["properties"]["revision"]["type"] = "string"


def nullable(schema: Any) -> None:
    schema["properties"]["sentence"] = {"anyOf": [schema["properties"]["sentence"], {"type": "null"}]}


def optional(schema: Any) -> None:
    schema["required"].remove("trigger")


def required(schema: Any) -> None:
    schema["properties"]["shard"] = {"type": "integer"}
    schema["required"].append("shard")


def another_value(schema: Any) -> None:
    schema["$defs"]["Event"]["properties"]["status"]["enum"].append("rumoured")


def a_value_less(schema: Any) -> None:
    schema["$defs"]["Event"]["properties"]["status"]["enum"].remove("future")


def another_bound(schema: Any) -> None:
    schema["$defs"]["Event"]["properties"]["score"]["maximum"] = 100


def a_new_bound(schema: Any) -> None:
    schema["properties"]["sentence"]["maxLength"] = 500


@pytest.mark.parametrize(
    "change",
    [removed, renamed, retyped, nullable, optional, required, another_value, a_value_less, another_bound, a_new_bound],
    ids=lambda each: each.__name__,
)
def test_a_change_that_a_consumer_would_notice_is_found(change: Callable[[Any], None]) -> None:
    """The guard guards."""
    changed = copy.deepcopy(FROZEN_SCHEMAS["event.v1.json"])
    change(changed)
    assert list(breaks(FROZEN_SCHEMAS["event.v1.json"], changed))


def test_a_new_field_that_may_be_missing_is_no_break() -> None:
    """Nor is another description."""
    changed = copy.deepcopy(FROZEN_SCHEMAS["event.v1.json"])
    changed["properties"]["shard"] = {"type": "integer", "description": "new"}
    changed["$defs"]["Party"]["properties"]["age"] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    changed["$defs"]["Party"]["description"] = "otherwise"
    assert list(breaks(FROZEN_SCHEMAS["event.v1.json"], changed)) == []
    Draft202012Validator(FROZEN_SCHEMAS["event.v1.json"]).validate(
        GOLDEN_MESSAGES["event.created.json"]["data"] | {"shard": 1}
    )


def test_there_is_a_golden_message_of_each_type() -> None:
    """Made from our own articles."""
    assert set(GOLDEN_MESSAGES) == {f"{thing}.{verb}.json" for thing, verb in types()}
    assert {each["type"] for each in GOLDEN_MESSAGES.values()} == {
        f"wireroom.{thing}.{verb}" for thing, verb in types()
    }


@pytest.mark.parametrize("name", sorted(GOLDEN_MESSAGES))
def test_a_message_told_long_ago_is_still_one(name: str) -> None:
    """The outbox keeps messages as they were told, and a replay tells them again."""
    keeps_the_contract(GOLDEN_MESSAGES[name])
    read = JSONFormat().read(None, json.dumps(GOLDEN_MESSAGES[name]))  # by the standard's own library
    assert (read.get_id(), read.get_type()) == (GOLDEN_MESSAGES[name]["id"], GOLDEN_MESSAGES[name]["type"])
    assert read.get_data() == GOLDEN_MESSAGES[name]["data"]


def test_the_streams_are_documented() -> None:
    """Every type of message, on the stream that carries it; every reference leads somewhere."""
    told = document()
    assert {channel["address"] for channel in told["channels"].values()} == {STREAM, DEAD}
    assert {each["name"] for each in told["components"]["messages"].values()} == {
        f"wireroom.{thing}.{verb}" for thing, verb in types()
    }
    for reference in references(told):
        target: Any = told
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
    for each in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(each["schema"])


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for each in value.values() for found in references(each)]
    return []


def test_the_asyncapi_document_is_one(tmp_path: Path) -> None:
    """By the standard's own parser, which generators and viewers stand on."""
    assert faults_of(SCHEMAS / "asyncapi.json") == []
    for break_it in (shouted, pointing_nowhere, without_address):
        broken = document()
        break_it(broken)
        (tmp_path / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
        assert faults_of(tmp_path / "broken.json"), break_it.__name__


def shouted(told: Any) -> None:
    told["operations"]["tell"]["action"] = "shout"


def pointing_nowhere(told: Any) -> None:
    told["components"]["schemas"]["event"]["schema"]["$defs"].pop("Party")


def without_address(told: Any) -> None:
    told["servers"]["redis"].pop("host")


def faults_of(path: Path) -> list[str]:
    return json.loads(node("asyncapi.mjs", str(path)).stdout)


def node(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a script of tests/clients said."""
    program = shutil.which("node")
    if program is None or not (TESTS / "node_modules").exists():
        pytest.skip("Node and its packages are not there: make test, or npm ci --prefix tests")
    command = [str(program), str(TESTS / "clients" / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done


def test_a_client_in_another_language_reads_the_stream(stream: Stream) -> None:
    """It knows the name of the stream and the schemas on disk, and finds nothing that they do not say."""
    messages = [
        Waiting(n, each["id"], each["type"], each["subject"], json.dumps(each, ensure_ascii=False))
        for n, each in enumerate(GOLDEN_MESSAGES.values(), 1)
    ]
    stream.append(messages)
    code, told = read_by_node(stream)
    assert told == [{"id": each.message_id, "type": each.type, "faults": []} for each in messages]
    assert code == 0
    stream.append([Waiting(99, "99:1", "t", "s", messages[0].payload.replace('"wireroom.', '"wirerum.'))])
    broken = copy.deepcopy(GOLDEN_MESSAGES["event.created.json"])
    broken["data"]["event"]["status"] = "rumoured"
    stream.append([Waiting(100, broken["id"] + "0", broken["type"], broken["subject"], json.dumps(broken))])
    code, told = read_by_node(stream)
    assert (code, [bool(each["faults"]) for each in told[-2:]]) == (1, [True, True])


def read_by_node(stream: Stream) -> tuple[int, list[dict[str, Any]]]:
    address = stream.client.connection_pool.connection_kwargs["path"]
    done = node("reader.mjs", address, str(SCHEMAS), STREAM)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

"""The contract with consumers, checked: `python -m tests.contract` writes schemas and AsyncAPI document again from the
models; with --freeze also the copy of version 1 that the compatibility test compares with (never after a release)."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

import worker
from worker.publication.asyncapi import TYPES, asyncapi, envelope
from worker.publication.messages import ArticleMessage, EventMessage, schemas

SCHEMAS = Path(worker.__file__).parent / "schemas"
SAMPLES = Path(__file__).parent / "samples" / "contract"
FROZEN = SAMPLES / "v1"
GOLDEN = SAMPLES / "messages"
NOTES = {"title", "description", "examples", "$comment", "default"}
MODELS = {"article": ArticleMessage, "event": EventMessage}


def generated() -> dict[str, str]:
    """What must stand in worker/schemas/, by file name."""
    documents = {**schemas(), "asyncapi.json": asyncapi()}
    return {name: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for name, each in documents.items()}


def on_disk(folder: Path = SCHEMAS) -> dict[str, str]:
    """What stands there."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))}


@cache
def validator(thing: str, verb: str) -> Draft202012Validator:
    """For whole messages of one type, by the schemas as they are shipped."""
    shipped = [json.loads(text) for name, text in on_disk().items() if name != "asyncapi.json"]
    registry: Registry[Any] = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in shipped)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **envelope(thing, verb)}
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def keeps_the_contract(event: Mapping[str, Any]) -> None:
    """Raises where a message is not as its schema says, or says more than the schema knows: consumers' schemas are open
    to fields to come, ours are not."""
    _, thing, verb = event["type"].split(".")
    validator(thing, verb).validate(event)
    MODELS[thing].model_validate_json(json.dumps(event["data"]))


def breaks(old: Any, new: Any, path: str = "$") -> Iterator[str]:
    """Every change from one schema to another that somebody who reads or validates by the old one would notice, or that
    would make an old message, told again, break the new one. A new field that may be missing is none."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _object_breaks(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and path.endswith((".anyOf", ".oneOf", ".prefixItems")):
        if len(old) != len(new):
            yield f"{path}: {len(old)} alternatives became {len(new)}"
        for number, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from breaks(one, other, f"{path}[{number}]")
    elif _sorted(old) != _sorted(new):
        yield f"{path}: {json.dumps(old)[:80]} became {json.dumps(new)[:80]}"


def _object_breaks(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[str]:
    names = path.endswith((".properties", ".$defs"))
    for key in sorted({*old, *new}):
        if key in NOTES and not names:
            continue
        if key not in new:
            yield f"{path}.{key}: is gone"
        elif key in old:
            yield from breaks(old[key], new[key], f"{path}.{key}")
        elif not names:
            yield f"{path}.{key}: is new, and narrows what may come"


def _sorted(value: Any) -> Any:
    return sorted(value, key=json.dumps) if isinstance(value, list) else value


def types() -> list[tuple[str, str]]:
    """Every type of message as (thing, verb)."""
    return [(thing, verb) for thing, verbs in TYPES.items() for verb in verbs]


if __name__ == "__main__":
    for name, text in generated().items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
    if "--freeze" in sys.argv:
        for path in SCHEMAS.glob("*.v1.json"):
            shutil.copy(path, FROZEN)

"""What a new extraction changes against what is stored. Pure: the decision of what is published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Fact = Mapping[str, Any]
"""A record in its JSON form: id, kind, extractor, version, span, data."""

Verb = Literal["created", "updated", "retracted"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a record that was extracted before."""

    id: str
    kind: str
    revision: int
    hash: str
    retracted: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change and the revision it rises to."""

    verb: Verb
    id: str
    kind: str
    revision: int
    hash: str


def compare(stored: Iterable[Stored], found: Sequence[Fact]) -> list[Change]:
    """What changed: found and unknown (or retracted before) is created, found with other content is updated, stored and
    no longer found is retracted. Revisions only rise; what is the same is not mentioned."""
    before = {each.id: each for each in stored}
    now = {str(fact["id"]) for fact in found}
    changes = [change for fact in found if (change := _found(before.get(str(fact["id"])), fact))]
    gone = (each for each in before.values() if not each.retracted and each.id not in now)
    return changes + [Change("retracted", each.id, each.kind, each.revision + 1, each.hash) for each in gone]


def content_hash(content: Any) -> str:
    """The SHA-256 of a JSON value, the same whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fact_hash(fact: Fact) -> str:
    """The hash of what a record says. Which extractor and version said it is left out: a new version that finds the
    same changes nothing for a consumer."""
    return content_hash([fact["kind"], fact["span"], fact["data"]])


def _found(before: Stored | None, fact: Fact) -> Change | None:
    digest = fact_hash(fact)
    if before and not before.retracted and before.hash == digest:
        return None
    verb: Verb = "updated" if before and not before.retracted else "created"
    return Change(verb, str(fact["id"]), str(fact["kind"]), before.revision + 1 if before else 1, digest)

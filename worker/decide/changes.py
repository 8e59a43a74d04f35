"""What a new extraction changes against what is stored. Pure: the decision of what is published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from worker.decide.facts import Fact, Json, JsonObject, document_of

Verb = Literal["created", "updated", "retracted"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it was extracted last, and under which revision it stands or was retracted."""

    fact: Fact
    revision: int
    hash: str
    retracted: bool
    position: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change and the revision it rises to."""

    verb: Verb
    id: str
    kind: str
    revision: int
    hash: str
    extractor: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field by its path (`date.start`), as it stood and as it stands; null where it did not or does not stand."""

    path: str
    before: Json
    now: Json


def compare(stored: Iterable[Stored], found: Sequence[Fact]) -> list[Change]:
    """What changed: found and unknown (or retracted before) is created, found with other content is updated, stored and
    no longer found is retracted. Revisions only rise; what is the same is not mentioned."""
    before = {each.fact.id: each for each in stored}
    now = {fact.id for fact in found}
    changes = [change for fact in found if (change := _found(before.get(fact.id), fact))]
    gone = (each for each in before.values() if not each.retracted and each.fact.id not in now)
    return changes + [_retracted(each) for each in gone]


def differences(before: Json, now: Json, path: str = "") -> Iterator[FieldChange]:
    """The fields that differ between two JSON values; a list is one field, since its places say little."""
    if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
        if before != now:
            yield FieldChange(path, before, now)
        return
    for name in dict.fromkeys((*before, *now)):
        yield from differences(before.get(name), now.get(name), f"{path}.{name}" if path else name)


def document_differences(before: JsonObject, now: JsonObject) -> Iterator[FieldChange]:
    """What differs between two documents, paragraph by paragraph. The bytes' digest and the stated time of change
    are left out: they change with every advertisement on the page."""
    told, is_told = ({name: each[name] for name in each if name not in IN_PARAGRAPHS} for each in (before, now))
    yield from differences(told, is_told)
    old, new = _paragraphs(before), _paragraphs(now)
    for what, old_start, old_end, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            gone, come = old[old_start:old_end], new[start:end]
            for at in range(max(len(gone), len(come))):
                was, is_now = (part[at] if at < len(part) else None for part in (gone, come))
                yield FieldChange(f"paragraphs.{start + at if is_now else old_start + at}", was, is_now)


def record_differences(before: Sequence[Fact], now: Sequence[Fact]) -> Iterator[FieldChange]:
    """What differs between the records of two extractions, each by its id."""
    old, new = ({fact.id: _said(fact) for fact in facts} for facts in (before, now))
    for identity in dict.fromkeys((*old, *new)):
        yield from differences(old.get(identity), new.get(identity), f"records.{identity}")


IN_PARAGRAPHS = ("text", "paragraphs", "sha256", "modified")


def _said(fact: Fact) -> JsonObject:
    return {"kind": fact.kind, "span": list(fact.span), "data": fact.data}


def _paragraphs(written: JsonObject) -> list[str]:
    document = document_of(written)
    return [document.text[start:end] for start, end in document.paragraphs]


def content_hash(content: Json) -> str:
    """The SHA-256 of a JSON value, the same whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fact_hash(fact: Fact) -> str:
    """The hash of what a record says. Which extractor and version said it is left out: a new version that finds the
    same changes nothing for a consumer."""
    return content_hash([fact.kind, fact.span, fact.data])


def _found(before: Stored | None, fact: Fact) -> Change | None:
    digest = fact_hash(fact)
    if before and not before.retracted and before.hash == digest:
        return None
    verb: Verb = "updated" if before and not before.retracted else "created"
    revision = before.revision + 1 if before else 1
    return Change(verb, fact.id, fact.kind, revision, digest, fact.extractor)


def _retracted(each: Stored) -> Change:
    fact = each.fact
    return Change("retracted", fact.id, fact.kind, each.revision + 1, each.hash, fact.extractor)

"""A new extraction of an article -> its next revision: what changed, and the messages that tell of it.

`revise` only reads, so that a dry run can show what would change; `keep` stores what it found, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from extractors import Verdict
from worker.decide.changes import (
    Change,
    FieldChange,
    Stored,
    compare,
    content_hash,
    differences,
    document_differences,
    record_differences,
)
from worker.decide.facts import Fact, Found
from worker.publication.messages import ArticleVerb, Told, article_message, event_message, is_in_article
from worker.store import records
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing
from worker.store.records import StoredDocument


@dataclass(frozen=True, slots=True)
class Revision:
    """What an extraction makes of an article: what stood before, what is told, what changed, and how it is told."""

    told: Told
    before: Told | None
    """As it stood; None where nothing stood."""
    stored: tuple[Stored, ...]
    changes: tuple[Change, ...]
    verb: ArticleVerb | None
    """What happened to the article as its consumers see it; None: nothing."""
    number: int
    hash: str
    is_article: bool
    messages: tuple[Outgoing, ...]

    @property
    def tally(self) -> Counter[str]:
        """How often what happened: "article updated", "event coder created" … (kind, extractor, verb)."""
        counted = Counter(f"{each.kind} {each.extractor} {each.verb}" for each in self.changes)
        counted[f"article {self.verb or 'unchanged'}"] += 1
        return counted


def revise(connection: sa.Connection, article: str, found: Found, *, backfill: bool, now: dt.datetime) -> Revision:
    """What this extraction changes; nothing is written."""
    told = Told(article, found.written, (*found.facts, *_standing(connection, article, found)), backfill, now)
    return _revision(connection, told, is_article=found.document.verdict is Verdict.ARTICLE)


def _standing(connection: sa.Connection, article: str, found: Found) -> Iterator[Fact]:
    """The records that stay as they stood: of extractors that failed this time, as long as the text is the same. That
    one broke says nothing of what it had found."""
    failed = {each.extractor for each in found.extraction.errors}
    row = records.stored_document(connection, article) if failed else None
    if row is not None and row.data.get("text") == found.written["text"]:
        stood = (each.fact for each in records.stored_records(connection, article) if not each.retracted)
        yield from (fact for fact in stood if fact.extractor in failed)


def withdraw(connection: sa.Connection, article: str, *, backfill: bool, now: dt.datetime) -> Revision | None:
    """What it changes that the article is gone for good, with all its records; None where none was published."""
    row = records.stored_document(connection, article)
    if row is None or row.withdrawn:
        return None
    return _revision(connection, Told(article, row.data, (), backfill, now), is_article=False)


def keep(connection: sa.Connection, revision: Revision, *, snapshot_id: int | None, found: Found) -> int:
    """Stores document, records and messages of a revision; how many messages were added."""
    told = revision.told
    records.put_records(connection, told.article, revision.stored, told.facts, revision.changes)
    beside: dict[str, object] = {
        "snapshot_id": snapshot_id, "revision": revision.number, "hash": revision.hash,
        "withdrawn": not revision.is_article, "extractors": found.extraction.extractors,
        "errors": [each.model_dump(mode="json") for each in found.extraction.errors],
        "extracted_at": told.time, "learned": found.learned,
    }  # fmt: skip
    if revision.before and revision.before.document == told.document:
        records.touch_document(connection, told.article, **beside)
    else:
        records.put_document(connection, told.article, data=told.document, **beside)
    return outbox.put(connection, revision.messages, now=told.time)


def keep_withdrawal(connection: sa.Connection, revision: Revision) -> int:
    """Stores that the article is gone: its document stays, marked; how many messages were added."""
    told = revision.told
    records.put_records(connection, told.article, revision.stored, (), revision.changes)
    records.mark_withdrawn(connection, told.article, revision=revision.number)
    return outbox.put(connection, revision.messages, now=told.time)


def _revision(connection: sa.Connection, told: Told, *, is_article: bool) -> Revision:
    row = records.stored_document(connection, told.article)
    stored = tuple(records.stored_records(connection, told.article))
    stood = tuple(each.fact for each in stored if not each.retracted)
    before = replace(told, document=row.data, facts=stood) if row else None
    changes = tuple(compare(stored, told.facts))
    verb, number, digest = _article_change(row, told, is_article)
    messages = [_event_message(change, told, before) for change in changes if change.kind == "event"]
    if verb:
        said = tuple(_article_differences(before, told)) if before and verb == "updated" else None
        messages.insert(0, article_message(verb, number, told, said))
    return Revision(told, before, stored, changes, verb, number, digest, is_article, tuple(messages))


def _article_change(row: StoredDocument | None, told: Told, is_article: bool) -> tuple[ArticleVerb | None, int, str]:
    """What happened to the article as consumers see it, the revision it rises to, and its content's hash."""
    data = [fact.data for fact in told.facts if fact.kind != "event"]
    # The digest of the raw bytes changes with every advertisement on the page, and on many sites the time of change
    # with every answer; what a consumer reads does not.
    digest = content_hash([{**told.document, "sha256": None, "modified": None}, data])
    revision = row.revision if row else 0
    was_out = row is None or row.withdrawn
    if not is_article:
        return (None, revision, digest) if was_out else ("withdrawn", revision + 1, digest)
    if was_out:
        return "created", revision + 1, digest
    if row is not None and row.hash == digest:
        return None, revision, digest
    return "updated", revision + 1, digest


def _event_message(change: Change, told: Told, before: Told | None) -> Outgoing:
    """An event that went is told as it stood in its own document; one that changed with its changed fields."""
    if change.verb == "retracted" and before:
        return event_message(change, _fact(before.facts, change.id), before)
    fact = _fact(told.facts, change.id)
    if change.verb == "updated" and before:
        said = tuple(differences(_fact(before.facts, change.id).data, fact.data))
        return event_message(change, fact, told, said)
    return event_message(change, fact, told)


def _article_differences(before: Told, now: Told) -> Iterator[FieldChange]:
    yield from document_differences(before.document, now.document)
    yield from record_differences(_quoted(before.facts), _quoted(now.facts))


def _quoted(facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if is_in_article(fact.kind)]


def _fact(facts: Sequence[Fact], identity: str) -> Fact:
    return next(fact for fact in facts if fact.id == identity)

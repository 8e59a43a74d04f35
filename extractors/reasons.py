"""Why it came to that: how a document and each of its events came about, and what kept other sentences from one.

Told by the reading and the coder themselves, which run once more for it; nothing is guessed afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from extractors import events
from extractors.events.article.coded_event import COMPANY, Note
from extractors.explain import Explanation, explain
from extractors.extraction import article_of, read
from extractors.model import Document, Model, Span, Verdict
from extractors.pages.learned import Learned
from extractors.registry import reading_for, registered


class Tried(Model):
    """A word that may name an event, under one rule (`""` where none was asked), and why it gave none.

    `near` is true where the words that the rule asks for were there, and only the sense or the parties were not.
    """

    word: str
    span: Span
    rule: str
    reason: str
    near: bool


class Uncoded(Model):
    """A sentence that gave no event, and what each word lacked that may have named one; `read` is false where it was
    not even parsed, as its words alone tell that it holds none."""

    sentence: Span
    text: str
    read: bool
    tried: tuple[Tried, ...]


class EventReason(Model):
    """The word and the rule that gave an event, and the stricter rules that had refused that word."""

    type: str
    sentence: Span
    trigger: Span
    word: str
    rule: str
    confidence: float
    refused: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class Reasons(Explanation):
    """How the document came about, and each of its events in the order of their triggers."""

    events: tuple[EventReason, ...] = ()


why_document = explain


def why(
    content: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    published: str | dt.date | None = None,
    fetched_at: dt.datetime | None = None,
    learned: Learned | None = None,
) -> Reasons:
    """How the document of these bytes and its events came about; arguments as in `read`. `why_document` leaves out the
    events, and so the parse."""
    told = explain(
        content, url=url, content_type=content_type, published=published, fetched_at=fetched_at, learned=learned
    )
    document = read(
        content, url=url, content_type=content_type, published=published, fetched_at=fetched_at, learned=learned
    )
    return Reasons(told.origins, told.stripped, told.dates, told.decoded, _events(document))


def why_not(
    content: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    published: str | dt.date | None = None,
    fetched_at: dt.datetime | None = None,
    learned: Learned | None = None,
) -> tuple[Uncoded, ...]:
    """The sentences of these bytes' document that gave no event, and what they lacked; arguments as in `read`."""
    document = read(
        content, url=url, content_type=content_type, published=published, fetched_at=fetched_at, learned=learned
    )
    return why_not_in(document, article_of(document))


def why_not_in(document: Document, article: str) -> tuple[Uncoded, ...]:
    """The same of a document that was read before; none where events are not looked for."""
    if not _is_coded(document):
        return ()
    found = events.why_not(reading_for("events", document, article))
    return tuple(
        Uncoded(sentence=each.sentence, text=document.text[slice(*each.sentence)], read=each.read,
                tried=_tried(each.notes))
        for each in found
    )  # fmt: skip


def _events(document: Document) -> tuple[EventReason, ...]:
    if not _is_coded(document):
        return ()
    return tuple(
        EventReason(
            type=each.type,
            sentence=each.sentence,
            trigger=each.trigger,
            word=document.text[slice(*each.trigger)],
            rule=each.rule,
            confidence=each.confidence,
            refused=_tried(each.refused),
        )
        for each in events.why(reading_for("events", document, article_of(document)))
    )


def _is_coded(document: Document) -> bool:
    """Whether events are looked for in such a document at all."""
    return document.verdict is Verdict.ARTICLE and registered()["events"].reads(document)


def _tried(notes: Iterable[Note]) -> tuple[Tried, ...]:
    return tuple(
        Tried(word=note.word, span=note.span, rule=note.rule, reason=note.reason, near=note.reason != COMPANY)
        for note in notes
    )

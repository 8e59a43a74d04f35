"""When and where an event happened, as the text says: an interval with the rule that gave it, never a silent
publication date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractors.dates import COUNTS, Anchor, Dated, dates_in
from extractors.events.cast import Cast
from extractors.events.modality import REPORTING, governor_of, measured
from extractors.events.roles import place_names
from extractors.model import Citation, Document, EventDate, EventPlace, Interval, Record, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

ONE_DAY = dt.timedelta(days=1)


def when(trigger: Token, sentence: Span, status: str, document: Document, citations: Sequence[Record]) -> EventDate:
    """The event's date: as its clause states it, else bounded by the reports cited for it, else by the publication."""
    anchor = Anchor.of(document.published)
    dated = [
        found
        for found in dates_in(document.text, anchor, ahead=status == "future", within=sentence)
        if not any(c.span[0] <= found.span[0] < c.span[1] for c in citations)
    ]
    nearest = _nearest(trigger, dated)
    if nearest:
        return EventDate(**_before(trigger, nearest).model_dump(), span=nearest.span)
    if status == "future":
        return EventDate()
    return _reported(trigger, citations) or _published(document)


def _nearest(trigger: Token, dated: Sequence[Dated]) -> Dated | None:
    """The date in the trigger's own clause, the nearest if there are several; else that of the clause round it, and
    so on
    up, but never out of what somebody said: the day of a statement is not that of the event."""
    head: Token = trigger
    while dated:
        inside = [token.idx for token in head.subtree if not _nested(token, head)]
        own = [d for d in dated if any(d.span[0] <= at < d.span[1] for at in inside)]
        if own:
            return min(own, key=lambda d: (abs(d.span[0] - trigger.idx), d.span))
        if head.dep_ == "ROOT" or (head.dep_ == "ccomp" and head.head.lemma_.lower() in REPORTING):
            return None
        head = head.head
    return None


def _before(trigger: Token, dated: Dated) -> Interval:
    """The interval of an event behind "after": it ended by the day named, and lasted as long as it says itself."""
    governor, through = governor_of(trigger)
    interval, noun = dated.interval, measured(trigger)
    apart = trigger.pos_ == "NOUN" and through in ("after", "following") and dated.span[0] < noun.head.idx
    if not (apart and governor is not None and interval.start and interval.end):
        return interval
    days = (
        next((COUNTS.get(c.lower_, 1) for c in noun.children if c.dep_ == "nummod"), 1) if noun.lemma_ == "day" else 1
    )
    return interval.model_copy(update={"start": interval.start - days * ONE_DAY, "precision": "range"})


def _nested(token: Token, head: Token) -> bool:
    while token != head:
        if token.dep_ in ("ccomp", "relcl", "advcl") and any(c.dep_.startswith("nsubj") for c in token.children):
            return True
        token = token.head
    return False


def _reported(trigger: Token, citations: Sequence[Record]) -> EventDate | None:
    """The days of the reports that cover the trigger; a report of one day tells of that day or the one before."""
    for record in covering(trigger.idx, citations):
        if not isinstance(record.data, Citation) or record.data.type != "press":
            continue
        starts = [item.start for item in record.data.items if item.start]
        ends = [item.end for item in record.data.items if item.end]
        if starts and ends:
            first, last = min(starts), max(ends)
            first = first - ONE_DAY if first == last else first
            return EventDate(start=first, end=last, precision="range", basis="cited report")
    return None


def _published(document: Document) -> EventDate:
    if document.published is None:
        return EventDate()
    return EventDate(start=None, end=document.published.end, precision="none", basis="publication bound")


def covering(offset: int, citations: Sequence[Record]) -> list[Record]:
    """The citations whose passage an offset lies in."""
    return [c for c in citations if isinstance(c.data, Citation) and c.data.covers[0] <= offset < c.data.covers[1]]


def where(trigger: Token, cast: Cast) -> EventPlace | None:
    """Where the event happened, if the text says so at the trigger or at the verb that carries it."""
    heads = [trigger]
    if trigger.pos_ in ("NOUN", "PROPN"):
        governor, through = governor_of(trigger)
        if governor is not None and through in ("object", "subject"):
            heads.append(governor)
    for head in heads:
        for name in place_names(cast, head):
            if name.entry.sort in ("capital", "place", "country"):
                return EventPlace(name=name.text, span=name.span, country=name.entry.code)
    return None

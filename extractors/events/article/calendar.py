"""When an event happened, as its own sentence says: an interval with the rule that gave it, never a silent publication
date.

A date belongs to the event whose clause it stands in. What hangs on another noun ("last year's accord"), in what was
agreed to or asked for, or behind "until" and "by", is the time of something else. What other sentences add is in
`between_events`.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from extractors.dates.grammar import Dated, dates_in
from extractors.dates.intervals import ONE_DAY, Anchor
from extractors.events.article.date_choice import nearest
from extractors.events.predications.commitments import speech_above
from extractors.events.predications.modality import governor_of, measured
from extractors.events.predications.tense import carrier, past_perfect
from extractors.lexicon.times import COUNTS
from extractors.model import Citation, Date, EventDate, Interval, Record, Span, Status
from extractors.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

WEEK = dt.timedelta(days=7)
AHEAD = ("future", "hypothetical")

# What makes a day an end or a beginning instead of the time itself. Anchored at its end; literal words.
# yes: "by "  "until late "  "since "     no: "on "
EDGE = re.compile(
    r"\b(?:(?P<since>since)|by|until|till|before|prior\sto|ahead\sof)\s(?:(?:early|mid|late)[\s-])?$",
    re.IGNORECASE,
)


class Calendar:
    """The dates of a document, and what they say of the time of its events."""

    def __init__(self, reading: Reading) -> None:
        self.document = reading.document
        self.citations = reading.records("citation")
        self._people = reading.records("person")
        self.anchor = Anchor.of(self.document.published)
        self._dates = sorted(((r.span, r.data) for r in reading.records("date")), key=lambda each: each[0])
        self._starts = [span[0] for span, _ in self._dates]
        self._reports: dict[frozenset[str], EventDate | None] = {}

    def when(self, trigger: Token, sentence: Span, status: Status, kind: str) -> EventDate:
        """The event's date: as its clause states it, else bounded by the reports cited for it, by the day of a
        statement, or by the publication."""
        stated = self.stated(trigger, sentence, status, kind)
        if stated:
            return EventDate(**_before(trigger, stated).model_dump(), span=stated.span)
        return EventDate() if status in AHEAD else self._bounded(trigger, sentence)

    def stated(self, trigger: Token, sentence: Span, status: Status, kind: str) -> Dated | None:
        """The date that the sentence gives to the trigger, one whose days are known before one whose are not."""
        dated = self.of_sentence(sentence, ahead=status in AHEAD)
        known = [each for each in dated if each.interval.start]
        return nearest(trigger, known, kind) or nearest(trigger, dated, kind)

    def of_sentence(self, sentence: Span, *, ahead: bool = False) -> list[Dated]:
        """The dates of a sentence that can be those of a past act, or of one to come."""
        here = self._dates[bisect_left(self._starts, sentence[0]) : bisect_left(self._starts, sentence[1])]
        turned = (self._turned(_dated(span, data), ahead) for span, data in here if isinstance(data, Date))
        return [each for each in turned if each]

    def _turned(self, each: Dated, ahead: bool) -> Dated | None:
        """The date read in the direction that the event has; None where it cannot lie there."""
        latest = self.anchor.latest
        if each.interval.end and latest and (each.interval.end < latest if ahead else _after(each.interval, latest)):
            again = dates_in(self.document.text, self.anchor, ahead=ahead, within=each.span)
            each = next((other for other in again if other.span == each.span), each)
            if not ahead and (each.interval.end is None or not latest - WEEK <= each.interval.end <= latest):
                return None  # "agreed to talks on Monday" may tell of last Monday, "in June" is not last June
        edge = self._edge(each)
        return self._edged(each, since=bool(edge["since"]), ahead=ahead) if edge else each

    def _edge(self, each: Dated) -> re.Match[str] | None:
        """The word before a date, or at its beginning, that makes it an end or a beginning."""
        before = self.document.text[max(0, each.span[0] - 20) : each.span[0]]
        opening = (each.interval.text or "").split(" ")[0]
        return EDGE.search(before) or EDGE.search(f"{opening} ")

    def _edged(self, each: Dated, *, since: bool, ahead: bool) -> Dated | None:
        """What has gone on since a day reaches up to the publication; a deadline bounds only what is to come."""
        if since and not ahead and each.interval.start and self.anchor.latest:
            change = {"end": max(self.anchor.latest, each.interval.start), "precision": "range"}
        elif ahead and not since and each.interval.end and self.anchor.latest:
            change = {"start": min(self.anchor.latest, each.interval.end), "precision": "range"}
        else:
            return None
        return Dated(each.span, each.interval.model_copy(update=change), each.relative)

    def _bounded(self, trigger: Token, sentence: Span) -> EventDate:
        """The bounds of an event that its sentence does not date. What had happened before the time told of may be
        older than the reports of it."""
        verb = carrier(trigger)
        speech = speech_above(verb)
        report = self.reported(trigger.idx)
        if report is not None:
            return report.model_copy(update={"start": None}) if past_perfect(verb) and speech is None else report
        if speech is not None and self.anchor.latest:
            said = self.stated(speech, sentence, "actual", "")
            if said and said.interval.end and said.interval.end < self.anchor.latest:
                day, text = said.interval.end, said.interval.text
                return EventDate(end=day, text=text, span=said.span, basis="statement bound")
        return self.published()

    def reported(self, offset: int) -> EventDate | None:
        """The days of the reports that cover a place; a report of one day tells of that day or the one before."""
        for record in covering(offset, self.citations):
            if not isinstance(record.data, Citation) or record.data.type != "press":
                continue
            starts = [item.start for item in record.data.items if item.start]
            ends = [item.end for item in record.data.items if item.end]
            if starts and ends:
                first, last = min(starts), max(ends)
                first = first - ONE_DAY if first == last else first
                return EventDate(start=first, end=last, precision="range", basis="cited report")
        return None

    def reported_of(self, people: Collection[str]) -> EventDate | None:
        """The days of all reports whose passages name one of these people: what an article opens with, without a
        source, is what it then cites the reports of. Only where they are of one week."""
        who = frozenset(people)
        if who not in self._reports:
            self._reports[who] = self._reports_of(who)
        return self._reports[who]

    def _reports_of(self, people: Collection[str]) -> EventDate | None:
        spans = [m.span for r in self._people if r.id in people for m in getattr(r.data, "mentions", ())]
        about = {
            c.id: c.data.covers[0]
            for span in spans
            for c in covering(span[0], self.citations)
            if isinstance(c.data, Citation)
        }
        days = [(d.start, d.end) for d in map(self.reported, about.values()) if d and d.start and d.end]
        if not days:
            return None
        first, last = min(start for start, _ in days), max(end for _, end in days)
        if last - first > WEEK:
            return None
        return EventDate(start=first, end=last, precision="range", basis="cited report")

    def published(self) -> EventDate:
        """The bound that the day of publication is."""
        published = self.document.published
        return EventDate(end=published.end, basis="publication bound") if published else EventDate()


def _dated(span: Span, data: Date) -> Dated:
    given = Interval(start=data.start, end=data.end, precision=data.precision, text=data.text, basis=data.basis)
    return Dated(span, given, data.basis == "relative")


def _after(interval: Interval, day: dt.date) -> bool:
    return interval.start is not None and interval.start > day


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


def covering(offset: int, citations: Sequence[Record]) -> list[Record]:
    """The citations whose passage an offset lies in; their passages are in order and apart."""
    at = bisect_right(citations, offset, key=lambda c: c.data.covers[0] if isinstance(c.data, Citation) else 0) - 1
    return [c for c in citations[max(0, at) : at + 1] if isinstance(c.data, Citation) and offset < c.data.covers[1]]

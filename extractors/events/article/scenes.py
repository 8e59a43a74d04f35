"""The scene that a sentence sets for those behind it: "In remarks on May 12, Otieno criticized …. He praised …".

A reader goes on with the day and the speaker until the text says otherwise. So do we, but only for a few sentences, for
what is told as past, and for whom the scene was set: in the same paragraph for his state too, in the next for the same
person only.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from extractors.events.article.calendar import Calendar
from extractors.events.article.coded_event import Coded
from extractors.events.article.date_choice import nearest, uttered
from extractors.events.participants.cast import Cast
from extractors.events.participants.roles import RoleFinder
from extractors.events.predications.commitments import speech_above
from extractors.events.predications.tense import carrier, past, present
from extractors.model import EventDate, Party, Span
from extractors.text.sentences import enclosing

if TYPE_CHECKING:
    from spacy.tokens import Token

BACK = 3
"""Sentences for which a scene lasts."""

SHORT = 10
"""Days that a scene can last."""

SAME_TIME = frozenset({"simultaneously", "concurrently"})


class Scenes:
    """The days that the sentences of a document set, and for whom."""

    def __init__(self, calendar: Calendar, cast: Cast, roles: RoleFinder, sentences: tuple[Span, ...]) -> None:
        self.calendar = calendar
        self.cast = cast
        self.roles = roles
        self.sentences = sentences
        self.people = frozenset(record.id for record, _ in cast.people)

    def before(self, event: Coded) -> EventDate | None:
        """The date of the scene that the event goes on with."""
        told = self._told(event)
        if told is None:
            return None
        together = bool(SAME_TIME & {t.lower_ for t in told.children})
        again = _names((*event.actor, *self.roles.subject(told)))
        for sentence, near in self._back(event):
            date, parties = self._set(sentence)
            if date is None:
                continue
            same = parties & again if near else parties & again & self.people
            return date if self._short(date) and (same or together) and self._allowed(date, event) else None
        return None

    def _told(self, event: Coded) -> Token | None:
        """The verb by which the event is told, where that is past; for what somebody utters, the verb of speech."""
        verb = carrier(event.trigger)
        speech = speech_above(verb)
        if speech is not None:
            if not uttered(event.trigger, event.frame.type):
                return None
            verb = carrier(speech)
        main = verb
        while main.dep_ == "conj" and main.head.pos_ in ("VERB", "AUX"):
            main = main.head
        told = past(verb) or (speech is not None and present(verb))
        return verb if told and main.dep_ == "ROOT" else None

    def _back(self, event: Coded) -> list[tuple[Span, bool]]:
        """The sentences before the event's, nearest first, and whether they stand in its paragraph: in the short
        paragraphs of a wire story a speaker goes on over several."""
        opening = enclosing(self.calendar.document.paragraphs, event.sentence[0])[0]
        at = bisect_left(self.sentences, (event.sentence[0], 0))
        return [(s, s[0] >= opening) for s in reversed(self.sentences[max(0, at - BACK) : at])]

    def _set(self, sentence: Span) -> tuple[EventDate | None, frozenset[str]]:
        """The date that a sentence's main clause has, and who and which states are in its subject."""
        span = self.cast.doc.char_span(*sentence)
        root = span.root if span is not None else None
        if root is None or not self.calendar.of_sentence(sentence):
            return None, frozenset()
        dated = [d for d in self.calendar.of_sentence(sentence) if d.interval.start]
        found = nearest(root, dated, "")
        if found is None or not past(root):
            return (EventDate(basis="other"), frozenset()) if dated else (None, frozenset())
        date = EventDate(**found.interval.model_dump(), span=found.span)
        return date, self._who(root)

    def _who(self, root: Token) -> frozenset[str]:
        subjects = [c for c in root.children if c.dep_ in ("nsubj", "nsubjpass", "attr")]
        named = {t.i for subject in subjects for t in subject.subtree}
        parties = [p for at in named if (m := self.cast.by_token.get(at)) for p in m.parties]
        return _names((*parties, *self.roles.subject(root)))

    def _short(self, date: EventDate) -> bool:
        return bool(date.start and date.end and (date.end - date.start).days <= SHORT)

    def _allowed(self, date: EventDate, event: Coded) -> bool:
        """Whether the day lies within what bounds the event: its reports, the publication."""
        bound = event.date
        if bound.end and date.start and date.start > bound.end:
            return False
        return not (bound.start and date.end and date.end < bound.start)


def _names(parties: tuple[Party, ...]) -> frozenset[str]:
    return frozenset(name for p in parties for name in (p.person, p.country) if name)

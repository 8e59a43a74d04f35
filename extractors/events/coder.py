"""The events of one document: triggers in the order of the text, their roles, and what the kinds of frames make of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.events.cast import Cast, state_party
from extractors.events.circumstance import when, where
from extractors.events.frames import Frame, frames_by_lemma
from extractors.events.modality import Modality, of_noun, of_verb
from extractors.events.reference import Reference
from extractors.events.roles import RoleFinder, Roles, distinct
from extractors.lexicon import table
from extractors.lexicon.gazetteer import entry_of
from extractors.model import EventDate, EventPlace, Party, Span
from extractors.registry import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

INFERRED = 0.85
"""What a frame's confidence is multiplied with where the host is only told by the place."""


@dataclass(frozen=True, slots=True)
class Coded:
    """An event on its way to a record."""

    frame: Frame
    type: str
    mode: tuple[str, ...]
    modality: Modality
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    date: EventDate
    place: EventPlace | None
    sentence: Span
    trigger: Token
    confidence: float

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody in the event."""
        return (*self.actor, *self.recipient)

    @property
    def countries(self) -> frozenset[str]:
        """The countries in the event."""
        return frozenset(party.country for party in self.parties if party.country)


class Coder:
    """Codes a document; keeps who was last in play, for the references that follow."""

    def __init__(self, reading: Reading) -> None:
        self.document = reading.document
        self.cast = Cast(reading)
        self.reference = Reference(self.cast)
        self.roles = RoleFinder(self.cast, self.reference)
        self.citations = reading.records("citation")
        self.sentences = reading.analysis.sentences()

    def code(self) -> list[Coded]:
        """The events in the order of their triggers, visits settled."""
        found: list[Coded] = []
        for sentence in self.sentences:
            here: list[Coded] = []
            for token in self._tokens(sentence):
                event = self._code(token, sentence)
                if event and not any(_repeats(event, other) for other in here):
                    here.append(event)
                    self.reference.parties = event.parties
            found.extend(here)
        return _settled(found)

    def _tokens(self, sentence: Span) -> Iterator[Token]:
        span = self.cast.doc.char_span(*sentence)
        yield from span if span is not None else ()

    def _code(self, token: Token, sentence: Span) -> Coded | None:
        for frame in frames_by_lemma().get((_form(token), token.lemma_.lower()), ()):
            if frame.with_word and not _near(token, frame):
                continue
            modality = of_verb(token) if frame.form == "verb" else of_noun(token)
            if modality is None or self._bracketed(token):
                return None
            event = self._assemble(frame, token, modality, sentence)
            if event:
                return event
        return None

    def _bracketed(self, token: Token) -> bool:
        return any(c.span[0] <= token.idx < c.span[1] for c in self.citations)

    def _assemble(self, frame: Frame, token: Token, modality: Modality, sentence: Span) -> Coded | None:
        place = where(token, self.cast)
        roles = self.roles.find(frame, token)
        confidence = frame.confidence
        if frame.kind == "meeting" and len(_countries((*roles.actor, *roles.recipient))) == 1 and place:
            roles, confidence = self._hosted(roles, place), confidence * INFERRED
        if not _complete(frame, roles):
            return None
        actor, recipient = _arranged(frame, roles)
        kind = frame.type if modality.status != "future" else str(table("plover")[frame.type].get("future", frame.type))
        mode = frame.mode if kind == frame.type else ()
        date = when(token, sentence, modality.status, self.document, self.citations)
        return Coded(frame, kind, mode, modality, actor, recipient, date, place, sentence, token, confidence)

    def _hosted(self, roles: Roles, place: EventPlace) -> Roles:
        """The roles with the host that only the place tells: talks in a foreign capital, of a state that the text deals with."""
        entry = entry_of(place.name)
        guests = _countries((*roles.actor, *roles.recipient))
        named = [
            n
            for n in self.cast.names
            if n.entry.code == place.country and n.entry.sort != "place" and n.span != place.span
        ]
        if entry is None or entry.sort == "place" or place.country in guests or len(named) < 2:
            return roles
        here = next(name for name in self.cast.names if name.span == place.span)
        return Roles((*roles.actor, *roles.recipient), (state_party(here, self.cast.text, place.span),))


def _form(token: Token) -> str:
    return "verb" if token.pos_ in ("VERB", "AUX") else "noun" if token.pos_ in ("NOUN", "PROPN") else ""


def _near(token: Token, frame: Frame) -> bool:
    """Whether one of the words that the frame asks for belongs to the trigger."""
    around = list(token.subtree)
    return any(near.lower_ in frame.with_word for near in around)


def _countries(parties: Sequence[Party]) -> set[str]:
    return {party.country for party in parties if party.country}


def _complete(frame: Frame, roles: Roles) -> bool:
    """Whether those are there whom an event of this kind needs."""
    everybody = distinct((*roles.actor, *roles.recipient))
    if not _countries(everybody):
        return False
    if frame.kind in ("meeting", "call", "joint"):
        persons = {party.person for party in everybody if party.person}
        return len(_countries(everybody)) > 1 or len(persons) > 1
    if frame.kind in ("visit", "host"):
        acting = [p for p in roles.actor if p.person or p.office or p.sector not in (None, "")]
        return (
            bool(acting and roles.recipient)
            and not _countries(roles.actor) & _countries(roles.recipient)
            and bool(_countries(roles.actor))
        )
    return bool(_countries(roles.actor)) and (bool(_countries(roles.recipient)) or not frame.needs_recipient)


def _arranged(frame: Frame, roles: Roles) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Actor and recipient: equals all stand in actor."""
    if frame.kind in ("meeting", "call", "joint"):
        return distinct((*roles.actor, *roles.recipient)), ()
    return roles.actor, roles.recipient


def _repeats(event: Coded, other: Coded) -> bool:
    """Whether another trigger of the sentence has named the same event already."""
    same = {p.person or p.country for p in event.parties} <= {p.person or p.country for p in other.parties}
    return event.type == other.type and same and ("phone" in event.mode) == ("phone" in other.mode)


def _settled(found: list[Coded]) -> list[Coded]:
    """The events with the visits of the article applied: a meeting on a visit has a guest and a host, and its days."""
    visits = [event for event in found if event.type == "CONSULT" and event.mode == ("visit",)]
    return [_on_visit(event, visits) for event in found]


def _on_visit(event: Coded, visits: Sequence[Coded]) -> Coded:
    if event.type != "CONSULT" or "phone" in event.mode or len(event.countries) != 2:
        return event
    matching = [visit for visit in visits if visit.countries == event.countries and _guests(visit) & _guests(event)]
    if not matching:
        return event
    stated = [v.date for v in matching if v.date.basis in ("explicit", "relative") and v.date.start]
    if event.date.basis not in ("explicit", "relative") and stated and event not in visits:
        event = replace(event, date=stated[0].model_copy(update={"basis": f"visit, {stated[0].basis}"}))
    if event.recipient:
        return event
    home = _countries(matching[0].recipient)
    guests = tuple(p for p in event.actor if p.country not in home)
    hosts = tuple(p for p in event.actor if p.country in home)
    return replace(event, actor=guests, recipient=hosts, mode=("visit",)) if guests and hosts else event


def _guests(event: Coded) -> set[str]:
    return {p.person or p.country or "" for p in event.actor}

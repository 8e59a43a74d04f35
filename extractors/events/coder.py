"""The events of one document: triggers in the order of the text, their roles, and what the kinds of frames make of
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.events.cast import Cast, state_party
from extractors.events.circumstance import when, where
from extractors.events.frames import Frame, frames_by_lemma
from extractors.events.modality import Modality, of_noun, of_verb
from extractors.events.reference import Reference
from extractors.events.roles import RoleFinder, Roles, bare_participle, clauses, distinct
from extractors.lexicon import table
from extractors.lexicon.gazetteer import entry_of
from extractors.model import EventDate, EventPlace, Party, Span
from extractors.registry import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

STATED = ("explicit", "relative")

SHORT = 10
"""Days that one occasion can last; meetings "over the past month" are several."""

NEAR = 150
"""Words within which an outcome is still that of the talks before it: about a paragraph."""

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
        self.citations = reading.records("citation")
        self.cast = Cast(reading)
        self.reference = Reference(self.cast)
        self.roles = RoleFinder(self.cast, self.reference)
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
        form = _form(token)
        lemma = token.lower_ if form == "adjective" else token.lemma_.lower()
        for frame in frames_by_lemma().get((form, lemma), ()):
            if frame.with_word and not _near(token, frame):
                continue
            if frame.complement and not clauses(token):
                continue
            modality = _modality(token, frame)
            if modality is None or self._bracketed(token) or self._adjectival(token):
                return None
            event = self._assemble(frame, token, modality, sentence)
            if event:
                return event
        return None

    def _bracketed(self, token: Token) -> bool:
        return any(c.span[0] <= token.idx < c.span[1] for c in self.citations)

    def _adjectival(self, token: Token) -> bool:
        """Whether a participle only describes who follows it: "told visiting Minister A"."""
        following = self.cast.by_token.get(token.i + 1)
        return bare_participle(token) and following is not None and following.sort in ("person", "office")

    def _assemble(self, frame: Frame, token: Token, modality: Modality, sentence: Span) -> Coded | None:
        place = where(token, self.cast)
        roles = self.roles.find(frame, token)
        confidence = frame.confidence
        if frame.kind == "meeting" and len(_countries((*roles.actor, *roles.recipient))) == 1 and place:
            frame, roles, confidence = *self._hosted(frame, roles, place), confidence * INFERRED
        if not _complete(frame, roles):
            return None
        actor, recipient = _arranged(frame, roles)
        kind = _type(frame.type, modality)
        if kind is None:
            return None
        mode = frame.mode if kind == frame.type else ()
        date = when(token, sentence, modality.status, self.document, self.citations)
        return Coded(frame, kind, mode, modality, actor, recipient, date, place, sentence, token, confidence)

    def _hosted(self, frame: Frame, roles: Roles, place: EventPlace) -> tuple[Frame, Roles]:
        """The talks as a visit to a host that only the place tells: a foreign capital, of a state that the text deals
        with."""
        entry = entry_of(place.name)
        guests = _countries((*roles.actor, *roles.recipient))
        named = [
            n
            for n in self.cast.names
            if n.entry.code == place.country and n.entry.sort != "place" and n.span != place.span
        ]
        if entry is None or entry.sort == "place" or place.country in guests or len(named) < 2:
            return frame, roles
        here = next(name for name in self.cast.names if name.span == place.span)
        guests_first = Roles((*roles.actor, *roles.recipient), (state_party(here, self.cast.text, place.span),))
        return replace(frame, kind="visit", mode=("visit",)), guests_first


def _type(planned: str, modality: Modality) -> str | None:
    """The type under PLOVER's rule for what is to come: a future meeting is an agreement, a future demand is nothing
    yet."""
    if modality.status != "future":
        return planned
    future = table("plover")[planned].get("future")
    return str(future) if future else planned if planned in ("AGREE", "CONCEDE") else None


def _modality(token: Token, frame: Frame) -> Modality | None:
    if frame.form == "noun":
        return of_noun(token)
    # An adjective is said of somebody by the verb over it: "is ready", "are not willing".
    return of_verb(token.head if frame.form == "adjective" and token.head.pos_ in ("VERB", "AUX") else token)


def _form(token: Token) -> str:
    """The part of speech under which frames list the token; none for a word that only modifies: "visiting", "summit
    meeting"."""
    if token.dep_ in ("amod", "compound", "nmod") and token.head.i > token.i:
        return ""
    if token.pos_ == "ADJ" or (token.tag_ == "VBN" and token.lower_ in _adjectives()):
        return "adjective"
    return "verb" if token.pos_ in ("VERB", "AUX") else "noun" if token.pos_ in ("NOUN", "PROPN") else ""


def _adjectives() -> frozenset[str]:
    """Participles that a frame lists as adjectives: "prepared"."""
    return frozenset(lemma for form, lemma in frames_by_lemma() if form == "adjective")


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
    same = {_who(p) for p in event.parties} <= {_who(p) for p in other.parties}
    return event.type == other.type and same and ("phone" in event.mode) == ("phone" in other.mode)


def _who(party: Party) -> str:
    return party.person or f"{party.office or ''} {party.country}"


def _settled(found: list[Coded]) -> list[Coded]:
    """The events with the visits of the article applied: a meeting on a visit has a guest and a host, and its days."""
    visits = [event for event in found if event.type == "CONSULT" and event.mode == ("visit",)]
    placed = [_on_visit(event, visits) for event in found]
    return [_dated(event, placed) for event in placed]


def _on_visit(event: Coded, visits: Sequence[Coded]) -> Coded:
    """The meeting with guest and host apart, where the article tells of a visit by one of them to the other's
    country."""
    if event.type != "CONSULT" or event.mode or event.recipient or len(event.countries) != 2:
        return event
    matching = [v for v in visits if v.countries == event.countries and _persons(v.actor) & _persons(event.actor)]
    if not matching:
        return event
    home = _countries(min(matching, key=lambda v: abs(v.trigger.i - event.trigger.i)).recipient)
    guests = tuple(p for p in event.actor if p.country not in home)
    hosts = tuple(p for p in event.actor if p.country in home)
    return replace(event, actor=guests, recipient=hosts, mode=("visit",)) if guests and hosts else event


def _dated(event: Coded, found: Sequence[Coded]) -> Coded:
    """The event with the day that the article states elsewhere for the same visit or talks, where its own sentence
    has none."""
    if event.date.basis in STATED or "phone" in event.mode or event.modality.status != "actual":
        return event
    talks = [e for e in found if e.type == "CONSULT" and e.date.basis in STATED and e.date.start]
    stated = [e for e in talks if _one_occasion(e, event) and (event.type == "CONSULT" or _outcome(e, event))]
    if not stated:
        return event
    date = min(stated, key=lambda e: abs(e.trigger.i - event.trigger.i)).date
    return replace(event, date=date.model_copy(update={"basis": f"{date.basis}, same occasion"}))


def _outcome(talks: Coded, event: Coded) -> bool:
    """Whether an act of both sides belongs to the talks told of just before: "The two sides also agreed to …"."""
    return event.type == "AGREE" and len(event.countries) > 1 and 0 < event.trigger.i - talks.trigger.i < NEAR


def _one_occasion(one: Coded, other: Coded) -> bool:
    """Whether two events can be parts of one visit or one round of talks: the same countries, and the same guest where
    both name one."""
    if one.countries != other.countries or "phone" in one.mode or one.modality.status != other.modality.status:
        return False
    a, b = _persons(one.actor), _persons(other.actor)
    return bool(a & b) or ((not a or not b) and _days(one.date) <= SHORT)


def _days(date: EventDate) -> int:
    return (date.end - date.start).days if date.start and date.end else SHORT + 1


def _persons(parties: Sequence[Party]) -> set[str]:
    return {party.person for party in parties if party.person}

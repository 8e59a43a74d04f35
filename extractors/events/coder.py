"""The events of one document: triggers in the order of the text, their roles, and what the kinds of frames make of
them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from extractors.events.article.between_events import settled
from extractors.events.article.calendar import Calendar
from extractors.events.article.coded_event import COMPANY, CONSUMED, NOBODY, UNREAL, Coded, Note
from extractors.events.article.place_and_topics import Setting
from extractors.events.article.scenes import Scenes
from extractors.events.article.status import credible, refined
from extractors.events.participants.cast import Cast, is_agent, state_party
from extractors.events.participants.directed_roles import Directed
from extractors.events.participants.parties import complete, countries
from extractors.events.participants.reference import Reference
from extractors.events.participants.roles import RoleFinder, Roles, bare_participle, distinct
from extractors.events.predications.commitments import (
    COOPERATIVE,
    GIVING,
    HARMFUL,
    Commitment,
    commitment,
    conditional,
    duty,
    mode_of,
)
from extractors.events.predications.frame_match import complements, matches, object_heads, object_nouns, subject_token
from extractors.events.predications.frames import Frame, frames_by_lemma
from extractors.events.predications.means import means_mode
from extractors.events.predications.modality import TIMES, Modality, governor_of, of_noun, of_verb
from extractors.events.predications.noun_readings import denied
from extractors.lexicon import table, word_set
from extractors.lexicon.gazetteer import entry_of
from extractors.model import EventPlace, Party, Span
from extractors.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token


DUTY = Frame(rule="request.duty", type="REQUEST", lemma="must", confidence=0.72)
"""The frame of "said that Peru must open the border": any verb, under a word of duty."""


SUMMIT = 3
"""Countries from which on a meeting is PLOVER's multilateral one."""

INFERRED = 0.85
"""What a frame's confidence is multiplied with where the host is only told by the place."""

SLOTS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj"})
"""Where a verb on -ing that has a phrase and no object is a noun."""

UNSURE = {"negated": 0.8, "hypothetical": 0.8}
"""The same for what was not done or only may be."""
BEING_THERE = word_set("event_facts", "coder.being_there")
CONSUMED_WITH = word_set("dependencies", "consumed")
FINITE = word_set("dependencies", "of_a_finite_verb")


class Coder:
    """Codes a document; keeps who was last in play, for the references that follow."""

    def __init__(self, reading: Reading) -> None:
        self.document = reading.document
        self.citations = reading.records("citation")
        self.calendar = Calendar(reading)
        self.cast = Cast(reading)
        self.setting = Setting(reading, self.cast)
        self.reference = Reference(self.cast)
        self.roles = RoleFinder(self.cast, self.reference)
        self.directed = Directed(self.cast, self.roles)
        self.sentences = reading.analysis.sentences()
        self.consumed: set[int] = set()
        self.notes: list[Note] = []

    def code(self) -> list[Coded]:
        """The events in the order of their triggers, visits settled."""
        found: list[Coded] = []
        for sentence in self.sentences:
            here: list[Coded] = []
            for token in self._tokens(sentence):
                event = self._code(token, sentence)
                if event and "phone" in event.mode:  # "discussed it in a phone call" is one talk
                    here = [other for other in here if not _by_phone(other, event)]
                if event and not any(_repeats(event, other) for other in here):
                    here.append(event)
                    self.reference.saw(event.parties)
            found.extend(here)
        return settled(found, self.calendar, Scenes(self.calendar, self.cast, self.roles, self.sentences))

    def _tokens(self, sentence: Span) -> Iterator[Token]:
        span = self.cast.doc.char_span(*sentence)
        yield from span if span is not None else ()

    def _code(self, token: Token, sentence: Span) -> Coded | None:
        form = _form(token)
        if not form:
            return None
        if form == "verb" and token.i not in self.consumed and (found := self._on_duty(token, sentence)):
            return found
        if not self._frames(token, form):
            return None
        if token.i in self.consumed or self._bracketed(token) or self._adjectival(token) or _is_topic(token):
            self._note(token, "", CONSUMED)
            return None
        for frame in self._frames(token, form):
            if not matches(frame, token):
                self._note(token, frame.rule, COMPANY)
                continue
            modality = _refusal(token) if frame.denied else refined(token, frame, _modality(token, frame))
            event = self._committed(frame, token, sentence) if form == "verb" else None
            event = event or (self._assemble(frame, token, modality, sentence) if modality else None)
            if event:
                self._consume(event)
                return event
            if modality is None:
                self._note(token, frame.rule, UNREAL)
                self._stop(token, form)
                return None
            self._note(token, frame.rule, NOBODY)
        return None

    def _note(self, token: Token, rule: str, reason: str) -> None:
        self.notes.append(Note((token.idx, token.idx + len(token)), token.text, rule, reason))

    def _frames(self, token: Token, form: str) -> tuple[Frame, ...]:
        if form == "adjective":
            return frames_by_lemma().get((form, token.lower_), ())
        if form == "noun" and token.tag_ == "VBG":
            return frames_by_lemma().get((form, token.lower_), ())
        words = (token.lemma_.lower(), *(_stems(token.lower_) if form == "verb" else ()))
        return next((found for word in words if (found := frames_by_lemma().get((form, word)))), ())

    def _stop(self, token: Token, form: str) -> None:
        """What did not happen takes along what it would have been done to: "did not reject a call for talks"."""
        if form == "verb":
            self.consumed.update(t.i for head in object_heads(token) for t in head.subtree)

    def _consume(self, event: Coded) -> None:
        """An act that is agreed to, asked for, refused, threatened or criticised is not told as done itself."""
        if event.frame.kind != "directed":
            return
        for child in event.trigger.children:
            inside = child.dep_ in CONSUMED_WITH or (child.dep_ == "prep" and child.lower_ not in TIMES - {"in"})
            if (inside and child.i > event.trigger.i) or child.dep_ == "nsubjpass":
                self.consumed.update(t.i for t in child.subtree if not _told(t, child))
            elif child.dep_ == "advcl" and any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children):
                self.consumed.update(t.i for t in child.subtree)

    def _on_duty(self, verb: Token, sentence: Span) -> Coded | None:
        """What one says that another must do is a request."""
        bound = duty(verb)
        if bound is None:
            return None
        speech, marker = bound
        speaker, bearer = subject_token(speech), subject_token(verb)
        if speaker is None or bearer is None:
            return None
        actor = self.directed.parties(speaker, strict=True)
        states = {party.country for party in actor}
        recipient = tuple(p for p in self.directed.phrases.doers(bearer) if p.country and p.country not in states)
        own = tuple(p for p in self.directed.parties(bearer, strict=True) if p.country and p.sector != "GOV")
        modality = of_verb(speech)
        if not countries(actor) or not (recipient or own) or modality is None or modality.status != "actual":
            return None
        self.consumed.update(t.i for t in verb.subtree if t.i > verb.i)
        mode = mode_of("REQUEST", verb, self._inner(verb), [verb])
        date = self.calendar.when(speech, sentence, "actual", "REQUEST")
        return Coded(
            DUTY, "REQUEST", mode, modality, actor, recipient or own, date, None, sentence, marker, DUTY.confidence
        )

    def _inner(self, verb: Token) -> Frame | None:
        """The frame of the act that a verb names, whether it happened or not."""
        return next((f for f in self._frames(verb, "verb") if matches(f, verb)), None)

    def _committed(self, frame: Frame, token: Token, sentence: Span) -> Coded | None:
        """What somebody says that he will or will not do: a promise, a threat or a refusal."""
        bound = commitment(token, self._of_one_state)
        if bound is None:
            return None
        kind = committed_type(frame.type, bound, conditional(token), token.lemma_.lower())
        if kind is None:
            return None
        modality = Modality("future" if bound.stand == "promise" else "actual", bound.span)
        return self._assemble(frame, token, modality, sentence, kind=kind)

    def _of_one_state(self, one: Token, other: Token) -> bool:
        """Whether a state and whoever speaks are the same side."""
        states = [{p.country for p in self.directed.parties(each, strict=True)} for each in (one, other)]
        return states[0] == states[1] and states[0] not in (set(), {None})

    def _bracketed(self, token: Token) -> bool:
        return self.cast.in_citation(token.idx)

    def _adjectival(self, token: Token) -> bool:
        """Whether a participle only describes who follows it: "told visiting Minister A"."""
        following = self.cast.by_token.get(token.i + 1)
        return bare_participle(token) and following is not None and following.sort in ("person", "office")

    def _assemble(
        self, frame: Frame, token: Token, modality: Modality, sentence: Span, kind: str | None = None
    ) -> Coded | None:
        place = self.setting.where(token, frame.kind)
        kind = kind or _type(frame.type, modality)
        if kind is None:
            return None
        confidence = frame.confidence
        if frame.kind == "directed":
            filled = self.directed.find(frame, token)
            roles, confidence = Roles(filled.actor, filled.recipient), confidence * filled.factor
        else:
            roles = self.roles.find(frame, token)
        if frame.kind == "meeting" and len(countries((*roles.actor, *roles.recipient))) == 1 and place:
            frame, roles, confidence = *self._hosted(frame, roles, place, token), confidence * INFERRED
        if not complete(frame, roles, token):
            return None
        actor, recipient = _arranged(frame, roles)
        mode = self._mode(frame, kind, token)
        if frame.kind == "meeting" and kind == "CONSULT" and len(countries(actor)) >= SUMMIT:
            mode = mode or ("multilateral",)
        date = self.calendar.when(token, sentence, modality.status, frame.type)
        if not credible(modality, date, token):
            return None
        confidence *= UNSURE.get(modality.status, 1.0)
        return Coded(frame, kind, mode, modality, actor, recipient, date, place, sentence, token, confidence)

    def _mode(self, frame: Frame, kind: str, token: Token) -> tuple[str, ...]:
        if kind in ("REQUEST", "REJECT", "THREATEN"):
            if kind != frame.type:
                return mode_of(kind, token, frame, [token])
            acts = complements(token)
            inner = next((found for act in acts if (found := self._inner(act))), None)
            return frame.mode or mode_of(kind, token, inner, acts)
        if kind != frame.type:
            return ()
        nouns = object_nouns(token) if frame.mode_for_object else set()
        return tuple(mode for noun, mode in frame.mode_for_object if noun in nouns)[:1] or means_mode(frame, token)

    def _hosted(self, frame: Frame, roles: Roles, place: EventPlace, token: Token) -> tuple[Frame, Roles]:
        """The talks as a visit to a host that only the place tells: a foreign capital, of a state that the text deals
        with."""
        entry = entry_of(place.name)
        guests = countries((*roles.actor, *roles.recipient))
        named = [n for n in self.cast.of_code(place.country) if n.entry.sort != "place" and n.span != place.span]
        if entry is None or entry.sort == "place" or place.country in guests:
            return frame, roles
        if len(named) < 2 and not _there(token):
            return frame, roles
        here = self.cast.names_between(*place.span)[0]
        guests_first = Roles((*roles.actor, *roles.recipient), (state_party(here, self.cast.text, place.span),))
        return replace(frame, kind="visit", mode=("visit",)), guests_first


def _there(noun: Token) -> bool:
    """Whether the guests are said to be or to arrive where the talks are: "is in Cairo for talks"."""
    governor, through = governor_of(noun)
    return governor is not None and governor.lemma_.lower() in BEING_THERE and through in ("for", "on", "in")


def _type(planned: str, modality: Modality) -> str | None:
    """The type under PLOVER's rule for what is to come: a future meeting is an agreement, a future demand is nothing
    yet."""
    if modality.status not in ("future", "hypothetical"):
        return planned
    future = table("plover")[planned].get("future")
    return str(future) if future else planned if planned in ("AGREE", "CONCEDE") else None


def committed_type(planned: str, bound: Commitment, unless: bool, lemma: str) -> str | None:
    """The type of a commitment: to harm, or to anything on a condition, is a threat."""
    if bound.stand == "intolerance":
        return "THREATEN"
    if bound.stand == "refusal":
        return "REJECT" if (planned in COOPERATIVE and planned != "SUPPORT") or lemma in GIVING else None
    if planned in HARMFUL or (unless and planned in ("RETREAT", "SANCTION")):
        return "THREATEN"
    if not bound.said:
        return None
    return "AGREE" if planned in COOPERATIVE else None


def _stems(word: str) -> tuple[str, ...]:
    """What the tagger's lemma may have got wrong: "staged" is of "stage", not of "stag"."""
    for ending in ("ed", "ing", "es", "s"):
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return (f"{stem}e", stem, stem[:-1] if stem[-2:-1] == stem[-1:] else stem)
    return ()


def _told(token: Token, top: Token) -> bool:
    """Whether a word under an outer act is told as a fact of its own: in a relative clause, or of a crowd that is there
    ("to disperse students protesting …")."""
    while token != top:
        if token.dep_ == "relcl" or (token.dep_ == "acl" and token.tag_ == "VBG" and is_agent(token.head)):
            return True
        token = token.head
    return False


def _refusal(token: Token) -> Modality | None:
    """The modality of a frame that asks for a denial: that is what was done."""
    word = denied(token)
    return Modality("actual", (word.idx, word.idx + len(word))) if word is not None else None


def _modality(token: Token, frame: Frame) -> Modality | None:
    if frame.form == "noun":
        return of_noun(token)
    if (
        frame.attempt
        and token.dep_ in ("xcomp", "acl")
        and token.head.lemma_.lower() in ("try", "attempt", "seek", "bid")
    ):
        return of_verb(token.head) if token.head.pos_ == "VERB" else Modality("actual")
    # An adjective is said of somebody by the verb over it: "is ready", "are not willing".
    return of_verb(token.head if frame.form == "adjective" and token.head.pos_ in ("VERB", "AUX") else token)


def _is_topic(token: Token) -> bool:
    """Whether a gerund only says what somebody meets or speaks about: "the group on settling the conflict"; but "on
    arriving, A met B"."""
    about = token.dep_ == "pcomp" and token.head.lower_ in ("on", "about", "concerning", "regarding")
    return about and token.head.head.i < token.i


OPEN = word_set("dependencies", "parts_of_speech")


def _form(token: Token) -> str:
    """The part of speech under which frames list the token; none for a word that only modifies: "visiting", "summit
    meeting"."""
    pos = token.pos_
    if pos not in OPEN or (token.dep_ in ("amod", "compound", "nmod") and token.head.i > token.i):
        return ""
    if token.tag_ == "VBG" and token.dep_ in SLOTS and any(c.dep_ == "prep" for c in token.rights):
        return "noun"  # "fighting between A and B"
    if pos == "ADJ" or (token.tag_ == "VBN" and token.lower_ in _adjectives()):
        return "verb" if _finite(token) else "adjective"
    return "verb" if pos in ("VERB", "AUX") else "noun"


def _finite(token: Token) -> bool:
    """Whether what the tagger takes for an adjective is a verb in the past: it has a subject and no "is" beside it."""
    return token.lower_.endswith("ed") and {"nsubj"} == {c.dep_ for c in token.children if c.dep_ in FINITE}


@cache
def _adjectives() -> frozenset[str]:
    """Participles that a frame lists as adjectives: "prepared"."""
    return frozenset(lemma for form, lemma in frames_by_lemma() if form == "adjective")


def _arranged(frame: Frame, roles: Roles) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Actor and recipient: equals all stand in actor."""
    if frame.both and (len(countries(roles.actor)) > 1 or (frame.type == "ASSAULT" and len(roles.actor) > 1)):
        return roles.actor, ()
    if frame.kind in ("meeting", "call", "joint"):
        return distinct((*roles.actor, *roles.recipient)), ()
    return roles.actor, roles.recipient


def _by_phone(event: Coded, call: Coded) -> bool:
    """Whether a talk is the call that its clause goes on to name."""
    same = {_who(p) for p in event.parties} == {_who(p) for p in call.parties}
    return event.type == call.type == "CONSULT" and same and event.trigger.is_ancestor(call.trigger)


def _repeats(event: Coded, other: Coded) -> bool:
    """Whether another trigger of the sentence has named the same event already."""
    same = {_who(p) for p in event.parties} <= {_who(p) for p in other.parties}
    return event.type == other.type and same and ("phone" in event.mode) == ("phone" in other.mode)


def _who(party: Party) -> str:
    return party.person or f"{party.office or ''} {party.country}"

"""Who fills the roles of a directed frame: one acts on another.

The frame lists where each role may stand, best place first. An actor must be somebody who can act; a recipient is
whoever the words concern, found as deep in the phrase as need be. Where the text names no state for "the rebels",
they are of the place where it happened or of the other party's country, at a lower confidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from extractors.events.participants.cast import Cast, is_agent, state_party
from extractors.events.participants.noun_phrases import BEHIND, BODIES, WEAPONS, Phrases
from extractors.events.participants.roles import RoleFinder, distinct, identity
from extractors.events.predications.commitments import speech_above
from extractors.events.predications.frame_match import (
    complements,
    noun_lemmas,
    object_heads,
    passive,
    subject_token,
    to_nouns,
)
from extractors.events.predications.frames import Frame, frames_by_lemma
from extractors.events.predications.modality import TIMES, governor_of, measured, words
from extractors.lexicon import word_set
from extractors.lexicon.gazetteer import Named
from extractors.lexicon.groups import INTERNATIONAL
from extractors.model import Party

if TYPE_CHECKING:
    from spacy.tokens import Token

LOOSE = word_set("participants", "directed_roles.loose")
"""What the parser may hang on the verb where it belongs to the verb's object: "repeated their objections to"."""
ASIDE = frozenset({*TIMES, "because", "since", "despite", "before", "until", "without", "according", "like"}) - {
    "in",
    "subject",
}
IN_ANSWER = word_set("participants", "directed_roles.in_answer")
"""Nouns behind "in" that open why it was done: "in retaliation for a scandal in which a Chilean official …"."""
SPEAKING_SOMEWHERE = frozenset({"speak", "talk", "address", "appear"})
"""Verbs whose place is that of the speaker alone."""
EMBASSIES = frozenset({"embassy", "consulate", "mission"})
"""Houses that stand in another state than the one they are of."""
AT_PLACE = word_set("participants", "directed_roles.at_place")
DOUBT = {"open": 0.8, "rest": 0.92, "home": 0.88, "place": 0.8}
"""What a frame's confidence is multiplied with where a role was filled only so."""


OFFICIAL_ACTS = frozenset({"COERCE", "SANCTION", "ACCUSE"})
"""Types of what a state does to those in its power."""


SPOKEN = word_set("plover_groups", "types.uttered")
"""Types of what is said: "condemned the raid and demanded that Peru withdraw" is said of Peru both times; who seizes
land and sparks a quarrel has not seized it from those who quarrel."""


OUTWARD = frozenset({"AGREE", "SUPPORT", "COOPERATE"})
"""Types of what one state does to another: a recipient whose state is open is not of the actor's own."""


class Filled(NamedTuple):
    """Both roles and how sure they are."""

    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    factor: float


class Directed:
    """Fills the roles of directed frames in one document."""

    def __init__(self, cast: Cast, finder: RoleFinder) -> None:
        self.cast = cast
        self.finder = finder
        self.phrases = Phrases(cast, finder)
        self.parties = self.phrases.parties

    def find(self, frame: Frame, trigger: Token) -> Filled:
        """The parties in both roles; a role that nobody fills is empty."""
        actor, path = self._first(frame.actor, frame, trigger, (), strict=True)
        factor = DOUBT.get(path, 1.0)
        recipient, path = self._first(frame.recipient, frame, trigger, actor, strict=False)
        factor *= DOUBT.get(path, 1.0)
        if not recipient and trigger.dep_ == "conj" and (speech := speech_above(trigger)) is not None:
            # "said that A arms rebels and accused A of spying": the parser gave the verb to A
            speaker = subject_token(speech)
            said = self.parties(speaker, strict=True) if speaker is not None else ()
            found, path = self._first(frame.recipient, frame, trigger, said, strict=False)
            if said and found and path != "home":
                actor, recipient = said, found
        if frame.needs_recipient and actor and not any(party.country for party in recipient):
            recipient = self._shared(trigger, actor) or recipient
        if not actor and is_passive(trigger) and (frame.type in OFFICIAL_ACTS or "targeted" in frame.mode):
            actor, factor = _authorities(recipient), factor * DOUBT["place"]
        if actor and not any(party.country for party in actor):
            actor = self._adopted(actor, recipient, trigger)
            factor *= DOUBT["open"]
        if recipient and not any(party.country for party in recipient):
            recipient = self._adopted(recipient, actor, trigger)
            if frame.type in OUTWARD:
                recipient = _foreign(recipient, actor)
        if frame.type == "ACCUSE" and recipient and not _foreign(recipient, actor) and _of_harm(trigger):
            # "The arrest of a Polish envoy in Minsk was condemned by Warsaw"
            recipient = tuple(self._within("", trigger, actor)) or recipient
        if "utterer" in frame.actor:
            recipient = _foreign(recipient, actor)
        if frame.type == "AGREE":  # a government promises its own minister nothing
            abroad = _foreign(recipient, actor)
            recipient = tuple(p for p in recipient if p in abroad or p.sector != "GOV")
        recipient = tuple(p for p in recipient if p.country)
        return Filled(actor, recipient if frame.type == "CONSULT" else _abroad(recipient, actor), factor)

    def _shared(self, trigger: Token, taken: tuple[Party, ...]) -> tuple[Party, ...]:
        """Whom the verb before it concerned, for a second verb of one subject: "telephoned him and offered to talk"."""
        alone = not any(c.dep_ in ("nsubj", "nsubjpass") for c in trigger.children)
        if trigger.dep_ != "conj" or trigger.head.pos_ != "VERB" or not alone:
            return ()
        found = distinct(p for noun in object_heads(trigger.head) for p in self.parties(noun, strict=False))
        return tuple(p for p in self._others(found, taken) if p.person or p.office or p.sector == "GOV")

    def _first(
        self, paths: tuple[str, ...], frame: Frame, trigger: Token, taken: tuple[Party, ...], *, strict: bool
    ) -> tuple[tuple[Party, ...], str]:
        """What the first place that holds anybody gives; those without a state only where no place gives better."""
        spare: tuple[Party, ...] = ()
        for path in _with_home(paths):
            found = tuple(self._at(path, frame, trigger, taken, strict=strict))
            found = distinct(found) if path == "place" else self._others(found, taken)
            if any(party.country for party in found):
                return tuple(party for party in found if party.country), path
            spare = spare or found
        return spare, "open"

    def _others(self, found: tuple[Party, ...], taken: tuple[Party, ...]) -> tuple[Party, ...]:
        """Those who are not in the other role already: a bare state of the actor's own is the actor again."""
        own = {identity(party) for party in taken}
        states = {party.country for party in taken if party.sector in ("GOV", "IGO")}
        bodies = " ".join(f"{party.office or ''} {party.text}" for party in taken if party.sector == "IGO")
        return distinct(
            p for p in found
            if identity(p) not in own and not (p.sector == "IGO" and p.name and not p.person and p.name in bodies)
            and not (p.country in states and p.sector == "GOV" and not (p.person or p.office))
        )  # fmt: skip

    def _at(
        self, path: str, frame: Frame, trigger: Token, taken: tuple[Party, ...], *, strict: bool
    ) -> Iterator[Party]:
        if path == "place":
            if taken or frame.actor[0] == "place" or _faceless(trigger):
                yield from self._place(frame, trigger, taken)
        elif path == "speaker":
            speech = speech_above(trigger.head)
            subject = subject_token(speech) if speech is not None else None
            yield from self.parties(subject, strict=True) if subject is not None else ()
        elif path == "utterer":
            yield from self._utterer(trigger)
        elif path == "rest":
            yield from self._rest(trigger, taken)
        elif path == "home":
            yield from self._home(frame, trigger, taken)
        elif path == "modifier":
            yield from self.finder.modifying(trigger, frame)
        elif path.startswith("within"):
            yield from self._within(path.removeprefix("within").removeprefix("-"), trigger, taken)
        else:
            for token in self._tokens(path, frame, trigger):
                yield from self.parties(token, strict=strict)

    def _utterer(self, trigger: Token) -> Iterator[Party]:
        """Whoever says the clause that the trigger stands in, or the quotation."""
        speech = speech_above(trigger)
        subject = subject_token(speech) if speech is not None else None
        if subject is None and trigger.dep_ == "ccomp" and trigger.head.lemma_.lower() in ("quote", "cite"):
            subject = next(
                (c for c in trigger.head.children if c.dep_ == "nsubjpass"), None
            )  # "A was quoted as saying"
        found = self.parties(subject, strict=True) if subject is not None else ()
        yield from found or self.cast.speaker(trigger.idx)

    def _tokens(self, path: str, frame: Frame, trigger: Token) -> Iterator[Token]:
        """The nouns at one of the places that a frame names."""
        if path == "subject":
            token = self._light_subject(trigger) if frame.form == "noun" else subject_token(self._verb(trigger))
            if token is not None:
                yield token
            elif is_passive(trigger):
                yield from (
                    n for t in trigger.subtree if t.lower_ == "by" and t.dep_ in ("agent", "prep")
                    for n in t.children if n.dep_ == "pobj" and is_agent(n)
                )  # fmt: skip
        elif path == "object":
            yield from sorted(object_heads(trigger), key=lambda head: head.dep_ != "dative")
        elif path == "possessor":
            yield from (c for noun in {trigger, measured(trigger)} for c in noun.children if c.dep_ == "poss")
        elif path == "complement":
            subjects = (
                next((c for c in verb.children if c.dep_.startswith("nsubj")), None) for verb in complements(trigger)
            )
            yield from (subject for subject in subjects if subject is not None)
        elif path == "complement-object":
            yield from self._complement_objects(trigger)
        elif path == "infinitive":
            phrases = (c for head in (trigger, trigger.head) for c in head.children if c.lower_ == "for")
            yield from (t for phrase in phrases for t in phrase.subtree if t.dep_ in ("pobj", "nsubj"))
            yield from (t for t in _own(trigger) if t.dep_ == "nsubj" and t.head != trigger.head)
        elif path == "own-subject":
            yield from (c for c in trigger.children if c.dep_ in ("nsubj", "nsubjpass"))
        else:
            yield from self._behind(path, trigger)

    def _verb(self, trigger: Token) -> Token:
        return trigger.head if trigger.pos_ == "ADJ" and trigger.head.pos_ in ("VERB", "AUX") else trigger

    def _light_subject(self, noun: Token) -> Token | None:
        """The subject of the verb that carries a noun: "Kenya made an attack", "began the withdrawal"."""
        governor, through = governor_of(noun)
        if governor is None or governor.pos_ not in ("VERB", "AUX") or through != "object":
            return None
        return subject_token(governor) if governor.lemma_.lower() in words("light") else None

    def _complement_objects(self, trigger: Token) -> Iterator[Token]:
        for verb in complements(trigger):
            for each in (verb, *(c for c in verb.children if c.dep_ in ("xcomp", "ccomp"))):
                yield from object_heads(each)
                for preposition in BEHIND:
                    yield from self._behind(preposition, each)
        yield from to_nouns(trigger)

    def _behind(self, preposition: str, trigger: Token) -> Iterator[Token]:
        carriers = {trigger, measured(trigger)}
        governor, through = governor_of(trigger) if trigger.pos_ in ("NOUN", "PROPN") else (None, "")
        if governor is not None and through == "object":
            loose = preposition in LOOSE and governor.pos_ == "VERB"
            carriers |= {governor} if loose or governor.lemma_.lower() in words("light") else set()
        if preposition == "by":  # the parser hangs it on whatever stands nearest
            yield from (n for t in trigger.subtree if t.lower_ == "by" for n in t.children if n.dep_ == "pobj")
            return
        if preposition == "of":  # "the release by Norway of two sailors": the parser hangs it on Norway
            carriers |= {n for c in trigger.children if c.lower_ == "by" for n in c.children if self._bare(n)}
        for head in sorted(carriers, key=lambda token: token.i):
            for child in head.children:
                if child.dep_ in ("prep", "dative", "agent", "prt") and child.lower_ == preposition:
                    yield from (noun for noun in child.children if noun.dep_ in ("pobj", "pcomp"))
                elif child.dep_ == "prep":  # "out of", "on to"
                    yield from (
                        n for c in child.children if c.dep_ == "prep" and c.lower_ == preposition
                        for n in c.children if n.dep_ == "pobj"
                    )  # fmt: skip

    def _bare(self, noun: Token) -> bool:
        """Whether a noun is the name of a state alone."""
        name = self.cast.modifiers.get(noun.i)
        return name is not None and name.entry.sort in ("country", "capital")

    def _rest(self, trigger: Token, taken: tuple[Party, ...]) -> Iterator[Party]:
        """The first who is named further on in the trigger's clause and not in the actor's country."""
        states = {party.country for party in taken}
        skipped: set[int] = set()
        for child in _own(trigger):
            if child.i <= trigger.i or child.i in skipped:
                continue
            if self._aside(child, trigger):
                skipped.update(t.i for t in child.subtree)
                continue
            if self._where(child):
                continue
            member, name = self.cast.by_token.get(child.i), self.cast.modifiers.get(child.i)
            if member and {p.country for p in member.parties} - states - {None}:
                yield from self.finder.listed_with(member) or member.parties
                return
            if name and name.entry.code not in states:
                yield from self._coupled(name)
                return

    def _home(self, frame: Frame, trigger: Token, taken: tuple[Party, ...]) -> Iterator[Party]:
        """Somebody else of the actor's own country, or one whose country is open: "protested against the police"."""
        own = {identity(party) for party in taken}
        spans = {party.span for party in taken}
        skipped: set[int] = set()
        for token in _own(trigger):
            before = token.dep_ == "prep" and token.lower_ == "before"  # "bring the matter before a court"
            another = token.dep_ == "conj" and token.head == trigger and token.pos_ == "VERB"
            if before or (another and frame.type not in SPOKEN):
                skipped.update(t.i for t in token.subtree)
            if token.i <= trigger.i or token.i in skipped or token.pos_ not in ("NOUN", "PROPN"):
                continue
            member = self.cast.by_token.get(token.i)
            if member and member.sort != "state" and not own & {identity(p) for p in member.parties}:
                yield from member.parties
                return
            if member is None and is_agent(token) and token.dep_ not in ("compound", "amod"):
                yield from (p for p in self.parties(token, strict=False) if p.span not in spans)
                return

    def _where(self, token: Token) -> bool:
        """Whether a town only tells where: "resume talks in Arusha"."""
        name = self.cast.modifiers.get(token.i)
        inside = token.dep_ == "pobj" and token.head.lower_ in ("in", "at")
        return inside and name is not None and name.entry.sort in ("place", "capital")

    def _aside(self, token: Token, trigger: Token) -> bool:
        """Whether a word opens a part of the clause that is about something else."""
        if token.dep_ == "prep" and token.lower_ in ASIDE:
            return True
        if token.dep_ == "prep" and token.lower_ == "in" and any(c.lemma_.lower() in IN_ANSWER for c in token.children):
            return True
        if token.dep_ in ("advcl", "conj") and token.head == trigger and token.pos_ == "VERB":
            return not any(c.dep_ == "aux" and c.lower_ == "to" for c in token.children)
        return token.dep_ in ("parataxis", "relcl")

    def _within(self, path: str, trigger: Token, taken: tuple[Party, ...]) -> Iterator[Party]:
        """The first state named in the object, in a phrase or in the clause behind the trigger; nobody where it is
        the actor's own: "defended Russian policy"."""
        heads = object_heads(trigger)
        if path == "complement":
            heads = [*complements(trigger), *to_nouns(trigger)]
        elif path:
            heads = [child for child in trigger.children if child.dep_ == "prep" and child.lower_ == path]
        states = {party.country for party in taken}
        for head in heads:
            for token in _own(head):
                told = self.phrases.told_before(token) if token.lower_ in BODIES else ()
                if told and told[0].entry.code not in states:
                    yield state_party(told[0], self.cast.text, (token.idx, token.idx + len(token)))
                    return
                member, name = self.cast.by_token.get(token.i), self.cast.modifiers.get(token.i)
                if member and {p.country for p in member.parties} - states - {None}:
                    yield from self.finder.listed_with(member) or member.parties
                    return
                if name and name.entry.sort != "place" and name.entry.code not in states:
                    yield from self._coupled(name)
                    return

    def _coupled(self, name: Named) -> Iterator[Party]:
        """A state and those that are written together with it: "a Japanese-U.S. system"."""
        yield state_party(name, self.cast.text, name.span)
        for other in self.cast.names:
            joined = other.span[0] == name.span[1] + 1 and self.cast.text[name.span[1]] in "-–/"
            if other.entry.code and joined:
                yield state_party(other, self.cast.text, other.span)

    def _place(self, frame: Frame, trigger: Token, taken: tuple[Party, ...]) -> Iterator[Party]:
        """The state where it happened: named behind "in" or "at" in the sentence."""
        for name in self.places(trigger):
            party = state_party(name, self.cast.text, name.span)
            yield party.model_copy(update={"sector": "CVL" if taken or frame.civil else "GOV"})
            return

    def places(self, trigger: Token) -> Iterator[Named]:
        """The states of the places named in the trigger's sentence, those under the trigger first."""
        sentence = list(trigger.sent)
        under = {token.i for token in trigger.subtree}
        for token in sorted(sentence, key=lambda t: (t.i not in under, t.i)):
            if token.head.lemma_ in SPEAKING_SOMEWHERE and token.head.tag_ == "VBG":
                continue  # "speaking in Rome, …"
            if token.dep_ == "prep" and token.lower_ in AT_PLACE:
                for inner in token.subtree:
                    name = self.cast.modifiers.get(inner.i)
                    if inner.head.lemma_.lower() in EMBASSIES and inner.i < inner.head.i:
                        continue  # "outside the Russian embassy in Rome"
                    if name is not None and name.entry.sort != "body":
                        yield name
                        break

    def _adopted(self, open_: tuple[Party, ...], others: tuple[Party, ...], trigger: Token) -> tuple[Party, ...]:
        """Those without a state, with that of the place, of the other party or of the first name in the sentence."""
        if any(party.sector == "JRN" for party in open_) and any(party.country for party in others):
            return ()
        sentence = (trigger.sent.start_char, trigger.sent.end_char)
        here = (n.entry.code for n in self.cast.names if sentence[0] <= n.span[0] < sentence[1] and n.entry.code)
        named = (code for code in here if code not in INTERNATIONAL)
        codes = (
            *(name.entry.code for name in self.places(trigger)),
            *(party.country for party in others if party.country not in INTERNATIONAL),
            *named,
        )
        country = next((code for code in codes if code), None)
        return tuple(party.model_copy(update={"country": country}) for party in open_ if country)


def _own(trigger: Token) -> list[Token]:
    """The words under a trigger without those of clauses that run beside it: "while Chile went home"."""
    words = list(trigger.subtree)
    beside = {t.i for token in words if token != trigger and _runs_beside(token) for t in token.subtree}
    return [token for token in words if token.i not in beside]


def _runs_beside(token: Token) -> bool:
    """Whether a word is the verb of a clause that goes on beside the one above it."""
    marks = (c for c in token.children if c.dep_ in ("mark", "advmod"))
    return token.dep_ == "advcl" and any(mark.lower_ in BESIDE for mark in marks)


BESIDE = frozenset({"while", "whereas", "although", "though"})


def _abroad(recipient: tuple[Party, ...], actor: tuple[Party, ...]) -> tuple[Party, ...]:
    """The recipients without those of the actor's own state, where others are there: "objections to Peru were raised
    by the Chilean envoy to Lima"."""
    return _foreign(recipient, actor) or recipient


def _of_harm(trigger: Token) -> bool:
    """Whether what is condemned is an act against somebody: "the arrest of an envoy"."""
    found = (f for head in object_heads(trigger) for f in frames_by_lemma().get(("noun", head.lemma_.lower()), ()))
    return any(frame.type in ("COERCE", "ASSAULT", "SANCTION") for frame in found)


def _foreign(parties: tuple[Party, ...], actor: tuple[Party, ...]) -> tuple[Party, ...]:
    states = {party.country for party in actor}
    return tuple(party for party in parties if party.country not in states)


def _authorities(recipient: tuple[Party, ...]) -> tuple[Party, ...]:
    """Who arrests, convicts or accuses where nobody is named: the state of those to whom it is done."""
    states = {party.country: party for party in recipient if party.country}
    return tuple(
        party.model_copy(update={"name": None, "person": None, "office": None, "sector": "GOV"})
        for party in states.values()
    )


def _faceless(trigger: Token) -> bool:
    """Whether the doer is left out, or only the weapon is named: then those of the place are held to have done it."""
    subject = subject_token(trigger) if trigger.pos_ == "VERB" else None
    return subject is None or bool(WEAPONS & {subject.lemma_.lower(), *noun_lemmas(subject, 0)})


def _with_home(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        yield path
        if path == "rest":
            yield "home"


def is_passive(verb: Token) -> bool:
    """Whether nobody is named as the doer of a passive."""
    return passive(verb) and not any(child.dep_ == "agent" for child in verb.children)

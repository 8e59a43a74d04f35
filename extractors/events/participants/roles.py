"""Who fills the roles of a frame: the parties at the places where the frame says that they stand.

Works on the dependency parse, but forgivingly: a list of names is followed through whatever the parser made of it,
and a phrase that it hung up one word too high is still found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from extractors.events.participants.cast import Cast, Member, actor_word, agent_nouns, sector_of, state_party
from extractors.events.participants.reference import Reference
from extractors.events.participants.sectors import phrase_sector
from extractors.events.predications.frames import Frame, frames_by_lemma
from extractors.events.predications.modality import governor_of, measured, words
from extractors.events.predications.tense import resumed
from extractors.lexicon import word_set
from extractors.lexicon.cues import speech_verbs
from extractors.lexicon.gazetteer import Named
from extractors.model import Party

if TYPE_CHECKING:
    from spacy.tokens import Token

LISTED = frozenset({"conj", "appos"})
NAME_PARTS = frozenset({"compound", "nmod", "npadvmod"})
RELATIVE = frozenset({"which", "that", "who"})
INSIDE = word_set("participants", "roles.inside")
OCCASIONS = frozenset({"in", "at", "during"})
SHARING_SUBJECT = word_set("dependencies", "sharing_subject_or_noun")
HEARD = speech_verbs("heard")
"""Verbs whose object is there to hear it."""
LIST_GAP = 8
"""Words that may stand between "with" and the first name behind it: "with, among others, …"."""


class Roles(NamedTuple):
    """The parties in both roles, in the order of the text."""

    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]


class RoleFinder:
    """Finds the parties of frames in one document."""

    def __init__(self, cast: Cast, reference: Reference) -> None:
        self.cast = cast
        self.reference = reference

    def find(self, frame: Frame, trigger: Token) -> Roles:
        """Who fills the frame's roles round the trigger."""
        actor = self._all(frame.actor, trigger, frame)
        recipient = self._all(frame.recipient, trigger, frame)
        taken = {identity(party) for party in actor}
        return Roles(actor, tuple(party for party in recipient if identity(party) not in taken))

    def _all(self, paths: tuple[str, ...], trigger: Token, frame: Frame) -> tuple[Party, ...]:
        found: list[Party] = []
        for path in paths:
            if path == "subject" and found and frame.form == "noun":
                continue  # whoever stands at the noun itself comes before the subject of the clause round it
            found.extend(self._at(path, trigger, frame))
        return distinct(found)

    def _at(self, path: str, trigger: Token, frame: Frame) -> Iterable[Party]:
        if path == "subject":
            return self._subject_of_noun(trigger) if frame.form == "noun" else self.subject(trigger)
        if path == "object":
            return self._objects(trigger)
        if path == "possessor":
            return self._possessors(trigger)
        if path == "modifier":
            return self.modifying(trigger, frame)
        return self._behind(path, trigger, frame)

    def subject(self, verb: Token, depth: int = 0) -> tuple[Party, ...]:
        """Who does what the verb says; for a verb without a subject of its own, that of the verb or noun it hangs
        on."""
        subjects = [child for child in verb.children if child.dep_ == "nsubj"]
        if subjects:
            nearest = subjects[-1]  # a dateline may stand before the sentence and be taken for a subject
            return self._relative(nearest, verb) if nearest.lower_ in RELATIVE else self.listed(nearest)
        if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
            return distinct(p for child in verb.children if child.dep_ == "agent" for p in self._objects_of(child))
        if depth > 4:
            return ()
        if (speech := resumed(verb)) is not None:
            return self.subject(speech, depth + 1)
        if verb.dep_ == "xcomp" and (raised := [c for c in verb.head.children if c.dep_ == "nsubjpass"]):
            return self.listed(raised[-1])  # "A is scheduled to meet B"
        if verb.dep_ in ("acl", "relcl") and verb.tag_ in ("VBG", "VBD", "VBN"):
            return self.listed(verb.head)
        if verb.pos_ == "ADJ" or (verb.dep_ == "acomp"):
            return self.subject(verb.head, depth + 1) if verb.head.pos_ in ("VERB", "AUX") else ()
        if verb.dep_ in SHARING_SUBJECT:
            head = verb.head
            if verb.dep_ == "pcomp" and head.head.pos_ in ("VERB", "AUX"):
                head = head.head
            return self.subject(head, depth + 1) if head.pos_ in ("VERB", "AUX", "ADJ") else self._possessors(head)
        return ()

    def _relative(self, pronoun: Token, verb: Token) -> tuple[Party, ...]:
        """What "which" or "who" stands for; a visit or a round of talks stands for those who are on it."""
        clause = verb
        while clause.dep_ in ("conj", "xcomp") and clause.head.pos_ in ("VERB", "AUX"):
            clause = clause.head
        noun = measured(clause.head)
        for frame in (f for f in frames_by_lemma().get(("noun", noun.lemma_.lower()), ()) if f.kind != "directed"):
            return self._all(tuple(path for path in frame.actor if path not in ("subject", "modifier")), noun, frame)
        return self.listed(noun)

    def _subject_of_noun(self, noun: Token) -> tuple[Party, ...]:
        """Who is in the event that a noun names, told by the verb round it: "held talks", "left after talks"."""
        governor, through = governor_of(noun)
        if governor is None or governor.pos_ not in ("VERB", "AUX"):
            return ()
        if through == "object" and governor.lemma_.lower() not in words("light"):
            return ()
        if through in ("object", "") or through in words("adjuncts"):
            return distinct((*self.subject(governor), *self._addressed(noun, governor, through)))
        return ()

    def _addressed(self, noun: Token, verb: Token, through: str) -> tuple[Party, ...]:
        """Whom somebody spoke to on an occasion that names no other side: "in a telephone call, A assured B"."""
        if through not in OCCASIONS or verb.lemma_.lower() not in HEARD:
            return ()
        if any(child.dep_ == "prep" and child.lower_ in ("with", "between") for child in noun.children):
            return ()
        return tuple(party for party in self._objects(verb) if party.person or party.office)

    def _objects(self, verb: Token) -> tuple[Party, ...]:
        wanted = ("dobj", "nsubjpass", "dative", "obj")
        found = distinct(
            p for child in verb.children if child.dep_ in wanted
            for p in (self._relative(child, verb) if child.lower_ in RELATIVE else self.listed(child))
        )  # fmt: skip
        if not found and verb.dep_ == "conj" and any(c.dep_ == "auxpass" for c in verb.children):
            return self.subject(verb.head)  # "A met B and was received by C"
        # The parser takes "told visiting Minister A" for a verb with an object of its own.
        misread = (c for c in verb.children if c.dep_ in ("xcomp", "advcl", "ccomp") and bare_participle(c))
        return found or distinct(p for child in misread for p in self._objects(child))

    def _possessors(self, noun: Token) -> tuple[Party, ...]:
        top = measured(noun)
        nouns = (noun,) if top == noun else (noun, top)
        return distinct(p for n in nouns for child in n.children if child.dep_ == "poss" for p in self.listed(child))

    def modifying(self, noun: Token, frame: Frame) -> tuple[Party, ...]:
        """The states before a noun: "Russian-U.S. talks". A town alone tells where: "the Moscow talks"."""
        names = self.cast.before(noun)
        if frame.kind != "visit":
            names = tuple(name for name in names if name.entry.sort not in ("capital", "place"))
        owned = {
            at
            for child in noun.children
            if child.dep_ == "poss"
            for at in range(child.left_edge.i, child.right_edge.i + 1)
        }
        free = (name for name in names if not owned & set(self.cast.tokens(name.span)) and not self._against(name))
        return tuple(state_party(name, self.cast.text, name.span) for name in free)

    def _against(self, name: Named) -> bool:
        """Whether a state is what the noun is against: "anti-American protests"."""
        return self.cast.text[: name.span[0]].lower().endswith("anti-")

    def _behind(self, preposition: str, trigger: Token, frame: Frame) -> tuple[Party, ...]:
        """The parties behind a preposition at the trigger, or at the verb that carries it."""
        top = measured(trigger)
        found = self._phrases(preposition, trigger) + (self._phrases(preposition, top) if top != trigger else ())
        governor, through = governor_of(trigger) if frame.form == "noun" else (trigger, "")
        if not found and governor is not None and through in ("object", "subject") and governor.pos_ in ("VERB", "AUX"):
            found = self._phrases(preposition, governor) if governor.lemma_.lower() in words("light") else ()
        if frame.kind == "visit" and preposition in ("to", "in", "into"):
            return found or self._hosts(preposition, trigger)
        return found or (self._loose(trigger, governor) if preposition == "with" and governor is not None else ())

    def _phrases(self, preposition: str, head: Token) -> tuple[Party, ...]:
        found: list[Party] = []
        for child in head.children:
            if child.dep_ in ("prep", "dative", "agent") and child.lower_ == preposition:
                found.extend(self._objects_of(child))
                if preposition == "between" and found:
                    found.extend(self._nameless(child, found[0]))
                for more in child.children:
                    if more.dep_ == "conj" and more.lower_ == preposition:
                        found.extend(self._objects_of(more))
        return distinct(found)

    def _nameless(self, preposition: Token, other: Party) -> Iterator[Party]:
        """The side of a list that no state is named for, which is of the other's: "between Peru's army and rebels"."""
        for noun in (c for child in preposition.children if child.dep_ == "pobj" for c in (child, *child.conjuncts)):
            word = actor_word(noun)
            if word is None or noun.i in self.cast.by_token or self.listed(noun):
                continue
            sector = phrase_sector(noun, word, sector_of(word))
            if sector in ("REB", "OPP"):
                span = (noun.idx, noun.idx + len(noun))
                yield Party(
                    text=noun.text, span=span, name=None, person=None, office=None, country=other.country, sector=sector
                )

    def _objects_of(self, preposition: Token) -> Iterator[Party]:
        for child in preposition.children:
            if child.dep_ == "pobj":
                yield from self.listed(child)
            elif child.dep_ in ("prep", "conj") and child.lower_ == preposition.lower_:
                yield from self._objects_of(child)

    def _hosts(self, preposition: str, head: Token) -> tuple[Party, ...]:
        """The state whose town or land a phrase names: "in the Russian capital", "to St. Petersburg"."""
        for child in head.subtree:  # "the visit of A to B": the parser hangs "to B" on A
            if child.dep_ != "prep" or child.lower_ != preposition or (child.head != head and preposition != "to"):
                continue
            names = [self.cast.modifiers[at] for at in _tokens(child) if at in self.cast.modifiers]
            return tuple(state_party(name, self.cast.text, name.span) for name in names[:1])
        return ()

    def _loose(self, trigger: Token, governor: Token) -> tuple[Party, ...]:
        """The parties behind a "with" that the parser hung elsewhere in the clause."""
        clause = {token.i for token in governor.subtree}
        for at in range(trigger.i + 1, trigger.sent.end):
            token = self.cast.doc[at]
            if at not in clause or token.pos_ in ("VERB", "AUX"):
                return ()
            if token.lower_ == "with":
                found = distinct(self._objects_of(token))
                return found or self._next_member(at)
        return ()

    def _next_member(self, at: int) -> tuple[Party, ...]:
        for near in range(at + 1, min(at + LIST_GAP, len(self.cast.doc))):
            if near in self.cast.by_token:
                return self.listed_with(self.cast.by_token[near])
        return ()

    def listed(self, token: Token) -> tuple[Party, ...]:
        """The parties that a noun phrase lists, in the order of the text."""
        found: list[Party] = []
        self._collect(token, found, set())
        return tuple(sorted(distinct(found), key=lambda party: party.span))

    def listed_with(self, member: Member) -> tuple[Party, ...]:
        """The parties of the list that a member stands in."""
        return self.listed(self.cast.doc[self.cast.tokens(member.span)[-1]])

    def _collect(self, token: Token, found: list[Party], seen: set[int]) -> None:
        if token.i in seen:
            return
        seen.add(token.i)
        member = self.cast.by_token.get(token.i)
        if member is None or not self._explained(token, member):
            found.extend(member.parties if member else self.reference.of(token))
        own = set(self.cast.tokens(member.span)) if member else set()
        seen |= own - {token.i}
        for part in [self.cast.doc[at] for at in sorted(own | {token.i})]:
            for child in part.children:
                if child.i not in own and self._lists(child, token, member is not None):
                    self._collect(child, found, seen)
                elif child.dep_ == "prep" and self._opens(child, token, member is not None):
                    for noun in (n for n in child.children if n.dep_ == "pobj"):
                        self._collect(noun, found, seen)

    def _explained(self, token: Token, member: Member) -> bool:
        """Whether a name behind it says who is meant: "his Chilean counterpart, Ana Rojas"."""
        named = (self.cast.by_token.get(child.i) for child in token.children if child.dep_ == "appos")
        countries = {party.country for party in member.parties}
        return member.sort == "group" and any(
            n and n.sort == "person" and n.parties[0].country in countries for n in named
        )

    def _lists(self, child: Token, token: Token, is_member: bool) -> bool:
        """Whether a word under a party names another one of the list."""
        if child.dep_ == "appos" and is_member and any(c.dep_ == "det" for c in child.children):
            own = self.cast.by_token.get(token.i)  # "Turkey, a NATO member"
            return own is None or own.sort not in ("state", "body")
        if child.dep_ in LISTED:
            return True
        other = self.cast.by_token.get(child.i)
        return child.dep_ in NAME_PARTS and is_member and other is not None and other.sort in ("person", "office")

    def _opens(self, preposition: Token, token: Token, is_member: bool) -> bool:
        """Whether a phrase under a noun goes on with the list: "officials at the CIA", "as well as with …"."""
        if is_member:
            return preposition.lower_ in ("with", "including")
        return preposition.lower_ in INSIDE and token.lemma_.lower() in agent_nouns() | words("measures")


def bare_participle(token: Token) -> bool:
    """Whether a participle may be an adjective that the parser took for a verb: "visiting", without subject or
    auxiliary."""
    return token.tag_ == "VBG" and not any(c.dep_ in ("nsubj", "aux", "mark") for c in token.children)


def identity(party: Party) -> str:
    """What makes two mentions one party: the person, else office and country, else the country."""
    return party.person or f"{party.office or ''}|{party.country or ''}|{party.sector or ''}"


def distinct(parties: Iterable[Party]) -> tuple[Party, ...]:
    """The parties without repeats; a state that is also there by a person of its own stays, as it was named."""
    found: dict[str, Party] = {}
    for party in parties:
        found.setdefault(identity(party), party)
    return tuple(found.values())


def _tokens(token: Token) -> list[int]:
    return [t.i for t in token.subtree]

"""Whom a pronoun, a possessive or "the two sides" means: the simplest rules that hold in news prose."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extractors.events.participants.cast import Cast, Member
from extractors.lexicon import table, word_set
from extractors.lexicon.groups import INTERNATIONAL
from extractors.model import Party

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

SINGULAR: dict[str, bool] = table("participants")["reference"]["singular"]
"""Pronouns for one person, and whether it is a woman."""

FIRST_PERSON = word_set("participants", "reference.first_person")
PLURAL = word_set("participants", "reference.plural")
SIDES = word_set("participants", "reference.sides")
OFFICES = frozenset({"minister", "president"})
"""Words of SIDES that are offices."""
OFFICIAL = frozenset({"GOV", "LEG", "MIL", "IGO"})
BOTH = frozenset({"two", "both", "each"})
SENTENCES_BACK = 4


class Reference:
    """Resolves references in a document; `parties` are those of the latest event, kept by the coder as it goes."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.parties: tuple[Party, ...] = ()
        self.with_bodies: tuple[Party, ...] = ()
        self._sentences: list[Sentence] = list(cast.doc.sents)
        self._at = {token.i: number for number, sent in enumerate(self._sentences) for token in sent}

    def of(self, token: Token) -> tuple[Party, ...]:
        """The parties that a token stands for; none where it is no reference or nobody is found."""
        word = token.lower_
        if word in SINGULAR and token.tag_ in ("PRP", "PRP$"):
            person = self._person(token, woman=SINGULAR[word])
            return person.parties if person else ()
        if word in FIRST_PERSON:
            return self.cast.speaker(token.idx, (token.idx, token.idx + len(token)))  # "we" and "I" inside marks
        if (word in PLURAL and token.tag_ != "CC") or self._sides(token):
            return self._own(token) or self._pair(token) or self.two_sides(token)
        return ()

    def _sides(self, token: Token) -> bool:
        """Whether the noun is "the two sides", "both countries", "each side" or a bare "the sides"."""
        if token.lemma_.lower() not in SIDES:
            return False
        return any(child.lower_ in BOTH for child in token.lefts) or token.lower_ == "sides"

    def _own(self, pronoun: Token) -> tuple[Party, ...]:
        """Those who do what the clause says, for their possessive: "Chile and Peru made clear their anger"."""
        clause = pronoun
        while pronoun.tag_ == "PRP$" and clause.dep_ != "ROOT":
            clause = clause.head
            subject = next((c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass") and c.i < pronoun.i), None)
            if subject is not None:
                members = (self.cast.by_token.get(each.i) for each in (subject, *subject.conjuncts))
                parties = tuple(party for member in members if member for party in member.parties)
                return parties if len({party.country for party in parties}) > 1 else ()
        return ()

    def _pair(self, token: Token) -> tuple[Party, ...]:
        """The two people of two states whom the sentence names before "they": "A spoke with B as they held talks"."""
        if token.lower_ != "they":
            return ()
        here = self._sentences[self._at[token.i]]
        parties = {m.parties[0].country: m.parties[0] for m in self._people(here) if m.span[1] <= token.idx}
        return tuple(parties.values()) if len(parties) == 2 and None not in parties else ()

    def saw(self, parties: tuple[Party, ...]) -> None:
        """Notes the parties of an event: those of the latest one between states are "the two sides"."""
        official = all(party.person or party.office or party.sector in OFFICIAL for party in parties)
        states = tuple(p for p in parties if p.country not in INTERNATIONAL and p.text not in _world_towns())
        if official and len({party.country for party in states}) > 1:
            self.parties = self.with_bodies = states
        elif official and len({party.country for party in parties}) > 1:
            self.with_bodies = parties

    def two_sides(self, token: Token) -> tuple[Party, ...]:
        """The parties last in play: the last two who hold the office that is named, else those of the latest event
        between states, else the last two states named before."""
        if peers := self._peers(token):
            return peers
        if token.lemma_.lower() == "side" and self.with_bodies:
            return self.with_bodies
        if self.parties:
            return self.parties
        found: dict[str, Party] = {}
        for member in reversed([m for m in self.cast.members if m.span[0] < token.idx]):
            for party in member.parties:
                if party.country and party.country not in INTERNATIONAL and len(found) < 2:
                    found.setdefault(party.country, party)
        return tuple(reversed(found.values())) if len(found) == 2 else ()

    def _peers(self, token: Token) -> tuple[Party, ...]:
        """The last two of different states who hold the office: "the two ministers"."""
        if token.lemma_.lower() not in OFFICES:
            return ()
        found: dict[str, Party] = {}
        for member in reversed([m for m in self.cast.members if m.sort == "person" and m.span[0] < token.idx]):
            for party in member.parties:
                held = (party.office or "").lower().split()
                if party.country and token.lemma_.lower() in held and len(found) < 2:
                    found.setdefault(party.country, party)
        return tuple(reversed(found.values())) if len(found) == 2 else ()

    def _person(self, token: Token, *, woman: bool) -> Member | None:
        here = self._at[token.i]
        subject = self._doer(token)
        ahead = self._ahead(token, self._sentences[here])
        if ahead and _fits(ahead, woman):
            return ahead
        fallback: Member | None = None
        for number in range(here, max(-1, here - SENTENCES_BACK), -1):
            people = [m for m in self._people(self._sentences[number]) if m.span[0] < token.idx and _fits(m, woman)]
            people = [m for m in people if subject is None or m.parties[0].person != subject]
            subjects = [m for m in people if self._is_subject(m)]
            if subjects:
                return subjects[-1 if number == here else 0]
            fallback = fallback or (people[0] if people else None)
        return fallback

    def _doer(self, token: Token) -> str | None:
        """The person who does what is done to whom a pronoun means, and so is not he: "A spoke with B, thanking
        him"."""
        if token.dep_ not in ("dobj", "dative", "pobj"):
            return None
        verb = token.head if token.dep_ != "pobj" else token.head.head
        while verb.dep_ in ("advcl", "xcomp", "conj", "pcomp") and not any(c.dep_ == "nsubj" for c in verb.children):
            verb = verb.head
        doer = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        member = self.cast.by_token.get(doer.i) if doer is not None else None
        return member.parties[0].person if member else None

    def _ahead(self, token: Token, sentence: Sentence) -> Member | None:
        """The person who is subject of the sentence, for a pronoun in the phrase before it: "In her stay, Albright
        …"."""
        subject = next((child for child in sentence.root.lefts if child.dep_ in ("nsubj", "nsubjpass")), None)
        member = self.cast.by_token.get(subject.i) if subject is not None and subject.i > token.i else None
        return member if member and member.sort in ("person", "office") else None

    def _people(self, sentence: Sentence) -> list[Member]:
        found = (self.cast.by_token.get(token.i) for token in sentence)
        return list(dict.fromkeys(m for m in found if m and m.sort in ("person", "office") and m.parties[0].person))

    def _is_subject(self, member: Member) -> bool:
        return any(self.cast.doc[at].dep_ in ("nsubj", "nsubjpass") for at in self.cast.tokens(member.span))


def _fits(member: Member, woman: bool) -> bool:
    name = member.parties[0].name
    if name is None or " " not in name:
        return True
    return (name.split()[0] in _women()) == woman


@cache
def _women() -> frozenset[str]:
    return frozenset(table("given_names")["women"].split())


@cache
def _world_towns() -> frozenset[str]:
    return frozenset(table("places")["world_towns"])

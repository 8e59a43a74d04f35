"""Whom a noun phrase stands for: those that it lists or names, the states before it, the owners and places behind it,
and for a pronoun whoever it goes back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.events.participants.cast import Cast, actor_word, is_agent, sector_of, state_party
from extractors.events.participants.roles import RELATIVE, RoleFinder, distinct
from extractors.events.participants.sectors import phrase_sector, thing_sector
from extractors.lexicon import word_list, word_set
from extractors.lexicon.gazetteer import Named
from extractors.model import Party

if TYPE_CHECKING:
    from spacy.tokens import Token

COUNTING = word_set("participants", "noun_phrases.counting")
"""Words that count those who follow behind "of": "thousands of Peruvians"."""

WEAPONS = word_set("participants", "noun_phrases.weapons")
"""Subjects that strike for somebody who is not named."""

GIFTS = word_set("participants", "noun_phrases.gifts")
"""Subjects that come from the state named before them."""

RUNNING = word_set("participants", "noun_phrases.running")
"""What is done with ships and planes by whoever acts through them."""

BEHIND = word_list("participants", "noun_phrases.behind")
PRONOUNS = word_set("participants", "noun_phrases.pronouns")
OF_AGENTS = word_list("participants", "noun_phrases.of_agents")
BEHIND_NOUN = word_set("dependencies", "behind_a_noun")

BODIES = {"alliance": ("IGO",), "bloc": ("EUR", "IGO"), "union": ("EUR",), "organization": ("IGO", "UNO")}
"""What an international body may be called, by the code of the body."""
BACK = 400
"""Words back in which the text may have told whose "the ministry" is."""


class Phrases:
    """Resolves noun phrases in one document."""

    def __init__(self, cast: Cast, finder: RoleFinder) -> None:
        self.cast = cast
        self.finder = finder

    def parties(self, token: Token, *, strict: bool, depth: int = 0) -> tuple[Party, ...]:
        """The parties that a noun phrase stands for. Strict: only those who can act."""
        listed = self.finder.listed(token)
        if listed:
            return listed
        if token.lower_ in PRONOUNS:
            return self._antecedent(token, depth)
        if token.lemma_.lower() in COUNTING and (inner := self._inside(token, ("of",), strict, depth)):
            return inner
        if strict and (found := self._run_by(token, depth)):
            return found
        agent = is_agent(token)
        if strict and not agent:
            if token.lemma_.lower() in WEAPONS and (states := self.cast.before(token)):
                return tuple(self._named(name, token, "MIL") for name in states)  # "Pakistani mortars"
            if token.lemma_.lower() in GIFTS and (states := self.cast.before(token)):
                return tuple(self._named(name, token, None) for name in states)  # "Norwegian grants have gone to"
            return self._by_apposition(token, depth)
        if agent and any(child.lower_ in ("every", "each", "any") for child in token.children):
            return ()  # "urged every party to remain calm"
        word = actor_word(token) or ""
        sector = phrase_sector(token, word, sector_of(word)) if agent else thing_sector(token)
        named = self.cast.before(token) or (self.told_before(token) if agent else ())
        if named:
            return tuple(self._named(name, token, sector if agent or sector != "GOV" else None) for name in named)
        if depth > 3:
            return ()
        owners = [c for c in token.children if c.dep_ == "poss"]
        found = distinct(p for owner in owners for p in self.parties(owner, strict=False, depth=depth + 1))
        found = found or self._inside(token, BEHIND if not strict else OF_AGENTS, False, depth)
        if found and agent and strict:
            return tuple(p if p.person else p.model_copy(update={"sector": sector, "text": token.text}) for p in found)
        if not found and (agent or sector not in ("GOV", "CVL")):
            span = (token.idx, token.idx + len(token))
            found = (
                Party(text=token.text, span=span, name=None, person=None, office=None, country=None, sector=sector),
            )
        if found and agent and strict:
            return tuple(
                p.model_copy(update={"span": (token.idx, token.idx + len(token)), "text": token.text}) for p in found
            )
        return found

    def told_before(self, token: Token) -> tuple[Named, ...]:
        """Whose "the ministry", "the alliance" or "the two diplomats" are, of whom the text has told before: those of
        the last such noun with a state, or the last body that is one."""
        if not any(child.lower_ == "the" for child in token.children) or any(c.dep_ == "prep" for c in token.children):
            return ()
        counted = _counted(token)
        for at in range(token.i - 1, max(-1, token.i - BACK), -1):
            other = self.cast.doc[at]
            name = self.cast.modifiers.get(at)
            if name is not None and name.entry.sort == "body" and name.entry.code in BODIES.get(token.lower_, ()):
                return (name,)
            same = other.lower_ == token.lower_ and _counted(other) == counted
            if same and (owners := self.cast.before(other) or self._owners(other)):
                return owners
        return ()

    def _owners(self, noun: Token) -> tuple[Named, ...]:
        """The names of those whose a noun is: "Japan's Foreign Ministry"."""
        owners = (child.i for child in noun.children if child.dep_ == "poss")
        return tuple(self.cast.modifiers[at] for at in owners if at in self.cast.modifiers)

    def doers(self, noun: Token) -> tuple[Party, ...]:
        """Who does what a noun tells: those who can act, else whose the act is, not whom it strikes."""
        found = self.parties(noun, strict=True)
        found = found or tuple(self._named(name, noun, None) for name in (*self.cast.before(noun), *self._owners(noun)))
        return found or self._inside(noun, ("by", "of", "from"), strict=False, depth=0)

    def _by_apposition(self, token: Token, depth: int) -> tuple[Party, ...]:
        """Who an unknown name is, by what stands beside it: "Kenzo Sato, the UN envoy", "the al-Qaeda network"."""
        beside = [c for c in token.children if c.dep_ == "appos"]
        found = (
            distinct(p for each in beside for p in self.parties(each, strict=False, depth=depth + 1))
            if depth < 2
            else ()
        )
        bodies = (n for n in self.cast.before(token) if n.entry.sort in ("body", "government"))
        return found or tuple(self._named(name, token, None) for name in bodies)

    def _run_by(self, token: Token, depth: int) -> tuple[Party, ...]:
        """Whose ships, planes or troops act: "planes chartered by UNICEF"."""
        clauses = (c for c in token.children if c.dep_ == "acl" and c.tag_ == "VBN" and c.lemma_.lower() in RUNNING)
        agents = (c for clause in clauses for c in clause.children if c.dep_ == "agent")
        nouns = [n for agent in agents for n in agent.children if n.dep_ == "pobj"] if depth < 2 else []
        return distinct(p for noun in nouns for p in self.parties(noun, strict=True, depth=depth + 1))

    def _antecedent(self, pronoun: Token, depth: int) -> tuple[Party, ...]:
        """Whom "which" or "it" means: the noun before a relative clause, else the subject of the clause above, else
        that of the sentence before."""
        if pronoun.lower_ in RELATIVE and pronoun.head.dep_ == "relcl":
            noun = pronoun.head.head
            return self.parties(noun, strict=False, depth=depth + 1) if noun.lower_ not in RELATIVE else ()
        token = pronoun
        while token.dep_ != "ROOT" and depth < 4:
            token = token.head
            if token.pos_ not in ("VERB", "AUX"):
                continue
            subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
            if subject is not None and subject != pronoun and subject.pos_ != "PRON" and pronoun.head != subject:
                return self.parties(subject, strict=True, depth=depth + 1)
        start = pronoun.sent.start
        if start == 0 or depth > 1:
            return ()
        root = self.cast.doc[start - 1].sent.root
        subject = next((c for c in root.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        return self.parties(subject, strict=True, depth=depth + 2) if subject is not None else ()

    def _inside(self, token: Token, prepositions: tuple[str, ...], strict: bool, depth: int) -> tuple[Party, ...]:
        """The parties in the phrases and participles behind a noun, the first phrase that names any."""
        for child in token.children:
            if child.dep_ in ("prep", "agent") and child.lower_ in prepositions:
                for noun in (c for c in child.children if c.dep_ == "pobj"):
                    found = self.parties(noun, strict=strict, depth=depth + 1)
                    if any(p.country for p in found) or (found and strict):
                        return found
            elif child.dep_ in BEHIND_NOUN and child.i > token.i and depth < 3:
                found = self._inside(child, prepositions, strict, depth + 1) or (
                    self.parties(child, strict=strict, depth=depth + 1) if child.dep_ in ("conj", "appos") else ()
                )
                if any(p.country for p in found):
                    return found
        return ()

    def _named(self, name: Named, token: Token, sector: str | None) -> Party:
        beside = token.left_edge.idx <= name.span[0] < token.idx
        span = (name.span[0] if beside else token.idx, token.idx + len(token))
        party = state_party(name, self.cast.text, span)
        return party.model_copy(update={"sector": sector}) if sector and party.sector != "IGO" else party


def _counted(noun: Token) -> str:
    """The number before a noun: "two" of "the two diplomats"."""
    return next((child.lower_ for child in noun.children if child.dep_ == "nummod"), "")

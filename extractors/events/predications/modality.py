"""Whether an event happened, is to come, or is only talked about.

An event that was denied, supposed, wished for or refused is no event, and nothing is coded for it: a wrong fact weighs
more than a missing one. The few that are news all the same are let in by `status`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractors.events.predications.tense import resumed
from extractors.lexicon import word_set
from extractors.lexicon.cues import speech_verbs
from extractors.lexicon.groups import actor_sector
from extractors.model import Span, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

TELLING = speech_verbs("telling")
TIMES = word_set("modality", "times")
"""How an event may hang on a word such as "refuse" or "call" without being what was refused: "called … during
talks"."""

STEPS = frozenset({"step", "measure", "action", "move"})
"""Nouns whose infinitive is done by taking them: "took steps to ease"."""

GOVERNED = word_set("dependencies", "governed")


class Modality(NamedTuple):
    """`status` of an event that is to be coded, with the words that say so."""

    status: Status
    span: Span | None = None


def of_verb(verb: Token, *, depth: int = 0) -> Modality | None:
    """The modality of what a verb says; None where it did not and need not happen."""
    own = _auxiliaries(verb)
    if own is None or depth > 5 or _subjunctive(verb):
        return None
    if own.status == "future":
        guessed = verb.dep_ == "ccomp" and verb.head.lemma_.lower() in words("guesses") | words("irrealis_governors")
        return None if guessed else own
    if resumed(verb) is not None:
        return own
    if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX") and not _has(verb, "nsubj"):
        return of_verb(verb.head, depth=depth + 1)
    infinitive = any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children)
    if verb.dep_ in GOVERNED or (verb.dep_ == "relcl" and infinitive):  # "in no position to attack"
        return _governed(verb, depth)
    return own


def of_noun(noun: Token, *, depth: int = 0) -> Modality | None:
    """The modality of an event that a noun names: of its adjectives, then of the clause that it stands in."""
    adjectives = {child.lower_ for child in noun.lefts}
    if adjectives & words("irrealis_adjectives") or any(
        c.dep_ == "det" and c.lower_ in ("any", "no") for c in noun.lefts
    ):
        return None
    governor, through = governor_of(noun)
    if governor is not None and governor.lemma_.lower() in words("irrealis_governors") and through not in TIMES:
        return None
    if scheduled := _scheduled(noun):
        return scheduled
    if governor is None or depth > 5:
        return Modality("actual")
    if governor.pos_ in ("VERB", "AUX"):
        return _of_clause(governor, through)
    # Behind "of" the whole phrase counts: "the goal of a summit would be …".
    whole = governor.pos_ == "NOUN" and through in ("of", "for", "about")
    return of_noun(governor, depth=depth + 1) if whole else Modality("actual")


def _scheduled(noun: Token) -> Modality | None:
    """The future of a noun that says so itself: "a planned summit", "a summit to be held", "talks set for May"."""
    future = next((child for child in noun.lefts if child.lower_ in words("future_adjectives")), None)
    if future is not None:
        return Modality("future", (future.idx, future.idx + len(future)))
    for child in noun.rights:
        infinitive = {"aux", "auxpass"} <= {c.dep_ for c in child.children}
        if child.dep_ in ("acl", "relcl") and (infinitive or child.lemma_.lower() in words("future")):
            first = next(c for c in child.children if c.dep_ == "aux") if infinitive else child
            return Modality("future", (first.idx, child.idx + len(child)))
    return None


def _of_clause(verb: Token, through: str) -> Modality | None:
    """A clause that did not happen takes the noun with it, except behind "after" or "during": that has happened."""
    if through in TIMES and through not in ("in", "subject"):
        return Modality("actual")
    return of_verb(verb)


def governor_of(noun: Token) -> tuple[Token | None, str]:
    """The verb or noun that a noun hangs on, and how: "subject", "object" or the preposition."""
    noun = measured(noun)
    if noun.dep_ == "conj":
        return governor_of(noun.head)
    if noun.dep_ in ("nsubj", "nsubjpass"):
        return noun.head, "object" if noun.dep_ == "nsubjpass" else "subject"
    if noun.dep_ in ("dobj", "attr", "oprd"):
        return noun.head, "object"
    if noun.dep_ == "pobj" and noun.head.dep_ != "ROOT":
        return noun.head.head, noun.head.lower_
    return None, ""


def measured(noun: Token) -> Token:
    """The noun that counts another: "days" for "talks" in "two days of talks"; else the noun itself."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_.lower() in words("measures"):
        noun = noun.head.head
    return noun


def _auxiliaries(verb: Token) -> Modality | None:
    """What the verb's own auxiliaries, negation and conjunction say."""
    if any(child.dep_ == "neg" or child.lower_ == "never" for child in verb.children):
        return None
    for child in verb.children:
        word = child.lower_
        if child.dep_ == "aux" and (word in words("irrealis_auxiliaries")):
            return None
        if child.dep_ == "mark" and word in words("irrealis_marks"):
            return None
        if child.dep_ == "aux" and word in words("future_auxiliaries"):
            return Modality("future", (child.idx, child.idx + len(child)))
        if child.dep_ in ("nsubj", "nsubjpass", "dobj") and any(
            c.lower_ in ("no", "neither", "nobody") and c.dep_ in ("det", "preconj", "cc") for c in child.children
        ):
            return None
    return Modality("actual")


def _governed(verb: Token, depth: int) -> Modality | None:
    """The modality of an infinitive or a clause under another word."""
    head = verb.head
    lemma = head.lemma_.lower()
    infinitive = any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children)
    if infinitive and any(child.lower_ == "yet" for child in (*head.children, *verb.children)):
        return None  # "have yet to agree"
    if infinitive and lemma == "be":
        return _planned(head, depth) if any(c.dep_ == "nsubj" and _acts(c) for c in head.children) else None
    if infinitive and lemma in words("future"):
        return _planned(head, depth)
    if infinitive and lemma in words("irrealis_governors"):
        return None
    if infinitive and lemma in STEPS and head.head.lemma_.lower() in ("take", "begin", "make"):
        return of_verb(head.head, depth=depth + 1)
    if infinitive and any(c.dep_ == "dobj" and c.lemma_.lower() in STEPS for c in head.children):
        return of_verb(head, depth=depth + 1)
    if infinitive and (head.pos_ in ("NOUN", "ADJ") or verb.dep_ == "advcl"):
        return None  # a purpose is no deed yet
    if verb.dep_ in ("ccomp", "pcomp") and lemma in words("irrealis_governors"):
        return None
    if head.pos_ in ("VERB", "AUX") and not (verb.dep_ == "ccomp" and lemma in TELLING):
        return of_verb(head, depth=depth + 1)
    return Modality("actual")


def _subjunctive(verb: Token) -> bool:
    """Whether the bare form behind "that" says what somebody wants: "the demand that Peru return the exiles"."""
    if verb.tag_ != "VB" or verb.dep_ not in ("ccomp", "acl", "relcl"):
        return False
    roles = {c.dep_ for c in verb.children}
    return {"nsubj", "mark"} <= roles and "aux" not in roles


def _acts(subject: Token) -> bool:
    """Whether "is to" tells a plan of somebody: "the envoys are to meet", but not "the goal is to meet"."""
    return subject.pos_ in ("PROPN", "PRON") or actor_sector(subject.lemma_.lower()) is not None


def _planned(head: Token, depth: int) -> Modality | None:
    """What is planned is to come, unless the plan itself is denied."""
    outer = of_verb(head, depth=depth + 1) if head.pos_ in ("VERB", "AUX") else _auxiliaries(head.head)
    return Modality("future", (head.idx, head.idx + len(head))) if outer else None


def _has(verb: Token, dep: str) -> bool:
    return any(child.dep_ == dep for child in verb.children)


def words(name: str) -> frozenset[str]:
    """One list of the table of modality."""
    return word_set("modality", name)

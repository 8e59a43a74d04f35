"""How a word's surroundings tell what it stands for: a noun that is told as something that happened, a flat denial, a
demand.

A noun names an event in every second topic, plan or treaty; it tells of one where something came of it or somebody
took note of it ("the offer saved the talks", "after the arrest"), or where it has a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.events.predications.modality import governor_of, measured, words
from extractors.lexicon import word_set

if TYPE_CHECKING:
    from spacy.tokens import Token

AFTER = word_set("predications", "noun_readings.after")
REPLIES = word_set("predications", "noun_readings.replies")
"""Words behind which stands what had happened: "in response to the arrest", "because of the raid"."""

PLAIN_AUXILIARIES = word_set("predications", "noun_readings.plain_auxiliaries")
CONDITIONS = word_set("predications", "noun_readings.conditions")
DEMANDING = frozenset({"should", "must", "be", "not"})
MEMBERS = frozenset({"VERB", "AUX"})
STATED = word_set("dependencies", "stated")


def told(noun: Token) -> bool:
    """Whether a noun for an act tells that it was done: it has a time, an effect or an echo."""
    if _timed(noun) or _timed(measured(noun)):
        return True
    governor, through = governor_of(noun)
    if governor is None:
        return False
    if governor.pos_ not in MEMBERS or through in AFTER:
        return through in AFTER or governor.lemma_.lower() in REPLIES
    lemma = governor.lemma_.lower()
    if through == "subject":
        return lemma in words("happening")
    return through == "object" and lemma in words("noting") | words("doing")


def _timed(noun: Token) -> bool:
    """Whether a noun has a time: "yesterday's understanding", "a recent arrest", "the raid on Monday"."""
    if any(c.lower_ in words("timed") for c in noun.lefts):
        return True
    phrases = (c for c in noun.rights if c.dep_ == "prep" and c.lower_ in ("on", "in", "of"))
    named = [n for phrase in phrases for n in phrase.children if n.dep_ == "pobj"]
    named += [t for c in noun.rights if c.dep_ == "acl" and c.tag_ == "VBN" for t in c.subtree]  # "reached on Monday"
    named += [c for c in noun.rights if c.dep_ in ("npadvmod", "nmod")]
    return any({n.lower_, *(c.lower_ for c in n.lefts)} & words("days") for n in named)


def denied(token: Token) -> Token | None:
    """The word by which a clause flatly denies what its verb says: "has not signaled", "showed no", "is not ready"."""
    verb = token.head if token.pos_ == "ADJ" and token.head.pos_ in MEMBERS else token
    helping = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if any(c.lower_ not in PLAIN_AUXILIARIES for c in helping) or any(
        c.dep_ == "mark" and c.lower_ in CONDITIONS for c in verb.children
    ):
        return None
    if verb.dep_ not in STATED:
        return None
    own = next((c for c in verb.children if c.dep_ == "neg" or c.lower_ == "never"), None)
    objects = (c for c in verb.children if c.dep_ in ("dobj", "nsubjpass"))
    return own or next((d for noun in objects for d in noun.lefts if d.lower_ == "no"), None)


def demanded(verb: Token) -> bool:
    """Whether a verb such as "insist" asks something of others: "insisted that Peru leave", "insisted on a
    withdrawal"; not "insisted that Peru had left", which only says so."""
    for clause in (c for c in verb.children if c.dep_ == "ccomp"):
        helping = {c.lower_ for c in clause.children if c.dep_ in ("aux", "auxpass", "neg")}
        return bool(helping & {"should", "must"}) or (clause.tag_ in ("VB", "VBP", "VBN") and helping <= DEMANDING)
    phrases = (c for c in verb.children if c.dep_ == "prep" and c.lower_ in ("on", "upon"))
    return any(n.dep_ == "pobj" for phrase in phrases for n in phrase.children)

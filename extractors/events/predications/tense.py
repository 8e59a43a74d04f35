"""The tense of the clause that an event stands in: told as past, as before the past, or as going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.lexicon import word_set

if TYPE_CHECKING:
    from spacy.tokens import Token

AUXILIARY = frozenset({"aux", "auxpass"})
CLAUSES = frozenset({"ccomp", "relcl", "advcl"})
QUOTES = frozenset({'"', "”", "''"})
UNFINISHED = word_set("dependencies", "unfinished")
"""How a verb form hangs that takes its time from the verb above: "went on to accuse", "left, saying"."""
GOING_ON = word_set("predications", "tense.going_on")


def carrier(token: Token) -> Token:
    """The finite verb of the clause that a word stands in, or the highest word where there is none."""
    while token.dep_ != "ROOT" and not _finite(token):
        token = token.head
    return token


def past_perfect(verb: Token) -> bool:
    """Whether the verb tells what had happened before the time that is told of."""
    return _has(verb, "had") and verb.tag_ in ("VBN", "VBD")


def perfect(verb: Token) -> bool:
    """Whether the verb tells what has happened at some time up to now."""
    return _has(verb, "has", "have", "'ve")


def past(verb: Token) -> bool:
    """Whether the verb tells of a past act as such: "met", "did meet", "was met"."""
    if _has(verb, "had", "has", "have", "'ve") or any(c.tag_ == "MD" for c in _auxiliaries(verb)):
        return False
    return verb.tag_ == "VBD" or any(c.tag_ == "VBD" for c in _auxiliaries(verb))


def present(verb: Token) -> bool:
    """Whether the verb stands in the present."""
    auxiliaries = _auxiliaries(verb)
    if not auxiliaries:
        return verb.tag_ in ("VBZ", "VBP")
    return not any(c.tag_ in ("VBD", "MD") for c in auxiliaries) and not perfect(verb)


def progressive(verb: Token) -> Token | None:
    """The auxiliary by which the verb says that it goes on: "are" in "are shelling", "is being shelled"."""
    being = any(c.lower_ == "being" for c in _auxiliaries(verb))
    if verb.tag_ != "VBG" and not being:
        return None
    words = GOING_ON if verb.tag_ == "VBG" else ("is", "are")
    found = next((c for c in _auxiliaries(verb) if c.lower_ in words), None)
    return None if _has(verb, "had") or any(c.tag_ == "MD" for c in _auxiliaries(verb)) else found


def resumed(verb: Token) -> Token | None:
    """The verb of speech that a verb goes on with, though the parser hung it into what was said: "said that A is
    waiting and urged B to come"; "said it "will wait" and urged B"."""
    clause = verb.head
    if verb.dep_ != "conj" or verb.tag_ != "VBD" or clause.dep_ != "ccomp" or clause.head.tag_ != "VBD":
        return None
    if any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
        return None
    forms = {clause.tag_, *(c.tag_ for c in clause.children if c.dep_ in ("aux", "auxpass"))}
    closes = any(t.text in QUOTES for t in verb.doc[clause.i : verb.i])
    return clause.head if closes or (forms & {"VBZ", "VBP", "MD"} and "VBD" not in forms) else None


def _finite(token: Token) -> bool:
    if token.dep_ in CLAUSES and any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children):
        return True  # whatever the tagger took it for
    if token.pos_ not in ("VERB", "AUX") or token.dep_ in AUXILIARY:
        return False
    if token.tag_ in ("VBD", "VBZ", "VBP") or any(c.tag_ in ("VBD", "VBZ", "VBP", "MD") for c in _auxiliaries(token)):
        return True
    return token.dep_ not in UNFINISHED


def _auxiliaries(verb: Token) -> list[Token]:
    own = [c for c in verb.children if c.dep_ in AUXILIARY]
    if not own and verb.dep_ == "conj" and verb.tag_ in ("VBN", "VBG") and verb.head.tag_ == verb.tag_:
        return [c for c in verb.head.children if c.dep_ in AUXILIARY]
    return own


def _has(verb: Token, *forms: str) -> bool:
    return any(c.lower_ in forms for c in _auxiliaries(verb))

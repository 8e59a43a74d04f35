"""Which of a sentence's dates is the time of an event: the one in its clause that is not the time of something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractors.dates.grammar import Dated
from extractors.events.predications.commitments import BINDING
from extractors.events.predications.modality import TELLING, measured
from extractors.events.predications.tense import carrier, past_perfect, present
from extractors.lexicon import word_set

if TYPE_CHECKING:
    from spacy.tokens import Token

CLAUSES = frozenset({"ccomp", "relcl", "advcl", "csubj"})
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
INNER = word_set("dependencies", "clauses_inside")
PARTS = word_set("dependencies", "parts_of_a_noun")
OTHERS = word_set("event_facts", "date_choice.others")
"""Prepositions whose noun has a time of its own: "condemned Libya after the attack of May 5"."""

BOUNDS = frozenset({"after", "before", "following"})
"""Those behind which even a date alone is only a bound."""

UTTERED = word_set("plover_groups", "types.uttered")
"""Types that are done by saying so: told as present in somebody's words, they happen when he speaks."""

SAYING = BINDING | TELLING


def nearest(trigger: Token, dated: Sequence[Dated], kind: str) -> Dated | None:
    """The date in the trigger's own clause, the nearest if there are several; else that of the clause round it, and so
    on up, but never out of what somebody said: the day of a statement is that of the event only where the statement is
    the event."""
    head: Token = trigger
    while dated:
        own = [d for d in dated if (root := _root(trigger, d)) is not None and _own(root, head, trigger, kind)]
        if own:
            return min(own, key=lambda d: (abs(d.span[0] - trigger.idx), d.span))
        if head.dep_ == "ROOT" or _closed(head, trigger, kind):
            return None
        if _second(head):  # its own clause; only what opens the sentence is said of both
            opening = min((c.idx for c in head.head.children if c.dep_ in SUBJECTS), default=head.head.idx)
            dated = [d for d in dated if d.span[1] <= opening]
        head = head.head
    return None


def uttered(trigger: Token, kind: str) -> bool:
    """Whether what a reported clause tells is done by telling it: "said that it opposes", "said it is ready to"."""
    return kind in UTTERED and present(carrier(trigger))


def _second(verb: Token) -> bool:
    """Whether a verb leads a second main clause, with a subject of its own."""
    return verb.dep_ == "conj" and verb.pos_ in ("VERB", "AUX") and any(c.dep_ in SUBJECTS for c in verb.children)


def _closed(head: Token, trigger: Token, kind: str) -> bool:
    """Whether the clause that a word leads has a time apart from that of the clause round it."""
    if head.dep_ == "ccomp" and head.head.lemma_.lower() in SAYING:
        return not uttered(trigger, kind)
    if head.dep_ == "relcl" and kind != "CONSULT":
        return True
    return head.dep_ in CLAUSES and past_perfect(head)


def _root(trigger: Token, dated: Dated) -> Token | None:
    """The word by which a date hangs in the sentence."""
    span = trigger.doc.char_span(*dated.span, alignment_mode="expand")
    return span.root if span is not None else None


def _own(token: Token, head: Token, trigger: Token, kind: str) -> bool:
    """Whether a date hangs under a word with nothing between that has a time of its own, or is what the word only
    describes: "the same day Peru condemned Chile"."""
    if token.is_ancestor(trigger) and token.pos_ in ("NOUN", "PROPN") and token.dep_ in ("ROOT", "npadvmod", "nsubj"):
        return True
    root = token
    while token != head:
        if token.dep_ == "ROOT" or _apart(token, trigger, kind) or _another(token, root):
            return False
        token = token.head
    return True


def _apart(token: Token, trigger: Token, kind: str) -> bool:
    """Whether what hangs at a word is the time of that word, and not of what stands above it."""
    if token == trigger or token.is_ancestor(trigger):
        return False
    if _second(token) or (token.dep_ in CLAUSES and any(c.dep_ in SUBJECTS for c in token.children)):
        return True
    if token.dep_ in INNER and kind in UTTERED and trigger in (token.head, token.head.head):
        return True
    noun = token.head
    if token.dep_ in ("acl", "relcl"):
        return noun not in (trigger, measured(trigger))
    return (
        token.dep_ in PARTS and noun.pos_ == "NOUN" and kind != "CONSULT" and noun not in (trigger, measured(trigger))
    )


def _another(noun: Token, date: Token) -> bool:
    """Whether a date is, or hangs at, a noun that is only reacted to: "after the attack of May 5", "after two days of
    talks"."""
    others = BOUNDS if noun == date else OTHERS
    return noun.dep_ == "pobj" and noun.pos_ == "NOUN" and noun.head.lower_ in others

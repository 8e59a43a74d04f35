"""The mode of an act from what it was done with and to whom, where the trigger alone does not tell: "killed … with
machetes", "sent police to …"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractors.events.predications.frame_match import object_heads, subject_token
from extractors.events.predications.frames import Frame
from extractors.lexicon import table, word_set

if TYPE_CHECKING:
    from spacy.tokens import Token

INSTRUMENTAL = word_set("predications", "means.instrumental")
"""Prepositions behind which the means stand."""

USING = word_set("predications", "means.using")
KILLING = word_set("predications", "means.killing")


def means_mode(frame: Frame, trigger: Token) -> tuple[str, ...]:
    """The mode that the means tell; what the frame says itself comes first, except for who is mobilised."""
    if frame.type not in ("ASSAULT", "MOBILIZE") or (frame.mode and frame.type == "ASSAULT"):
        return frame.mode
    words = {word for token in _means(frame, trigger) for word in (token.lemma_.lower(), token.lower_)}
    found = next((mode for mode, nouns in table("means")[frame.type].items() if words & set(nouns)), None)
    if found is None and frame.lemma in KILLING and _picked_out(trigger):
        found = "targeted"
    return (found,) if found else frame.mode


def _means(frame: Frame, trigger: Token) -> Iterator[Token]:
    """The words that may name the means: of the doer, of phrases with "with" or "by", and of what was launched."""
    subject = subject_token(trigger) if trigger.pos_ == "VERB" else None
    if subject is not None:
        yield from subject.subtree if subject.i < trigger.i else (subject, *subject.lefts)
    for child in trigger.children:
        if child.dep_ in ("prep", "agent") and child.lower_ in INSTRUMENTAL:
            yield from (c for noun in child.children for c in (noun, *noun.lefts))
        elif child.dep_ in ("advcl", "acl") and child.lemma_.lower() in USING:
            yield from child.subtree
        elif child.dep_ in ("compound", "amod") and trigger.pos_ == "NOUN":
            yield child
    if frame.argument or frame.type == "MOBILIZE":
        yield from (t for head in object_heads(trigger) for t in (head, *head.lefts, *_of(head)))


def _of(head: Token) -> Iterator[Token]:
    return (n for c in head.children if c.dep_ == "prep" and c.lower_ in ("of", "by") for n in c.subtree)


def _picked_out(trigger: Token) -> bool:
    """Whether one person was killed for what he was: "murdered a councillor"."""
    targets = set(table("means")["office"]["targeted"])
    return any(
        word in targets
        for head in object_heads(trigger)
        if head.tag_ in ("NN", "NNP")
        for word in (head.lemma_.lower(), *(c.lemma_.lower() for c in head.lefts if c.dep_ == "compound"))
    )

"""In what state an event is, with the words that say so: going on, long past, not done though due, or only possible.

`modality` tells deeds from words; here those that it lets pass are told apart, and the few of the others are let in
that a reader of news would note: an act that was owed and not done ("has not withdrawn"), and a meeting that somebody
says may come. What is only an opinion, a condition or a guess stays out.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from extractors.events.article.coded_event import Coded
from extractors.events.predications.commitments import speech_above
from extractors.events.predications.frames import Frame
from extractors.events.predications.modality import Modality, governor_of, words
from extractors.events.predications.tense import past, perfect, present, progressive
from extractors.lexicon import word_set
from extractors.model import EventDate, Published

if TYPE_CHECKING:
    from spacy.tokens import Token

HISTORY = dt.timedelta(days=10)
"""Before the publication by more than this an event is background: news of the week ends within it."""

STANDING = word_set("event_facts", "status.standing")
"""Verbs whose plain present tells of what lasts."""

LASTING = frozenset({"continue", "keep", "remain"})
OWED = frozenset({"RETREAT", "AID", "COOPERATE", "CONCEDE"})
RITES = word_set("event_facts", "status.rites")
"""What is due from a state, or from a guest, so that not doing it is a fact of its own."""

ATTENDING = frozenset({"attend", "join", "show", "appear"})
MEETING = frozenset({"meeting", "visit", "host", "call"})

# Times that lie so far back that no day of publication is needed to tell. Bounded.
# yes: "last year"  "three years ago"  "a decade ago"     no: "last week"
FAR = re.compile(r"\b(?:last\syear|(?:year|decade|month)s?\sago)\b", re.IGNORECASE)
SOON = frozenset({"next", "tomorrow", "later"})


def refined(trigger: Token, frame: Frame, plain: Modality | None) -> Modality | None:
    """The modality of a trigger under a frame, given what its clause alone says of it (None: not done)."""
    verb = _verb(trigger)
    if verb is None or (plain is not None and plain.status != "actual"):
        return plain
    if plain is None:
        return _outstanding(verb, frame) or _supposed(verb, frame)
    return _going_on(verb) or plain


def settled(event: Coded, published: Published | None) -> Modality:
    """The modality in the light of the event's date: what was over long before the publication is historical, what
    has been since some day goes on."""
    date, plain = event.date, event.modality
    if plain.status != "actual" or date.span is None:
        return plain
    if (date.text or "").lower().startswith("since") and date.start:
        return Modality("ongoing", date.span)
    long_ago = published is not None and date.end is not None and date.end < published.start - HISTORY
    if long_ago or (date.start is None and FAR.search(date.text or "")):
        return Modality("historical", date.span)
    return plain


def credible(modality: Modality, date: EventDate, trigger: Token) -> bool:
    """Whether what may come is more than a guess: somebody says so, or names the day."""
    verb = _verb(trigger)
    return modality.status != "hypothetical" or date.start is not None or (verb is not None and _told(verb))


def _verb(trigger: Token) -> Token | None:
    """The verb that does what the trigger names: itself, or the one that carries the noun."""
    if trigger.pos_ in ("VERB", "AUX"):
        return trigger
    governor, through = governor_of(trigger)
    if governor is None or governor.pos_ not in ("VERB", "AUX"):
        return None
    return governor if through == "object" or governor.lemma_.lower() in words("light") else None


def _going_on(verb: Token) -> Modality | None:
    marker = progressive(verb)
    if marker is not None:
        coming = any(t.lower_ in SOON and t.i > verb.i for c in verb.children for t in (c, *c.children))
        return _of("future" if coming else "ongoing", marker)
    above = verb.head if verb.dep_ == "xcomp" else verb
    if above.lemma_.lower() in LASTING and (present(above) or perfect(above)):
        return _of("ongoing", above)
    still = next((c for each in (verb, above) for c in each.children if c.lower_ == "still"), None)
    if still is not None and present(above):
        return _of("ongoing", still)
    return _of("ongoing", verb) if verb.lemma_.lower() in STANDING and present(verb) else None


def _outstanding(verb: Token, frame: Frame) -> Modality | None:
    """What was due and has not been done, as somebody says or "yet" tells: "has yet to sign"; or "did not attend"."""
    due = frame.type in OWED or verb.lemma_.lower() in RITES
    denied = next((c for c in verb.children if c.dep_ == "neg"), None)
    if denied is not None and _open(verb):
        missing = verb.lemma_.lower() in ATTENDING and frame.type == "CONSULT" and past(verb)
        awaited = _told(verb) or any(c.lower_ in ("yet", "still") for c in verb.children)
        return _of("negated", denied) if missing or (due and awaited and perfect(verb)) else None
    yet = next((c for c in (*verb.children, *verb.head.children) if c.lower_ == "yet"), None)
    waiting = verb.dep_ == "xcomp" and verb.head.lemma_.lower() in ("have", "be") and yet is not None
    return _of("negated", yet) if due and waiting and yet is not None and _open(verb.head) else None


def _supposed(verb: Token, frame: Frame) -> Modality | None:
    """A meeting or visit that may come; who says so, or when, is asked for by `credible`."""
    if frame.type != "CONSULT" or frame.kind not in MEETING or any(c.dep_ == "neg" for c in verb.children):
        return None
    modal = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ in ("may", "might", "could")), None)
    return _of("hypothetical", modal) if modal is not None and _open(verb) else None


def _open(verb: Token) -> bool:
    """Whether a clause stands by itself or as what somebody says: not as a condition, a reason or a question."""
    if any(c.dep_ == "mark" and c.lower_ != "that" for c in verb.children) or any(
        m.lower_ in ("if", "unless") for c in verb.children for m in c.children if m.dep_ == "mark"
    ):
        return False
    return verb.dep_ == "ROOT" or speech_above(verb) is not None or (verb.dep_ == "conj" and _open(verb.head))


def _told(verb: Token) -> bool:
    return speech_above(verb) is not None or any(c.lower_ == "according" for c in verb.children)


def _of(status: str, word: Token) -> Modality:
    return Modality(status, (word.idx, word.idx + len(word)))  # type: ignore[arg-type]

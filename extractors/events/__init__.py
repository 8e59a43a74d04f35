"""Who did what to whom, when, where and on whose authority, in the PLOVER ontology.

The tables of triggers say what to look for; `coder` finds it, and here it becomes records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from extractors.events.circumstance import covering
from extractors.events.coded import Coded, Note
from extractors.events.coder import Coder
from extractors.lexicon import table
from extractors.lexicon.groups import all_names
from extractors.model import Attribution, Draft, Event, Evidence, Party, Span
from extractors.registry import Reading, extractor

if TYPE_CHECKING:
    from spacy.tokens import Token


class Why(NamedTuple):
    sentence: Span
    notes: tuple[Note, ...]


"""A sentence that gave no event, and what each trigger in it lacked."""

SPEECH = frozenset(
    {"say", "tell", "report", "claim", "announce", "add", "state", "confirm", "declare", "assert", "argue"}
)
DIPLOMATIC = frozenset({"CONSULT", "AGREE"})


@extractor("events", version=5, needs=("citations", "people"))
def events(reading: Reading) -> Iterator[Draft]:
    """The events of the document in the order of their triggers."""
    if not reading.records("person") and not any(name.entry.code for name in all_names(reading.document.text)):
        return  # nobody who could act: such a text is not worth its parse
    coder = Coder(reading)
    for coded in coder.code():
        start = coded.trigger.idx
        trigger = (start, start + len(coded.trigger))
        key = f"{cluster(coded)} {coded.date.start or '-'}"
        yield Draft(kind="event", span=trigger, key=key, data=_event(coded, coder))


def why_not(reading: Reading) -> tuple[Why, ...]:
    """For each sentence without an event why nothing was coded: no trigger, or what each of its triggers lacked.

    The reading must hold the records of people and citations, as when the extractor ran.
    """
    coder = Coder(reading)
    coded = {event.sentence for event in coder.code()}
    found = []
    for sentence in coder.sentences:
        if sentence not in coded:
            notes = [note for note in coder.notes if sentence[0] <= note.span[0] < sentence[1]]
            best = {note.span: note for note in sorted(notes, key=lambda note: note.weight)}
            found.append(Why(sentence, tuple(best[span] for span in sorted(best))))
    return tuple(found)


def cluster(coded: Coded) -> str:
    """The name that all mentions of one event in an article share: its type and who is in it."""
    sides = (_names(coded.actor), _names(coded.recipient))
    kind = f"{coded.type} {coded.mode[0]}" if coded.mode == ("phone",) else coded.type
    everybody = sorted({name for side in sides for name in side}) if coded.type == "CONSULT" else []
    return f"{kind} {'+'.join(everybody)}" if everybody else f"{kind} {'+'.join(sides[0])} > {'+'.join(sides[1])}"


def _names(parties: tuple[Party, ...]) -> list[str]:
    return sorted({(party.name if party.person else None) or party.country or party.text for party in parties})


def _event(coded: Coded, coder: Coder) -> Event:
    start = coded.trigger.idx
    facts = table("plover")[coded.type]
    modes = facts.get("modes", {})
    return Event(
        type=coded.type,
        mode=coded.mode,
        context=("diplomatic",) if coded.type in DIPLOMATIC else (),
        status=coded.modality.status,
        status_span=coded.modality.span,
        quad=facts["quad"],
        score=next((modes[mode] for mode in coded.mode if mode in modes), facts["score"]),
        actor=coded.actor,
        recipient=coded.recipient,
        reciprocal=not coded.recipient and (coded.frame.both or coded.frame.kind in ("meeting", "call", "joint")),
        date=coded.date,
        place=coded.place,
        instruments=(),
        topics=(),
        evidence=Evidence(sentence=coded.sentence, trigger=(start, start + len(coded.trigger))),
        attribution=_attribution(coded, coder),
        cluster=cluster(coded),
        confidence=round(coded.confidence, 3),
        rule=coded.frame.rule,
    )


def _attribution(coded: Coded, coder: Coder) -> Attribution:
    """Who says so: the subject of the verb of speech above the trigger, or the writer."""
    ids = tuple(record.id for record in covering(coded.trigger.idx, coder.citations))
    verb = _speech(coded.trigger)
    if verb is not None:
        speakers = coder.roles.subject(verb)
        return Attribution(mode="reported", speaker=speakers[0].name if speakers else None, citations=ids)
    hedged = any(token.lower_ in ("reportedly", "allegedly") for token in coded.trigger.children)
    return Attribution(mode="reported" if hedged else "asserted", speaker=None, citations=ids)


def _speech(token: Token) -> Token | None:
    """The verb of speech whose reported clause the token stands in."""
    while token.dep_ != "ROOT":
        if token.dep_ == "ccomp" and token.head.lemma_.lower() in SPEECH:
            return token.head
        token = token.head
    return None

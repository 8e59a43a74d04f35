"""Who did what to whom, when, where and on whose authority, in the PLOVER ontology.

The tables of triggers say what to look for; `coder` finds it, and here it becomes records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from extractors.events.article.calendar import covering
from extractors.events.article.clusters import Place, clustered, name
from extractors.events.article.coded_event import Coded, Note
from extractors.events.coder import Coder
from extractors.events.predications.tense import carrier
from extractors.lexicon import table
from extractors.lexicon.cues import speech_verbs
from extractors.lexicon.groups import all_names
from extractors.model import Attribution, Draft, Event, Evidence, Span
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.text.sentences import sentences_in

if TYPE_CHECKING:
    from spacy.tokens import Token


class Why(NamedTuple):
    """A sentence that gave no event, and what each trigger in it lacked; `read` is false where it was not
    even parsed, as its words alone tell that it holds none."""

    sentence: Span
    read: bool
    notes: tuple[Note, ...]


SOURCED = speech_verbs("sourced")
HEDGES = frozenset({"reportedly", "allegedly", "according"})


@extractor("events", version=8, needs=("citations", "dates", "instruments", "people", "quotes", "topics"))
def events(reading: Reading) -> Iterator[Draft]:
    """The events of the document in the order of their triggers."""
    if not reading.records("person") and not any(each.entry.code for each in all_names(reading.document.text)):
        return  # nobody who could act: such a text is not worth its parse
    coder = Coder(reading)
    found = coder.code()
    for coded, place in zip(found, clustered(found), strict=True):
        start = coded.trigger.idx
        trigger = (start, start + len(coded.trigger))
        key = f"{name(coded)} {coded.date.start or '-'}"
        yield Draft(kind="event", span=trigger, key=key, data=_event(coded, place, coder))


def why_not(reading: Reading) -> tuple[Why, ...]:
    """For each sentence without an event why nothing was coded: no trigger, or what each of its triggers lacked.

    The reading must hold what the extractor was given: `reading_for("events", …)`.
    """
    coder = Coder(reading)
    coded = {event.sentence for event in coder.code()}
    found = [Why(s, True, _best(coder.notes, s)) for s in coder.sentences if s not in coded]
    for start, end in sentences_in(reading.document.text, reading.document.paragraphs):
        if not any(first < end and start < last for first, last in coder.sentences):
            found.append(Why((start, end), False, ()))
    return tuple(sorted(found))


def _best(notes: Sequence[Note], sentence: Span) -> tuple[Note, ...]:
    """The weightiest note of each trigger in a sentence."""
    here = [note for note in notes if sentence[0] <= note.span[0] < sentence[1]]
    best = {note.span: note for note in sorted(here, key=lambda note: note.weight)}
    return tuple(best[span] for span in sorted(best))


def _event(coded: Coded, place: Place, coder: Coder) -> Event:
    start, setting = coded.trigger.idx, coder.setting
    facts = table("plover")[coded.type]
    modes = facts.get("modes", {})
    return Event(
        type=coded.type,
        mode=coded.mode,
        context=setting.contexts(coded.type, coded.mode, coded.parties, coded.sentence),
        status=coded.modality.status,
        status_span=coded.modality.span,
        quad=facts["quad"],
        score=next((modes[mode] for mode in coded.mode if mode in modes), facts["score"]),
        actor=coder.cast.as_recorded(coded.actor),
        recipient=coder.cast.as_recorded(coded.recipient),
        reciprocal=not coded.recipient and (coded.frame.both or coded.frame.kind in ("meeting", "call", "joint")),
        date=coded.date,
        place=coded.place,
        instruments=setting.instruments(coded.trigger, coded.sentence),
        topics=setting.topics(coded.sentence),
        evidence=Evidence(sentence=coded.sentence, trigger=(start, start + len(coded.trigger))),
        attribution=_attribution(coded, coder),
        cluster=place.cluster,
        mention=place.mention,
        confidence=round(coded.confidence, 3),
        rule=coded.frame.rule,
    )


def _attribution(coded: Coded, coder: Coder) -> Attribution:
    """Who says so: whoever is quoted, the subject of the verb of speech above the trigger, or the writer."""
    at = coded.trigger.idx
    ids = tuple(record.id for record in covering(at, coder.citations))
    quote = coder.cast.quote_at(at)
    if quote is not None and quote.type != "scare":
        mode: Literal["quoted", "reported"] = "reported" if quote.type == "indirect" else "quoted"
        return Attribution(mode=mode, speaker=quote.speaker_name, citations=ids)
    verb = _speech(coded.trigger)
    if verb is not None:
        speakers = coder.roles.subject(verb)
        return Attribution(mode="reported", speaker=speakers[0].name if speakers else None, citations=ids)
    hedged = any(token.lower_ in HEDGES for token in (*coded.trigger.children, *carrier(coded.trigger).children))
    return Attribution(mode="reported" if hedged else "asserted", speaker=None, citations=ids)


def _speech(token: Token) -> Token | None:
    """The verb of speech whose reported clause the token stands in."""
    while token.dep_ != "ROOT":
        if token.dep_ == "ccomp" and token.head.lemma_.lower() in SOURCED:
            return token.head
        token = token.head
    return None

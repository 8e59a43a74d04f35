"""Where an event happened, and about what: its place, the treaties and issues concerned, and PLOVER's contexts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from extractors.events.participants.cast import Cast
from extractors.events.participants.parties import CIVIL
from extractors.events.predications.modality import governor_of, measured, words
from extractors.events.predications.tense import carrier
from extractors.lexicon import table, word_set
from extractors.lexicon.gazetteer import Named
from extractors.lexicon.towns import town_of
from extractors.model import EventPlace, Instrument, Party, Span, Topic
from extractors.reading import Reading
from extractors.text.sentences import enclosing
from extractors.topics import issues_in, plain_contexts, words_by_context

if TYPE_CHECKING:
    from spacy.tokens import Token

AT = frozenset({"in", "at"})
TOWARDS = frozenset({"to", "into", "in", "at"})
REACHING = word_set("event_facts", "place.reaching")
SIGNING = frozenset({"sign", "ratify", "initial", "conclude"})
BEING_SOMEWHERE = frozenset({"speak", "talk", "visit", "appear"})
LANDS = frozenset({"capital", "place", "country"})
TREATIES = word_set("event_facts", "place.treaties")
IN_WORDS = word_set("plover_groups", "types.uttered") | {"CONSULT"}
"""Types that are done in words: between governments they are diplomacy."""

ARMED = {"MOBILIZE": {"troops", "weapons", "militia"}, "RETREAT": {"disarm", "ceasefire"}}
"""Modes that are military by themselves."""


FEW = 3
"""Issues of a paragraph that may be meant by each of its sentences; more are a list of topics."""


class Setting:
    """What a document's records say of where its events happened and what they were about."""

    def __init__(self, reading: Reading, cast: Cast) -> None:
        self.text = reading.document.text
        self.cast = cast
        self._paragraphs = reading.document.paragraphs
        self._treaties = sorted(
            (mention.span, record.id)
            for record in reading.records("instrument")
            if isinstance(record.data, Instrument)
            for mention in record.data.mentions
        )
        self._topics: dict[Span, list[str]] = {}
        for record in reading.records("topic"):
            if isinstance(record.data, Topic):
                self._topics.setdefault(record.span, []).append(record.data.code)

    def where(self, trigger: Token, kind: str) -> EventPlace | None:
        """Where the event happened, if the text says so at the trigger, or at the verb that carries it."""
        name = next(self._places(trigger, kind), None)
        if name is None:
            return None
        whole = " ".join(name.text.split())
        named = _capitals().get(name.entry.code or "", whole) if whole.endswith("capital") else whole
        town = town_of(named, name.entry.code)
        return EventPlace(
            name=named,
            span=name.span,
            country=name.entry.code,
            latitude=town.latitude if town else None,
            longitude=town.longitude if town else None,
        )

    def _places(self, trigger: Token, kind: str) -> Iterator[Named]:
        told = (c for c in trigger.children if c.dep_ in ("acl", "relcl") and c.tag_ == "VBN")  # "held in Japan"
        for head in dict.fromkeys((trigger, measured(trigger), *told, *_above(trigger))):
            towards = TOWARDS if kind == "visit" and head in (trigger, measured(trigger)) else AT
            for child in head.children:
                if child.dep_ == "prep" and child.lower_ in towards:
                    yield from (n for noun in child.children if noun.dep_ == "pobj" and (n := self._land(noun)))
                elif child.dep_ == "dobj" and head.lemma_.lower() in REACHING:
                    yield from (n for n in (self._land(child),) if n)
                elif _with_town(child, head):
                    yield from self._towns_at(child)

    def _towns_at(self, head: Token) -> Iterator[Named]:
        """The towns of a phrase at an object or a participle: "signed a treaty in Bamako", "speaking in Ankara, …"."""
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ in AT:
                found = (self._land(each) for each in child.children if each.dep_ == "pobj")
                yield from (name for name in found if name and name.entry.sort != "country")

    def _land(self, noun: Token) -> Named | None:
        """The place that a noun names; "the Russian capital" is one."""
        name = self.cast.modifiers.get(noun.i)
        if name is not None and name.entry.sort in LANDS:
            return name
        if noun.lower_ != "capital":
            return None
        whose = next((self.cast.modifiers[c.i] for c in noun.children if c.i in self.cast.modifiers), None)
        if whose is None:
            return None
        span = (whose.span[0], noun.idx + len(noun))
        return Named(span, self.text[slice(*span)], whose.entry)

    def instruments(self, trigger: Token, sentence: Span) -> tuple[str, ...]:
        """The ids of the treaties at the trigger, else in the sentence; "the treaty" is the one named last."""
        own = [t for t in trigger.subtree if t != trigger]
        here = [(span[0], each) for span, each in self._between(*sentence)]
        found = [each for at, each in here if any(t.idx <= at < t.idx + len(t) for t in own)] or [e for _, e in here]
        if not found and any(t.lower_ in TREATIES and _meant(t) for t in own):
            before = self._between(enclosing(self._paragraphs, trigger.idx)[0], trigger.idx)
            found = [before[-1][1]] if before else []
        return tuple(dict.fromkeys(found))

    def _between(self, start: int, end: int) -> list[tuple[Span, str]]:
        """The treaties that are named at or after `start` and before `end`."""
        return self._treaties[
            bisect_left(self._treaties, ((start, 0), "")) : bisect_left(self._treaties, ((end, 0), ""))
        ]

    def topics(self, sentence: Span) -> tuple[str, ...]:
        """The issues that the sentence names; where it names none, those of a paragraph that has few, the strongest
        first."""
        named = sorted(set(issues_in(self.text[slice(*sentence)])))
        around = [code for code in self._around(sentence) if code in table("topics")["issues"]]
        return tuple(named or (around if len(around) <= FEW else ()))

    def _around(self, sentence: Span) -> list[str]:
        """The topics of the paragraph that a sentence stands in."""
        return self._topics.get(enclosing(self._paragraphs, sentence[0]), [])

    def contexts(self, kind: str, mode: tuple[str, ...], parties: tuple[Party, ...], sentence: Span) -> tuple[str, ...]:
        """PLOVER's contexts: those of the act itself, then those of which the sentence has two words, or one that
        is plain enough by itself, or whose paragraph has more."""
        found = words_by_context(self.text[slice(*sentence)])
        around = set(self._around(sentence))
        told = [c for c in found if len(found[c]) > 1 or c in around or c in plain_contexts()]
        told.sort(key=lambda code: (-len(found[code]), code))
        return tuple(dict.fromkeys([*_of_act(kind, mode, parties), *told]))


def _of_act(kind: str, mode: tuple[str, ...], parties: tuple[Party, ...]) -> Iterator[str]:
    states = {p.country for p in parties if p.country and p.sector not in CIVIL}
    if kind == "CONSULT" or (kind in IN_WORDS and len(states) > 1):
        yield "diplomatic"
    if set(mode) & ARMED.get(kind, set()) or (kind == "ASSAULT" and any(p.sector in ("MIL", "REB") for p in parties)):
        yield "military"


def _with_town(word: Token, head: Token) -> bool:
    """Whether a town behind a word is that of the act: of what is held or signed, of where somebody speaks."""
    if word.dep_ == "advcl":
        return word.tag_ == "VBG" and word.lemma_.lower() in BEING_SOMEWHERE
    return word.dep_ == "dobj" and head.lemma_.lower() in words("light") | SIGNING


def _above(trigger: Token) -> Iterator[Token]:
    """The verbs that a noun hangs on, up to that of its clause."""
    governor, _ = governor_of(trigger) if trigger.pos_ in ("NOUN", "PROPN") else (None, "")
    if governor is not None:
        yield governor
    yield carrier(trigger)


def _meant(noun: Token) -> bool:
    """Whether a noun points back to a treaty: "the treaty", "this accord"."""
    return any(c.dep_ == "det" and c.lower_ in ("the", "this", "that") for c in noun.children)


@cache
def _capitals() -> dict[str, str]:
    return {code: row["capital"] for code, row in table("countries").items() if row.get("capital")}

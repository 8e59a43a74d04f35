"""Which states and bodies stand round a person in the text, and who was named last before.

Read off the tokens once a document; `countries` asks it where nothing beside a name tells the country.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

from extractors.lexicon import word_set
from extractors.lexicon.gazetteer import WORLD, Entry
from extractors.lexicon.towns import towns
from extractors.model import Document, Span
from extractors.people.identity import People
from extractors.people.offices import Office
from extractors.text.sentences import at_offset, sentences_in
from extractors.text.tokens import Tokens

T = TypeVar("T")

STATE_SORTS = frozenset({"country", "adjective", "capital", "government", "place"})
SEAT_SORTS = frozenset({"capital"})
MOSTLY = 0.5
"""Share of all states named from which a document is about one of them."""
STRETCHES_BACK = 8
"""Sentences and paragraphs back in which the state may stand that one is about."""


class StatesAround:
    """Where states and people with a country stand in a document."""

    def __init__(self, people: People, tokens: Tokens, offices: Sequence[Office], document: Document) -> None:
        self.tokens = tokens
        self.sentences = sentences_in(document.text, document.paragraphs)
        self.paragraphs = document.paragraphs
        placed = _placed(people, tokens, offices)
        held = {tokens.spans[at][0] for office in offices for at in range(office.first, office.end)}
        self._states = _Marks(placed)
        self._free = _Marks((at, code) for at, code in placed if at not in held)
        entries = {named.span[0]: named.entry for named in tokens.named.values()}
        ministries = [(at, e.code) for at, e in entries.items() if e.sort == "body" and _is_ministry(e.name)]
        self._openings = _Marks([*placed, *ministries])
        self._bodies = _Marks((at, e.code) for at, e in entries.items() if e.code in WORLD)
        self._seats = _Marks(_seats(placed, entries, tokens))
        self._people = _Marks((tokens.spans[n.first][0], number) for number, s in enumerate(people) for n in s.full)
        self._most = next(iter(Counter(code for _, code in placed).most_common(1)), (None, 0))
        self._about: dict[int, frozenset[str]] = {}

    def states(self, span: Span, *, free: bool = False) -> Sequence[str]:
        """The states named in a stretch, in order; `free`: without those that only say whose an office is."""
        return (self._free if free else self._states).within(span)

    def about(self, number: int) -> frozenset[str]:
        """The states named in a paragraph."""
        if number not in self._about:
            self._about[number] = frozenset(self.states(self.paragraphs[number]))
        return self._about[number]

    def body(self, at: int) -> str | None:
        """The international body named last before an offset."""
        return self._bodies.before(at)

    def opening(self, span: Span) -> str | None:
        """The state that a sentence is about: the one in whose capital it is, else the first."""
        return self._seats.first(span) or self._openings.first(span)

    def before(self, at: int) -> int | None:
        """The number of whoever was named last before an offset."""
        return self._people.before(at)

    def nearest(self, at: int) -> str | None:
        """The last state of the sentence up to an offset, else the one that a sentence before it in the paragraph
        begins with, else the document's own."""
        number = at_offset(self.sentences, at)
        if number < 0:
            return None
        start = self.sentences[number][0]
        own = self._of_clause(start, at)
        if own:
            return own
        paragraph = max(0, at_offset(self.paragraphs, at))
        opening = self.paragraphs[paragraph][0] if self.paragraphs else 0
        earlier = [
            each for each in reversed(self.sentences[max(0, number - STRETCHES_BACK) : number]) if each[0] >= opening
        ]
        code = next((code for span in earlier if (code := self.opening(span))), None) or self.home(MOSTLY)
        before = reversed(self.paragraphs[max(0, paragraph - STRETCHES_BACK) : paragraph])
        return code or next((code for span in before if (code := self._states.first(span))), None) or self.home(0.0)

    def _of_clause(self, start: int, at: int) -> str | None:
        """The state of the clause that goes on at an offset: the last one named in it, without those that only a
        relative clause or an apposition names; before an officer who is sent, that of whoever sends him."""
        every = self.states((start, at))
        if len(set(every)) < 2:
            return every[0] if every else None
        stretches = list(self._open_stretches(start, at))
        free = [code for stretch in stretches for code in self.states(stretch, free=True)]
        if not free:
            return (self.states((start, at), free=True) or every[:1])[-1]
        return free[0] if self._sent(at) else free[-1]

    def _open_stretches(self, start: int, at: int) -> Iterator[Span]:
        """The parts of a clause between commas that are not set off from it: "Greece, which opposes the Bulgarian
        deal, sent"."""
        first, end = self._token(start), self._token(at)
        commas = [n for n in range(first, end) if self.tokens.words[n] == ","]
        edges = [first, *(n + 1 for n in commas), end]
        for number, (here, then) in enumerate(pairwise(edges)):
            closed = 0 < number < len(commas)
            aside = closed and self.tokens.lower(here) in word_set("people", "countries.relative")
            after = self.tokens.word(then)
            opener = self.tokens.named.get(first + 1 if self.tokens.lower(first) == "the" else first)
            named = number == 1 and opener is not None and self.tokens.named.get(here - 2) is opener
            follows = closed and named and after.islower() and after not in word_set("people", "countries.listing")
            if not (aside or follows):
                yield (self.tokens.spans[here][0] if here < len(self.tokens) else at, self.tokens.spans[then - 1][1])

    def _sent(self, at: int) -> bool:
        """Whether an officer is the object of a verb that goes on with the subject: "…, sent Defense Minister X"."""
        verb = self._token(at) - 1
        while self.tokens.lower(verb) in word_set("people", "countries.between"):
            verb -= 1
        before = verb - 1
        while self.tokens.lower(before) in word_set("people", "countries.between"):
            before -= 1
        return self.tokens.lower(verb) in word_set("people", "countries.sending") and self.tokens.word(before) in (
            ",",
            "and",
        )

    def _token(self, at: int) -> int:
        return bisect_left(self.tokens.spans, (at, -1))

    def home(self, share: float) -> str | None:
        """The state that the document names most often, if it has the share of all; of two the one named first."""
        code, count = self._most
        return code if count >= share * len(self._states.values) else None


class _Marks(Generic[T]):
    """Values at offsets, in order."""

    def __init__(self, placed: Iterable[tuple[int, T]]) -> None:
        ordered = sorted(placed, key=lambda pair: pair[0])
        self._at = [at for at, _ in ordered]
        self.values = [value for _, value in ordered]

    def within(self, span: Span) -> Sequence[T]:
        return self.values[bisect_left(self._at, span[0]) : bisect_left(self._at, span[1])]

    def first(self, span: Span) -> T | None:
        number = bisect_left(self._at, span[0])
        return self.values[number] if number < len(self._at) and self._at[number] < span[1] else None

    def before(self, at: int) -> T | None:
        number = bisect_left(self._at, at) - 1
        return self.values[number] if number >= 0 else None


def _is_ministry(name: str) -> bool:
    return name.split()[-1].lower() in word_set("people", "countries.ministries")


def _placed(people: People, tokens: Tokens, offices: Sequence[Office]) -> list[tuple[int, str]]:
    """The states named in the text by offset, without those that only tell whose somebody is or was."""
    states = {
        named.span[0]: named.entry.code
        for at, named in tokens.named.items()
        if named.entry.sort in STATE_SORTS and named.entry.code and not _of_thing(tokens, at)
    }
    owned = [n.first for each in people for n in each.full if tokens.word(n.first - 1) in ("'s", "’s")]
    past = [at for office in offices if office.former for at in range(office.first, office.end)]
    national = {tokens.spans[at][0] for at in (*(first - 2 for first in owned), *past)}
    return [(at, code) for at, code in sorted((states | _towns(tokens)).items()) if at not in national]


def _seats(placed: Iterable[tuple[int, str]], entries: Mapping[int, Entry], tokens: Tokens) -> list[tuple[int, str]]:
    """The capitals and towns in which something is."""
    inside = {tokens.spans[at][0] for at in range(1, len(tokens)) if tokens.lowered[at - 1] == "in"}
    return [(at, c) for at, c in placed if at in inside and (at not in entries or entries[at].sort in SEAT_SORTS)]


def _of_thing(tokens: Tokens, at: int) -> bool:
    """Whether a town's name only opens that of something else: "Paris Club", "Vienna Convention"."""
    after = tokens.word(at + 1)
    return (
        tokens.named[at].entry.sort in ("capital", "place")
        and after in word_set("people", "countries.called_after_towns")
        and tokens.adjoining(at)
    )


def _towns(tokens: Tokens) -> dict[int, str]:
    """The towns behind a preposition that only the table of cities has, by offset."""
    found, towards = {}, word_set("people", "countries.towards")
    for at in (before + 1 for before, word in enumerate(tokens.lowered) if word in towards):
        if at not in tokens.named:
            words = [tokens.word(n) for n in range(at, at + 3)]
            town = next((t for n in (3, 2, 1) if (t := towns().get(" ".join(words[:n])))), None)
            if town:
                found[tokens.spans[at][0]] = town.country
    return found

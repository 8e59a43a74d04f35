"""Who can take part in an event: every stretch of the text that names a person, a state, a body or their people.

Made once a document. Each token of such a stretch leads to it, so that a parse which hangs a name up by the wrong word
still finds the party.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from extractors.lexicon import table
from extractors.lexicon.gazetteer import Named, names_in
from extractors.model import Party, Person, Record, Span
from extractors.offices import Office, offices_in, tokens_of
from extractors.registry import Reading

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Sort = Literal["person", "office", "group", "state", "body"]
PREMODIFIERS = frozenset({"amod", "compound", "nmod", "poss", "nummod", "det", "punct"})
INTERNATIONAL = frozenset({"IGO", "UNO", "EUR", "NGO"})


@dataclass(frozen=True, slots=True)
class Member:
    """One stretch of the text that names parties: "Russian and U.S. experts" is one stretch with two."""

    sort: Sort
    span: Span
    parties: tuple[Party, ...]


class Cast:
    """All members of a document, by token and in order, and the names that only modify ("Russian", "NATO-")."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.document.text
        self.doc: Doc = reading.analysis.doc
        self.people = [(record, record.data) for record in reading.records("person") if isinstance(record.data, Person)]
        self._cited = tuple(record.span for record in reading.records("citation"))
        self.names = tuple(name for name in names_in(self.text) if not self._in_citation(name.span[0]))
        self._index = {at: token.i for token in self.doc for at in range(token.idx, token.idx + len(token))}
        self.by_token: dict[int, Member] = {}
        self._offices = _office_spans(self.text)
        for member in (*self._persons(), *self._titles(), *self._states(), *self._groups()):
            for at in self.tokens(member.span):
                self.by_token.setdefault(at, member)

    def _in_citation(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self._cited)

    def tokens(self, span: Span) -> tuple[int, ...]:
        """The indices of the tokens inside a span of the text."""
        return tuple(sorted({self._index[at] for at in range(*span) if at in self._index}))

    @cached_property
    def modifiers(self) -> dict[int, Named]:
        """The gazetteer's name that each token belongs to."""
        return {at: name for name in self.names if name.entry.code for at in self.tokens(name.span)}

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """All members in the order of the text."""
        return tuple(sorted(dict.fromkeys(self.by_token.values()), key=lambda m: m.span))

    def _persons(self) -> Iterator[Member]:
        titles = {office[0][1]: office[0][0] for office in self._offices}
        for record, person in self.people:
            for mention in person.mentions:
                start = mention.span[0]
                if mention.type == "name":
                    start = min(start, titles.get(self.text[:start].rstrip(" ,").__len__(), start))
                span = (start, mention.span[1])
                party = party_of(person, record, self.text, span)
                yield Member("person" if mention.type == "name" else "office", span, (party,))

    def _titles(self) -> Iterator[Member]:
        """Offices that stand without a name of ours: "the Chilean foreign minister"."""
        for span, office in self._offices:
            head = self.doc[self.tokens(span)[-1]] if self.tokens(span) else None
            if office.country is None or not office.stated or head is None or head.dep_ in ("compound", "amod"):
                continue
            party = Party(
                text=self.text[slice(*span)], span=span, name=None, person=None, office=office.office,
                country=office.country, sector=office.sector,
            )  # fmt: skip
            yield Member("office", span, (party,))

    def _states(self) -> Iterator[Member]:
        for name in self.names:
            sort = name.entry.sort
            if (
                sort in ("place", "agency")
                or (sort == "adjective" and not self._people_word(name))
                or self._modifies(name)
            ):
                continue
            yield Member("body" if sort == "body" else "state", name.span, (state_party(name, self.text, name.span),))

    def _people_word(self, name: Named) -> bool:
        """Whether an adjective stands for people: "the Russians", "Serbs"."""
        tokens = self.tokens(name.span)
        return bool(tokens) and self.doc[tokens[-1]].tag_ in ("NNS", "NNPS") and not self._modifies(name)

    def _modifies(self, name: Named) -> bool:
        tokens = self.tokens(name.span)
        if not tokens:
            return True
        last = self.doc[tokens[-1]]
        return last.dep_ in ("compound", "amod", "nmod") and last.head.i > last.i

    def _groups(self) -> Iterator[Member]:
        """Nouns for people who act for a state: "Russian officials", "the Clinton administration's negotiators"."""
        for token in self.doc:
            if token.pos_ in ("NOUN", "PROPN") and token.lemma_.lower() in agent_nouns():
                named = self.before(token)
                if named and not (token.dep_ == "compound" and token.head.i > token.i):
                    yield self._group(token, named)

    def before(self, noun: Token) -> tuple[Named, ...]:
        """The names that modify a noun from the left, each country once."""
        start = _left_edge(noun)
        found = (self.modifiers[at] for at in range(start, noun.i) if at in self.modifiers)
        return tuple({name.entry.code: name for name in found}.values())

    def _group(self, token: Token, named: Sequence[Named]) -> Member:
        span = (min(name.span[0] for name in named), token.idx + len(token))
        text = self.text[slice(*span)]
        sector = sector_of(token.lemma_.lower())
        return Member("group", span, tuple(_party(name, text, span, sector) for name in named))


def party_of(person: Person, record: Record, text: str, span: Span) -> Party:
    """The party that a person is at one place of the text."""
    return Party(
        text=text[slice(*span)], span=span, name=person.name, person=record.id, office=person.office,
        country=person.country, sector=person.sector,
    )  # fmt: skip


def state_party(name: Named, text: str, span: Span) -> Party:
    """The party that a country, a capital or a body is."""
    return _party(name, text[slice(*span)], span, "GOV")


def _party(name: Named, text: str, span: Span, sector: str) -> Party:
    code = name.entry.code
    return Party(
        text=text, span=span, name=name.entry.name, person=None, office=None, country=code,
        sector="IGO" if code in INTERNATIONAL else sector,
    )  # fmt: skip


def _left_edge(noun: Token) -> int:
    """Where the words before a noun that belong to it begin; relative clauses and phrases of other nouns stay out."""
    edge: int = noun.left_edge.i
    for child in noun.lefts:
        if child.dep_ not in PREMODIFIERS and child.dep_ not in ("cc", "conj", "advmod", "nsubj", "preconj", "predet"):
            edge = max(edge, child.right_edge.i + 1)
    return edge


def _office_spans(text: str) -> tuple[tuple[Span, Office], ...]:
    tokens = tokens_of(text)
    return tuple(((tokens.spans[o.first][0], tokens.spans[o.end - 1][1]), o) for o in offices_in(tokens))


@cache
def agent_nouns() -> frozenset[str]:
    """Nouns for those who can act for a state."""
    return frozenset(table("offices")["agents"]["nouns"])


@cache
def sector_of(noun: str) -> str:
    """PLOVER's sector for such a noun."""
    return next((sector for sector, nouns in table("offices")["sectors"].items() if noun in nouns), "GOV")

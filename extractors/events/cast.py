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
from extractors.lexicon.gazetteer import Named
from extractors.lexicon.groups import INTERNATIONAL, actor_sector, all_names, is_people, sector_of_name, statesman
from extractors.model import Party, Person, Record, Span
from extractors.offices import Office, offices_in, tokens_of
from extractors.registry import Reading

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Sort = Literal["person", "office", "group", "state", "body"]
PREMODIFIERS = frozenset({"amod", "compound", "nmod", "poss", "nummod", "det", "punct"})
HOMES = frozenset({"of", "in", "from", "throughout", "across", "inside", "to", "at", "near", "around", "within"})
"""Prepositions behind which a noun for people says where they belong: "rebels in Peru", "men loyal to Iraq's …"."""

COUNTS = frozenset({"thousand", "hundred", "dozen", "million"})

TITLE = 45
"""Characters that an office between a state's name and a person's may fill."""

SENT = frozenset({"of", "from", "to"})
"""The same for those who are sent abroad, whom "in" places but does not own: "troops in Chechnya"."""


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
        self.names = tuple(name for name in all_names(self.text) if not self._in_citation(name.span[0]))
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
            if person.country is None:
                person = person.model_copy(update={"country": self._beside(person) or statesman(person.name)})
            elif (known := statesman(person.name)) and known != person.country and not self._beside(person):
                person = person.model_copy(update={"country": known})
            for mention in person.mentions:
                start = mention.span[0]
                if mention.type == "name":
                    start = min(start, titles.get(self.text[:start].rstrip(" ,").__len__(), start))
                span = (start, mention.span[1])
                party = party_of(person, record, self.text, span)
                yield Member("person" if mention.type == "name" else "office", span, (party,))

    def _beside(self, person: Person) -> str | None:
        """The country of a name right before the person's office: of states that only our own table has."""
        for mention in person.mentions:
            before = [n for n in self.names if n.entry.code and 0 < mention.span[0] - n.span[1] < TITLE]
            if before and self._titles_between(before[-1].span[1], mention.span[0]) and self._modifies(before[-1]):
                return before[-1].entry.code
        return None

    def _titles_between(self, start: int, end: int) -> bool:
        """Whether only an office can stand between a state's name and a person's."""
        return not any(self.doc[at].pos_ in ("VERB", "AUX", "PUNCT", "ADP") for at in self.tokens((start, end)))

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
            plain = _party(name, name.text, name.span, "CVL") if sort == "adjective" else None  # "Nigerians"
            party = self._settled_abroad(name) or plain or state_party(name, self.text, name.span)
            yield Member("body" if sort == "body" else "state", name.span, (party,))

    def _settled_abroad(self, name: Named) -> Party | None:
        """People of one nation who live in another state count there: "Albanians of southern Serbia"."""
        tokens = self.tokens(name.span)
        if name.entry.sort != "adjective" or not tokens:
            return None
        token = self.doc[tokens[-1]]
        nation = next((n for n in self.names if n.span[1] < name.span[0] and self._further(n, name)), None)
        if nation is not None:  # "Syrian Kurds"
            return _party(nation, self.text[nation.span[0] : name.span[1]], (nation.span[0], name.span[1]), "CVL")
        found = self._abroad(token, name) if self._ethnic(name) else ()
        home = found[0] if found else self._home(token, HOMES)
        return _party(home, self.text[slice(*name.span)], name.span, "CVL") if home else None

    def _abroad(self, noun: Token, name: Named) -> tuple[Named, ...]:
        """The state where a minority lives: named behind the noun, else the first other state of the sentence."""
        home = self._home(noun, HOMES)
        if home is None:
            span = (noun.sent.start_char, noun.sent.end_char)
            others = [n for n in self.names if span[0] <= n.span[0] < span[1] and n.entry.code != name.entry.code]
            states = [n for n in others if n.entry.code not in ("", *INTERNATIONAL) and not is_people(n)]
            own = any(
                span[0] <= n.span[0] < span[1] and n.entry.code == name.entry.code and n != name for n in self.names
            )
            home = states[0] if states and not own else None
        return (home,) if home else ()

    def _ethnic(self, name: Named) -> bool:
        return is_people(name) or self.text[: name.span[0]].rstrip().lower().endswith("ethnic")

    def _home(self, noun: Token, prepositions: frozenset[str]) -> Named | None:
        """The first state named in a phrase behind a noun for people, or in the participle clause behind it."""
        for child in noun.children:
            inner = [child] if child.dep_ == "prep" else [c for c in child.children if c.dep_ == "prep"]
            if child.i < noun.i or child.dep_ not in ("prep", "acl", "amod", "relcl"):
                continue
            for phrase in inner:
                inside = [t for t in phrase.subtree if t.i in self.modifiers]
                found = [t.i for t in sorted(inside, key=lambda t: (t.dep_ != "pobj", t.i))]
                if phrase.lower_ in prepositions and found:
                    return self.modifiers[found[0]]
        return None

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
            if token.pos_ not in ("NOUN", "PROPN") or not is_agent(token):
                continue
            named = self.before(token) or self._named_behind(token)
            if named and self._ethnic(named[0]):
                named = self._abroad(token, named[0]) or named
            if named and not (token.dep_ == "compound" and token.head.i > token.i):
                yield self._group(token, named)

    def _named_behind(self, token: Token) -> tuple[Named, ...]:
        if token.lemma_.lower() in COUNTS:
            return ()  # whoever is counted stands there himself
        sector = sector_of(token.lemma_.lower())
        home = self._home(token, SENT if sector in ("MIL", "GOV", "MON", "NGO") else HOMES)
        return (home,) if home else ()

    def before(self, noun: Token) -> tuple[Named, ...]:
        """The names that modify a noun from the left, each country once."""
        start = _left_edge(noun)
        found: list[Named] = []
        for at in range(start, noun.i):
            name = self.modifiers.get(at)
            if name is not None and name not in found and not (found and self._further(found[-1], name)):
                found.append(name)
        return tuple({name.entry.code: name for name in found}.values())

    def _further(self, first: Named, second: Named) -> bool:
        """Whether a people's name only says more of the nation named just before: "Iraqi Kurds", "Russian Jewish"."""
        between = self.text[first.span[1] : second.span[0]]
        return not between.strip() and second.entry.sort == "adjective" and first.entry.sort in ("adjective", "country")

    def _group(self, token: Token, named: Sequence[Named]) -> Member:
        start = min((name.span[0] for name in named if name.span[0] < token.idx), default=token.idx)
        span = (start, token.idx + len(token))
        text = self.text[slice(*span)]
        sector = sector_of(token.lemma_.lower())
        return Member("group", span, tuple(_party(name, text, span, _sector(name, sector)) for name in named))


def party_of(person: Person, record: Record, text: str, span: Span) -> Party:
    """The party that a person is at one place of the text."""
    return Party(
        text=text[slice(*span)], span=span, name=person.name, person=record.id, office=person.office,
        country=person.country, sector=person.sector,
    )  # fmt: skip


def state_party(name: Named, text: str, span: Span) -> Party:
    """The party that a country, a capital or a body is."""
    return _party(name, text[slice(*span)], span, sector_of_name(name) or "GOV")


def _sector(name: Named, noun: str) -> str:
    """The sector of a group: of the movement that it is of ("Hamas militants"), else of its noun."""
    return noun if is_people(name) or noun not in ("GOV", "PTY") else sector_of_name(name) or noun


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
    mine = {noun for nouns in table("groups")["actors"].values() for noun in nouns}
    return frozenset(table("offices")["agents"]["nouns"]) | mine


def is_agent(token: Token) -> bool:
    """Whether a noun names those who act; in the plural by its singular."""
    return token.lemma_.lower() in agent_nouns() or token.lower_ in agent_nouns()


@cache
def sector_of(noun: str) -> str:
    """PLOVER's sector for such a noun."""
    return actor_sector(noun) or next(
        (sector for sector, nouns in table("offices")["sectors"].items() if noun in nouns), "GOV"
    )

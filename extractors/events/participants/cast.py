"""Who can take part in an event: every stretch of the text that names a person, a state, a body or their people.

Made once a document. Each token of such a stretch leads to it, so that a parse which hangs a name up by the wrong word
still finds the party.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from extractors.events.participants.sectors import phrase_sector
from extractors.lexicon import table
from extractors.lexicon.gazetteer import Named
from extractors.lexicon.groups import INTERNATIONAL, actor_sector, all_names, is_people, sector_of_name
from extractors.model import Party, Person, Quote, Record, Span
from extractors.people.offices import Office, offices_in
from extractors.reading import Reading
from extractors.text.sentences import holding
from extractors.text.tokens import tokens_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Sort = Literal["person", "office", "group", "state", "body"]
TREATIES = frozenset(
    {"agreement", "accord", "treaty", "protocol", "convention", "declaration", "formula", "memorandum", "charter",
     "agreements", "accords", "conventions", "protocols"}
)  # fmt: skip
PREMODIFIERS = frozenset({"amod", "compound", "nmod", "poss", "nummod", "det", "punct"})
HOMES = frozenset({"of", "in", "from", "throughout", "across", "inside", "to", "at", "near", "around", "within"})
"""Prepositions behind which a noun for people says where they belong: "rebels in Peru", "men loyal to Iraq's …"."""

NOUNS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "dative", "conj", "appos"})
"""What an adjective is in the parse where it stands for a person: "a Palestinian was held"."""

COUNTS = frozenset({"thousand", "hundred", "dozen", "million"})

LEAST = 5
"""Letters in the longest noun on -er or -or that is left alone: "paper", "order"."""

TITLE = 45
"""Characters before a name in which an office ends that belongs to it."""
FAR = 150
"""Characters before a place in which a name that ends right before it begins."""

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
        self.by_record = {record.id: (record, person) for record, person in self.people}
        self.quotes = [record.data for record in reading.records("quote") if isinstance(record.data, Quote)]
        self._cited = tuple(record.span for record in reading.records("citation"))
        self.names = tuple(name for name in all_names(self.text) if not self.in_citation(name.span[0]))
        self._starts = [name.span[0] for name in self.names]
        self._of_code: dict[str, list[Named]] = {}
        for name in self.names:
            self._of_code.setdefault(name.entry.code, []).append(name)
        self._parts = _outermost(self.quotes)
        self._offsets = [token.idx for token in self.doc]
        self.by_token: dict[int, Member] = {}
        self._offices = _office_spans(self.text)
        for member in (*self._persons(), *self._titles(), *self._states(), *self._groups()):
            for at in self.tokens(member.span):
                self.by_token.setdefault(at, member)

    def in_citation(self, offset: int) -> bool:
        """Whether an offset lies in a bracket of sources."""
        return holding(self._cited, offset) >= 0

    def names_between(self, start: int, end: int) -> tuple[Named, ...]:
        """The names that begin at or after `start` and before `end`."""
        return self.names[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def of_code(self, code: str | None) -> Sequence[Named]:
        """The names that stand for one country or body."""
        return self._of_code.get(code or "", ())

    def quote_at(self, offset: int) -> Quote | None:
        """The quotation that an offset lies in, the outer one of two."""
        at = bisect_right(self._parts, offset, key=lambda part: part[0][0]) - 1
        return self._parts[at][1] if at >= 0 and offset < self._parts[at][0][1] else None

    def speaker(self, at: int, span: Span | None = None) -> tuple[Party, ...]:
        """Whoever says the quotation that an offset stands in: at the span of a pronoun, or as he is named nearest."""
        quote = self.quote_at(at)
        if quote is None or quote.speaker not in self.by_record:
            return ()
        record, person = self.by_record[quote.speaker]
        nearest = span or min(person.mentions, key=lambda m: abs(m.span[0] - at)).span
        return (party_of(person, record, self.text, nearest),)

    def as_recorded(self, parties: Sequence[Party]) -> tuple[Party, ...]:
        """The parties as their people's records have them: a state lent to code the event is no fact about a person."""
        known = {record.id: person.country for record, person in self.people}
        return tuple(
            party if party.person is None else party.model_copy(update={"country": known[party.person]})
            for party in parties
        )

    def tokens(self, span: Span) -> tuple[int, ...]:
        """The indices of the tokens inside a span of the text."""
        if span[0] >= span[1]:
            return ()
        first, end = bisect_right(self._offsets, span[0]), bisect_left(self._offsets, span[1])
        reaches_in = first > 0 and self._offsets[first - 1] + len(self.doc[first - 1]) > span[0]
        return tuple(range(first - 1 if reaches_in else first, end))

    @cached_property
    def modifiers(self) -> dict[int, Named]:
        """The gazetteer's name that each token belongs to."""
        named = (name for name in self.names if name.entry.code)
        return {at: name for name in named for at in self.tokens(name.span) if not self._titles_a_treaty(name, at)}

    def _titles_a_treaty(self, name: Named, at: int) -> bool:
        """Whether a town is only what an accord is called after: "the Minsk agreements"."""
        if name.entry.sort not in ("capital", "place"):
            return False
        token = self.doc[at]
        return token.dep_ in ("compound", "amod", "nmod") and token.head.lemma_.lower() in TREATIES

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
                    before = self.text[max(0, start - TITLE) : start]
                    start = min(start, titles.get(start - len(before) + len(before.rstrip(" ,")), start))
                span = (start, mention.span[1])
                party = party_of(person, record, self.text, span)
                yield Member("person" if mention.type == "name" else "office", span, (party,))

    def _titles(self) -> Iterator[Member]:
        """Offices that stand without a name of ours: "the Chilean foreign minister"."""
        for span, office in self._offices:
            head = self.doc[self.tokens(span)[-1]] if self.tokens(span) else None
            if office.country is None or head is None or head.dep_ in ("compound", "amod"):
                continue
            if not office.stated and not (office.definite and self.of_code(office.country)):
                continue  # "the secretary of state" is the American one where the text names America
            body = next((n.entry.code for n in self.before(head) if n.entry.code in INTERNATIONAL), None)
            party = Party(
                text=self.text[slice(*span)], span=span, name=None, person=None, office=office.office,
                country=body or office.country, sector=office.sector,
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
        before = [n for n in self.names_between(name.span[0] - FAR, name.span[0]) if n.span[1] < name.span[0]]
        nation = next((n for n in before[-1:] if self._further(n, name)), None)
        if nation is not None:  # "Syrian Kurds"
            return _party(nation, self.text[nation.span[0] : name.span[1]], (nation.span[0], name.span[1]), "CVL")
        found = self._abroad(token, name) if self._ethnic(name) else ()
        home = found[0] if found else next(iter(self._homes(token, HOMES)), None)
        return _party(home, self.text[slice(*name.span)], name.span, "CVL") if home else None

    def _abroad(self, noun: Token, name: Named) -> tuple[Named, ...]:
        """The state where a minority lives: named behind the noun, else the first other state of the sentence."""
        home = next(iter(self._homes(noun, HOMES)), None)
        if home is None:
            span = (noun.sent.start_char, noun.sent.end_char)
            here = self.names_between(*span)
            others = [n for n in here if n.entry.code != name.entry.code]
            states = [n for n in others if n.entry.code not in ("", *INTERNATIONAL) and not is_people(n)]
            own = any(n.entry.code == name.entry.code and n != name for n in here)
            owners = [n for n in states if n.span in {self.modifiers[at].span for at in self._owning(noun)}]
            home = (owners or states)[0] if states and not own else None
        return (home,) if home else ()

    def _owning(self, noun: Token) -> Iterator[int]:
        """Where the owners of the nouns stand that a noun is a part of: "Peru's treatment of Aymara deputies"."""
        while noun.dep_ == "pobj" and noun.head.head.pos_ == "NOUN":
            noun = noun.head.head
            yield from (c.i for c in noun.children if c.dep_ == "poss" and c.i in self.modifiers)

    def _ethnic(self, name: Named) -> bool:
        return is_people(name) or self.text[max(0, name.span[0] - 12) : name.span[0]].rstrip().lower().endswith(
            "ethnic"
        )

    def _homes(self, noun: Token, prepositions: frozenset[str]) -> tuple[Named, ...]:
        """The first state named in a phrase behind a noun for people, or in the participle clause behind it, and those
        listed with it: "ministers of France, Spain and Italy"."""
        for child in noun.children:
            inner = [child] if child.dep_ == "prep" else [c for c in child.children if c.dep_ == "prep"]
            if child.i < noun.i or child.dep_ not in ("prep", "acl", "amod", "relcl"):
                continue
            for phrase in inner:
                inside = [t for t in phrase.subtree if t.i in self.modifiers]
                found = [t.i for t in sorted(inside, key=lambda t: (t.dep_ != "pobj", t.i))]
                if phrase.lower_ in prepositions and found:
                    return self._listed(self.doc[found[0]])
        return ()

    def _listed(self, token: Token) -> tuple[Named, ...]:
        """The name that a token belongs to and the bare names in one list with it."""
        found = [self.modifiers[token.i]]
        more = [child for child in token.children if child.dep_ == "conj"]
        while more:
            other = more.pop()
            name = self.modifiers.get(other.i)
            if name is not None and not self._modifies(name):
                found.append(name)
                more += [child for child in other.children if child.dep_ == "conj"]
        return tuple(dict.fromkeys(found))

    def _people_word(self, name: Named) -> bool:
        """Whether an adjective stands for people: "the Russians", "Serbs", "a Palestinian"."""
        tokens = self.tokens(name.span)
        if not tokens or self._modifies(name):
            return False
        last = self.doc[tokens[-1]]
        one = last.dep_ in NOUNS and any(c.lower_ in ("a", "an", "one", "another") for c in last.lefts)
        return one or last.tag_ in ("NNS", "NNPS")

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
            near = named = self.before(token) or self._named_behind(token)
            if named and self._ethnic(named[0]):
                named = self._abroad(token, named[0]) or named
            bearer = token.head if token.dep_ == "compound" and token.head.i > token.i else None
            if named and (bearer is None or (bearer.pos_ == "PROPN" and bearer.i not in self.modifiers)):
                yield self._group(token, named, bearer, near)

    def _named_behind(self, token: Token) -> tuple[Named, ...]:
        if token.lemma_.lower() in COUNTS:
            return ()  # whoever is counted stands there himself
        sector = sector_of(actor_word(token) or "")
        return self._homes(token, SENT if sector in ("MIL", "GOV", "MON", "NGO") else HOMES)

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

    def _group(self, token: Token, named: Sequence[Named], bearer: Token | None, near: Sequence[Named]) -> Member:
        """A group or, with the name that bears it, a title: "Spanish judge Juan Sol"."""
        start = min((name.span[0] for name in near if name.span[0] < token.idx), default=token.idx)
        last = bearer if bearer is not None else token
        span = (start, last.idx + len(last))
        text = self.text[slice(*span)]
        word = actor_word(token) or token.lemma_.lower()
        sector = phrase_sector(token, word, sector_of(word))
        parties = (_party(name, text, span, sector) for name in named)
        # Who acts for an international body is an official or a soldier like any other.
        return Member("group", span, tuple(
            p.model_copy(update={"sector": _sector(name, sector)}) for p, name in zip(parties, named, strict=True)
        ))  # fmt: skip


def party_of(person: Person, record: Record, text: str, span: Span) -> Party:
    """The party that a person is at one place of the text: office, country and sector are those of the record."""
    return Party(
        text=text[slice(*span)], span=span, name=person.name, person=record.id, office=person.office,
        country=person.country, sector=sector_as_party(person),
    )  # fmt: skip


def sector_as_party(person: Person) -> str | None:
    """The sector of a person's record; who serves an international body acts as an official like any other."""
    return "GOV" if person.sector == "IGO" else person.sector


def state_party(name: Named, text: str, span: Span) -> Party:
    """The party that a country, a capital or a body is."""
    place = "CVL" if name.entry.sort == "place" else "GOV"
    return _party(name, text[slice(*span)], span, sector_of_name(name) or place)


def _sector(name: Named, noun: str) -> str:
    """The sector of a group: of the movement that it is of ("Hamas militants"), else of its noun."""
    own = sector_of_name(name)
    return noun if is_people(name) or noun not in ("GOV", "PTY") or own == "IGO" else own or noun


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
    return actor_word(token) is not None


def actor_word(token: Token) -> str | None:
    """The noun for those who act under which the tables have a word: the tagger leaves "Ministers" in the plural."""
    lemma, word = token.lemma_.lower(), token.lower_
    forms = (lemma, word, word.removesuffix("s")) if token.tag_ == "NNPS" or lemma == word else (lemma, word)
    found = next((form for form in forms if form in agent_nouns()), None)
    return found or (lemma if token.tag_ == "NNS" and _does(lemma) else None)


def _does(noun: str) -> bool:
    """Whether a noun in the plural is for people by its ending: "instructors", "separatists"."""
    personal = noun.endswith(("ist", "ian", "eer", "yer")) or (noun.endswith(("er", "or")) and len(noun) > LEAST)
    return personal and noun not in table("sectors")["impersonal"]["nouns"]


@cache
def sector_of(noun: str) -> str:
    """PLOVER's sector for such a noun."""
    listed = actor_sector(noun) or next(
        (sector for sector, nouns in table("offices")["sectors"].items() if noun in nouns), None
    )
    return listed or ("CVL" if noun not in agent_nouns() and _does(noun) else "GOV")


def _outermost(quotes: Sequence[Quote]) -> list[tuple[Span, Quote]]:
    """The stretches of words that are somebody's, in order, without those inside an earlier one."""
    found: list[tuple[Span, Quote]] = []
    for span, at in sorted((part, at) for at, quote in enumerate(quotes) for part in quote.parts):
        if not found or span[0] >= found[-1][0][1]:
            found.append((span, quotes[at]))
    return found

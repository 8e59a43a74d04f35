"""People under their fullest name, with office, country and every place where the text names them.

First the full names, found by title, by given name or in the table of leaders; then bare surnames and definite titles
("the U.S. secretary of state") are joined to them. Two people of one surname stay apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractors.lexicon import leaders, table
from extractors.model import Document, Draft, Mention, Person, Span
from extractors.offices import Office, Tokens, offices_in, tokens_of
from extractors.registry import Reading, extractor

NOT_THE_PERSON = frozenset(
    {"administration", "government", "era", "team", "campaign", "presidency", "doctrine", "plan"}
)
"""Words before which a surname stands for a time or a body: "the Clinton administration"."""

PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "ter", "van", "von"}
)
LONGEST_NAME = 4


class Name(NamedTuple):
    """A name found in the text: token indices, and the office phrase that goes with it."""

    first: int
    end: int
    text: str
    office: Office | None


@dataclass(slots=True)
class Someone:
    """A person in the making."""

    name: str
    surname: str
    office: Office | None = None
    title: str | None = None
    country: str | None = None
    sector: str | None = None
    full: list[Name] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


@extractor("people", version=1)
def people(reading: Reading) -> Iterator[Draft]:
    """The people of the document in the order in which they are first named."""
    document = reading.document
    tokens = tokens_of(document.text)
    offices = offices_in(tokens)
    names = names_of(tokens, offices)
    someones = _introduced([*names, *_bare_leaders(tokens, names, document)], document)
    for each in someones:
        _settle(each, document)
    _lend_countries(someones, tokens)
    _mention(someones, tokens, offices)
    for each in sorted((s for s in someones if s.mentions), key=lambda s: min(m.span for m in s.mentions)):
        mentions = tuple(sorted(each.mentions, key=lambda m: m.span))
        data = Person(
            name=each.name,
            surname=each.surname,
            office=each.title,
            country=each.country,
            sector=each.sector,
            mentions=mentions,
        )
        yield Draft(kind="person", span=mentions[0].span, key=each.name, data=data)


def names_of(tokens: Tokens, offices: Sequence[Office]) -> tuple[Name, ...]:
    """The names in the text: after an office or a "Mr.", before an office set off by a comma, or opened by a given
    name."""
    titled = {office.end: office for office in offices}
    opening = {office.first: office for office in offices}
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        office = titled.get(at) or (titled.get(at - 1) if tokens.word(at - 1) == "," else None)
        name = _name_at(tokens, at, office)
        if name:
            found.append(name if name.office else name._replace(office=_apposed(tokens, name.end, opening)))
        at = name.end if name else at + 1
    return tuple(found)


def _bare_leaders(tokens: Tokens, names: Sequence[Name], document: Document) -> Iterator[Name]:
    """Surnames that only the table of leaders explains: nobody else in the article bears them, one leader of its year
    does,
    and the article names that leader's country."""
    taken = {at for name in names for at in range(name.first, name.end)}
    surnames = {name.text.split()[-1] for name in names}
    countries = {named.entry.code for named in tokens.named.values()}
    for at in range(len(tokens)):
        word = tokens.word(at)
        if at in taken or at in tokens.named or word in surnames or not leaders.known(word):
            continue
        alone = (
            not (tokens.word(at - 1)[:1].isupper() and tokens.adjoining(at - 1))
            and not tokens.word(at + 1)[:1].isupper()
        )
        held = leaders.holding(word, _year(document)) if alone and tokens.word(at + 1) not in NOT_THE_PERSON else ()
        if held and held[0].country in countries:
            yield Name(at, at + 1, word, None)


def _name_at(tokens: Tokens, at: int, office: Office | None) -> Name | None:
    """The name that begins at the token, if one does."""
    end = _end_of_name(tokens, at)
    words = [tokens.word(n) for n in range(at, end)]
    if not words or words[0].rstrip(".").lower() in table("offices")["offices"]:
        return None
    text = tokens.text[tokens.spans[at][0] : tokens.spans[end - 1][1]]
    comma = office is not None and office.end != at
    honorific = tokens.word(at - 1).lower() in table("offices")["modifiers"]["honorific"]
    given = len(words) > 1 and words[0] in _given_names()
    if given or leaders.named(text):
        return Name(at, end, text, office)
    if comma or (len(words) == 1 and not words[0][0].isupper()):
        return None
    if (office and tokens.adjoining(at - 1)) or honorific:
        return Name(at, end, text, office)
    return None


def _end_of_name(tokens: Tokens, at: int) -> int:
    """Where the run of capitalised words from here ends that may be one name."""
    end = at
    while end < min(len(tokens), at + LONGEST_NAME) and _may_stand_in_name(tokens, end, end > at):
        end += 1
    while end > at and (tokens.word(end - 1).lower() in PARTICLES or len(tokens.word(end - 1)) < 2):
        end -= 1
    return end


def _may_stand_in_name(tokens: Tokens, at: int, inner: bool) -> bool:
    word = tokens.word(at)
    if inner and not tokens.adjoining(at - 1):
        return False
    if inner and word in PARTICLES:
        return True
    if inner and len(word) == 2 and word[0].isupper() and word[1] == ".":
        return True
    named = tokens.named.get(at)
    blocked = named is not None and not (inner and named.entry.sort == "place")
    return word[:1].isupper() and word[-1:] != "." and not blocked and not (len(word) > 3 and word.isupper())


def _apposed(tokens: Tokens, end: int, opening: Mapping[int, Office]) -> Office | None:
    """The office set off behind a name: "…, the Russian foreign minister,"."""
    if tokens.word(end) != "," or not tokens.adjoining(end):
        return None
    at = end + 2 if tokens.word(end + 1).lower() in ("the", "a", "an") else end + 1
    office = opening.get(at)
    return office if office and not tokens.word(office.end)[:1].isupper() else None


def _introduced(names: Sequence[Name], document: Document) -> list[Someone]:
    """One person for each full name, and for each titled surname that fits none of them."""
    someones: list[Someone] = []
    full = [name for name in names if " " in name.text]
    for name in full:
        known = next((s for s in someones if _same(s.name, name.text)), None)
        if known is None:
            known = Someone(name.text, _surname(name.text, name.office))
            someones.append(known)
        known.full.append(name)
        if name.office and (known.office is None or known.office.weak):
            known.office = name.office
    for name in names:
        if " " not in name.text and not any(s.surname == name.text for s in someones):
            someones.append(_by_surname(name, document))
    return someones


def _same(one: str, other: str) -> bool:
    """Whether two full names are one person's: equal, or equal but for middle names and initials."""
    a, b = one.split(), other.split()
    return a[0] == b[0] and a[-1] == b[-1]


def _by_surname(name: Name, document: Document) -> Someone:
    """The person that a surname with a title means: a leader of the article's time, or the only one ever so titled."""
    found = leaders.holding(name.text, _year(document))
    found = found or (leaders.titled(name.text, name.office.post) if name.office else ())
    leader = next((each for each in found if not name.office or _fits(each, name.office)), None)
    if leader is None:
        return Someone(name.text, name.text, office=name.office, full=[name])
    return Someone(leader.name, name.text, name.office, leader.office, leader.country, full=[name])


def _fits(leader: leaders.Leader, office: Office) -> bool:
    return not (office.country and office.stated and office.country != leader.country)


def _settle(each: Someone, document: Document) -> None:
    """Sets office, country and sector: as the text states them, else from the table of leaders."""
    office = each.office if each.office and not each.office.weak else None
    tenures = [t for t in leaders.named(each.name) if not office or _fits(t, office)]
    held = next((t for t in leaders.holding(each.name, _year(document)) if t in tenures), None)
    each.title = office.office if office else (held.office if held else each.title)
    stated = office.country if office and office.stated else None
    default = office.country if office else None
    each.country = stated or (tenures[0].country if tenures else each.country) or default
    each.sector = office.sector if office else ("GOV" if held else None)
    if each.country in ("IGO", "UNO", "EUR"):
        each.sector = "IGO"


def _lend_countries(someones: Sequence[Someone], tokens: Tokens) -> None:
    """Gives a person without a country that of the neighbour in a list: "Russian Foreign Minister A and Prime
    Minister B"."""
    placed = sorted(((name, s) for s in someones for name in s.full[:1]), key=lambda pair: pair[0].first)
    for (before, lender), (after, borrower) in pairwise(placed):
        if borrower.country is None and lender.country and _listed(tokens, before, after):
            borrower.country = lender.country


def _listed(tokens: Tokens, before: Name, after: Name) -> bool:
    """Whether only list words stand between two names."""
    start = after.office.first if after.office and after.office.end <= after.first else after.first
    between = [tokens.word(at) for at in range(before.end, start)]
    return "and" in between and len(between) <= 6 and not {".", ";"} & set(between)


def _mention(someones: list[Someone], tokens: Tokens, offices: Sequence[Office]) -> None:
    """Adds every mention: full names, bare surnames after their owner, and titles of one who is known."""
    taken: set[int] = set()
    for each in someones:
        for name in each.full:
            each.mentions.append(Mention(span=_span(tokens, name.first, name.end)))
            taken.update(range(name.first, name.end))
    for at in range(len(tokens)):
        if at not in taken and (owner := _owner(someones, tokens, at)):
            owner.mentions.append(Mention(span=tokens.spans[at]))
            taken.add(at)
    for office in offices:
        if office.end not in taken and (holder := _holder(someones, tokens, office)):
            holder.mentions.append(Mention(span=_span(tokens, office.first, office.end), type="office"))


def _owner(someones: Sequence[Someone], tokens: Tokens, at: int) -> Someone | None:
    """Whose bare surname stands at the token: of two people with one surname the one named in full more often so far,
    and
    last if equally often."""
    word = tokens.word(at)
    owners = [s for s in someones if s.surname == word]
    if not owners or at in tokens.named or tokens.word(at + 1) in NOT_THE_PERSON:
        return None
    if (
        tokens.word(at - 1) in ("-", "–")
        and tokens.spans[at - 1][1] == tokens.spans[at][0]
        and tokens.word(at - 2).islower()
    ):
        return None
    if len(owners) == 1:
        return owners[0]

    def weight(someone: Someone) -> tuple[int, int]:
        before = [name.first for name in someone.full if name.first < at]
        return len(before), max(before, default=-1)

    return max(owners, key=weight)


def _holder(someones: list[Someone], tokens: Tokens, office: Office) -> Someone | None:
    """Who is meant by a title that stands alone: the holder of that post, else the last named who has no office yet."""
    if not office.definite or office.former or office.country is None or office.post in ("leader", "head", "chief"):
        return None
    here = tokens.spans[office.first][0]
    compatible = [s for s in someones if s.country in (office.country, None) and _named_before(s, here)]
    holders = [s for s in compatible if s.country and s.office and s.office.post == office.post]
    holders = holders or [s for s in compatible if _titled(s, office)]
    if not holders:
        holders = [s for s in compatible if s.office and s.office.weak and here - _last_named(s, here) < 600]
        for holder in holders[-1:]:
            holder.office, holder.title, holder.country, holder.sector = (
                office,
                office.office,
                office.country,
                office.sector,
            )
    return max(holders, key=lambda s: _last_named(s, here), default=None)


def _titled(someone: Someone, office: Office) -> bool:
    return someone.office is None and (someone.title or "").lower() == office.post


def _named_before(someone: Someone, here: int) -> bool:
    return any(m.span[0] < here for m in someone.mentions)


def _last_named(someone: Someone, here: int) -> int:
    return max((m.span[0] for m in someone.mentions if m.span[0] < here), default=-1)


def _span(tokens: Tokens, first: int, end: int) -> Span:
    return (tokens.spans[first][0], tokens.spans[end - 1][1])


def _surname(name: str, office: Office | None) -> str:
    leader = next(iter(leaders.named(name)), None)
    return leaders.surname_of(name, leader.country if leader else office.country if office else None)


def _year(document: Document) -> float | None:
    """The document's date as a year with its fraction."""
    published = document.published
    return published.start.year + published.start.timetuple().tm_yday / 366 if published else None


@cache
def _given_names() -> frozenset[str]:
    return frozenset(table("given_names")["names"].split())

"""Who is who: which names are one person's, and the office, country and sector that the text gives them.

Two people of one surname stay apart; other spellings of one name, and names with middle names or initials, are joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from extractors.lexicon import leaders
from extractors.lexicon.gazetteer import WORLD
from extractors.model import Document, Mention
from extractors.people.names import Name
from extractors.people.offices import Office
from extractors.people.offices_beside import NATIONAL
from extractors.people.surnames import surname_in
from extractors.text.tokens import Tokens


@dataclass(slots=True, eq=False)
class Someone:
    """A person in the making."""

    name: str
    surname: str
    office: Office | None = None
    title: str | None = None
    country: str | None = None
    sector: str | None = None
    woman: bool | None = None
    full: list[Name] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # tokens at which the name stands
    mentions: list[Mention] = field(default_factory=list)


def introduced(names: Sequence[Name], document: Document, tokens: Tokens) -> list[Someone]:
    """One person for each full name, and for each titled surname that fits none of them."""
    someones: list[Someone] = []
    full = [name for name in names if " " in name.text]
    longer = {_end(name.text, words) for name in full for words in range(2, len(name.text.split()))}
    full = [name for name in full if name.text.casefold() not in longer]  # "Del Monte" of "Carla del Monte"
    by_key: dict[tuple[str, str], Someone] = {}
    for name in full:
        known = by_key.get(_key(name.text))
        if known is None:
            known = by_key[_key(name.text)] = Someone(name.text, "")
            someones.append(known)
        known.full.append(name)
        if name.office and (known.office is None or _tells_less(known.office, name.office)):
            known.office = name.office
    whole = {at for name in names if " " in name.text for at in range(name.first, name.end)}
    for each in someones:
        each.surname = surname_in(each.name, _home(each), tokens, whole)
    surnames = {spelling(s.surname): s for s in someones}
    for name in names:
        if " " in name.text:
            continue
        known = surnames.get(spelling(name.text))
        if known is None:
            someones.append(surnames.setdefault(spelling(name.text), _by_surname(name, document)))
        elif name.office and known.office is None:
            known.office = name.office
    return someones


def _end(name: str, words: int) -> str:
    return " ".join(name.casefold().split()[-words:])


def _tells_less(known: Office, other: Office) -> bool:
    return known.weak or (known.rank and not (other.rank or other.weak))


def _home(each: Someone) -> str | None:
    leader = next(iter(leaders.named(each.name)), None)
    return leader.country if leader else each.office.country if each.office else None


def _key(name: str) -> tuple[str, str]:
    """What the full names of one person share: the sound of the first and the last word, not middle names."""
    words = name.split()
    return spelling(words[0]), spelling(words[-1])


# Letters that transcriptions of one name write differently, in the order in which they are made one. Literal.
# yes: "Evgeni" as "Yevgeny"  "Lukashenka" as "Lukashenko"  "Aleksandr" as "Alexander"     no: "Ivanov" as "Ivanenko"
VARIANTS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"ks", "x"), (r"kh|ch(?=r)", "h"), (r"ts|tz", "c"), (r"^ye", "e"),
        (r"(?<=[aeio])ye|(?<=[aeio])e(?=v|n$)", "e"),
        (r"iy|yi|ij|ii|y|j", "i"), (r"ie(?=v|i|r|n)", "e"), (r"enka$", "enko"), (r"xandr$", "xander"), (r"ff$", "v"),
        (r"w", "v"), (r"(.)\1", r"\1"), (r"ph", "f"), (r"mohammed$|mohamed$|muhammad$|mohammad$", "muhamad"),
        (r"[’'`-]", ""),
    )
)  # fmt: skip


@cache
def spelling(name: str) -> str:
    """A form that the spellings of one name share, for comparing only."""
    plain = unicodedata.normalize("NFKD", name.casefold()[:60])
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    for pattern, letters in VARIANTS:
        plain = pattern.sub(letters, plain)
    return plain


def _by_surname(name: Name, document: Document) -> Someone:
    """The person that a surname with a title means: a leader of the article's time, or the only one ever so titled."""
    found = leaders.holding(name.text, year_of(document))
    found = found or (leaders.titled(name.text, name.office.post) if name.office else ())
    leader = next((each for each in found if not name.office or _fits(each, name.office)), None)
    if leader is None:
        return Someone(name.text, name.text, office=name.office, full=[name])
    return Someone(leader.name, name.text, name.office, leader.office, leader.country, full=[name])


def _fits(leader: leaders.Leader, office: Office) -> bool:
    return not (office.country and office.stated and office.country != leader.country)


def settle(each: Someone, document: Document, countries: Mapping[str, int]) -> None:
    """Sets office, country and sector: as the text states them, else from the table of leaders. The state that an
    office is usually of counts only where the document is about no other: `countries` tells how often it names each."""
    office = each.office if each.office and not each.office.weak else None
    tenures = [t for t in leaders.named(each.name) if not office or _fits(t, office)]
    held = next((t for t in leaders.holding(each.name, year_of(document)) if t in tenures), None)
    each.title = office.office if office else (held.office if held else each.title)
    stated = each.office.country if each.office and each.office.stated else None
    usual = office.country if office else None
    abroad = 2 * countries.get(usual or "", 0) < max(countries.values(), default=0)
    default = None if office and office.post in ELSEWHERE and abroad else usual
    each.country = stated or (tenures[0].country if tenures else each.country) or default
    each.sector = office.sector if office else ("GOV" if held else None)
    if each.title is None and each.office and (each.office.post not in RELATIONAL or _of_body(each.office)):
        each.title, each.sector = each.office.office, each.office.sector
    if each.country in WORLD:
        each.sector = "IGO"


def _of_body(office: Office) -> bool:
    """Whether a weak word is made an office by its body: "secretary of the National Security Council"."""
    return office.post == "secretary" and office.office.lower() != office.post


ELSEWHERE = frozenset(
    {"attorney general", "foreign secretary", "home secretary", "secretary of defense", "national security advisor",
     "energy secretary"}
)  # fmt: skip
"""Offices that other states have too."""
RELATIONAL = frozenset({NATIONAL, "counterpart", "successor", "host", "guest", "secretary", "representative"})
"""Words that say how somebody stands to another, not what he is."""


def counterparts(someones: Sequence[Someone]) -> None:
    """Gives "her Turkish counterpart, X" the office of whom he is the counterpart: the person last named before."""
    lacking = [s for s in someones if s.title is None and s.office and s.office.post == "counterpart"]
    for office, group in _by_office(lacking):
        before = [s for _, s in _named_until(someones, office.first) if s not in group and s.title]
        for each, other in zip(group, list(dict.fromkeys(before))[-len(group) :], strict=False):
            if other.office is None or other.office.post != "counterpart":
                each.title, each.sector = other.title, other.sector
                each.office = replace(other.office, country=each.country, weak=False) if other.office else each.office


def _by_office(group: Sequence[Someone]) -> list[tuple[Office, list[Someone]]]:
    found: dict[int, tuple[Office, list[Someone]]] = {}
    for each in group:
        if each.office:
            found.setdefault(each.office.first, (each.office, []))[1].append(each)
    return list(found.values())


def _named_until(someones: Sequence[Someone], at: int) -> list[tuple[int, Someone]]:
    """Who is named before a token, in the order of their last full name or bare surname there."""
    last = ((max((n for n in s.places if n < at), default=-1), s) for s in someones)
    return sorted(((n, s) for n, s in last if n >= 0), key=lambda pair: pair[0])


def year_of(document: Document) -> float | None:
    """The document's date as a year with its fraction."""
    published = document.published
    return published.start.year + published.start.timetuple().tm_yday / 366 if published else None

"""Who is who: which names are one person's, and the office that the text gives each.

Two people of one surname stay apart; other spellings of one name, and names with middle names or initials, are joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from extractors.lexicon import leaders, word_set
from extractors.lexicon.groups import INTERNATIONAL, statesman
from extractors.model import Document, Mention
from extractors.people.names import Name
from extractors.people.offices import Office
from extractors.people.offices_beside import NATIONAL
from extractors.people.surnames import surname_in
from extractors.text.tokens import Tokens


@dataclass(frozen=True, slots=True)
class PersonSoFar:
    """What is known so far of a person; each pass over the people of a text gives new ones that know more."""

    name: str
    surname: str
    office: Office | None = None
    title: str | None = None
    country: str | None = None
    sector: str | None = None
    woman: bool | None = None
    full: tuple[Name, ...] = ()
    places: tuple[int, ...] = ()  # tokens at which the name stands
    mentions: tuple[Mention, ...] = ()


People = tuple[PersonSoFar, ...]


def introduced(names: Sequence[Name], document: Document, tokens: Tokens) -> People:
    """One person for each full name, and for each titled surname that fits none of them."""
    whole = {at for name in names if " " in name.text for at in range(name.first, name.end)}
    in_full = tuple(
        replace(each, surname=surname_in(each.name, _home(each), tokens, whole)) for each in _by_full_name(names)
    )
    return _with_lone_surnames(in_full, [name for name in names if " " not in name.text], document)


def _by_full_name(names: Sequence[Name]) -> list[PersonSoFar]:
    full = [name for name in names if " " in name.text]
    longer = {_end(name.text, words) for name in full for words in range(2, len(name.text.split()))}
    by_key: dict[tuple[str, str], list[Name]] = {}
    for name in full:
        if name.text.casefold() not in longer:  # "Del Monte" of "Carla del Monte"
            by_key.setdefault(_key(name.text), []).append(name)
    return [
        PersonSoFar(group[0].text, "", office=_most_telling(name.office for name in group), full=tuple(group))
        for group in by_key.values()
    ]


def _most_telling(offices: Iterable[Office | None]) -> Office | None:
    """The first office that says what somebody is, not only how he stands to another or which rank he has."""
    best: Office | None = None
    for office in offices:
        if office and (best is None or _tells_less(best, office)):
            best = office
    return best


def _with_lone_surnames(people: People, names: Sequence[Name], document: Document) -> People:
    """With those whom only a titled surname names; a surname that is somebody's may tell his office."""
    found = list(people)
    bearers = {spelling(each.surname): number for number, each in enumerate(found)}
    for name in names:
        number = bearers.setdefault(spelling(name.text), len(found))
        if number == len(found):
            found.append(_by_surname(name, document))
        elif name.office and found[number].office is None:
            found[number] = replace(found[number], office=name.office)
    return tuple(found)


def _end(name: str, words: int) -> str:
    return " ".join(name.casefold().split()[-words:])


def _tells_less(known: Office, other: Office) -> bool:
    return known.weak or (known.rank and not (other.rank or other.weak))


def _home(each: PersonSoFar) -> str | None:
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


def _by_surname(name: Name, document: Document) -> PersonSoFar:
    """The person that a surname with a title means: a leader of the article's time, or the only one ever so titled."""
    found = leaders.holding(name.text, year_of(document))
    found = found or (leaders.titled(name.text, name.office.post) if name.office else ())
    leader = next((each for each in found if not name.office or _fits(each, name.office)), None)
    if leader is None:
        return PersonSoFar(name.text, name.text, office=name.office, full=(name,))
    return PersonSoFar(leader.name, name.text, name.office, leader.office, leader.country, full=(name,))


def _fits(leader: leaders.Leader, office: Office) -> bool:
    return not (office.country and office.stated and office.country != leader.country)


def tenures_of(each: PersonSoFar) -> list[leaders.Leader]:
    """The tenures of the table that bear the full name and contradict nothing that the text says."""
    office = lasting_office(each)
    return [t for t in leaders.named(each.name) if not office or _fits(t, office)]


def lasting_office(each: PersonSoFar) -> Office | None:
    """The office, unless it only says how somebody stands to another."""
    return each.office if each.office and not each.office.weak else None


def with_office_told(each: PersonSoFar, document: Document) -> PersonSoFar:
    """With the title and sector that the text states, else those of the table of leaders."""
    office, tenures = lasting_office(each), tenures_of(each)
    held = next((t for t in leaders.holding(each.name, year_of(document)) if t in tenures), None)
    title = office.office if office else (held.office if held else each.title)
    if title is None and each.office and (each.office.post not in RELATIONAL or _of_body(each.office)):
        return replace(each, title=each.office.office, sector=each.office.sector)
    return replace(each, title=title, sector=office.sector if office else ("GOV" if held else None))


def with_sector_decided(each: PersonSoFar, tokens: Tokens) -> PersonSoFar:
    """With the sector as PLOVER has it: who has left a public office is of the elite, who leads a state governs it, and
    whom the text gives to a state serves no body of states."""
    office = each.office
    if office and each.title and each.sector not in PRIVATE and _has_left(office, tokens):
        return replace(each, sector="ELI")
    leads = office and office.office.lower() == "leader" and (office.stated or statesman(each.name))
    if (leads and each.sector == "ELI") or (
        each.sector == "IGO" and each.country and each.country not in INTERNATIONAL
    ):
        return replace(each, sector="GOV")
    return each


PRIVATE = frozenset({"BUS", "CVL", "EDU", "JRN"})
"""Sectors whose offices are no public ones."""


def _has_left(office: Office, tokens: Tokens) -> bool:
    left = word_set("offices", "modifiers.left")
    return office.former and any(tokens.lower(at) in left for at in range(office.first, office.end))


def _of_body(office: Office) -> bool:
    """Whether a weak word is made an office by its body: "secretary of the National Security Council"."""
    return office.post == "secretary" and office.office.lower() != office.post


RELATIONAL = word_set("offices", "modifiers.relational") | {NATIONAL}
"""Words that say how somebody stands to another, not what he is."""


def with_counterparts(people: People) -> People:
    """With the office of whom "her Turkish counterpart, X" is the counterpart: the person last named before."""
    found = list(people)
    for office, group in _by_counterpart(people):
        before = [n for n in _named_until(people, office.first) if n not in group and found[n].title]
        for number, other in zip(group, before[-len(group) :], strict=False):
            found[number] = _counterpart_of(found[other], found[number])
    return tuple(found)


def _counterpart_of(other: PersonSoFar, each: PersonSoFar) -> PersonSoFar:
    if other.office is not None and other.office.post == "counterpart":
        return each
    office = replace(other.office, country=each.country, weak=False) if other.office else each.office
    return replace(each, title=other.title, sector=other.sector, office=office)


def _by_counterpart(people: People) -> list[tuple[Office, list[int]]]:
    """The people who are only somebody's counterpart, those of one phrase together."""
    found: dict[int, tuple[Office, list[int]]] = {}
    for number, each in enumerate(people):
        if each.title is None and each.office and each.office.post == "counterpart":
            found.setdefault(each.office.first, (each.office, []))[1].append(number)
    return list(found.values())


def _named_until(people: People, at: int) -> list[int]:
    """Who is named before a token, in the order of their last full name or bare surname there."""
    last = [(max((n for n in each.places if n < at), default=-1), number) for number, each in enumerate(people)]
    return [number for n, number in sorted(last) if n >= 0]


def year_of(document: Document) -> float | None:
    """The document's date as a year with its fraction."""
    published = document.published
    return published.start.year + published.start.timetuple().tm_yday / 366 if published else None

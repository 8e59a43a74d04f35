"""Who is who: which names are one person's, and the office, country and sector that the text gives them.

Two people of one surname stay apart; other spellings of one name, and names with middle names or initials, are joined.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from extractors.lexicon import leaders
from extractors.model import Document, Mention
from extractors.names import Name
from extractors.offices import Office, Tokens


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


def introduced(names: Sequence[Name], document: Document) -> list[Someone]:
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
        if " " not in name.text and not any(spelling(s.surname) == spelling(name.text) for s in someones):
            someones.append(_by_surname(name, document))
    return someones


def _same(one: str, other: str) -> bool:
    """Whether two full names are one person's: equal in sound, or equal but for middle names and initials."""
    a, b = one.split(), other.split()
    return spelling(a[0]) == spelling(b[0]) and spelling(a[-1]) == spelling(b[-1])


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


def settle(each: Someone, document: Document) -> None:
    """Sets office, country and sector: as the text states them, else from the table of leaders."""
    office = each.office if each.office and not each.office.weak else None
    tenures = [t for t in leaders.named(each.name) if not office or _fits(t, office)]
    held = next((t for t in leaders.holding(each.name, year_of(document)) if t in tenures), None)
    each.title = office.office if office else (held.office if held else each.title)
    stated = each.office.country if each.office and each.office.stated else None
    default = office.country if office else None
    each.country = stated or (tenures[0].country if tenures else each.country) or default
    each.sector = office.sector if office else ("GOV" if held else None)
    if each.title is None and each.office and each.office.post not in RELATIONAL:
        each.title, each.sector = each.office.office, each.office.sector
    if each.country in ("IGO", "UNO", "EUR"):
        each.sector = "IGO"


RELATIONAL = frozenset({"counterpart", "successor", "host", "guest", "secretary", "representative"})
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


def lend_from_context(someones: Sequence[Someone], tokens: Tokens) -> None:
    """Gives whoever has an office of state, but no country in the text beside it, that of the state named last before
    in the paragraph: "A Japanese delegation led by Trade Minister X"."""
    states = sorted(at for at, named in tokens.named.items() if named.entry.sort in STATES)
    for each in someones:
        if each.country or not each.full or not each.office or not _of_state(each):
            continue
        first, behind = min(each.full[0].first, each.office.first), max(each.office.end, each.full[0].end)
        inside = [at for at in states if first <= at < behind]
        before = states[: bisect_left(states, first)]
        near = [at for at in before[-1:] if "\n" not in tokens.text[tokens.spans[at][0] : tokens.spans[first][0]]]
        for at in (*inside[:1], *near, *before[:1]):
            each.country = each.country or tokens.named[at].entry.code
        if " " in each.name and each.country:
            each.surname = leaders.surname_of(each.name, each.country)


def _of_state(each: Someone) -> bool:
    """Whether the office is one that states have; a president or director only as the title right before the name."""
    if each.sector not in ("GOV", "MIL", "LEG") or each.office is None:
        return False
    plain = each.office.post in ("president", "vice president", "director", "chief of staff", "adviser", "aide")
    return not plain or each.office.end == each.full[0].first


STATES = frozenset({"country", "adjective", "capital", "government", "place"})


def lend_countries(someones: Sequence[Someone], tokens: Tokens) -> None:
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


def _surname(name: str, office: Office | None) -> str:
    leader = next(iter(leaders.named(name)), None)
    return leaders.surname_of(name, leader.country if leader else office.country if office else None)


def year_of(document: Document) -> float | None:
    """The document's date as a year with its fraction."""
    published = document.published
    return published.start.year + published.start.timetuple().tm_yday / 366 if published else None

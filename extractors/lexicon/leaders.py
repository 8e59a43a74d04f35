"""Who held high office when: the table of leaders by full name and by surname."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from extractors.lexicon import table, word_set

FAMILY_FIRST = word_set("plover_groups", "countries.family_first")
"""Countries whose names put the surname first."""


class Leader(NamedTuple):
    """One tenure: a name in one spelling, and all spellings of the same person."""

    name: str
    spellings: tuple[str, ...]
    country: str
    office: str
    first: float
    last: float


def known(name: str) -> bool:
    """Whether the table has the surname or full name."""
    return name in _tenures()


def named(name: str) -> tuple[Leader, ...]:
    """All tenures of whoever bears the full name."""
    return _tenures().get(name, ()) if " " in name else ()


def holding(name: str, year: float | None) -> tuple[Leader, ...]:
    """The tenures under a name that hold at a time; none where two people fit one surname. Without a time only those
    of a full name with a single tenure."""
    if year is None:
        return named(name) if len(named(name)) == 1 else ()
    held = tuple(t for t in _tenures().get(name, ()) if t.first <= year <= _end(t))
    return held if len({t.spellings for t in held}) == 1 else ()


def titled(surname: str, post: str) -> tuple[Leader, ...]:
    """The tenures of the one person of that surname who ever held such a post: "President Gorbachev" of any year."""
    held = tuple(t for t in _tenures().get(surname, ()) if t.office.lower() == post)
    return held if len({t.spellings for t in held}) == 1 else ()


def surname_of(name: str, country: str | None) -> str:
    """The surname in a full name, by the custom of the country."""
    words = name.split()
    return words[0] if country in FAMILY_FIRST else words[-1]


@cache
def _tenures() -> dict[str, tuple[Leader, ...]]:
    found: dict[str, list[Leader]] = {}
    for names, country, office, first, last in table("leaders")["leaders"]:
        spellings = tuple(names.split("|"))
        for spelling in spellings:
            leader = Leader(spelling, spellings, country, office, first, last)
            for key in (spelling, surname_of(spelling, country)):
                if not any(other.spellings == spellings and other.first == first for other in found.get(key, ())):
                    found.setdefault(key, []).append(leader)
    return {key: tuple(leaders) for key, leaders in found.items()}


def _end(leader: Leader) -> float:
    """The end of a tenure: of its last year where the table gives a whole one."""
    return leader.last + 1 if isinstance(leader.last, int) else leader.last

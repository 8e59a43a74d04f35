"""Phrases that name an office: "Russian Foreign Minister", "secretary of the Security Council", "the mayor of Moscow".

Each is read from the table of offices outwards: to the left over countries and words that change nothing, to the right
over "of …". The people extractor joins them to names, the event coder to parties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from extractors.lexicon import table, word_set
from extractors.lexicon.gazetteer import WORLD, Entry
from extractors.people.office_extent import end_of_desk, leftwards, rightwards, start_of_grade, with_portfolio
from extractors.text.tokens import Tokens

LONGEST_OFFICE = 6
"""Words in the longest office of the table."""


ALSO_NAMES = word_set("offices", "modifiers.also_names")
"""Titles that are names too: right behind another title they are."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a phrase names it; token indices, the end not included."""

    first: int
    end: int
    office: str
    post: str
    country: str | None
    stated: bool  # the country stands in the phrase, it is not the table's default
    sector: str | None
    former: bool
    weak: bool
    definite: bool  # "the Russian president", "Russia's president": one who is known
    plural: bool = False  # "their counterparts"
    rank: bool = False  # a rank or a dignity, beside which somebody has an office: "General", "Imam"


@lru_cache(maxsize=2)
def offices_in(tokens: Tokens) -> tuple[Office, ...]:
    """The phrases that name an office, in order, none inside another."""
    openers = _openers()
    found: list[Office] = []
    for at in [at for at, word in enumerate(tokens.lowered) if word in openers]:
        if found and at < found[-1].end:
            continue
        if found and found[-1].end == at and tokens.word(at) in ALSO_NAMES:
            continue
        if length := _office_at(tokens, at):
            found.append(_phrase(tokens, at, at + length))
    return tuple(found)


def _office_at(tokens: Tokens, at: int) -> int:
    """How many tokens from here on make the longest office of the table; 0 for none."""
    known = _known()
    if _governs(tokens, at):
        return 0
    for length in range(min(LONGEST_OFFICE, len(tokens) - at), 0, -1):
        name = " ".join(tokens.lowered[at : at + length])
        if name in known and (name not in table("offices")["before_names"] or _opens_name(tokens, at + length)):
            return length
    return 0


def _governs(tokens: Tokens, at: int) -> bool:
    """Whether "under" is the preposition: "under Secretary of State Webb"."""
    return tokens.words[at] == "under" and tokens.word(at + 1)[:1].isupper()


def _opens_name(tokens: Tokens, at: int) -> bool:
    """Whether a name follows, with a comma before it at most: "a customs official, X"."""
    at += tokens.word(at) == ","
    return tokens.adjoining(at - 1) and tokens.word(at)[:1].isupper() and at not in tokens.named


@cache
def _openers() -> frozenset[str]:
    return frozenset(name.split()[0] for name in _known())


@cache
def _known() -> dict[str, dict[str, Any]]:
    return {**table("offices")["offices"], **table("offices")["before_names"]}


def _phrase(tokens: Tokens, start: int, stop: int) -> Office:
    """The whole phrase round the office at tokens[start:stop]."""
    name = " ".join(tokens.lower(at) for at in range(start, stop))
    facts = _known()[name]
    core = start
    if facts.get("portfolio"):
        start, stop = with_portfolio(tokens, start, stop)
    stop = end_of_desk(tokens, stop, whole="secretary" in name or "minister" in name)
    graded = start_of_grade(tokens, start, name)
    start, core = graded, min(core, graded)
    first, before = leftwards(tokens, start, first_counts=facts.get("of") == "first")
    end, after = rightwards(tokens, stop)
    if facts["sector"] == "EDU" and before and before.sort == "country" and tokens.word(start - 1) not in ("'s", "’s"):
        before = None  # "a Russia analyst" studies Russia
    entry = after or before
    words = facts.get("shown") or tokens.text[tokens.spans[start][0] : tokens.spans[stop - 1][1]]
    modifiers = {tokens.lower(at) for at in range(first, core)}
    return Office(
        first=first,
        end=end,
        office=_title(words, entry, tokens, stop, end, modifiers),
        post=words.lower() if stop - start > len(name.split()) else facts.get("post", name),
        country=entry.code if entry else facts.get("country"),
        stated=entry is not None,
        sector=_sector(name, entry, facts["sector"]),
        former=bool(modifiers & word_set("offices", "modifiers.former")),
        weak=bool(facts.get("weak")),
        definite=tokens.lower(first - 1) == "the" or "’s" in modifiers or "'s" in modifiers,
        plural=bool(facts.get("plural")),
        rank=bool(facts.get("rank")),
    )


def _sector(name: str, entry: Entry | None, usual: str) -> str:
    if entry and entry.code in WORLD:
        return "IGO"
    return "PTY" if entry and entry.sort == "body" and name in ("leader", "chairman", "head") else usual


def _title(words: str, entry: Entry | None, tokens: Tokens, stop: int, end: int, modifiers: set[str]) -> str:
    """The office as it is shown: with the body or town it belongs to, without the country."""
    acting = "Acting " if modifiers & word_set("offices", "modifiers.acting") else ""
    if entry and entry.sort in ("place", "body", "government") and words.split()[0] not in entry.name:
        return f"{acting}{words} of {entry.name}"
    if entry and entry.sort == "capital" and words.lower() == "mayor":
        capital = next(
            (n.text for at, n in sorted(tokens.named.items()) if stop - 4 <= at < end and n.entry == entry), ""
        )
        return f"{acting}{words} of {capital}".removesuffix(" of ")
    return acting + words


@cache
def office_words() -> frozenset[str]:
    """Every word that stands in an office of the table."""
    return frozenset(word for office in table("offices")["offices"] for word in office.split()) - {"of", "the", "and"}

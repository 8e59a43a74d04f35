"""Phrases that name an office: "Russian Foreign Minister", "secretary of the Security Council", "the mayor of Moscow".

Each is read from the table of offices outwards: to the left over countries and words that change nothing, to the right
over "of …". The people extractor joins them to names, the event coder to parties.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from extractors.lexicon import table
from extractors.lexicon.gazetteer import WORLD, Entry
from extractors.text.tokens import Tokens

LONGEST = 6
"""Words in the longest office of the table."""
PORTFOLIO = 4
"""Words that what a minister is for may have: "Fuel and Energy"."""
DESK = 6
"""The same for a lower office: "for Arms Control and International Security"."""


ALSO_NAMES = frozenset({"Emir", "Sultan", "King", "Prince", "Marshal", "Pope"})
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
    for length in range(min(LONGEST, len(tokens) - at), 0, -1):
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
        start, stop = _portfolio(tokens, start, stop)
    stop = _desk(tokens, stop, whole="secretary" in name or "minister" in name)
    graded = _graded(tokens, start, name)
    start, core = graded, min(core, graded)
    first, before = _leftwards(tokens, start, first_counts=facts.get("of") == "first")
    end, after = _rightwards(tokens, stop)
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
        former=bool(modifiers & set(table("offices")["modifiers"]["former"])),
        weak=bool(facts.get("weak")),
        definite=tokens.lower(first - 1) == "the" or "’s" in modifiers or "'s" in modifiers,
        plural=bool(facts.get("plural")),
        rank=bool(facts.get("rank")),
    )


def _sector(name: str, entry: Entry | None, usual: str) -> str:
    if entry and entry.code in WORLD:
        return "IGO"
    return "PTY" if entry and entry.sort == "body" and name in ("leader", "chairman", "head") else usual


def _portfolio(tokens: Tokens, start: int, stop: int) -> tuple[int, int]:
    """The phrase with what the minister or commissioner is for: "Development Minister", "Minister for European
    Affairs"."""
    capital = tokens.word(start)[:1].isupper()
    first = start
    while start - first < PORTFOLIO and tokens.adjoining(first - 1) and _names_portfolio(tokens, first - 1, capital):
        first -= 1
    while first < start and tokens.lower(first) == "and":
        first += 1
    if tokens.lower(stop) in ("of", "for"):
        end = stop + 1
        while end - stop <= PORTFOLIO and tokens.adjoining(end - 1) and _named_behind(tokens, end, capital):
            end += 1
        while tokens.lower(end - 1) == "and":
            end -= 1
        stop = end if end > stop + 1 else stop
    return first, stop


def _desk(tokens: Tokens, stop: int, *, whole: bool) -> int:
    """Where the phrase ends behind what the office is for: "for Political Affairs", "for Caspian energy". Only words
    that end so are taken, as a name may follow; those for a part of the world only with `whole`."""
    if tokens.lower(stop) != "for":
        return stop
    known, end = _words("portfolios") | _words("desks") | (_words("regions") if whole else frozenset()), stop
    for at in range(stop + 1, stop + 2 + DESK):
        word = tokens.word(at)
        plain = tokens.adjoining(at - 1) and word.replace("-", "").isalpha()
        if not plain or (word in _small() and word not in ("the", "and")):
            break
        if word.lower() in known:
            end = at + 1
    return end


def _graded(tokens: Tokens, start: int, name: str) -> int:
    """Where the office begins with the words that make it a lower one: "Principal Deputy Assistant Secretary"."""
    first = start
    while tokens.adjoining(first - 1) and tokens.lower(first - 1) in _words("grades") and not name.startswith("deputy"):
        first -= 1
    if first < start and tokens.lower(first - 1) in ("first", "principal") and tokens.adjoining(first - 1):
        first -= 1
    return first


def _names_portfolio(tokens: Tokens, at: int, capital: bool) -> bool:
    word = tokens.word(at)
    if at in tokens.named or word.lower() in _modifiers() or word.lower() in _common():
        return False
    if word.lower() in _words("portfolios") or (word.lower() == "and" and at > 0):
        return True
    return (
        capital
        and word.isalpha()
        and word[:1].isupper()
        and len(word) > 3
        and tokens.word(at - 1) not in ("", ".", "”")
    )


def _named_behind(tokens: Tokens, at: int, capital: bool) -> bool:
    """Whether the word behind "minister of" is what for: known, or with a capital before a known one."""
    known = tokens.lower(at) in (*_words("portfolios"), "and")
    return known or (tokens.lower(at + 1) in _words("portfolios") and _names_portfolio(tokens, at, capital))


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(table("offices")["modifiers"][key])


def _leftwards(tokens: Tokens, start: int, *, first_counts: bool) -> tuple[int, Entry | None]:
    """Where the phrase begins, and the country or body before the office: the nearest one, or the farthest."""
    modifiers = _modifiers()
    first, entry = start, None
    while first > 0 and tokens.adjoining(first - 1):
        named, word = tokens.named.get(first - 1), tokens.word(first - 1)
        if named and named.entry.sort != "agency":
            entry = named.entry if entry is None or first_counts else _wider(entry, named.entry)
            first -= 1
        elif (
            word.lower() in modifiers
            or (word in ("'s", "’s") and tokens.named.get(first - 2))
            or _hyphen(tokens, first - 1)
        ):
            first -= 1
        else:
            break
    if entry is None or tokens.word(first - 1) not in ("'s", "’s"):
        owner = _owner(tokens, first)
        first, entry = owner or (first, entry)
    return first, entry


FAR = 4
"""Words that may stand between the owner of an office and the office: "the EU's Middle East envoy"."""


def _owner(tokens: Tokens, start: int) -> tuple[int, Entry] | None:
    """Where "Russia’s" stands before an office with other words between, and whose it is."""
    for at in range(start - 1, max(1, start - 2 - FAR), -1):
        word = tokens.word(at)
        if word in ("'s", "’s") or (word in "'’" and tokens.word(at - 1).endswith("s")):
            named = tokens.named.get(at - 1)
            if named is None or named.entry.sort == "agency":
                return None
            while at - 1 in tokens.named and tokens.named[at - 1] is named:
                at -= 1
            return at, named.entry
        plain = word.replace("-", "").isalpha() and tokens.adjoining(at) and word.lower() not in _small()
        if not plain or (word[:1].isupper() and tokens.word(at + 1).islower() and at + 1 < start):
            return None  # "Peru’s Juan Vega met envoy X"
    return None


def _hyphen(tokens: Tokens, at: int) -> bool:
    return tokens.word(at) == "-" and at - 1 in tokens.named


def _wider(near: Entry, far: Entry) -> Entry:
    """Of "Russian State Duma" the near name tells the office, and both the country; a country beats a body without
    one."""
    return far if near.sort == "place" and near.code != far.code else _of_state(near, far)


OWNED = ("body", "government")


def _of_state(body: Entry, state: Entry) -> Entry:
    """A state's body under the state that stands beside it: "the Ukrainian National Security Council"."""
    if body.sort not in OWNED or body.code in ("", *WORLD) or state.sort not in ("adjective", "country"):
        return body
    return replace(body, code=state.code) if state.code not in ("", *WORLD) else body


def _rightwards(tokens: Tokens, stop: int) -> tuple[int, Entry | None]:
    """Where the phrase ends behind "of …", and the country or body named there."""
    if tokens.lower(stop) not in ("of", "for", "to"):
        return stop, None
    at = stop + 1
    while tokens.lower(at) in _modifiers() | {"the"}:
        at += 1
    body = next((n for n in range(at, at + 4) if n in tokens.named or not tokens.word(n).islower()), at)
    if body in tokens.named and tokens.named[body].entry.sort == "body":
        at = body  # "head of the gas monopoly X"
    named = tokens.named.get(at)
    if named is None or named.entry.sort == "agency":
        return stop, None
    entry = named.entry
    while at in tokens.named and tokens.named[at].entry.sort != "agency":
        if tokens.named[at] is not tokens.named.get(at - 1):
            entry = entry if tokens.named[at].entry.code in ("UNO",) else _of_state(tokens.named[at].entry, entry)
        at += 1
    owner = at + 1 + (tokens.lower(at + 1) == "the")
    if entry.sort in OWNED and tokens.lower(at) == "of" and owner in tokens.named:  # "the Security Council of Russia"
        entry = _of_state(entry, tokens.named[owner].entry)
        at = owner + 1 if entry.code == tokens.named[owner].entry.code else at
    # Whoever is sent "to" a country is not of it; who helps "the Palestinian leader" is.
    helper = tokens.lower(stop - 1) in HELPERS
    abroad = tokens.lower(stop) == "to" or (tokens.lower(stop) == "for" and tokens.lower(stop - 1) in SENT)
    return at, None if abroad and not helper else entry


def _title(words: str, entry: Entry | None, tokens: Tokens, stop: int, end: int, modifiers: set[str]) -> str:
    """The office as it is shown: with the body or town it belongs to, without the country."""
    acting = "Acting " if modifiers & set(table("offices")["modifiers"]["acting"]) else ""
    if entry and entry.sort in ("place", "body", "government") and words.split()[0] not in entry.name:
        return f"{acting}{words} of {entry.name}"
    if entry and entry.sort == "capital" and words.lower() == "mayor":
        capital = next(
            (n.text for at, n in sorted(tokens.named.items()) if stop - 4 <= at < end and n.entry == entry), ""
        )
        return f"{acting}{words} of {capital}".removesuffix(" of ")
    return acting + words


@cache
def _common() -> frozenset[str]:
    return frozenset(table("people")["common"].split())


@cache
def _small() -> frozenset[str]:
    grammar = table("grammar")
    words = " ".join(grammar[key] for key in ("prepositions", "clause", "acting"))
    return frozenset(f"{words} the a an our my his her its their your and".split())


SENT = frozenset({"envoy", "representative", "coordinator", "mediator", "rapporteur", "emissary", "negotiator"})
"""Who is sent "for" a country or about it, and is not of it."""
HELPERS = frozenset({"adviser", "advisor", "aide"})


@cache
def _modifiers() -> frozenset[str]:
    modifiers = table("offices")["modifiers"]
    return frozenset((*modifiers["former"], *modifiers["acting"], *modifiers["plain"]))


@cache
def office_words() -> frozenset[str]:
    """Every word that stands in an office of the table."""
    return frozenset(word for office in table("offices")["offices"] for word in office.split()) - {"of", "the", "and"}

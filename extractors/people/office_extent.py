"""How far the phrase of an office reaches: over what it is for, and over the country or body whose it is.

To the left over countries and words that change nothing, to the right over "for …" and "of …".
"""

from __future__ import annotations

from dataclasses import replace

from extractors.lexicon import word_list, word_set
from extractors.lexicon.gazetteer import WORLD, Entry
from extractors.text.tokens import Tokens

PORTFOLIO_WORDS = 4
"""Words that what a minister is for may have: "Fuel and Energy"."""
DESK_WORDS = 6
"""The same for a lower office: "for Arms Control and International Security"."""
WORDS_TO_OWNER = 4
"""Words that may stand between the owner of an office and the office: "the EU's Middle East envoy"."""

PORTFOLIOS = word_set("offices", "modifiers.portfolios")
DESKS = word_set("offices", "modifiers.desks")
REGIONS = word_set("offices", "modifiers.regions")
GRADES = word_set("offices", "modifiers.grades")
UNCHANGING = frozenset(
    word for key in ("former", "acting", "plain") for word in word_list("offices", f"modifiers.{key}")
)
"""Words between country and office that do not change who it is."""
COMMON = word_set("people", "common")
SMALL = frozenset(
    word for key in ("prepositions", "clause", "acting", "determiners") for word in word_list("grammar", key)
)
SENT_ABROAD = word_set("offices", "modifiers.sent_abroad")
HELPERS = frozenset({"adviser", "advisor", "aide"})


def with_portfolio(tokens: Tokens, start: int, stop: int) -> tuple[int, int]:
    """The phrase with what the minister or commissioner is for: "Development Minister", "Minister for European
    Affairs"."""
    capital = tokens.word(start)[:1].isupper()
    first = start
    while (
        start - first < PORTFOLIO_WORDS and tokens.adjoining(first - 1) and _names_portfolio(tokens, first - 1, capital)
    ):
        first -= 1
    while first < start and tokens.lower(first) == "and":
        first += 1
    if tokens.lower(stop) in ("of", "for"):
        end = stop + 1
        while end - stop <= PORTFOLIO_WORDS and tokens.adjoining(end - 1) and _named_behind(tokens, end, capital):
            end += 1
        while tokens.lower(end - 1) == "and":
            end -= 1
        stop = end if end > stop + 1 else stop
    return first, stop


def end_of_desk(tokens: Tokens, stop: int, *, whole: bool) -> int:
    """Where the phrase ends behind what the office is for: "for Political Affairs", "for Caspian energy". Only words
    that end so are taken, as a name may follow; those for a part of the world only with `whole`."""
    if tokens.lower(stop) != "for":
        return stop
    known, end = PORTFOLIOS | DESKS | (REGIONS if whole else frozenset()), stop
    for at in range(stop + 1, stop + 2 + DESK_WORDS):
        word = tokens.word(at)
        plain = tokens.adjoining(at - 1) and word.replace("-", "").isalpha()
        if not plain or (word in SMALL and word not in ("the", "and")):
            break
        if word.lower() in known:
            end = at + 1
    return end


def start_of_grade(tokens: Tokens, start: int, name: str) -> int:
    """Where the office begins with the words that make it a lower one: "Principal Deputy Assistant Secretary"."""
    first = start
    while tokens.adjoining(first - 1) and tokens.lower(first - 1) in GRADES and not name.startswith("deputy"):
        first -= 1
    if first < start and tokens.lower(first - 1) in ("first", "principal") and tokens.adjoining(first - 1):
        first -= 1
    return first


def _names_portfolio(tokens: Tokens, at: int, capital: bool) -> bool:
    word = tokens.word(at)
    if at in tokens.named or word.lower() in UNCHANGING or word.lower() in COMMON:
        return False
    if word.lower() in PORTFOLIOS or (word.lower() == "and" and at > 0):
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
    known = tokens.lower(at) in PORTFOLIOS | {"and"}
    return known or (tokens.lower(at + 1) in PORTFOLIOS and _names_portfolio(tokens, at, capital))


def leftwards(tokens: Tokens, start: int, *, first_counts: bool) -> tuple[int, Entry | None]:
    """Where the phrase begins, and the country or body before the office: the nearest one, or the farthest."""
    first, entry = start, None
    while first > 0 and tokens.adjoining(first - 1):
        named, word = tokens.named.get(first - 1), tokens.word(first - 1)
        if named and named.entry.sort != "agency":
            entry = named.entry if entry is None or first_counts else _wider(entry, named.entry)
            first -= 1
        elif (
            word.lower() in UNCHANGING
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


def _owner(tokens: Tokens, start: int) -> tuple[int, Entry] | None:
    """Where "Russia’s" stands before an office with other words between, and whose it is."""
    for at in range(start - 1, max(1, start - 2 - WORDS_TO_OWNER), -1):
        word = tokens.word(at)
        if word in ("'s", "’s") or (word in "'’" and tokens.word(at - 1).endswith("s")):
            named = tokens.named.get(at - 1)
            if named is None or named.entry.sort == "agency":
                return None
            while at - 1 in tokens.named and tokens.named[at - 1] is named:
                at -= 1
            return at, named.entry
        plain = word.replace("-", "").isalpha() and tokens.adjoining(at) and word.lower() not in SMALL
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


def rightwards(tokens: Tokens, stop: int) -> tuple[int, Entry | None]:
    """Where the phrase ends behind "of …", and the country or body named there."""
    if tokens.lower(stop) not in ("of", "for", "to"):
        return stop, None
    at = stop + 1
    while tokens.lower(at) in UNCHANGING | {"the"}:
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
    abroad = tokens.lower(stop) == "to" or (tokens.lower(stop) == "for" and tokens.lower(stop - 1) in SENT_ABROAD)
    return at, None if abroad and not helper else entry

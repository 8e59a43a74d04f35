"""Bodies in a text: each stretch that names one, with its kind and the country or code that it acts for.

The noun of a name comes first ("Ministry", "Council"); the capitals before it and what "of" adds behind it are read
from there. Names without such a noun are those of the tables.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from extractors.lexicon import table, word_set
from extractors.lexicon.gazetteer import WORLD, Named, entry_of
from extractors.lexicon.groups import all_names, sector_of_name
from extractors.lexicon.words import openers_of, phrases_in
from extractors.model import Span

# What stands between a country and its body. Literal.
# yes: "’s "  " "     no: ", "
OWNS = re.compile(r"(?:['’]s?)?\s(?:own\s|new\s)?")

# A word of a name before its noun. One way to read it.
# yes: "Foreign"  "U.S."  "and"     no: "Monday."  "said"
PART = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'&-]{0,30}|(?:[A-Z]\.){2,4}|and")

# A small word and a name behind the noun, once for each. Bounded; words are told apart by blanks.
# yes: " of Foreign Affairs"  " for Trade and Industry"     no: " of the talks"  " in Lima"
BEHIND = re.compile(
    r"""
    \s (?:of|for|on) \s (?:the\s)?
    (?P<words> (?: [A-Z][\w’'-]{1,30} | (?:[A-Z]\.){2,4} ) (?: (?:,?\sand)? \s [A-Z][\w’'-]{1,30} ){0,4} )
    """,
    re.VERBOSE,
)
# The ending that makes an owner. Literal, at the end.
# yes: "Chile’s"  "Workers'"     no: "Paris"
POSSESSIVE = re.compile(r"['’]s?$")
NAME_CHARACTERS, NAME_WORDS = 120, 7
"""Characters, and words, before the noun in which its name may begin."""
MOST_PHRASES = 3
"""Times that "of" may follow: "Ministry of Foreign Affairs of …"."""

OTHERS = word_set("kinds", "others")
"""Words with capitals that are no part of a name."""
OWNERS = word_set("organisations", "bodies.owners")
"""Who may own a part of a name: "People's Assembly", where "Chile's Assembly" is the Assembly of Chile."""
OWNING_SORTS = frozenset({"country", "adjective", "capital"})


class Body(NamedTuple):
    """One mention. `certain` says that its own words tell the country; `acting` marks a government or state that goes
    by the name of a place."""

    span: Span
    name: str
    kind: str
    country: str | None
    certain: bool = True
    acting: bool = False


def bodies_in(text: str) -> Iterator[Body]:
    """The bodies that the text names, first those of the tables, then those told by their noun; they may overlap."""
    names = _Names(text)
    for name in names.all:
        own = name.entry.sort == "body" and name.text not in _persons()
        if own or (name.entry.sort == "government" and _ending(name.text)):
            yield names.listed(name)
    for match in phrases_in(text, *_more()):
        yield names.known(match.span(), match.group())
    for match in phrases_in(text, *_nouns()):
        body = names.composed(match)
        if body:
            yield body


class _Names:
    """The names of one text, and what they tell of a stretch of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = all_names(text)
        self._starts = [name.span[0] for name in self.all]
        self._codes = frozenset(name.entry.code for name in self.all)

    def _within(self, start: int, end: int) -> tuple[Named, ...]:
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _before(self, start: int) -> Named | None:
        at = bisect_left(self._starts, start) - 1
        return self.all[at] if at >= 0 else None

    def listed(self, name: Named) -> Body:
        """A name of the gazetteer or of the movements."""
        if name.text in table("kinds")["shared"]:
            return self.known(name.span, name.text)
        sector = sector_of_name(name) if name.text in _movements() else None
        kind = _kinds().get(name.text) or table("kinds")["sectors"].get(sector or "") or _kind(name.text)
        code = name.entry.code or None
        return Body(name.span, name.text, _worldly(kind, code), code)

    def known(self, span: Span, name: str) -> Body:
        """A name with a usual country, which gives way to the one that stands beside it."""
        country, usual = self._owner(span[0]), _usual(name)
        certain = country is not None or name not in table("kinds")["shared"]
        kind = _kinds().get(name) or _kind(name)
        if certain:
            country = country or usual
        elif self.text.startswith((" Secretary", " secretary"), span[1]) or usual not in self._codes | WORLD:
            before = self._before(span[0])
            country = before.entry.code if before and before.entry.sort in OWNING_SORTS else usual
        else:
            country = usual
        return Body(span, name, _worldly(kind, country), country, certain)

    def composed(self, match: re.Match[str]) -> Body | None:
        """A body told by the noun that stands here; None where the noun is all, or belongs to a place or a paper."""
        start = _opening(self.text, match.start())
        end = _closing(self.text, match.end())
        within = self._within(start, end)
        if any(
            n.span[0] <= start and n.span[1] >= match.end() and n.entry.sort not in ("body", "government")
            for n in within
        ):
            return None
        owner = self._owner(start)
        if start == match.start() and end == match.end() and owner is None:
            return None
        name = self.text[start:end].replace("\u00a0", " ")
        state = next((n for n in within if n.entry.sort in ("adjective", "country") and n.entry.code), None)
        world = next((n for n in within if n.entry.code in WORLD), None)
        told = state or (None if owner else world or next((n for n in within if n.entry.code), None))
        country = told.entry.code if told else owner
        kind = str(table("kinds")["words"][" ".join(match.group().split())])
        return Body((start, end), name, _worldly(kind, country), country or _usual(name), country is not None)

    def _owner(self, start: int) -> str | None:
        """The country right before a body: "Russia’s Security Council", "the Japanese Foreign Ministry"."""
        before = self._before(start)
        if before is None or not OWNS.fullmatch(self.text, before.span[1], start):
            return None
        return before.entry.code if before.entry.sort in (*OWNING_SORTS, "body") else None


def _opening(text: str, noun: int) -> int:
    """Where the name before a noun begins: at the first of the capitals that lead up to it."""
    words = text[max(0, noun - NAME_CHARACTERS) : noun].split(" ")[-NAME_WORDS - 1 :]
    if not words or words.pop():  # no blank before the noun
        return noun
    start = at = noun
    for word in reversed(words):
        at -= len(word) + 1
        if not PART.fullmatch(word) or word in OTHERS or _owns(word):
            break
        if word != "and":
            start = at
        elif _separate(text[at + 4 : noun].split(" ")[0]) or _separate(text[:at].rstrip(" ").rsplit(" ", 1)[-1]):
            break
    return start


def _owns(word: str) -> bool:
    stem = POSSESSIVE.sub("", word)
    return stem != word and stem not in OWNERS


def _separate(word: str) -> bool:
    """Whether a word is a name of its own: "NATO and Security Council"."""
    entry = entry_of(word)
    return entry is not None and entry.code != "" and entry.sort != "adjective"


def _closing(text: str, end: int) -> int:
    """Where the name ends: behind what "of" adds to its noun."""
    for _ in range(MOST_PHRASES):
        match = BEHIND.match(text, end)
        stop = _phrase(match) if match else None
        if stop is None:
            break
        end = stop
    return end


def _phrase(match: re.Match[str]) -> int | None:
    """Where the words behind "of" stop being the name's: at an office, another name, or behind a country."""
    stop, joined = None, False
    for each in re.finditer(r"[^\s,]+", match["words"]):
        word = POSSESSIVE.sub("", each.group())
        apart = _separate(word)
        if word in OTHERS or word.lower() in _heads() or (joined and (apart or word in table("kinds")["words"])):
            break
        joined = word == "and"
        if joined:
            continue
        stop = match.start("words") + each.start() + len(word)
        if apart or word != each.group():
            break
    return stop


@cache
def _heads() -> frozenset[str]:
    """The nouns of offices: "governor", "secretary"."""
    return frozenset(office.split(" of ")[0].split()[-1] for office in table("offices")["offices"])


def _usual(name: str) -> str | None:
    """The country that a name belongs to where the text says nothing."""
    entry = entry_of(name)
    if entry is not None:
        return entry.code or None
    return next((code for code, names in table("kinds")["more"].items() if name in names), None)


def _worldly(kind: str, country: str | None) -> str:
    return "international organisation" if country in WORLD and kind in ORDINARY else kind


ORDINARY = word_set("organisations", "bodies.ordinary")
"""Kinds that a part of a world body has without being one: "OSCE Parliamentary Assembly"."""


def _kind(name: str) -> str:
    return _kinds().get(name) or _ending(name) or "body"


def _ending(name: str) -> str | None:
    words, kinds = name.split(), table("kinds")["words"]
    return next((kinds[w] for w in (words[-1], " ".join(words[-2:]), words[0]) if w in kinds), None)


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind, names in table("kinds")["bodies"].items() for name in names}


@cache
def _movements() -> frozenset[str]:
    return frozenset(name for names in table("groups")["movements"].values() for name in names)


@cache
def _persons() -> frozenset[str]:
    """Names that the tables carry as bodies and that are none: statesmen, and movements that are a people or region."""
    groups = table("groups")
    each = (*groups["statesmen"].values(), *groups["surnames"].values(), table("kinds")["no_bodies"])
    return frozenset(name for names in each for name in names)


@cache
def _nouns() -> Phrases:
    """The nouns that end or open the name of a body, as one alternation of literals: linear.

    yes: "Ministry"  "Air Force"     no: "Councillor"  "ministry"
    """
    return _either(tuple(table("kinds")["words"]))


@cache
def _more() -> Phrases:
    """The bodies that the gazetteer does not have, as one alternation of literals: linear."""
    return _either([name for group in table("kinds")["more"].values() for name in group])


Phrases = tuple[re.Pattern[str], frozenset[str]]
"""A pattern of phrases, and the words that open one."""


def _either(names: Sequence[str]) -> Phrases:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), openers_of(names)

"""The names of people in a text: runs of capitalised words that a title, a given name or an apposition vouches for.

One pass over the tokens; which names are one person's is decided in `people`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from extractors.lexicon import leaders, table
from extractors.offices import Office, Tokens, office_words

PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "ter", "van", "von"}
)
LONGEST_NAME = 4
REACH = 6
"""Words that may stand between an office and the comma before its holder: "a spokeswoman in Asmara, …"."""


FENCES = frozenset({",", ".", ";", "(", ")", "-", "–", "—", "and", "who", "?", "!", "'s", "’s"})
"""What may stand behind a name that is set off."""


TOWNS = frozenset({"San", "Los", "Las", "Santa", "São", "El", "Fort", "Port", "Mount", "Lake", "Cape", "Saint", "St."})
"""Words that open the name of a town: what follows is no given name."""
SMALL = frozenset({"Is", "Are", "And", "The", "Of", "To", "In", "On", "For", "Not", "Just", "With", "By", "At", "From"})
"""Small words with a capital: the run is a title."""


class Name(NamedTuple):
    """A name found in the text: token indices, and the office phrase that goes with it."""

    first: int
    end: int
    text: str
    office: Office | None


def names_of(tokens: Tokens, offices: Sequence[Office]) -> tuple[Name, ...]:
    """The names in the text: after an office or a "Mr.", beside an office set off by commas, or opened by a given
    name."""
    titled = {office.end: office for office in offices}
    opening = {office.first: office for office in offices}
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        if not _may_open(tokens, at):
            at += 1
            continue
        name = _name_at(tokens, at, titled, opening)
        if name is not None:
            found.append(name)
        at = name.end if name else at + 1
    return tuple(found)


def _may_open(tokens: Tokens, at: int) -> bool:
    return tokens.word(at)[:1].isupper() or tokens.word(at).lower() in PARTICLES


def _name_at(tokens: Tokens, at: int, titled: Mapping[int, Office], opening: Mapping[int, Office]) -> Name | None:
    """The name that begins at the token, if one does, with its office before or behind it."""
    end = _end_of_name(tokens, at)
    words = [tokens.word(n) for n in range(at, end)]
    if (
        not words
        or (_is_title(words[0]) and not (len(words) > 1 and at in titled))
        or _names_a_thing(tokens, at, end)
        or tokens.word(at - 1) in TOWNS
    ):
        return None
    if (len(words) == 1 and is_common(words[0])) or any(word in SMALL for word in words[1:]):
        return None
    text = tokens.text[tokens.spans[at][0] : tokens.spans[end - 1][1]]
    office = _of_country(tokens, end, titled.get(at)) if tokens.adjoining(at - 1) else None
    behind = _apposed(tokens, end, opening)
    known = (len(words) > 1 and words[0] in _given_names()) or bool(leaders.named(text))
    set_off = None
    if office is None:
        set_off = (_set_off(tokens, at, end, titled) if tokens.word(at - 1) == "," else None) or _listed(
            tokens, at, titled
        )
    if known:
        return Name(at, end, text, office or behind or set_off)
    if not words[0][0].isupper():
        return None
    if len(words) > 1 and words[-1].lower() in office_words():
        return None
    if office or tokens.word(at - 1).lower() in _honorifics():
        return Name(at, end, text, office or behind)
    if len(words) > 1 and not _doubtful(words) and (behind or set_off or _speaks(tokens, at, end)):
        return Name(at, end, text, behind or set_off)
    return None


SPEECH = frozenset(
    {"said", "says", "told", "tells", "added", "adds", "asked", "explained", "argued", "argues", "recalled"}
)


def _speaks(tokens: Tokens, at: int, end: int) -> bool:
    """Whether an unknown full name does what people do: "X Y, who …", "said X Y, a …", or "X Y said" where the
    surname comes again alone."""
    after, then = tokens.word(end), tokens.word(end + 1).lower()
    if after == "," and (then == "who" or (then.isdigit() and len(then) == 2 and tokens.word(end + 2) == ",")):
        return True
    if tokens.word(at - 1).lower() in SPEECH and after == "," and then in ("a", "an", "the", "who", "director", "head"):
        return True
    return after.lower() in SPEECH and _comes_alone(tokens, end - 1)


def _comes_alone(tokens: Tokens, at: int) -> bool:
    """Whether the word stands elsewhere without a capitalised word beside it, before a small word."""
    word = tokens.word(at)
    return any(
        n != at and not (tokens.word(n - 1)[:1].isupper() and tokens.adjoining(n - 1)) and tokens.word(n + 1).islower()
        for n in tokens.places(word)
    )


def _of_country(tokens: Tokens, end: int, office: Office | None) -> Office | None:
    """The office before a name with the country behind it: "Prime Minister X of Norway"."""
    named = tokens.named.get(end + 1) or tokens.named.get(end + 2 if tokens.word(end + 1) == "the" else end + 1)
    if office is None or office.stated or tokens.word(end) != "of" or named is None or named.entry.sort != "country":
        return office
    return replace(office, country=named.entry.code, stated=True)


def _is_title(word: str) -> bool:
    return word.rstrip(".").lower() in table("offices")["offices"] or word in ("Rt", "Hon")


def _doubtful(words: Sequence[str]) -> bool:
    """Whether an unknown first word looks like no given name: a common word with a capital, or all capitals."""
    return any(
        word.lower() in _common() or word.lower() in office_words() or (word.isupper() and len(word) > 2)
        for word in words
    )


def _names_a_thing(tokens: Tokens, at: int, end: int) -> bool:
    """Whether the run is called after someone: "Max Planck Institute", "Heinz Field", "the Clinton Foundation"."""
    things = _things()
    return any(tokens.word(n) in things for n in range(at, end)) or (
        tokens.word(end) in things and tokens.adjoining(end - 1)
    )


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
    at = end + 2 if tokens.word(end + 1).lower() in ("the", "a", "an", "his", "her", "their") else end + 1
    office = opening.get(at)
    return office if office and not tokens.word(office.end)[:1].isupper() else None


def _set_off(tokens: Tokens, at: int, end: int, titled: Mapping[int, Office]) -> Office | None:
    """The office before the comma before a name: "her Turkish counterpart, …," or "a spokeswoman in Asmara, …"."""
    if tokens.word(end) not in FENCES and end < len(tokens):
        return None
    for stop in range(at - 1, max(0, at - 1 - REACH), -1):
        if stop in titled:
            return titled[stop] if stop == at - 1 or not tokens.word(stop)[:1].isupper() else None
        if tokens.word(stop - 1) in (",", ".", ";", ":", ")") or not tokens.adjoining(stop - 1):
            return None
    return None


def _listed(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """The plural office of a list in which the name is a further one: "counterparts, A B and C D"."""
    if tokens.word(at - 1) not in ("and", ","):
        return None
    found = (titled[stop] for stop in range(at - 1, max(0, at - 12), -1) if stop in titled)
    office = next(found, None)
    return office if office and office.plural else None


def is_common(word: str) -> bool:
    """Whether a capitalised word is a common one, not a name."""
    return word.lower() in _common()


@cache
def _given_names() -> frozenset[str]:
    return frozenset(table("given_names")["names"].split())


@cache
def _honorifics() -> frozenset[str]:
    return frozenset(table("offices")["modifiers"]["honorific"])


@cache
def _things() -> frozenset[str]:
    return frozenset(table("people")["things"].split())


@cache
def _common() -> frozenset[str]:
    return frozenset(table("people")["common"].split())

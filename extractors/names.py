"""The names of people in a text: runs of capitalised words that a title, a given name or an apposition vouches for.

One pass over the tokens; which names are one person's is decided in `people`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from extractors.cues import forms
from extractors.lexicon import leaders, table
from extractors.offices import ALSO_NAMES, Office, Tokens, office_words

PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "ter", "van", "von", "y"}
)
LONGEST_NAME = 6
NATIONAL = "national"
"""The post of somebody whose country alone is told."""

# An initial or two, and an Arabic article joined to its name. Anchored, bounded.
# yes: "W."  "K.R."     no: "U"  "W.A"
INITIALS = re.compile(r"(?:[A-Z]\.){1,3}$")
# yes: "al-Masri"  "ash-Sharq"     no: "al"  "also-Ran"
ARTICLED = re.compile(r"(?:al|el|ul|ad|an|ar|as|ash|at|az|ed|es)-[A-Z]")

APPOSED = 5
"""Words that may stand between the comma behind a name and the office: "…, the republic's former mufti,"."""
ENDS = frozenset(table("grammar")["prepositions"].split() + table("grammar")["clause"].split() + ["is", "was", "who", "had", "has"])
REACH = 9
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
    """The names in the text: after an office or a "Mr.", beside an office set off by commas, behind a country's
    possessive, or opened by a given name."""
    titled = {office.end: office for office in offices}
    opening = {office.first: office for office in offices}
    inside = {at for office in offices for at in range(office.first, office.end)}
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        if at in inside or not _may_open(tokens, at):
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
    if not words or not _may_be_name(tokens, at, end, words, titled):
        return None
    text = tokens.text[tokens.spans[at][0] : tokens.spans[end - 1][1]]
    lead = at - 1 if at not in titled and tokens.word(at - 1).lower() in _honorifics() else at
    office = _of_country(tokens, end, _post_before(tokens, lead, titled)) if tokens.adjoining(lead - 1) else None
    behind = _apposed(tokens, end, opening) or _heading(tokens, end) or _appointed(tokens, end, opening)
    behind = behind or _reporting(tokens, at, end)
    if office is None or office.rank or office.former:
        behind = behind or _set_off_before(tokens, lead, end, titled)
    best = behind if behind and (office is None or office.rank or office.former) else office
    if (len(words) > 1 and words[0] in _given_names()) or leaders.named(text):
        return Name(at, end, text, best or _national(tokens, at, titled))
    if not words[0][0].isupper() or (len(words) > 1 and words[-1].lower() in office_words()):
        return None
    if office or tokens.word(at - 1).lower() in _honorifics():
        return Name(at, end, text, best)
    if len(words) == 1 and behind and tokens.word(at - 1) == "," == tokens.word(end) and behind.end == at - 1:
        return Name(at, end, text, behind)  # "a Russian deputy minister, X,"
    if len(words) < 2 or _doubtful(words):
        return None
    own = _national(tokens, at, titled)
    if best or own or _speaks(tokens, at, end):
        return Name(at, end, text, best or own or _calling(tokens, end))
    return None


def _may_be_name(tokens: Tokens, at: int, end: int, words: Sequence[str], titled: Mapping[int, Office]) -> bool:
    """Whether nothing speaks against the run: no title or thing, no town, no headline."""
    if _is_title(words[0]) and not (len(words) > 1 and at in titled and words[0] in ALSO_NAMES):
        return False
    if words[0].lower() in _honorifics() and len(words) > 1:
        return False  # the name begins behind it
    if _names_a_thing(tokens, at, end, at in titled) or tokens.word(at - 1) in TOWNS:
        return False
    return not ((len(words) == 1 and is_common(words[0])) or any(word in SMALL for word in words[1:]))


def _post_before(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """The office right before a name; behind an office a rank says nothing: "Defense Minister, Marshal X"."""
    office = titled.get(at)
    if office is None or not (office.rank or office.former):
        return office
    before = titled.get(office.first) or (titled.get(office.first - 1) if tokens.word(office.first - 1) == "," else None)
    if before is None and tokens.word(office.first - 1) == ",":
        before = _reaching(tokens, office.first, titled)
    return before or office


def _set_off_before(tokens: Tokens, at: int, end: int, titled: Mapping[int, Office]) -> Office | None:
    apposed = _set_off(tokens, at, end, titled) if tokens.word(at - 1) == "," else None
    return apposed or _listed(tokens, at, titled)


def _national(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """What "Latvia’s X Y" tells: the country alone, or the office set off before it: "the UN’s envoy, Norway’s X"."""
    named = tokens.named.get(at - 2)
    if tokens.word(at - 1) not in ("'s", "’s") or named is None or named.entry.sort not in ("country", "government"):
        return None
    apposed = _reaching(tokens, at - 2, titled) if tokens.word(at - 3) == "," else None
    return apposed or Office(
        first=at - 2, end=at, office="", post=NATIONAL, country=named.entry.code, stated=True, sector="GOV",
        former=False, weak=True, definite=False,
    )  # fmt: skip


SPEECH = frozenset(word for word in forms("say") if word.endswith("ed")) | {
    "said", "says", "told", "tells", "wrote", "replied", "denied", "swore", "quipped", "believes", "thinks", "adds",
}  # fmt: skip
"""Verbs by which somebody speaks; those that are nouns too ("claims") are left out."""


def _speaks(tokens: Tokens, at: int, end: int) -> bool:
    """Whether an unknown full name does what people do: "X Y, who …", "said X Y, a …", or "X Y said" where the
    surname comes again alone."""
    after, then = tokens.word(end), tokens.word(end + 1).lower()
    if after == "," and (then in ("who", "whose") or _calling(tokens, end) or (then.isdigit() and len(then) == 2 and tokens.word(end + 2) == ",")):
        return True
    before = tokens.word(at - 1).lower()
    if before in SPEECH and after == "," and then in ("a", "an", "the", "who", "director", "head"):
        return True
    if before == "by" and tokens.text[: tokens.spans[at - 1][0]].endswith("\n") and after not in (".", ","):
        return True  # a byline
    said = after.lower() in SPEECH or before in SPEECH
    return any(said or _speaks_there(tokens, n) for n in _alone(tokens, end - 1))


def _calling(tokens: Tokens, end: int) -> Office | None:
    """What somebody is by calling, set off behind the name: "a hydrologist", "a retired teacher"."""
    if tokens.word(end) != "," or tokens.word(end + 1).lower() not in ("a", "an", "the"):
        return None
    for at in range(end + 2, end + 6):
        word = tokens.word(at)
        if word in _callings() or CALLED.search(word):
            return Office(
                first=at, end=at + 1, office=word, post=word, country=None, stated=False, sector="CVL", former=False,
                weak=True, definite=False,
            )  # fmt: skip
        if not word.islower() or word in ENDS:
            return None
    return None


# Nouns for who does something. Literal ends.
# yes: "hydrologist"  "Estonian"  "policewoman"     no: "list"
CALLED = re.compile(r"[a-z]{3}(?:ologist|omist|ivist|alist|icist|iatrist|ician|arian|woman)$")


@cache
def _callings() -> frozenset[str]:
    return frozenset(table("people")["callings"].split())


def _alone(tokens: Tokens, at: int) -> list[int]:
    """Where the surname comes again alone."""
    return [n for n in tokens.places(tokens.word(at)) if n != at and _stands_alone(tokens, n)]


def _speaks_there(tokens: Tokens, at: int) -> bool:
    return tokens.word(at + 1).lower() in SPEECH or tokens.word(at - 1).lower() in SPEECH


def _stands_alone(tokens: Tokens, at: int) -> bool:
    """Whether no other capitalised word stands before, and a small word, a mark or a possessive behind."""
    before, after = tokens.word(at - 1), tokens.word(at + 1)
    if before[:1].isupper() and tokens.adjoining(at - 1) and before.lower() not in _honorifics():
        return False
    return after.islower() or not after[:1].isalpha()


def _of_country(tokens: Tokens, end: int, office: Office | None) -> Office | None:
    """The office before a name with the country behind it: "Prime Minister X of Norway"."""
    named = tokens.named.get(end + 1) or tokens.named.get(end + 2 if tokens.word(end + 1) == "the" else end + 1)
    if office is None or office.stated or tokens.word(end) != "of" or named is None or named.entry.sort != "country":
        return office
    return replace(office, country=named.entry.code, stated=True)


def _is_title(word: str) -> bool:
    low, known = word.rstrip(".").lower(), table("offices")["offices"]
    return low in known or low.removesuffix("s") in known or word in ("Rt", "Hon")


def _doubtful(words: Sequence[str]) -> bool:
    """Whether an unknown first word looks like no given name: a common word with a capital, or all capitals."""
    return any(
        word.lower() in _common() or word.lower() in office_words() or (word.isupper() and len(word) > 2 and not INITIALS.match(word))
        for word in words
    )


def _names_a_thing(tokens: Tokens, at: int, end: int, titled: bool) -> bool:
    """Whether the run is called after someone: "Max Planck Institute", "Heinz Field", "the Clinton Foundation"."""
    things = _things()
    owned = end + 1 if tokens.word(end) in ("'s", "’s") else end  # "the People’s Party"
    if tokens.word(owned) in things and tokens.adjoining(end - 1) and (owned == end or not titled):
        return True
    words = [tokens.word(n) for n in range(at, end)]
    if len(words) > 1 and words[0] in _given_names():
        words = words[1:]  # "Bill" is a law too
    elif words[0] in families() and (titled or "-" in words[-1]):
        words = words[1:]  # "Minister Park Sang-ho"
    return any(word in things for word in words)


def _end_of_name(tokens: Tokens, at: int) -> int:
    """Where the run of capitalised words from here ends that may be one name."""
    end = at
    while end < min(len(tokens), at + LONGEST_NAME) and _may_stand_in_name(tokens, end, end > at):
        end += 1
    while end > at and (
        tokens.word(end - 1).lower() in PARTICLES or len(tokens.word(end - 1)) < 2 or tokens.word(end - 1)[-1] == "."
    ):
        end -= 1
    return end


def _may_stand_in_name(tokens: Tokens, at: int, inner: bool) -> bool:
    word = tokens.word(at)
    if inner and not tokens.adjoining(at - 1):
        return False
    if inner and (word in PARTICLES or ARTICLED.match(word)):
        return True
    if INITIALS.match(word):
        return inner or tokens.word(at + 1)[:1].isupper()
    named = tokens.named.get(at)
    blocked = named is not None and not (inner and named.entry.sort == "place")
    return word[:1].isupper() and word[-1:] != "." and not blocked and not (len(word) > 3 and word.isupper())


def _apposed(tokens: Tokens, end: int, opening: Mapping[int, Office]) -> Office | None:
    """The office set off behind a name: "…, the Russian foreign minister,", "…, the republic's former mufti,"."""
    if tokens.word(end) != "," or not tokens.adjoining(end):
        return None
    article = tokens.word(end + 1).lower() in ("a", "an", "the")
    for at in range(end + 1, end + 2 + APPOSED):
        office = opening.get(at)
        if office:
            return office if not tokens.word(office.end)[:1].isupper() else None
        word = tokens.word(at)
        small = word.islower() or word in ("'s", "’s") or (article and word.isalpha() and word[:1].isupper())
        if word.lower() in ENDS or not small or word.endswith("ed"):
            return None
    return None


def _appointed(tokens: Tokens, end: int, opening: Mapping[int, Office]) -> Office | None:
    """What somebody is made: "confirmed X of the Reform Party as prime minister"."""
    for at in range(end, end + APPOSED + 3):
        if tokens.word(at) == "as":
            return opening.get(at + 1) or opening.get(at + 2)
        if tokens.word(at) in (",", ".", ";", "”", '"', "who") or not tokens.adjoining(at):
            return None
    return None


def _reporting(tokens: Tokens, at: int, end: int) -> Office | None:
    """Whoever the text names as its reporter: "VOA's X reports from Rome", "X reports for VOA"."""
    house = {tokens.word(n) for n in range(at - 3, end + 4)} & {"VOA", "RFE"}
    after = (tokens.word(end), tokens.word(end + 1))
    if after[0] == "reports" and (house or after[1] == "from") or (house and after in TELLING):
        return Office(
            first=end, end=end + 1, office="correspondent", post="correspondent", country="USA" if house else None,
            stated=bool(house), sector="JRN", former=False, weak=True, definite=False,
        )  # fmt: skip
    return None


TELLING = frozenset({("has", "more"), ("has", "details"), ("has", "the"), ("has", "our")})


def _heading(tokens: Tokens, end: int) -> Office | None:
    """What somebody is, of whom it is told what he heads: "X, who commands the border troops"."""
    post = HEADING.get(tokens.word(end + 2).lower())
    if post is None or tokens.word(end) != "," or tokens.word(end + 1) != "who":
        return None
    stop = next((at for at in range(end + 3, end + 8) if at in tokens.named), None)
    country = tokens.named[stop].entry.code if stop else None
    return Office(
        first=end + 2, end=end + 3, office=post, post=post, country=country or None, stated=bool(country),
        sector=table("offices")["offices"][post]["sector"], former=False, weak=False, definite=False,
    )  # fmt: skip


HEADING = {"heads": "head", "leads": "leader", "commands": "commander", "chairs": "chairman", "headed": "head"}


def _set_off(tokens: Tokens, at: int, end: int, titled: Mapping[int, Office]) -> Office | None:
    """The office before the comma before a name: "her Turkish counterpart, …," or "a spokeswoman in Asmara, …"."""
    if tokens.word(end) not in FENCES and end < len(tokens):
        return None
    return _reaching(tokens, at, titled)


def _reaching(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """The office that the phrase before the comma before a token opens with."""
    for stop in range(at - 1, max(0, at - 1 - REACH), -1):
        if stop in titled and tokens.word(stop) in ("'s", "’s"):
            return None  # "the president's son, …"
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
def families() -> frozenset[str]:
    """Family names of China, Korea and Vietnam, which come first."""
    return frozenset(table("people")["families"].split())


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

"""The names of people in a text: runs of capitalised words that a title, a given name or an apposition vouches for.

One pass over the tokens; which names are one person's is decided in `people`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from extractors.lexicon import leaders, table, word_set
from extractors.lexicon.cues import forms
from extractors.people.offices import ALSO_NAMES, Office, office_words
from extractors.people.offices_beside import (
    ENDS,
    appointed,
    apposed,
    calling,
    heading,
    leads_on,
    national,
    national_behind,
    of_country,
    post_before,
    reporting,
    set_off_before,
)
from extractors.text.tokens import Tokens

PARTICLES = word_set("people", "particles")
GIVEN_NAMES = word_set("given_names", "names")
HONORIFICS = word_set("offices", "modifiers.honorific")
THINGS = word_set("people", "things")
COMMON = word_set("people", "common")
SET_OFF_OPENERS = word_set("people", "set_off_openers")
FAMILIES = word_set("people", "families")
"""Family names of China, Korea and Vietnam, which come first."""
LONGEST_NAME = 6

# An initial or two, and an Arabic article joined to its name. Anchored, bounded.
# yes: "W."  "K.R."     no: "U"  "W.A"
INITIALS = re.compile(r"(?:[A-Z]\.){1,3}$")
# yes: "al-Masri"  "ash-Sharq"     no: "al"  "also-Ran"
ARTICLED = re.compile(r"(?:al|el|ul|ad|an|ar|as|ash|at|az|ed|es)-[A-Z]")

WEEKDAYS, MONTHS = frozenset(calendar.day_name), frozenset(calendar.month_name)
MOST_PLACES = 40
"""Places of a word that are looked at."""


TOWN_OPENERS = word_set("people", "town_openers")
"""Words that open the name of a town: what follows is no given name."""
HEADLINE_WORDS = word_set("people", "headline_words")
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
    done = 0
    for at in sorted(tokens.capital - inside):
        if at >= done and (name := _name_at(tokens, at, titled, opening)):
            found.append(name)
            done = name.end
    return tuple(found)


def _name_at(tokens: Tokens, at: int, titled: Mapping[int, Office], opening: Mapping[int, Office]) -> Name | None:
    """The name that begins at the token, if one does, with its office before or behind it."""
    styled = tokens.lower(at - 1) in HONORIFICS
    if not (styled or at in titled or tokens.word(at - 1) == ",") and _single(tokens, at):
        return None
    end = end_of_name(tokens, at)
    words = [tokens.word(n) for n in range(at, end)]
    if not words or not _may_be_name(tokens, at, end, words, titled):
        return None
    text = tokens.text[tokens.spans[at][0] : tokens.spans[end - 1][1]]
    lead = at - 1 if at not in titled and styled else at
    office = of_country(tokens, end, post_before(tokens, lead, titled)) if tokens.adjoining(lead - 1) else None
    known = (len(words) > 1 and words[0] in GIVEN_NAMES) or leaders.named(text)
    inset = len(words) == 1 and tokens.word(at - 1) == "," == tokens.word(end)
    if not (known or inset or office or styled) and (len(words) < 2 or _doubtful(words)):
        return None  # most words with a capital: nothing that stands around them could help
    behind = apposed(tokens, end, opening) or heading(tokens, end) or appointed(tokens, end, opening)
    behind = behind or reporting(tokens, at, end)
    if office is None or office.rank or office.former:
        before = set_off_before(tokens, lead, end, titled)
        behind = before if before and behind and leads_on(tokens, behind) else behind or before
    best = behind if behind and (office is None or office.rank or office.former) else office
    if known:
        own = national(tokens, at, titled) or calling(tokens, end) or national_behind(tokens, end)
        return Name(at, end, text, best or own)
    if not words[0][0].isupper() or (len(words) > 1 and words[-1].lower() in office_words()):
        return None
    if office or styled:
        return Name(at, end, text, best)
    if inset:  # "a Russian deputy minister, X,"
        return Name(at, end, text, behind) if behind and behind.end == at - 1 else None
    own = national(tokens, at, titled) or national_behind(tokens, end)
    if best or own or _speaks(tokens, at, end):
        return Name(at, end, text, best or own or calling(tokens, end))
    return None


def _single(tokens: Tokens, at: int) -> bool:
    """Whether the next token surely is no more of a name: a small word or a mark."""
    following = tokens.word(at + 1)
    return (following.islower() and following.isalpha() and following not in PARTICLES) or not following[:1].isalpha()


def _may_be_name(tokens: Tokens, at: int, end: int, words: Sequence[str], titled: Mapping[int, Office]) -> bool:
    """Whether nothing speaks against the run: no title or thing, no town, no headline."""
    if _is_title(words[0]) and not (len(words) > 1 and at in titled and words[0] in ALSO_NAMES):
        return False
    if words[0].lower() in HONORIFICS and len(words) > 1:
        return False  # the name begins behind it
    if _names_a_thing(tokens, at, end, at in titled) or tokens.word(at - 1) in TOWN_OPENERS:
        return False
    return not ((len(words) == 1 and is_common(words[0])) or any(word in HEADLINE_WORDS for word in words[1:]))


SPOKEN = frozenset(word for word in forms("clause") if word.endswith("ed")) | word_set("people", "speaking")
"""Verbs by which somebody speaks; those that are nouns too ("claims") are left out."""


def _speaks(tokens: Tokens, at: int, end: int) -> bool:
    """Whether an unknown full name does what people do: "X Y, who …", "said X Y, a …", or "X Y said" where the
    surname comes again alone."""
    after, then = tokens.word(end), tokens.lower(end + 1)
    if after == "," and (
        then in ("who", "whose")
        or calling(tokens, end)
        or (then.isdigit() and len(then) == 2 and tokens.word(end + 2) == ",")
    ):
        return True
    before = tokens.lower(at - 1)
    if before in SPOKEN and after == "," and then in SET_OFF_OPENERS:
        return True
    if before == "by" and tokens.text[: tokens.spans[at - 1][0]].endswith("\n") and after not in (".", ","):
        return True  # a byline
    said = after.lower() in SPOKEN or before in SPOKEN
    opens = not tokens.adjoining(at - 1) or before in (".", "”", '"', "?", "!", ":")
    if (opens and not said and after != "of") or INITIALS.match(tokens.word(at)):
        return False  # "Because Smith …"
    return any(said or _speaks_there(tokens, n) for n in _alone(tokens, end - 1))


def _alone(tokens: Tokens, at: int) -> list[int]:
    """Where the surname comes again alone."""
    return [n for n in tokens.places(tokens.word(at))[:MOST_PLACES] if n != at and _stands_alone(tokens, n)]


def _speaks_there(tokens: Tokens, at: int) -> bool:
    return tokens.lower(at + 1) in SPOKEN or tokens.lower(at - 1) in SPOKEN


def _stands_alone(tokens: Tokens, at: int) -> bool:
    """Whether no other capitalised word stands before, and a small word, a mark or a possessive behind."""
    before, after = tokens.word(at - 1), tokens.word(at + 1)
    if before[:1].isupper() and tokens.adjoining(at - 1) and before.lower() not in HONORIFICS:
        return False
    return after.islower() or not after[:1].isalpha()


def _is_title(word: str) -> bool:
    low, known = word.rstrip(".").lower(), table("offices")["offices"]
    return low in known or low.removesuffix("s") in known or word in ("Rt", "Hon")


def _doubtful(words: Sequence[str]) -> bool:
    """Whether an unknown first word looks like no given name: a common word with a capital, or all capitals."""
    return any(
        word.lower() in COMMON
        or word in PHRASAL
        or COMPOUND.search(word)
        or word.lower() in office_words()
        or (word.isupper() and len(word) > 2 and not INITIALS.match(word))
        for word in words
    )


# A word that only describes. Literal ends.
# yes: "Sacramento-based"  "Day-by-day"     no: "Sang-ho"
COMPOUND = re.compile(r"-(?:based|led|born|backed|run|owned|by|style|bound|wide|era|made|trained)\b|-[a-z]{4,}s$")
PHRASAL = frozenset(
    word.capitalize()
    for word in (*ENDS, *table("grammar")["acting"].split(), "because", "following")
    if word != "said"  # Said is a name
)


def _names_a_thing(tokens: Tokens, at: int, end: int, titled: bool) -> bool:
    """Whether the run is called after someone: "Max Planck Institute", "Heinz Field", "the Clinton Foundation"."""
    owned = end + 1 if tokens.word(end) in ("'s", "’s") else end  # "the People’s Party"
    if tokens.word(owned) in THINGS and tokens.adjoining(end - 1) and (owned == end or not titled):
        return True
    words = [tokens.word(n) for n in range(at, end)]
    if len(words) > 1 and words[0] in GIVEN_NAMES:
        words = words[1:]  # "Bill" is a law too
    elif words[0] in FAMILIES and (titled or "-" in words[-1]):
        words = words[1:]  # "Minister Park Sang-ho"
    return any(word in THINGS for word in words)


def end_of_name(tokens: Tokens, at: int) -> int:
    """Where the run of capitalised words from here ends that may be one name."""
    end = at
    while end < min(len(tokens), at + LONGEST_NAME) and _may_stand_in_name(tokens, end, end > at):
        end += 1
    while end > at and (
        tokens.lower(end - 1) in PARTICLES or len(tokens.word(end - 1)) < 2 or tokens.word(end - 1)[-1] == "."
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
    if inner and (word in WEEKDAYS or (word in MONTHS and tokens.word(at + 1).isdigit())):
        return False  # "met Foreign Minister X Sunday"
    named = tokens.named.get(at)
    blocked = named is not None and not (inner and named.entry.sort == "place")
    return word[:1].isupper() and word[-1:] != "." and not blocked and not (len(word) > 3 and word.isupper())


def is_common(word: str) -> bool:
    """Whether a capitalised word is a common one, not a name."""
    return word.lower() in COMMON

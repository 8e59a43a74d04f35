"""Whom "he", "she", "his" and "her" mean: the simplest rules that hold in news prose, without a parse.

A pronoun goes to the last subject of its sentence, else to the first subject of the sentences before; who cannot be a
woman or a man, where names and titles say so, is passed over. Pronouns inside quotation marks are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from extractors.lexicon import word_list, word_set
from extractors.lexicon.gazetteer import entry_of
from extractors.model import Document, Mention, Span
from extractors.people.identity import People, PersonSoFar
from extractors.people.offices import office_words
from extractors.text.marks import quoted
from extractors.text.sentences import at_offset, sentences_in
from extractors.text.tokens import Tokens

# A pronoun for one person. Literal words.
# yes: "He"  "her"  "himself"     no: "the"  "hers-and-his" as one
PRONOUN = re.compile(r"\b(?P<man>[Hh]e|[Hh]im|[Hh]is|himself)\b|\b(?P<woman>[Ss]he|[Hh]ers?|herself)\b")

# A word behind a mention, with what stands between. Anchored, bounded.
# yes: " said"  ", told"     no: ". He"
BEHIND = re.compile(r"[\s,]{0,2}(?P<word>[\w’']{1,20})")

PREPOSITIONS = word_set("grammar", "prepositions")
CLAUSE = word_set("grammar", "clause")
ACTING = word_set("grammar", "acting") | word_set("grammar", "irregular_past")
GO_ON_WITH_OF = word_set("people", "titles.of_something")
BEFORE_LONE_TITLES = word_set("people", "before_lone_titles")
OPEN_A_TITLE = word_set("people", "titles.openers")
SENTENCES_BACK = 3
CHARACTERS_AHEAD = 90
"""Characters within which a sentence's subject may follow a pronoun in the phrase before it."""


class Place(NamedTuple):
    """One mention, and whether its person acts there, as far as the words beside it tell; `number` is the person's."""

    start: int
    end: int
    subject: bool
    number: int


def with_genders(people: People, tokens: Tokens) -> People:
    """With who is a woman and who a man, where a title or a given name says so."""
    told = ((each, is_woman(each, tokens)) for each in people)
    return tuple(each if woman is None else replace(each, woman=woman) for each, woman in told)


def is_woman(each: PersonSoFar, tokens: Tokens) -> bool | None:
    """Whether a title, before any place of the name, or the given name is a woman's; None where neither tells."""
    words = {tokens.lower(at - 1) for at in (*each.places, *(name.first for name in each.full))}
    title = (each.title or "").lower()
    if words & BEFORE_WOMEN or any(word in title for word in word_list("people", "genders.women")):
        return True
    if words & BEFORE_MEN or any(word in title.split() for word in word_list("people", "genders.men")):
        return False
    if " " in each.name and each.surname != each.name.split()[0] in word_set("given_names", "names"):
        return each.name.split()[0] in word_set("given_names", "women")
    return None


BEFORE_WOMEN = word_set("people", "genders.before_women")
BEFORE_MEN = word_set("people", "genders.before_men")


def with_pronouns(people: People, document: Document) -> People:
    """With the pronouns that mean one of these people among their mentions, and whom a pronoun tells to be a woman."""
    if not people:
        return people
    text = document.text
    sentences = sentences_in(text, document.paragraphs)
    inside = quoted(text, document.paragraphs)
    places = sorted(Place(*m.span, acts(text, m.span), n) for n, each in enumerate(people) for m in each.mentions)
    starts = [place.start for place in places]
    women = [each.woman for each in people]
    found: dict[int, list[Mention]] = {}
    for match in PRONOUN.finditer(text):
        within = at_offset(inside, match.start())
        if within >= 0 and match.start() < inside[within][1]:
            continue
        here = at_offset(sentences, match.start())
        meant = _meant(match, sentences, here, places, starts, women, text) if here >= 0 else None
        if meant is not None:
            found.setdefault(meant, []).append(Mention(span=match.span(), type="pronoun"))
            women[meant] = match.lastgroup == "woman"
            at = bisect_left(starts, match.start())
            places.insert(at, Place(*match.span(), match.group().lower() in ("he", "she"), meant))
            starts.insert(at, match.start())
    return tuple(
        replace(each, woman=women[number], mentions=(*each.mentions, *found[number])) if number in found else each
        for number, each in enumerate(people)
    )


def acts(text: str, span: Span) -> bool:
    """Whether who stands at the span does something there: a clause opens before it, or a verb follows."""
    behind = BEHIND.match(text, span[1])
    if text.startswith(("’s", "'s"), span[1]):
        return False
    following = behind["word"].lower() if behind else ""
    if following in ACTING or (following.endswith("ed") and not text.startswith((",", " ,"), span[1])):
        return not governed(text, span)
    return not governed(text, span) and _opens_clause(text, span)


def governed(text: str, span: Span) -> bool:
    """Whether a preposition stands before, with a title between at most: "with the Russian minister"."""
    words = re.findall(r"U\.S\.|U\.N\.|[\w’']+|[.,;:()–—]", text[max(0, span[0] - 80) : span[0]])[-8:]
    for word, earlier in zip(reversed(words), [*reversed(words), ""][1:], strict=True):
        if word == "of" and earlier.lower() in GO_ON_WITH_OF:
            continue  # "Secretary of State X"
        if word.lower() in PREPOSITIONS:
            return True
        if not (of_title(word) or word.lower() in BEFORE_LONE_TITLES):
            return False
    return False


def of_title(word: str) -> bool:
    """Whether a word can stand in the title before a name: an office's or a country's adjective."""
    entry = entry_of(word)
    return word.lower() in office_words() or (entry is not None and entry.sort == "adjective") or word == "U"


def _opens_clause(text: str, span: Span) -> bool:
    words = re.findall(r"[\w’']+|[.,;:()–—\"“”]|\n", text[max(0, span[0] - 80) : span[0]])[-8:]
    for word, earlier in zip(reversed(words), [*reversed(words), ""][1:], strict=True):
        if word == "and" and earlier[:1].isupper():
            continue  # the second of a list acts where the first does
        if word in '.,;:()–—"“”\n' or word.lower() in CLAUSE:
            return True
        if not (word[:1].isupper() or word.lower() in OPEN_A_TITLE):
            return False
    return True


def _meant(
    match: re.Match[str],
    sentences: Sequence[Span],
    here: int,
    places: Sequence[Place],
    starts: Sequence[int],
    women: Sequence[bool | None],
    text: str,
) -> int | None:
    """The number of the person whom a pronoun means."""
    woman = match.lastgroup == "woman"
    start, end = sentences[here]
    own = places[bisect_left(starts, start) : bisect_left(starts, match.start())]
    following = places[bisect_left(starts, match.end()) : bisect_left(starts, min(end, match.end() + CHARACTERS_AHEAD))]
    fitting = [place for place in following if women[place.number] in (woman, None)]
    if not own and (ahead := _ahead(match, start, fitting, text)) is not None:
        return ahead
    fallback: int | None = None
    for number in range(here, max(-1, here - SENTENCES_BACK - 1), -1):
        first, last = sentences[number]
        there = places[bisect_left(starts, first) : bisect_left(starts, min(last, match.start()))]
        there = [place for place in there if women[place.number] in (woman, None)]
        acting = [place for place in there if place.subject]
        if acting:
            return acting[-1 if number == here else 0].number
        if fallback is None and there:
            fallback = there[-1 if number == here else 0].number
    return fallback


def _ahead(match: re.Match[str], start: int, following: Sequence[Place], text: str) -> int | None:
    """The subject of the sentence for a pronoun in the phrase before it: "In the course of her stay, Albright …"."""
    opener = text[start : match.start()].split(" ", 1)[0].lower()
    if opener not in PREPOSITIONS | CLAUSE | {"asked", "speaking"}:
        return None
    for place in following:
        comma = text.find(",", match.end(), place.start)
        if comma >= 0 and place.subject:
            return place.number
    return None

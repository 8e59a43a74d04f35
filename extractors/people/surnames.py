"""Which word of a full name stands for its bearer later: the last, by custom the first, or what the text itself uses.

"Rodrigo Uribe Cárdenas" is Uribe, "Kim Yong-chol" Kim, and "Saddam Hussein" Saddam where the text goes on so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from extractors.lexicon import leaders
from extractors.people.names import FAMILIES, MOST_PLACES, PARTICLES
from extractors.people.offices import office_words
from extractors.text.tokens import Tokens


def surname_in(name: str, country: str | None, tokens: Tokens, whole: Collection[int]) -> str:
    """The word of the full name that the text uses alone: by custom, unless only another one comes. `whole`: the
    tokens of full names."""
    words = name.split()
    usual = customary(name, country)
    if len(words) < 2 or _alone(usual, words, tokens, whole):
        return usual
    others = [w for w in (words[-1], *reversed(words[1:-1]), words[0]) if w != usual and len(w) > 2]
    others = [w for w in others if w[-1] != "." and w.lower() not in PARTICLES]
    return next((word for word in others if _alone(word, words, tokens, whole)), usual)


def customary(name: str, country: str | None) -> str:
    """The surname by the custom of the country, which the family name may tell where the text does not."""
    words = name.split()
    eastern = words[0] in FAMILIES and (
        (len(words) == 2 and "-" in words[1]) or (len(words) == 3 and _syllables(words))
    )
    if eastern and country not in leaders.FAMILY_FIRST:
        return words[0]
    surname = leaders.surname_of(name, country)
    foreign = surname == words[0] and len(words) > 1 and words[0] not in FAMILIES and words[-1] in FAMILIES
    return words[-1] if foreign else surname


def _syllables(words: Sequence[str]) -> bool:
    return all(len(word) <= 6 for word in words)


def _alone(word: str, words: Sequence[str], tokens: Tokens, whole: Collection[int]) -> bool:
    """Whether the word stands somewhere outside every full name, as somebody's name does."""
    return any(
        at not in whole
        and at not in tokens.named
        and not (tokens.word(at + 1)[:1].isupper() and tokens.adjoining(at))
        and not _other_given_name(at, words, tokens)
        for at in tokens.places(word)[:MOST_PLACES]
    )


def _other_given_name(at: int, words: Sequence[str], tokens: Tokens) -> bool:
    """Whether a capitalised word that is no part of this name stands right before, in the same sentence."""
    before = tokens.word(at - 1)
    if not before[:1].isupper() or len(before) < 3 or before[-1] == "." or not tokens.adjoining(at - 1):
        return False
    if before.lower() in office_words():
        return False
    opens = tokens.word(at - 2) in ("", ".", "“", '"', "?", "!") or not tokens.adjoining(at - 2)
    return not opens and not any(pair == (before, tokens.word(at)) for pair in pairwise(words))

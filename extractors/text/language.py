"""Which language a story is in: what its words say, where there are enough of them, else what its page states."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from extractors.lexicon import word_set
from extractors.lexicon.words import LETTERS

LEAST_CHARACTERS = 200
"""Characters below which words do not tell: a list of names is taken for anything."""
READ_CHARACTERS = 1_000
"""Characters from the beginning that are looked at: more tell no better."""
SURE = 0.99
"""Probability from which the words are believed rather than the page: templates often state their own language."""
LIKELY = 0.5
"""The same for words among which none is English."""
FEWEST_WORDS = 4
"""Words in small letters without which nothing tells."""
ENGLISH_SHARE = 0.14
"""Share of `PLAINLY_ENGLISH` words from which a text is English: of 181 public pages, the first 1,000 characters of
each, 154 of 161 English ones have more, the most of any other is .08."""
LATIN_SHARE = 0.95
"""Least share of characters of ASCII: with more of others, a quotation in English may be all that is counted."""

# A letter of another script than the Latin, and a word in small letters. One class each.
# yes: "ж"  "ب"  "中"     no: "é"  "ß"  "1"
OTHER_SCRIPT = re.compile(r"[^\W\d_A-Za-zªºÀ-ɏ\u0300-\u036fḀ-ỿ]")
# yes: "the"  "über"     no: "Ana"  "5"
SMALL_WORD = re.compile(r"(?<!\w)[a-zß-ÿ]+(?!\w)")
PLAINLY_ENGLISH = word_set("language", "plain")
"""Words that stand in every English sentence or two, and next to never in one of another language."""
ENGLISH = PLAINLY_ENGLISH | word_set("language", "common")
"""Words that hardly any English sentence lacks, and that no sentence of another language is made of."""


def language_of(text: str, stated: str | None) -> str | None:
    """The ISO 639-1 code of the text's language; None where neither page nor words tell.

    A few words tell that they are not English: by their script, or by none of them being one that English is made of.
    """
    head = text[:READ_CHARACTERS]
    foreign = not head.isascii() and 2 * len(OTHER_SCRIPT.findall(head)) > sum(map(str.isalpha, head))
    small = [] if foreign else SMALL_WORD.findall(head)
    strange = len(small) >= FEWEST_WORDS and ENGLISH.isdisjoint(small)
    if len(text) < LEAST_CHARACTERS and not foreign and not strange:
        return stated
    if not foreign and _plainly_english(head):
        return "en"
    found, probability = identifier().classify(head)
    if foreign:
        return str(found) if found != "en" else stated
    return str(found) if probability >= SURE or (strange and found != "en" and probability >= LIKELY) else stated


def _plainly_english(text: str) -> bool:
    """Whether small words of English make up so much of a text in Latin letters that the model need not be asked."""
    if len(text.encode("ascii", "ignore")) < LATIN_SHARE * len(text):
        return False
    words = LETTERS.findall(text.lower())
    return sum(word in PLAINLY_ENGLISH for word in words) >= ENGLISH_SHARE * len(words)


@cache
def identifier() -> Any:
    """The loaded model; called before workers fork."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

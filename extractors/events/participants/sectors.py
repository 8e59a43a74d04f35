"""The PLOVER sector of those whom a noun phrase names: of the noun or, where it says little, of what modifies it:
"opposition leaders", "army officers", "a group of diplomats", "guerrilla camps"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.lexicon import table, word_set
from extractors.lexicon.groups import actor_sector

if TYPE_CHECKING:
    from spacy.tokens import Token


def phrase_sector(noun: Token, word: str, sector: str) -> str:
    """The sector of a phrase whose noun, as the tables have it, is of the given one."""
    if word not in word_set("sectors", "nouns.vague"):
        return sector
    modifiers = [c for c in noun.lefts if c.dep_ in ("compound", "amod", "nmod")]
    behind = [n for c in noun.rights if c.dep_ == "prep" and c.lower_ == "of" for n in c.children if n.dep_ == "pobj"]
    for token in (*reversed(modifiers), *(behind if word in word_set("sectors", "nouns.counting") else ())):
        found = table("sectors")["modifiers"].get(token.lower_) or actor_sector(token.lemma_.lower())
        if found and (found != "GOV" or token in behind):
            return str(found)
    return sector


def thing_sector(noun: Token) -> str:
    """The sector of a place or thing that something is done to: "refugee camp", "army post", "village"."""
    for token in noun.lefts:
        if token.dep_ in ("compound", "amod", "nmod") and (found := actor_sector(token.lemma_.lower())):
            return found
    word = noun.lemma_.lower()
    return next((sector for sector, nouns in table("sectors")["things"].items() if word in nouns), "GOV")

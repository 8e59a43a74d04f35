"""Verbs and nouns that give somebody's words, found in a text: "said", "his assertion that", "according to"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from extractors.lexicon import table, word_list
from extractors.lexicon.words import either, phrases_in

# One who is quoted by another. Literal, one blank each.
# yes: "was quoted"  "quoting"     no: "quotation"
RELAYED = re.compile(r"(?P<passive>\b(?:was|were|is|been)\s(?:quoted|cited)\b)|\b(?:quoted|quoting|cited|citing)\b")


@cache
def speech_verbs(use: str) -> frozenset[str]:
    """The verbs of speech, in their base form, that are good for a use; speech_verbs.toml tells the uses."""
    if use not in table("speech_verbs")["uses"]:
        raise KeyError(f"verbs of speech are not told by {use!r}: {', '.join(table('speech_verbs')['uses'])}")
    return frozenset(verb for verb, uses in table("speech_verbs")["verbs"].items() if use in uses.split())


@cache
def forms(use: str) -> frozenset[str]:
    """Every form of the verbs of speech that are good for a use."""
    irregular = table("cues")["irregular"]
    found: set[str] = set()
    for verb in speech_verbs(use):
        stem = verb[:-1] if verb.endswith("e") else verb
        found |= {verb, f"{verb}s", f"{stem}ed", f"{stem}ing", *irregular.get(verb, "").split()}
        found |= {f"{verb}es"} if verb.endswith(("sh", "ch", "ss")) else set()
    return frozenset(found)


@cache
def cue_pattern() -> re.Pattern[str]:
    """A verb or noun of speech, or "according to". One alternation of whole words: linear.

    yes: "said"  "assertions"  "According to"     no: "saiding"  "wordy"
    """
    words = {*forms("clause"), *forms("fragment"), *_nouns()}
    return re.compile(rf"\b(?:(?P<according>[Aa]ccording\sto|[Ii]n\sthe\swords\sof)|(?P<word>{either(words)}))\b(?!-)")


def cues_in(text: str) -> Iterator[re.Match[str]]:
    """The matches of `cue_pattern` in a text, in order."""
    return phrases_in(text, cue_pattern(), _openers())


@cache
def _openers() -> frozenset[str]:
    return frozenset({*forms("clause"), *forms("fragment"), *_nouns(), "According", "according", "In", "in"})


@cache
def _nouns() -> frozenset[str]:
    return frozenset(form for noun in word_list("cues", "nouns") for form in (noun, f"{noun}s"))


# The determiner or possessor before a noun, with at most two adjectives between. Anchored at its end.
# yes: "his repeated "  "the "  "Moscow’s "     no: "he "
OWNED = re.compile(r"(?:\b(?:his|her|their|its|the|an?|this|these|any|no|such|of|for)|['’]s)(?:\s[a-z]{2,14}){0,2}\s$")


# A pronoun that is the subject of the verb behind it. Literal.
# yes: "he "  "who "     no: "the "
SUBJECT = re.compile(r"\b(?:he|she|they|it|who)\s")


def sort_of_cue(text: str, cue: re.Match[str]) -> Literal["according", "noun", "verb"]:
    """What a cue is at its place: "his claims" is a noun, "he claims" a verb."""
    word = cue.group()
    if cue["according"]:
        return "according"
    if word not in forms("clause") and word not in forms("fragment"):
        return "noun"
    if word in _nouns() or word in _bases():
        before = OWNED.search(text, max(0, cue.start() - 40), cue.start())
        if before and not SUBJECT.search(before.group()):
            return "noun"
    return "verb"


@cache
def _bases() -> frozenset[str]:
    return speech_verbs("clause") | speech_verbs("fragment")


def takes_clause(text: str, cue: re.Match[str]) -> bool:
    """Whether a clause behind the verb can be what was said: not behind an infinitive."""
    return cue.group() in forms("clause") and not text[max(0, cue.start() - 3) : cue.start()].endswith("to ")

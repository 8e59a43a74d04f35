"""Whether a trigger table says only what the coder understands: a word that it does not know would match nothing, in
silence, so it fails where the tables are loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any, Literal, get_args

from extractors.lexicon import table, word_set

Kind = Literal["meeting", "visit", "call", "host", "joint", "directed"]
"""How a frame fills its roles: `directed` is one acting on another, the others are of those who come together."""
Form = Literal["verb", "noun", "adjective"]

Entry = dict[str, Any]
"""A frame as its table has it, for all its lemmas."""

SUFFIX = "_for"
"""What is hung on a key that holds for some of the lemmas only."""


class UnknownWord(ValueError):
    """A word of a trigger table that means nothing, with where it stands and what is known there."""

    def __init__(self, file: str, rule: str, word: str, where: str, known: Iterable[str]) -> None:
        super().__init__(file, rule, word, where, tuple(known))

    def __str__(self) -> str:
        file, rule, word, where, known = self.args
        return f"lexicon/triggers/{file}.toml, frame {rule}: unknown {where} {word!r}; known are {', '.join(known)}"


def check(file: str, entry: Entry, conditions: Collection[str]) -> None:
    """Nothing, where every word of a frame is known; `conditions` are the keys that a frame may have."""
    rule = str(entry.get("rule", "without a rule"))
    for where, word, known in _words(entry, conditions):
        if word not in known:
            raise UnknownWord(file, rule, word, where, sorted(known))


def _words(entry: Entry, conditions: Collection[str]) -> Iterator[tuple[str, str, Collection[str]]]:
    """Each word of a frame's own language, with what it is and what it may be."""
    keys = {*conditions, *(f"{key}{SUFFIX}" for key in conditions)}
    yield from (("condition", key, keys) for key in entry)
    yield "type", entry["type"], [name for name in table("plover") if name.isupper()]
    yield "kind", entry.get("kind", "directed"), get_args(Kind)
    yield "form", entry.get("form", "verb"), get_args(Form)
    modes = table("plover")[entry["type"]].get("modes", {})
    yield from (("mode", mode, modes) for mode in _modes(entry))
    for role in ("actor", "recipient"):
        known = roles(entry.get("kind", "directed"))
        yield from ((f"{role} role", word, known) for word in _told(entry, role))
    for key in (key for key in entry if key.endswith(SUFFIX)):
        yield from ((f"lemma in {key}", lemma, entry["lemmas"]) for lemma in entry[key])
    classes = {f"${name}" for name in table("triggers/classes")}
    yield from (("class of words", word, classes) for word in _strings(entry) if word.startswith("$"))


@cache
def roles(kind: str) -> frozenset[str]:
    """The words for places where a role of such a frame may stand."""
    prepositions = word_set("frames", "prepositions.words")
    if kind != "directed":
        return word_set("frames", "roles") | prepositions
    within = {f"within-{place}" for place in (*prepositions, "complement")}
    return word_set("frames", "roles") | word_set("frames", "directed_roles") | prepositions | within


def _modes(entry: Entry) -> Iterator[str]:
    yield from _told(entry, "mode")
    yield from entry.get("mode_for_object", {}).values()


def _told(entry: Entry, key: str) -> Iterator[str]:
    """The words under a key, for all lemmas and for some."""
    yield from _strings(entry.get(key, []))
    yield from _strings(list(entry.get(f"{key}{SUFFIX}", {}).values()))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)

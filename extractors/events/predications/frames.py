"""The trigger tables as frames: which word, in which part of speech and in what company, opens which roles."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from extractors.events.predications.frame_checks import SUFFIX, Entry, Form, Kind, check
from extractors.lexicon import table, word_list, word_set

FACTS = word_set("frames", "facts")
"""Keys of a table's frame that are no condition on the words round the trigger."""
UNREAD = frozenset({"lemmas", "yes", "no"})
"""Keys that no frame has: its lemma is one of the first, the others are for those who read or try the tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One way in which a word names an event, for one lemma. docs/codebook.md tells what each condition means."""

    rule: str
    type: str
    lemma: str
    kind: Kind = "directed"
    form: Form = "verb"
    mode: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    confidence: float
    # Conditions on the words round the trigger.
    object: frozenset[str] = frozenset()
    not_object: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()
    not_subject: frozenset[str] = frozenset()
    argument: frozenset[str] = frozenset()
    particle: frozenset[str] = frozenset()
    prep: frozenset[str] = frozenset()
    with_word: frozenset[str] = frozenset()
    not_with_word: frozenset[str] = frozenset()
    complement: bool | frozenset[str] = False
    not_complement: bool | frozenset[str] = False
    complement_or: frozenset[str] = frozenset()
    object_party: bool | frozenset[str] = False
    no_object: bool = False
    threat: bool = False
    infinitive: bool = False
    said_infinitive: bool = False
    told: bool = False
    denied: bool = False
    demanded: bool = False
    # Conditions on who fills the roles.
    needs_recipient: bool = False
    needs_recipient_or_pair: bool = False
    both: bool = False
    civil: bool | None = None
    violent: bool = False
    attempt: bool = False
    mode_for_object: tuple[tuple[str, str], ...] = ()

    @property
    def strictness(self) -> int:
        """How much company the frame asks for: stricter frames are tried first."""
        weights = table("frames")["strictness"]
        return sum(weight for name, weight in weights.items() if getattr(self, name))


@cache
def entries() -> tuple[Entry, ...]:
    """The frames as the tables have them, one for all its lemmas: what the codebook prints and the tests run. A word
    that means nothing raises `UnknownWord`."""
    conditions = {*UNREAD, *(field.name for field in fields(Frame) if field.name != "lemma")}
    found = [(name, entry) for name in word_list("frames", "order") for entry in table(f"triggers/{name}")["frame"]]
    for name, entry in found:
        check(name, entry, conditions)
    return tuple(entry for _, entry in found)


@cache
def frames_by_lemma() -> dict[tuple[str, str], tuple[Frame, ...]]:
    """The frames by part of speech and lemma, of one trigger the strictest first."""
    found: dict[tuple[str, str], list[Frame]] = {}
    for entry in entries():
        for lemma in dict.fromkeys(entry["lemmas"]):
            frame = _frame(entry, lemma)
            found.setdefault((frame.form, lemma), []).append(frame)
    return {key: tuple(sorted(each, key=lambda frame: -frame.strictness)) for key, each in found.items()}


def _frame(entry: Entry, lemma: str) -> Frame:
    """The frame for one of its lemmas: `FIELD_for` gives the field for the lemmas that it names."""
    facts = {key: value for key, value in entry.items() if key not in UNREAD and not key.endswith(SUFFIX)}
    for key, by_lemma in entry.items():
        if key.endswith(SUFFIX) and lemma in by_lemma:
            facts[key.removesuffix(SUFFIX)] = by_lemma[lemma]
    if isinstance(facts.get("mode"), str):
        facts["mode"] = [facts["mode"]]
    return Frame(lemma=lemma, **{key: _value(key, value) for key, value in facts.items()})


def _value(key: str, value: Any) -> Any:
    if key == "mode_for_object":
        return tuple(value.items())
    if not isinstance(value, list):
        return value
    return tuple(value) if key in FACTS else class_words(value)


def class_words(names: list[str]) -> frozenset[str]:
    """The words of a list, "$name" standing for a class of words of `classes.toml`."""
    found: set[str] = set()
    for name in names:
        found.update(table("triggers/classes")[name[1:]] if name.startswith("$") else [name])
    return frozenset(found)

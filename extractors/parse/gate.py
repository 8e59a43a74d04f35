"""Which sentences are worth a parse: those that may hold an event, told by their words alone.

A sentence passes that names or stands for somebody who can act and has a word that an event may hang on. A text that
names no state, body or office at all passes nothing. One set look-up a word: some millions of words a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from extractors.lexicon import table, word_list, word_set
from extractors.lexicon.gazetteer import GOVERNING, Named
from extractors.lexicon.groups import all_names
from extractors.lexicon.words import LETTERS
from extractors.model import Span
from extractors.text.sentences import sentences_in

ACTORS = GOVERNING | {"adjective"}
STANDINS = word_set("grammar", "standins")
LEAST_NAMES = 3
"""Names of states or bodies that a text must have before any of its sentences is parsed."""
FEW_NAMES = 160
"""Characters of text for each such name above which a text is hardly about states: then a sentence needs one of its
own, and somebody beside it."""
SPORT_WORDS, SPORT_SHARE = 4, 0.02
"""Different words of sport, and their share of all words, from which a text is of sport: of 181 public pages those of
sport have .025 and more, no other one above .007, and articles about states .005 at most."""
SHORT_TEXT = 600
"""Characters up to which a text is read whole where it names any state or body."""


def stretches(text: str, paragraphs: Sequence[Span]) -> tuple[Span, ...]:
    """The stretches of whole sentences that are worth a parse; neighbours in one paragraph are one stretch."""
    sentences = sentences_in(text, paragraphs)
    opening = frozenset(start for start, _ in paragraphs)
    found: list[Span] = []
    for (start, end), wanted in zip(sentences, passing(text, sentences), strict=True):
        if wanted and found and start not in opening and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        elif wanted:
            found.append((start, end))
    return tuple(found)


def passing(text: str, sentences: Sequence[Span]) -> list[bool]:
    """For each sentence whether it may hold an event. In a text about states pronouns, titles and names count as
    actors; elsewhere a sentence needs two parties, one of them a state or body."""
    short = len(text) <= SHORT_TEXT
    names = [n for n in all_names(text) if (short or n.entry.sort in ACTORS) and n.entry.code]
    if len(names) < (1 if short else LEAST_NAMES) or of_sport(text):
        return [False] * len(sentences)
    if short:
        return [True] * len(sentences)
    dense = len(names) * FEW_NAMES >= len(text)
    return [
        (dense or bool(codes)) and _may_hold(text[start:end], codes, dense=dense)
        for (start, end), codes in zip(sentences, _codes(sentences, names), strict=True)
    ]


def of_sport(text: str) -> bool:
    """Whether a text tells of matches and tables, where states are teams and nobody does anything to another."""
    words, sport = LETTERS.findall(text.lower()), word_set("sport", "words")
    found = [word for word in words if word in sport]
    return len(found) >= SPORT_SHARE * len(words) and len(set(found)) >= SPORT_WORDS


def _codes(sentences: Sequence[Span], names: Sequence[Named]) -> Iterator[set[str]]:
    """For each sentence the codes of those whom it names."""
    at = 0
    for start, end in sentences:
        here: set[str] = set()
        while at < len(names) and names[at].span[0] < end:
            if names[at].span[0] >= start:
                here.add(names[at].entry.code)
            at += 1
        yield here


def _may_hold(sentence: str, codes: set[str], *, dense: bool) -> bool:
    words = LETTERS.findall(sentence)
    lowered = {word.lower() for word in words}
    if lowered.isdisjoint(_trigger_forms()):
        return False
    if codes and (dense or len(codes) > 1):
        return True
    if not lowered.isdisjoint(_actor_words()):
        return True
    return dense and (not lowered.isdisjoint(STANDINS) or any(word[:1].isupper() for word in words[1:]))


@cache
def _trigger_forms() -> frozenset[str]:
    """Every form of every trigger."""
    found = set(word_set("grammar", "irregular_past"))
    for name in word_list("frames", "order"):
        for frame in table(f"triggers/{name}")["frame"]:
            found.update(form for lemma in frame["lemmas"] for form in _inflected(lemma.lower()))
    return frozenset(found)


def _inflected(word: str) -> set[str]:
    stem = word[:-1] if word.endswith("e") else word
    forms = {word, f"{word}s", f"{word}es", f"{stem}ed", f"{stem}ing", f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
    return forms | ({f"{word[:-1]}ied", f"{word[:-1]}ies"} if word.endswith("y") else set())


@cache
def _actor_words() -> frozenset[str]:
    """The last word of every office, and every noun for those who act, in singular and plural."""
    words = {office.split()[-1] for office in table("offices")["offices"]} | set(table("offices")["agents"]["nouns"])
    return frozenset(words | {f"{word}s" for word in words})

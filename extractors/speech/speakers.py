"""Whose words they are: who can be the subject of a verb of speech, and which of them is.

Works on the words beside the verb, without a parse. What a message, a letter or a statement says is said by its author,
not by whoever carries it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from extractors.lexicon import word_list, word_set
from extractors.lexicon.gazetteer import GOVERNING, names_in
from extractors.lexicon.words import either, openers_of, phrases_in
from extractors.model import Person, Record, Span
from extractors.people.pronouns import ACTING, CLAUSE, PREPOSITIONS, acts, governed
from extractors.text.sentences import holding

BETWEEN = word_set("cues", "between")
"""Words that may stand between a subject and its verb."""
PAPERS = word_set("cues", "carriers")
"""Papers that carry the words of their author."""
PAPER_REACH = 70
"""Characters behind "letter" within which its author may be named: "a letter he recently received from X"."""

SAME_PAPER = 8
"""Mentions of a paper, back from this one, among which its author is looked for."""

# "who" right before a verb, with an adverb at most. Bounded, anchored at its end.
# yes: "who reportedly "     no: "who went to "
WHO = re.compile(r"\bwho\s(?:(?:\w{2,12}ly|also|then|later|has|had|once|again)\s){0,2}$")

# A preposition and a determiner before a noun with up to three adjectives. Bounded, anchored at its end.
# yes: "in the Russian arms export "     no: "after talks "
GOVERNED = re.compile(
    r"\b(?:in|of|at|from|with|by|to|for|on|against|under|between)\s(?:the|an?|its|his|her|their)\s(?:U\.S\.\s|[\w’-]{1,20}\s){0,3}$"
)


# What stands between a name and a noun that only says who that is, and the other way round. Bounded, disjoint.
# yes: ", the "  ", a veteran "     no: ", and the "
BEHIND_NAME = re.compile(r",\s(?:the|an?)\s(?:[\w’'-]{1,20}\s){0,3}")
# yes: " of Russian border troops in Asmara, "  ", Lieutenant General "     no: ", who told "  ". "
BEFORE_NAME = re.compile(
    r"(?:\s(?:of|for|in|to)\s[^.,;“”\"()]{1,70})?,\s(?:[A-Z][\w.’'-]{1,20}\s){0,3}|\s(?:[A-Z][\w.’'-]{1,20}\s){1,3}"
)


# What joins a verb to the subject of the one before it. Anchored at its end, at most 30 characters are looked at.
# yes: ", "  " and quickly "     no: " band "
JOINED = re.compile(r"(?:,|\band|\bthen|\bbut)\s(?:\w+ly\s)?$")

# What names the author of a paper behind it. Literal.
# yes: "from "  "by "     no: "nearby "
FROM = re.compile(r"\b(?:from|by|signed by)\s")

# A mark of punctuation. One class.
# yes: ","     no: "’"
MARK = re.compile(r"[.,;:]")


class Speaker(NamedTuple):
    """Who said it: the person's record where there is one, else only the words that name the speaker."""

    record: str | None
    name: str | None


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A stretch of the text that may be the subject of a verb of speech."""

    start: int
    end: int
    sort: Literal["person", "paper", "state", "unnamed"]
    name: str
    record: str | None = None
    possessive: bool = False


class Candidates:
    """All of them in one text, in order."""

    def __init__(self, text: str, people: Sequence[Record], outside: Sequence[Span]) -> None:
        self.text = text
        taken: dict[int, Candidate] = {}
        for found in (*_persons(text, people), *_nouns(text), *_states(text)):
            if not any(at in taken for at in (found.start, found.end - 1)):
                taken.update(dict.fromkeys((found.start, found.end - 1), found))
        everybody = sorted(set(taken.values()))
        everybody = [c for c in everybody if not (c.sort == "unnamed" and self._apposed(c, everybody))]
        self.all = [c for c in everybody if holding(outside, c.start) < 0]
        self._starts = [c.start for c in self.all]
        self._papers: dict[str, list[Candidate]] = {}
        for each in self.all:
            if each.sort == "paper":
                self._papers.setdefault(each.name, []).append(each)

    def _apposed(self, noun: Candidate, everybody: Sequence[Candidate]) -> bool:
        """Whether a noun only says what somebody named beside it is: "X, the leader of", "The commander of …, X"."""
        at = bisect_left(everybody, noun)
        before = next((c for c in reversed(everybody[max(0, at - 3) : at]) if c.sort == "person"), None)
        if before and BEHIND_NAME.fullmatch(self.text, before.end, noun.start):
            return True
        after = next((c for c in everybody[at + 1 : at + 5] if c.sort == "person"), None)
        return bool(after and BEFORE_NAME.fullmatch(self.text, noun.end, min(after.start, noun.end + 120)))

    def between(self, start: int, end: int) -> list[Candidate]:
        """The candidates that begin at or after `start` and before `end`."""
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def subject(self, start: int, verb: Span) -> Candidate | None:
        """Whose verb it is that stands at the span, in a sentence that begins at `start`."""
        before = [c for c in self.between(start, verb[0]) if c.end <= verb[0] and not c.possessive]
        last = next((c for c in reversed(before) if self.text[c.end : verb[0]] == ", "), None)
        return (self._before_clause(before, start, last) if last else None) or self._subject(before, start, verb)

    def _subject(self, before: Sequence[Candidate], start: int, verb: Span) -> Candidate | None:
        free = [c for c in before if not self._governed(c)]
        who = WHO.search(self.text, max(start, verb[0] - 40), verb[0])
        if who:  # "by X, who told reporters"
            return next((c for c in reversed(before) if c.end <= who.start()), None)
        form = self.text[slice(*verb)].lower()
        joined = JOINED.search(self.text[max(start, verb[0] - 30) : verb[0]])
        if form.endswith("ing") or joined:
            acting = [c for c in free if acts(self.text, (c.start, c.end))]
            apposed = joined is not None and joined[0].startswith(",") and not form.endswith("ing")
            return next(iter(reversed(acting) if apposed else acting), None) or next(iter(free), None)
        for each in reversed(free):
            if self._adjacent(each.end, verb[0]):
                return each
        acting = [c for c in free if acts(self.text, (c.start, c.end))]
        return next(reversed(acting), None) or next(reversed(free), None)

    def _before_clause(self, before: Sequence[Candidate], start: int, each: Candidate) -> Candidate | None:
        """Of whom a relative clause tells that ends with somebody else: "X, who was visiting Y, said"."""
        opening = self.text.rfind(", who ", max(start, each.start - 120), each.start)
        if opening < 0 or self.text[each.end : each.end + 1] != "," or "," in self.text[opening + 1 : each.start]:
            return None
        return next((c for c in reversed(before) if c.end == opening), None)

    def _governed(self, each: Candidate) -> bool:
        plain = each.sort in ("unnamed", "paper") and GOVERNED.search(self.text, max(0, each.start - 60), each.start)
        return bool(plain) or governed(self.text, (each.start, each.end))

    def _adjacent(self, end: int, verb: int) -> bool:
        words = self.text[end:verb].split()
        return len(words) <= 6 and all(word.lower() in BETWEEN or word.endswith("ly") for word in words)

    def main(self, start: int, end: int) -> Candidate | None:
        """The first who acts in a sentence."""
        here = [c for c in self.between(start, end) if not c.possessive]
        free = [c for c in here if not self._governed(c)]
        return next((c for c in free if acts(self.text, (c.start, c.end))), None) or next(iter(free), None)

    def speaker(self, candidate: Candidate | None) -> Speaker | None:
        """The candidate as a speaker; for a paper its author."""
        if candidate is None:
            return None
        if candidate.sort != "paper":
            return Speaker(candidate.record, candidate.name)
        return self._author(candidate)

    def _author(self, paper: Candidate) -> Speaker | None:
        """Who wrote the paper: its possessor, whoever it is from, else the author of the same paper named before."""
        same = self._papers[paper.name]
        until = bisect_left(same, paper) + 1
        for each in reversed(same[max(0, until - SAME_PAPER) : until]):
            owner = next(
                (c for c in reversed(self.between(max(0, each.start - 60), each.start + 1)) if c.possessive), None
            )
            if owner and self._owns(owner, each):
                return Speaker(owner.record, owner.name)
            behind = FROM.search(self.text, each.end, each.end + PAPER_REACH)
            stop = self.text.find(". ", each.end, each.end + PAPER_REACH)
            if behind and (stop < 0 or behind.start() < stop):
                named = self.between(behind.end(), behind.end() + PAPER_REACH)
                person = next((c for c in named if c.sort in ("person", "state")), None)
                if person:
                    return Speaker(person.record, person.name)
        return None

    def _owns(self, owner: Candidate, paper: Candidate) -> bool:
        gap = self.text[owner.end : paper.start].strip()
        return len(gap.split()) <= 3 and not MARK.search(gap)


def possessive_at(text: str, end: int) -> bool:
    """Whether what ends here owns what follows: "Moscow’s"."""
    return text.startswith(("’s", "'s"), end)


def _persons(text: str, people: Sequence[Record]) -> Iterator[Candidate]:
    for record in people:
        if isinstance(record.data, Person):
            for mention in record.data.mentions:
                start, end = mention.span
                word = text[start:end].lower()
                possessive = word in ("his", "her", "hers") or possessive_at(text, end)
                if mention.type == "pronoun" and word in ("him", "himself", "herself"):
                    continue
                yield Candidate(start, end, "person", record.data.name, record.id, possessive)


def _states(text: str) -> Iterator[Candidate]:
    for name in names_in(text):
        if name.entry.sort in GOVERNING and not modifies(text, name.span[1]):
            yield Candidate(*name.span, "state", name.text, None, possessive_at(text, name.span[1]))


# The word right behind a name. Anchored, bounded.
# yes: " officials"  " Minister"     no: ", which"
FOLLOWING = re.compile(r"\s(?P<word>[\w’'-]{1,30})")


def modifies(text: str, end: int) -> bool:
    """Whether a state's name only says which: "U.S. officials"."""
    following = FOLLOWING.match(text, end)
    if following is None:
        return text[end : end + 1] in "-–"
    word = following["word"].lower()
    return not (
        word in BETWEEN or word in ACTING or word.endswith(("ed", "s")) or word in PREPOSITIONS or word in CLAUSE
    )


# Up to four words of capitals right before a noun. Anchored at its end, bounded repeats of disjoint words.
# yes: "Japanese Foreign Ministry "     no: "the "  "Japan, "
CAPITALS = re.compile(r"\b(?:[A-Z][\w.’'-]{1,24}\s){1,4}$")
CAPITALS_LENGTH = 4 * 26
"""Characters that those words may take."""


def _nouns(text: str) -> Iterator[Candidate]:
    """Papers and unnamed speakers with the words that go before them: "a Japanese Foreign Ministry spokesman"."""
    done = 0
    for noun in phrases_in(text, _pattern(), _openers()):
        start, end = noun.span()
        before = CAPITALS.search(text, max(done, start - CAPITALS_LENGTH), start)
        first, done = before.start() if before else start, end
        possessive = possessive_at(text, end)
        word = noun.group().lower().rstrip("s")
        if word in PAPERS:
            yield Candidate(start, end, "paper", word, None, possessive)
        else:
            yield Candidate(first, end, "unnamed", " ".join(text[first:end].split()), None, possessive)


@cache
def _pattern() -> re.Pattern[str]:
    """The noun for a paper or an unnamed speaker. One alternation of whole words: linear.

    yes: "spokesman"  "officials"  "message"     no: "messaging"
    """
    return re.compile(rf"\b(?:{either((*word_list('cues', 'unnamed'), *PAPERS))})s?\b")


@cache
def _openers() -> frozenset[str]:
    nouns = openers_of((*word_list("cues", "unnamed"), *PAPERS))
    return nouns | {f"{noun}s" for noun in nouns}

"""Whose words a quotation holds, as its own sentence says: the verb or noun of speech behind it or before it, and the
subject of that."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.lexicon.cues import RELAYED, sort_of_cue
from extractors.lexicon.words import abbreviations
from extractors.model import Span
from extractors.people.pronouns import of_title
from extractors.speech.speakers import Candidates, Speaker
from extractors.text.marks import BLANKS

FARTHEST = 2_000
"""Characters before a quotation in which its verb may stand."""

# A name that no record has, right behind the verb. Bounded, words of disjoint ends.
# yes: " Ola Tveit"     no: " the Norwegian"
UNKNOWN = re.compile(r"\s(?P<name>[A-Z][\w’'-]{1,30}(?:\s[A-Z][\w.’'-]{0,30}){1,2})")

# A relative clause of a thing before a verb: "a draft, which calls for …, reflects". Bounded, anchored at its end.
# yes: "which "  "that reportedly "     no: "said that he "
OF_THING = re.compile(r"\b(?:which|that)\s(?:\w{2,12}ly\s)?$")

# What parts a quotation from a verb behind it. Literal.
# yes: "; "  ". "     no: ", "
STOP = re.compile(r"[.;:]\s")

# What goes on with the sentence behind a quotation, so that the verb there is not that of the quotation. One class,
# capped at the length in which the verb is looked for, then literal words.
# yes: ", and"  " which"     no: ", and he"  ", the"
GOING_ON = re.compile(r"[,\s]{0,160}(?:and|but|including|while|as|which|where|who)\b(?! he| she)")

# Full stops that end nothing. Literal.
# yes: "Ms."  "J."     no: "no."
DOTTED = re.compile(rf"\b(?:{abbreviations('quote')}|[A-Z])\.")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of whole sentences: those that a quotation bridges are one. `parts` lie inside marks, in order."""

    start: int
    end: int
    parts: tuple[Span, ...]


Attributed = tuple[Span, Speaker | None]
"""The verb or noun of speech, and whose it is."""


class Attributions:
    """The verbs and nouns of speech in one text, outside its marks, and who may be their subject."""

    def __init__(self, text: str, cues: Sequence[re.Match[str]], candidates: Candidates) -> None:
        self.text = text
        self.cues = cues
        self.candidates = candidates
        self._starts = [cue.start() for cue in cues]

    def _between(self, start: int, end: int) -> Sequence[re.Match[str]]:
        """The verbs and nouns of speech that begin at or after `start` and before `end`."""
        return self.cues[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def last_character(self, part: Span) -> str:
        """The last character of the words themselves, before the marks of a quotation inside that ends with them."""
        words = self.text[part[0] : part[1]].rstrip("’”' ")
        return words[-1:] or " "

    def behind(self, unit: Unit, part: Span) -> Attributed | None:
        """The verb and its subject right behind the closing mark: "…,” said X", "…,” X told reporters"."""
        following = bisect_right(unit.parts, (part[1], len(self.text)))
        stop = unit.parts[following][0] if following < len(unit.parts) else unit.end
        closed = part[1] + (2 if self.text[part[1] : part[1] + 1] in BLANKS else 1)
        near = self._between(part[1], min(stop, part[1] + 160))
        cue = next((c for c in near if sort_of_cue(self.text, c) == "verb"), None)
        if cue is None or (self.last_character(part) not in ",.!?…-–—" and self.text[closed : closed + 1] not in ",–—"):
            return None
        gap = self.text[closed : cue.start()]
        if not gap.strip(" ,–—"):
            after = self.candidates.between(cue.end(), min(stop, cue.end() + 120))
            who = next((c for c in after if not c.possessive), None)
            unknown = UNKNOWN.match(self.text, cue.end())
            if unknown and not (who and who.start < unknown.end()) and not any(map(of_title, unknown["name"].split())):
                return cue.span(), Speaker(None, unknown["name"])
            return (cue.span(), self.candidates.speaker(who)) if who else None
        if STOP.search(DOTTED.sub("", gap)) or GOING_ON.match(gap):
            return None
        who = self.candidates.subject(part[1], cue.span())
        return (cue.span(), self.candidates.speaker(who)) if who else None

    def before(self, unit: Unit, part: Span) -> Attributed | None:
        """The last verb or noun of speech before the opening mark, and whose it is."""
        start = max(unit.start, part[0] - FARTHEST)
        for cue in reversed([c for c in self._between(start, part[0]) if c.end() < part[0]]):
            if OF_THING.search(self.text, max(start, cue.start() - 30), cue.start()):
                continue
            who = self._whose(start, cue)
            if who is not None:
                return cue.span(), who
        return None

    def _whose(self, start: int, cue: re.Match[str]) -> Speaker | None:
        if sort_of_cue(self.text, cue) == "according":
            after = self.candidates.between(cue.end(), cue.end() + 80)
            return self.candidates.speaker(after[0] if after else None)
        if sort_of_cue(self.text, cue) == "noun":
            near = [c for c in self.candidates.between(max(start, cue.start() - 60), cue.start()) if c.possessive]
            person = next((c for c in reversed(near) if c.sort == "person"), None)
            person = person or (self.candidates.main(start, cue.start()) if near else None)
            return self.candidates.speaker(person) if person and person.sort == "person" else None
        if self.text[max(start, cue.start() - 4) : cue.start()].endswith(" as "):
            relayed = self._relayed(start, cue.start())
            if relayed:
                return relayed
        return self.candidates.speaker(self.candidates.subject(start, cue.span()))

    def _relayed(self, start: int, end: int) -> Speaker | None:
        """Who is meant by "quoted X as saying" and "X was quoted by the agency as saying"."""
        matches = list(RELAYED.finditer(self.text, start, end))
        if not matches:
            return None
        match = matches[-1]
        if match["passive"]:
            return self.candidates.speaker(self.candidates.subject(start, match.span()))
        found = self.candidates.between(match.end(), end)
        return self.candidates.speaker(found[0] if found else None)

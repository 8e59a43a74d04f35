"""Quotations and reported speech: the words, whose they are, the verb that says so and the day.

Marks come first (`marks`), then for each stretch inside them the sentence round it is searched for a verb or noun of
speech, behind it or before it; what has none is a sentence of the last speaker's, or only a word held with tongs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from extractors.dates.grammar import dates_in
from extractors.dates.intervals import Anchor
from extractors.lexicon.cues import RELAYED, cues_in, sort_of_cue
from extractors.lexicon.words import abbreviations
from extractors.model import Draft, Interval, Quote, Span
from extractors.people.pronouns import of_title
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.speech.reported import reported
from extractors.speech.speakers import Candidates, Speaker
from extractors.text.marks import BLANKS, quoted
from extractors.text.sentences import at_offset, holding, sentences_in

FEW = 4
"""Words from which a fragment without a verb of speech is still its sentence's subject's; fewer are a scare quote."""
SAID_NEAR = 70
"""Characters round the verb within which a date is that of the speaking."""
FARTHEST = 2_000
"""Characters before a quotation in which its verb may stand."""
# Marks inside marks. One class that excludes its own end, capped.
# yes: "‘false’"     no: "‘"  "don’t"
NESTED = re.compile(r"[‘“\"](?P<inside>[^‘’“”\"]{2,80})[’”\"](?!\w)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of whole sentences: those that a quotation bridges are one. `parts` lie inside marks, in order."""

    start: int
    end: int
    parts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What was found out about one part."""

    part: Span
    type: Literal["direct", "partial", "scare", "indirect"]
    speaker: Speaker | None
    cue: Span | None


@extractor("quotes", version=2, needs=("people", "citations"))
def quotes(reading: Reading) -> Iterator[Draft]:
    """The quotations in order, the parts of a split one together, then reported speech."""
    text = reading.document.text
    finder = Finder(reading)
    anchor = Anchor.of(reading.document.published)
    found = [*finder.marked(), *finder.unmarked()]
    for group in sorted(found, key=lambda g: g[0].part):
        first = next((said for said in group if said.speaker), group[0])
        words = " ".join(text[slice(*said.part)] for said in group)
        data = Quote(
            type=group[0].type,
            parts=tuple(said.part for said in group),
            speaker=first.speaker.record if first.speaker else None,
            speaker_name=first.speaker.name if first.speaker else None,
            cue=text[slice(*first.cue)] if first.cue else None,
            date=_date(text, first.cue, group, anchor) if first.cue else None,
        )
        span = (group[0].part[0], group[-1].part[1])
        yield Draft(kind="quote", span=span, key=" ".join(words.split())[:200], data=data)


def _date(text: str, cue: Span, group: list[Said], anchor: Anchor) -> Interval | None:
    """The day of the speaking: the date that stands nearest to the verb, outside what was said."""
    start, end = max(0, cue[0] - SAID_NEAR), min(len(text), cue[1] + SAID_NEAR)
    start = max(start, text.rfind("\n", 0, cue[0]) + 1)
    for said in group:
        start = max(start, said.part[1]) if said.part[1] <= cue[0] else start
        end = min(end, said.part[0]) if said.part[0] >= cue[1] else end
    found = [d for d in dates_in(text, anchor, within=(start, end)) if d.interval.start]
    found = [d for d in found if not NEXT_CLAUSE.search(text, d.span[1], cue[0])]
    near = cue[1] + SAID_NEAR // 2  # farther on only behind a long name: "said X, but no comma, on Tuesday"
    found = [d for d in found if d.span[0] < near or not PAUSE.search(text, cue[1], d.span[0])]
    nearest = min(found, key=lambda d: (abs(d.span[0] - cue[0]), d.span), default=None)
    return nearest.interval if nearest else None


class Finder:
    """Finds who said what in one document."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.document.text
        self.sentences = sentences_in(self.text, reading.document.paragraphs)
        self.paragraphs = reading.document.paragraphs
        self.parts = quoted(self.text, self.paragraphs)
        self.brackets = tuple(record.span for record in reading.records("citation"))
        self.candidates = Candidates(self.text, reading.records("person"), self.parts)
        self.cues = [m for m in cues_in(self.text) if not self._quoted(m.start())]

    @cached_property
    def _cue_starts(self) -> list[int]:
        return [cue.start() for cue in self.cues]

    def _cues_between(self, start: int, end: int) -> list[re.Match[str]]:
        """The verbs and nouns of speech that begin at or after `start` and before `end`."""
        return self.cues[bisect_left(self._cue_starts, start) : bisect_left(self._cue_starts, end)]

    def _quoted(self, offset: int) -> bool:
        return holding(self.parts, offset) >= 0

    def marked(self) -> Iterator[list[Said]]:
        """What stands in marks, unit by unit; whole sentences without a verb of speech go to the speaker before."""
        last: list[Said] = []
        for unit in self._units():
            for group in self._grouped(unit, [self._part(unit, part) for part in unit.parts]):
                group = self._carried(unit, group, last)
                last = group if group[0].speaker else last
                yield group
                yield from self._nested(group)

    def _units(self) -> Iterator[Unit]:
        bound: list[tuple[int, int, list[Span]]] = []
        for part in self.parts:
            first = self.sentences[max(0, at_offset(self.sentences, part[0]))]
            final = self.sentences[max(0, at_offset(self.sentences, part[1]))]
            if bound and first[0] < bound[-1][1]:
                bound[-1] = (bound[-1][0], max(bound[-1][1], final[1]), [*bound[-1][2], part])
            else:
                bound.append((first[0], max(final[1], part[1]), [part]))
        return (Unit(start, end, tuple(parts)) for start, end, parts in bound)

    def _part(self, unit: Unit, part: Span) -> Said:
        behind = self._behind(unit, part)
        ahead = self._before(unit, part)
        lead = self.text[unit.start : part[0]].rstrip(" \"“„‘'«\u00a0")
        opens = not lead
        whole = self._last(part) in ",.!?…" and self.text[part[0]].isupper()
        cue, speaker = next(
            (found for found in ((behind, ahead) if opens or whole else (ahead, behind)) if found), (None, None)
        )
        if cue is None and whole and lead.endswith(":"):  # "His brother agreed: “…”"
            main = self.candidates.main(unit.start, part[0])
            speaker = self.candidates.speaker(main) if main and main.sort == "person" else None
        kind: Literal["direct", "partial"] = "direct" if opens or (whole and (cue or speaker)) else "partial"
        return Said(part, kind, speaker, cue)

    def _last(self, part: Span) -> str:
        """The last character of the words themselves, before the marks of a quotation inside that ends with them."""
        words = self.text[part[0] : part[1]].rstrip("’”' ")
        return words[-1:] or " "

    def _behind(self, unit: Unit, part: Span) -> tuple[Span | None, Speaker | None] | None:
        """The verb and its subject right behind the closing mark: "…,” said X", "…,” X told reporters"."""
        following = bisect_right(unit.parts, (part[1], len(self.text)))
        stop = unit.parts[following][0] if following < len(unit.parts) else unit.end
        closed = part[1] + (2 if self.text[part[1] : part[1] + 1] in BLANKS else 1)
        near = self._cues_between(part[1], min(stop, part[1] + 160))
        cue = next((c for c in near if sort_of_cue(self.text, c) == "verb"), None)
        if cue is None or (self._last(part) not in ",.!?…-–—" and self.text[closed : closed + 1] not in ",–—"):
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

    def _before(self, unit: Unit, part: Span) -> tuple[Span | None, Speaker | None] | None:
        """The last verb or noun of speech before the opening mark, and whose it is."""
        start = max(unit.start, part[0] - FARTHEST)
        for cue in reversed([c for c in self._cues_between(start, part[0]) if c.end() < part[0]]):
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

    def _grouped(self, unit: Unit, said: list[Said]) -> list[list[Said]]:
        """The parts with those of one split statement together: "A," he said, "B"."""
        groups: list[list[Said]] = []
        for each in said:
            before = groups[-1][-1] if groups else None
            if before and before.type == "direct" and each.cue and each.cue == before.cue:
                groups[-1].append(Said(each.part, "direct", each.speaker, each.cue))
            else:
                groups.append([each])
        return groups

    def _carried(self, unit: Unit, group: list[Said], last: list[Said]) -> list[Said]:
        """The group with a speaker from its surroundings, where its own sentence has no verb of speech."""
        first = group[0]
        if first.cue is not None or first.speaker is not None:
            return group
        speaker = None
        if first.type == "direct":
            speaker = self._of_neighbour(unit, last)
        elif self._refers_back(unit):
            speaker = self._of_sentence_before(unit)
        elif len(self.text[slice(*first.part)].split()) >= FEW:
            main = self.candidates.main(unit.start, first.part[0])
            speaker = self.candidates.speaker(main) if main and main.sort == "person" else None
        if speaker is None and first.type == "partial":
            return [Said(said.part, "scare", None, None) for said in group]
        return [Said(said.part, said.type, speaker, None) for said in group]

    def _of_neighbour(self, unit: Unit, last: list[Said]) -> Speaker | None:
        """The speaker of the quotation before, in this paragraph or running over from the last; else of the sentence
        before."""
        here = at_offset(self.paragraphs, unit.start)
        if last and at_offset(self.paragraphs, last[-1].part[0]) in (here, here - 1):
            same = at_offset(self.paragraphs, last[-1].part[0]) == here
            if same or self.text[self.paragraphs[here][0]] in '"“':
                return last[0].speaker
        return self._of_sentence_before(unit)

    def _of_sentence_before(self, unit: Unit) -> Speaker | None:
        number = at_offset(self.sentences, unit.start) - 1
        if number < 0 or at_offset(self.paragraphs, self.sentences[number][0]) != at_offset(
            self.paragraphs, unit.start
        ):
            return None
        main = self.candidates.main(*self.sentences[number])
        return self.candidates.speaker(main) if main and main.sort == "person" else None

    def _refers_back(self, unit: Unit) -> bool:
        return bool(BACK.match(self.text, unit.start, unit.start + 8))

    def _nested(self, group: list[Said]) -> Iterator[list[Said]]:
        """Marks inside marks: words that the speaker holds with tongs, or another's."""
        for said in group:
            for count, match in enumerate(NESTED.finditer(self.text, *said.part)):
                if count < 20:
                    yield [Said(match.span("inside"), "scare", None, None)]

    def unmarked(self) -> Iterator[list[Said]]:
        """Reported clauses without marks."""
        taken = sorted((*self.parts, *self.brackets))
        for clause, speaker, cue in reported(self.text, self.cues, self.sentences, taken, self.candidates):
            yield [Said(clause, "indirect", speaker, cue)]


# A name that no record has, right behind the verb. Bounded, words of disjoint ends.
# yes: " Ola Tveit"     no: " the Norwegian"
UNKNOWN = re.compile(r"\s(?P<name>[A-Z][\w’'-]{1,30}(?:\s[A-Z][\w.’'-]{0,30}){1,2})")

# A relative clause of a thing before a verb: "a draft, which calls for …, reflects". Bounded, anchored at its end.
# yes: "which "  "that reportedly "     no: "said that he "
OF_THING = re.compile(r"\b(?:which|that)\s(?:\w{2,12}ly\s)?$")

# Another clause between a date and the verb that it might be the day of. Literal.
# yes: ", but "  "; and "     no: ", on "
NEXT_CLAUSE = re.compile(r"[;,] (?:and|but|while)\b")

# What parts a verb from a date that stands farther on. Literal.
# yes: ","  ". "     no: ".5"
PAUSE = re.compile(r"[,;:]|\.\s")

# What parts a quotation from a verb behind it. Literal.
# yes: "; "  ". "     no: ", "
STOP = re.compile(r"[.;:]\s")

# What goes on with the sentence behind a quotation, so that the verb there is not that of the quotation. One class,
# capped at the length in which the verb is looked for, then literal words.
# yes: ", and"  " which"     no: ", and he"  ", the"
GOING_ON = re.compile(r"[,\s]{0,160}(?:and|but|including|while|as|which|where|who)\b(?! he| she)")

# A word at the head of a sentence that means what the sentence before told. Literal.
# yes: "This"  "Such"     no: "Thistle"  "He"
BACK = re.compile(r"(?:This|That|These|It|Such)\b")

# Full stops that end nothing. Literal.
# yes: "Ms."  "J."     no: "no."
DOTTED = re.compile(rf"\b(?:{abbreviations('quote')}|[A-Z])\.")

"""Quotations and reported speech: the words, whose they are, the verb that says so and the day.

Marks come first (`marks`), then for each stretch inside them the sentence round it is searched for a verb or noun of
speech, behind it or before it; what has none is a sentence of the last speaker's, or only a word held with tongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractors.dates.grammar import dates_in
from extractors.dates.intervals import Anchor
from extractors.lexicon.cues import cues_in
from extractors.model import Draft, Interval, Quote, Span
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.speech.attribution import Attributions, Unit
from extractors.speech.reported import reported
from extractors.speech.speakers import Candidates, Speaker
from extractors.text.marks import quoted
from extractors.text.sentences import at_offset, holding, sentences_in

FRAGMENT = 4
"""Words from which a fragment without a verb of speech is still its sentence's subject's; fewer are a scare quote."""
SAID_NEAR = 70
"""Characters round the verb within which a date is that of the speaking."""

# Marks inside marks. One class that excludes its own end, capped.
# yes: "‘false’"     no: "‘"  "don’t"
NESTED = re.compile(r"[‘“\"](?P<inside>[^‘’“”\"]{2,80})[’”\"](?!\w)")

# Another clause between a date and the verb that it might be the day of. Literal.
# yes: ", but "  "; and "     no: ", on "
NEXT_CLAUSE = re.compile(r"[;,] (?:and|but|while)\b")

# What parts a verb from a date that stands farther on. Literal.
# yes: ","  ". "     no: ".5"
PAUSE = re.compile(r"[,;:]|\.\s")

# A word at the head of a sentence that means what the sentence before told. Literal.
# yes: "This"  "Such"     no: "Thistle"  "He"
POINTING_BACK = re.compile(r"(?:This|That|These|It|Such)\b")


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
        self.cues = [m for m in cues_in(self.text) if holding(self.parts, m.start()) < 0]
        self.attributions = Attributions(self.text, self.cues, self.candidates)

    def marked(self) -> Iterator[list[Said]]:
        """What stands in marks, unit by unit; whole sentences without a verb of speech go to the speaker before."""
        last: list[Said] = []
        for unit in self._units():
            for group in self._grouped(unit, [self._said(unit, part) for part in unit.parts]):
                group = self._with_surroundings(unit, group, last)
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

    def _said(self, unit: Unit, part: Span) -> Said:
        behind = self.attributions.behind(unit, part)
        ahead = self.attributions.before(unit, part)
        lead = self.text[unit.start : part[0]].rstrip(" \"“„‘'«\u00a0")
        opens = not lead
        whole = self.attributions.last_character(part) in ",.!?…" and self.text[part[0]].isupper()
        cue, speaker = next(
            (found for found in ((behind, ahead) if opens or whole else (ahead, behind)) if found), (None, None)
        )
        if cue is None and whole and lead.endswith(":"):  # "His brother agreed: “…”"
            main = self.candidates.main(unit.start, part[0])
            speaker = self.candidates.speaker(main) if main and main.sort == "person" else None
        kind: Literal["direct", "partial"] = "direct" if opens or (whole and (cue or speaker)) else "partial"
        return Said(part, kind, speaker, cue)

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

    def _with_surroundings(self, unit: Unit, group: list[Said], last: list[Said]) -> list[Said]:
        """The group with a speaker from its surroundings, where its own sentence has no verb of speech."""
        first = group[0]
        if first.cue is not None or first.speaker is not None:
            return group
        speaker = None
        if first.type == "direct":
            speaker = self._of_neighbour(unit, last)
        elif self._refers_back(unit):
            speaker = self._of_sentence_before(unit)
        elif len(self.text[slice(*first.part)].split()) >= FRAGMENT:
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
        return bool(POINTING_BACK.match(self.text, unit.start, unit.start + 8))

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

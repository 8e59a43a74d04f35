"""Reported speech without marks: "X said that …" to the end of the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from extractors.lexicon import word_list, word_set
from extractors.lexicon.cues import sort_of_cue, takes_clause
from extractors.lexicon.times import WEEKDAY
from extractors.lexicon.words import either
from extractors.model import Span
from extractors.speech.speakers import Candidates, Speaker
from extractors.text.sentences import at_offset

SHORTEST = 12
"""Characters below which a clause says too little to be kept."""


def reported(
    text: str, cues: Sequence[re.Match[str]], sentences: Sequence[Span], taken: Sequence[Span], candidates: Candidates
) -> Iterator[tuple[Span, Speaker, Span]]:
    """The reported clauses with whoever said them and the verb; those that meet a `taken` stretch (marks) are left
    out."""
    for cue in cues:
        if sort_of_cue(text, cue) != "verb" or not takes_clause(text, cue):
            continue
        start, end = sentences[max(0, at_offset(sentences, cue.start()))]
        opening = _clause_pattern().match(text, cue.end(), end)
        if opening is None or not _allowed(cue.group(), opening):
            continue
        clause = _clause(text, opening.start("clause"), end, taken)
        if clause[1] - clause[0] < SHORTEST:
            continue
        speaker = candidates.speaker(candidates.subject(start, cue.span()))
        if speaker and speaker.name:
            yield clause, speaker, cue.span()


def _allowed(verb: str, opening: re.Match[str]) -> bool:
    """Whether this verb takes such a clause: "says the plan is dead", but not "notes the plan"."""
    if opening["whom"] and verb not in word_set("cues", "telling"):
        return False
    if opening["clause"] == "that " or verb in word_set("cues", "plain"):
        return True
    return verb in word_set("cues", "plain_pronoun") and opening["clause"].strip() in word_set("cues", "pronoun_clause")


def _clause(text: str, start: int, end: int, taken: Sequence[Span]) -> Span:
    """The clause without the citation behind it, a second main clause and the full stop; empty where marks stand."""
    for first, last in islice(taken, max(0, at_offset(taken, start)), None):
        if first >= end:
            break
        if start < last:
            if text[first - 1 : first] != "" and text[first : first + 1] != "(":
                return (start, start)
            end = min(end, first) if first > start else start
    turn = TURN.search(text, start, end)
    end = turn.start() if turn else end
    while end > start and text[end - 1] in " .,;!?)":
        end -= 1
    return (start, end)


@cache
def _clause_pattern() -> re.Pattern[str]:
    """What may open a reported clause behind the verb: "that", or at once a subject; a day or whoever is told may come
    first. Every repeat is bounded.

    yes: " that he left"  " Friday the plan is dead"  " reporters that it rained"     no: " in Paris"  ", he left"
    """
    finite = either(word_list("grammar", "finite"))
    return re.compile(
        rf"""
        \s (?: (?:on\s)? {WEEKDAY} \s | yesterday\s
          | (?P<whom> (?:[\w.’-]{{1,20}}\s){{1,6}} ) (?=that\s) )?
        (?P<clause> that\s
          | (?: the|a|an|there|he|she|it|they|we|his|her|its|their|if|both|each|no|all|differences|some|many|two|three
              | any|this|these|those ) \s
          | [A-Z][\w.’-]{{1,30}}\s (?:(?:[A-Z][\w.’-]{{1,30}}|and)\s){{0,4}} (?:{finite})\b )
        """,
        re.VERBOSE,
    )


# Where the sentence turns from what was said to something else. Literal.
# yes: ", but said"  "; the"     no: ", which"
TURN = re.compile(
    r";\s|,\s(?:but|while|although|though)\s(?:also\s)?(?:he|she|said|cautioned|added|notes?|noted|the)\b"
)

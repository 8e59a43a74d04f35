"""What stands after the story and between its paragraphs: rails, share bars, notices. Lines in, story lines out."""

from __future__ import annotations

import re

from extractors.lexicon import table
from extractors.pages.boilerplate import LABELS, RAILS, is_heading, is_notice, is_prose, key, keys, label_key
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.lines import Lines

BUTTONS = keys(LABELS)
RAIL_HEADINGS = keys(RAILS)
# The label of a rail that names its subject.
# yes: "More Europe Stories"  "More from World News"   no: "More stories than ever were told on Tuesday."
MORE_STORIES = re.compile(
    r"More (?: [ ] from )? (?: [ ] [^\W_][\w&.'’-]{0,20} ){1,4} [ ] (?: Stories | News | Coverage | Articles )",
    re.VERBOSE,
)
# The heading over a company's words about itself, at the end of a press release.
# yes: "About Example Systems"  "About the Example Foundation:"   no: "About half of the fleet was lost."
ABOUT = re.compile(r"About [ ] (?: the [ ] )? [A-Z][\w&.’'-]{0,30} (?: [ ] [A-Z][\w&.’'-]{0,30} ){0,4} :?", re.VERBOSE)
# A line at the end that files the story or names its address.
# yes: "Tags: talks, harbour"  "Filed under: World"  "https://news.example/talks"   no: "Tags were sewn into the coats."
FILING = re.compile(
    r"""(?: (?: related \s )? tags? | filed \s under | posted \s in | categor(?: y | ies | ia | ias | ie ) | topics?
            | keywords? | citation | etiquetas | mots-clés | schlagw[oö]rt(?:e|er) | themen | теги | метки | tagi
            | tagged (?: \s with )? ) \s? [:：] .{0,400}
        | tags \s [^.!?]{0,400}
        | https?:// \S{1,300}""",
    re.IGNORECASE | re.VERBOSE,
)
# An editor's initials at the end. yes: "(abc/de)"  "(jw)"   no: "(AP)", which says whose the story is
INITIALS = re.compile(r"\( [a-z]{2,4} (?: / [a-z]{2,4} ){0,3} \) [.]?", re.VERBOSE)
# Whose copy the story also draws on, at the end. yes: "Avec AFP"  "With Reuters and AP"   no: "With the AFP, he said."
CREDITED = re.compile(
    r"""(?: with | avec | mit | con | com | met | med | source | sources | quelle | fonte | fuente
          | источник ) \s? :? \s
        (?: (?: and | et | und | y | e | og | en | и | , | / | & ) \s?
          | (?: reuters | afp | ap | dpa | efe | ansa | lusa | upi | tass | тасс | itar-tass | xinhua | interfax
              | интерфакс | agencies | agences | agencias | agenturen | news | files | wires ) \s? ){1,8} [.]?""",
    re.IGNORECASE | re.VERBOSE,
)
# A line that is a mail address. yes: "anna@news.example"   no: "Write to anna@news.example."
MAIL = re.compile(
    r"(?: e-?mail \s? [:：]? \s? )? [\w.+-]{1,64} @ [\w-]{1,63} (?: \. [\w-]{1,63} ){1,4}", re.IGNORECASE | re.VERBOSE
)
# The writer's own note, at the end.
# yes: "Anna Example is a senior reporter at the Courier."   no: "Anna Example is a minister."
BIO = re.compile(
    r"""[^\W\d_] .{1,60}? \s (?: is | was ) \s (?: an? | the | our | [A-Z][\w’'.-]{1,20} ['’]s ) \s
        (?: [\w-]{1,20} \s ){0,3}
        (?: reporter | correspondent | journalist | writer | editor | columnist | contributor | freelancer | blogger )
        \b .{0,300}""",
    re.VERBOSE,
)
# Where the writer can be reached. yes: "Follow her on Twitter @example."   no: "Follow the road to Riga."
REACH = re.compile(
    r"""\b (?: follow | contact | e-?mail | reach ) \s (?: him | her | them | me | us | @? \w{2,30} (?: \s \w{2,30} )? )
        \s (?: on | at ) \s (?: twitter | facebook | instagram | linkedin | @\w{1,30} | [\w.]{1,40}@\w )""",
    re.IGNORECASE | re.VERBOSE,
)
SEE_ALSO = keys(tuple(table("boilerplate")["pointing"]["labels"]))


_LONGEST_LABEL = 80
_LONGEST_NOTE = 400
_ROUNDS = 9


def closing(lines: Lines, tail: frozenset[str] = frozenset()) -> Lines:
    """The lines up to where the story ends: without the family's tail labels, rails and notices at the end."""
    lines = lines.up_to(_rail_start(lines), Reason.RAIL)
    end, at = len(lines.kept), dict[int, Reason]()
    while end > 1 and (reason := _tail_reason(lines.kept[end - 1].text, tail)):
        end -= 1
        at[end] = reason
    return lines.without(at)


def settled(lines: Lines, tail: frozenset[str] = frozenset(), labels: frozenset[str] = BUTTONS) -> Lines:
    """The story's lines out of these: `closing` and `between` until they find nothing more."""
    for _ in range(_ROUNDS):
        before, lines = lines, between(closing(lines, tail), labels)
        if lines is before:
            break
    return lines


def between(lines: Lines, labels: frozenset[str] = BUTTONS) -> Lines:
    """The lines without buttons and without pointers to another story ("SEE ALSO:" and the headline after it)."""
    at: dict[int, Reason] = {}
    pointing = False
    for place, (line, *_) in enumerate(lines.kept):
        name = label_key(line)
        if pointing and is_heading(line) and not is_prose(line):
            at[place], pointing = Reason.POINTER, False
        elif name in SEE_ALSO:
            at[place], pointing = Reason.POINTER, True
        else:
            pointing = False
            if name in labels or is_notice(line):
                at[place] = Reason.LABEL if name in labels else Reason.NOTICE
    return lines if len(at) == len(lines.kept) else lines.without(at)


def is_rail(line: str) -> bool:
    """Whether the line is the label over a list of other stories."""
    if len(line) > _LONGEST_LABEL:
        return False
    return key(line) in RAIL_HEADINGS or any(each.fullmatch(line) for each in (MORE_STORIES, ABOUT))


def _rail_start(lines: Lines) -> int:
    """Where the first rail begins after which no prose comes."""
    texts = lines.texts
    last = max((i for i, line in enumerate(texts) if is_prose(line)), default=len(texts))
    return next((i for i in range(last + 1, len(texts)) if is_rail(texts[i])), len(texts))


def _tail_reason(line: str, tail: frozenset[str]) -> Reason | None:
    """Why the line, at the end, is none of the story's."""
    name = label_key(line)
    if not name:
        return Reason.RULE
    if name in tail or name in BUTTONS:
        return Reason.LABEL if name in BUTTONS else Reason.TAIL
    if is_notice(line):
        return Reason.NOTICE
    if len(line) > _LONGEST_NOTE:
        return None
    if FILING.fullmatch(line):
        return Reason.FILING
    return Reason.SIGNATURE if BIO.fullmatch(line) or REACH.search(line) else None

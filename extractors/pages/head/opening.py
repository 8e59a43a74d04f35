"""What stands before the story: labels, title, section, date, byline, caption, dateline. Lines in, `Opening` out.

Used for stripped pages, where position is all that is left of the layout. Only lines before the first paragraph of
prose are touched; what a family adds (its labels, whether captions occur) is data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pages.boilerplate import LABELS, is_heading, is_prose, is_title_case, key, keys
from extractors.pages.head.bylines import byline_line, dateline_line
from extractors.pages.head.days import is_day
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.lines import Line, Lines

# The beginning of a caption of an older picture. yes: "FILE - Boats lie in the harbor"   no: "Files were found."
ARCHIVE = re.compile(r"FILE \s? [-–—] \s", re.VERBOSE)
HEAD_ZONE = 150
"""Lines in which a page's head can stand; a full VOA menu has some 120 (pages.md, section 5)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a family's pages have before the story. `labels` are keys of lines that stand before the title."""

    labels: frozenset[str] = frozenset()
    buttons: frozenset[str] = keys(LABELS)
    sections: frozenset[str] = frozenset()
    captions: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """What the head of a page told, and the lines of the story after it. `stated` are lines that are dates."""

    lines: Lines
    title: str | None = None
    section: str | None = None
    byline: str | None = None
    dateline: str | None = None
    stated: tuple[str, ...] = ()

    def past(self, reason: Reason, count: int = 1) -> Opening:
        """The opening with its next line, or so many, passed over."""
        return replace(self, lines=self.lines.after(count, reason))


def opening(lines: Lines, rules: Rules, title: str | None = None) -> Opening:
    """The opening of a page whose lines these are. Without prose after the head nothing is taken for a head."""
    texts = lines.texts
    zone = texts[: _prose_starts(texts)]
    title = title or _repeated(zone)
    start = 1 + max((i for i, line in enumerate(zone) if key(line) in rules.labels), default=-1)
    found = Opening(lines.after(start, Reason.LABEL), title=title)
    last_prose = max((i for i, line in enumerate(texts) if is_prose(line)), default=-1)
    seen: set[str] = set()
    for _ in range(HEAD_ZONE):
        if len(texts) - len(found.lines.kept) >= last_prose:
            break
        line = found.lines.kept[0].text
        after = _step(found, rules)
        if after is None and rules.captions and _is_caption(line, seen):
            after = found.past(Reason.CAPTION)
        if after is None:
            break
        seen.add(key(line))
        found = after
    return _without_label_at_start(found, rules)


def _is_caption(line: str, seen: set[str]) -> bool:
    """Whether the line is a caption: of a picture out of the archive, or one that stood in the head before."""
    return key(line) in seen or ARCHIVE.match(line) is not None


def _prose_starts(lines: tuple[str, ...]) -> int:
    """Where two paragraphs of prose follow each other: the story has begun. One alone can be a caption or a notice."""
    for index, (line, following) in enumerate(pairwise(lines[:HEAD_ZONE])):
        if is_prose(line) and is_prose(following):
            return index
    return min(len(lines), HEAD_ZONE)


def _repeated(zone: tuple[str, ...]) -> str | None:
    """The longest line that stands twice in the head: a title is in <title>, in the heading and in the share bar."""
    seen: set[str] = set()
    twice = []
    for line in zone:
        if (name := key(line)) in seen and len(name.split()) >= 3 and is_heading(line):
            twice.append(line)
        seen.add(name)
    return max(twice, key=len, default=None)


def _step(found: Opening, rules: Rules) -> Opening | None:
    """The opening with its next line understood, None where the story begins."""
    line, rest = found.lines.kept[0].text, found.lines.kept[1:3]
    name = key(line)
    if name == key(found.title or ""):
        return found.past(Reason.HEADLINE)
    if name in rules.buttons or name in rules.labels:
        return found.past(Reason.LABEL)
    if is_day(line):
        return replace(found.past(Reason.DAY), stated=(*found.stated, line))
    if name == "by" and rest and is_heading(rest[0].text):
        return replace(found.past(Reason.BYLINE, 2), byline=found.byline or rest[0].text)
    if byline := byline_line(line):
        return replace(found.past(Reason.BYLINE), byline=found.byline or byline)
    if dateline := dateline_line(line):
        return replace(found.past(Reason.DATELINE), dateline=found.dateline or dateline)
    if is_heading(line) and not is_prose(line):
        return _heading(found, line, rules)
    if rules.captions and _before_share_bar(rest, found.title, rules):
        return found.past(Reason.CAPTION)
    return _titled(found, line)


def _heading(found: Opening, line: str, rules: Rules) -> Opening:
    """A line that is no sentence: the section before a title, the title, a kicker, caption or standfirst after it."""
    if found.section is None and key(line) in rules.sections:
        return replace(found.past(Reason.SECTION), section=line)
    return found.past(Reason.HEAD) if found.title else replace(found.past(Reason.HEADLINE), title=line)


def _titled(found: Opening, line: str) -> Opening | None:
    """A first line in title case that is long enough to pass for prose is still the title."""
    if found.title is None and len(line) <= 200 and is_title_case(line):
        return replace(found.past(Reason.HEADLINE), title=line)
    return None


def _before_share_bar(rest: tuple[Line, ...], title: str | None, rules: Rules) -> bool:
    """Whether the title or a share button comes next: then the line before it was a caption."""
    ahead = [key(line.text) for line in rest]
    return any(name in rules.buttons or (title is not None and name == key(title)) for name in ahead)


def _without_label_at_start(found: Opening, rules: Rules) -> Opening:
    """A page without prose keeps its words, but not the labels before them."""
    lines = found.lines.kept[:HEAD_ZONE]
    labels = rules.labels | rules.buttons
    first = next((i for i, line in enumerate(lines) if key(line.text) not in labels), 0)
    return found.past(Reason.LABEL, first)

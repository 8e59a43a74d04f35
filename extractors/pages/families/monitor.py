"""The Jamestown Foundation's Monitor (1995-2002) and its sister publications: a masthead with volume and issue.

The year of a volume is publication.py's; here volume and issue are only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractors.pages.body.blocks import blocks
from extractors.pages.body.closing import closing, settled
from extractors.pages.boilerplate import is_prose, is_title_case, key
from extractors.pages.families import generic
from extractors.pages.family import Family
from extractors.pages.head.bylines import byline_line
from extractors.pages.head.clues import address_clue, line_clue, ranked
from extractors.pages.head.days import is_day
from extractors.pages.head.markup import Markup
from extractors.pages.page import Page
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.dump import Dump
from extractors.pages.source.lean_markup import lean_markup
from extractors.pages.source.left_out import NOTHING
from extractors.pages.source.lines import Lines
from extractors.pages.source.tree import Element, content

# The masthead, at a line's start, the story perhaps on the same line.
# yes: "Publication: Monitor Volume: 5 Issue: 19"   "Publication: Eurasia Daily Monitor Volume: 2 Issue: 91"
# no:  "The publication: a monitor of volume 5"     Bounded: the name has at most 60 characters.
MASTHEAD = re.compile(
    r"""Publication: \s? (?P<name> [A-Z][\w&' -]{1,60}? ) \s
        Volume: \s? (?P<volume>\d{1,3}) \s Issue: \s? (?P<issue>\d{1,4}) \b \s{0,3}""",
    re.VERBOSE,
)

MASTHEAD_LINES = 5
"""The masthead can come in up to so many lines, a label or a value in each."""

STORY_PARAGRAPH = 200
"""Characters of a paragraph that shows that the story has begun; a crumb trail with a headline in it is shorter."""

LEFT_HEADLINE_VOLUMES = range(1, 5)
"""Volumes whose pages end with the headline of the next story of the issue (publications.md)."""

# Lines between masthead and story on pages of the old site. yes: "Category: Monitor, Russia"  "Age: 5 yrs"
FILED = re.compile(
    r"(?: category | age | by | posted | vol | print | email ) \s? : .{0,80} | .{0,40} \b Age: \s .{0,20}",
    re.IGNORECASE | re.VERBOSE,
)
# The publisher's notice after an issue. yes: "The Monitor is a publication of the Jamestown Foundation. …"
IMPRINT = re.compile(
    r"""(?: the \s monitor \s is \s a \s publication | if \s you \s have \s any \s questions \s regarding
         | unauthorized \s reproduction | copyright | © ) .{0,600}""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_HEADLINE = 140


@dataclass(frozen=True, slots=True)
class Masthead:
    """Where the masthead stands in the lines, what it says, and what of its last line belongs to the story."""

    start: int
    end: int
    name: str
    volume: int
    issue: int
    rest: str


def masthead(lines: tuple[str, ...]) -> Masthead | None:
    """The masthead, if one stands before the first two paragraphs of prose."""
    prose = 0
    for start, line in enumerate(lines):
        if line.startswith("Publication:") and (found := _masthead_at(lines, start)):
            return found
        prose += is_prose(line) and len(line) >= STORY_PARAGRAPH
        if prose >= 2:
            return None
    return None


def _masthead_at(lines: tuple[str, ...], start: int) -> Masthead | None:
    for count in range(1, MASTHEAD_LINES + 1):
        joined = " ".join(lines[start : start + count])
        if found := MASTHEAD.match(joined):
            return Masthead(
                start, start + count, found["name"], int(found["volume"]), int(found["issue"]), joined[found.end() :]
            )
    return None


def read_html(page: Markup) -> Page | None:
    """The page as any other, with what its masthead tells; None where no masthead stands before the story."""
    said = content(page.root)
    lines = _lines(page.root) if "Publication:" in said and "Volume:" in said else ()
    head = masthead(lines)
    if head is None:
        return None
    found = generic.read_html(page)
    inside = masthead(found.paragraphs)
    story = _after(found.lines, inside) if inside else found.lines
    title = found.title if found.title and "jamestown" not in key(found.title) else _title(lines, head)
    return _told(replace(found, title=title), head, story)


def read_dump(page: Dump) -> Page | None:
    """The lines after the masthead, without the next story's headline; the title is the line before it."""
    head = masthead(page.lines)
    if head is None:
        return None
    stated = [line for line in page.lines if is_day(line)][:3]
    clues = ranked(address_clue(page.url), *map(line_clue, stated))
    return _told(Page(title=_title(page.lines, head), clues=clues), head, _after(page.story, head))


def _after(lines: Lines, head: Masthead) -> Lines:
    """The lines after the masthead, without those that file the story under dates and categories."""
    if head.rest:  # the story begins on the masthead's last line
        lines = lines.after(head.end - 1, Reason.MASTHEAD).opening_with(head.rest, Reason.MASTHEAD)
    else:
        lines = lines.after(head.end, Reason.MASTHEAD)
    first = next((at for at, line in enumerate(lines.kept) if not _files(line.text)), len(lines.kept))
    return lines.after(min(first, len(lines.kept) - 1), Reason.FILING) if lines.kept else lines


def _files(line: str) -> bool:
    return bool(is_day(line) or FILED.fullmatch(line) or byline_line(line))


def _told(found: Page, head: Masthead, lines: Lines) -> Page:
    lines = settled(lines)
    while len(lines.kept) > 1 and IMPRINT.fullmatch(lines.kept[-1].text):
        lines = closing(lines.up_to(len(lines.kept) - 1, Reason.IMPRINT))
    if head.name == "Monitor" and head.volume in LEFT_HEADLINE_VOLUMES:
        lines = _without_next_headline(lines)
    return replace(
        found,
        lines=lines,
        publication=f"{head.name} (Jamestown Foundation)",
        volume=head.volume,
        issue=head.issue,
        language=found.language or "en",
    )


def _without_next_headline(lines: Lines) -> Lines:
    """The lines without the last, where that is another story's headline: short, in title case, after prose."""
    if len(lines.kept) < 2 or not is_prose(lines.kept[-2].text):
        return lines
    last = lines.kept[-1].text.lstrip("…. ")
    is_headline = len(last) <= _MAX_HEADLINE and "(" not in last and (is_title_case(last) or last.isupper())
    return lines.up_to(len(lines.kept) - 1, Reason.NEXT_STORY) if is_headline else lines


def _title(lines: tuple[str, ...], head: Masthead) -> str | None:
    """The line right before the masthead, where it can be a headline; menus and the site's name cannot."""
    before = [line for line in lines[: head.start] if not is_day(line)]
    if not before or not 3 <= len(before[-1].split()) <= 30 or "jamestown" in key(before[-1]):
        return None
    return before[-1]


def _lines(root: Element) -> tuple[str, ...]:
    """The page's lines as a stripper would leave them."""
    return blocks(lean_markup(root, NOTHING)).texts


FAMILY = Family(read_html, read_dump, turn=10)

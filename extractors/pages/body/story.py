"""The story's lines out of a page's tree: candidates in order, each pruned and read, until one holds enough.

The cascade matters as much as the first choice: without it one page in fifteen comes out empty or cut (pages.md,
section 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from extractors.lexicon import table
from extractors.pages.body.blocks import blocks
from extractors.pages.body.closing import BUTTONS, CREDITED, INITIALS, MAIL, is_rail, settled
from extractors.pages.body.container import candidates, prose_masses
from extractors.pages.body.element_names import is_lead
from extractors.pages.body.prune import Pruned, prune_page, prune_story
from extractors.pages.boilerplate import DENSE_WEIGHT, is_dense, is_heading, is_notice, is_prose, key
from extractors.pages.head.bylines import byline_line, byline_of, people_of
from extractors.pages.head.days import CLOCK, CLOCK_LINE, is_day, is_stamp
from extractors.pages.head.markup import Markup
from extractors.pages.head.titles import title_of
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.lean_markup import lean_markup
from extractors.pages.source.left_out import LeftOut
from extractors.pages.source.lines import LEAD, NO_LINES, Line, Lines, lines_of
from extractors.pages.source.tree import Element, words
from extractors.text.decode import fold

ENOUGH_SHARE = 0.3
"""Share of an element's prose that pruning must leave, or the element was not the story's."""
ENOUGH = 200
PLENTY = 50_000  # of a trap as much as is read of it
RAIL_AFTER = 0.6
NEAR_HEAD = 3
LONGEST_NAME = 40
LONGEST_SIGNATURE = 120
NEARLY_ALL = 0.8
MUCH_MORE = 3
LEAD_LEVELS = 4
LONGEST_LEAD = 800
NO_LEAD = tuple(table("html_elements")["story"]["not_in_a_lead"])
LINKED_LINE = 0.9
LINKED_TAIL = 0.6
LONGEST_LINKED = 200
MIN_WORDS = 3
FEW = 2
LONGEST_CLOCK = 20


def story_lines(page: Markup) -> Lines:
    """The story's lines in order, without what stands around it; empty where the page has no text at all."""
    pruned = prune_page(page.root, Pruned(page.left, prose_masses(page.root, page.left)))
    found: list[Lines] = []
    for candidate in _distinct(candidates(page.root, pruned.masses, pruned.left)):
        lines = element_lines(candidate, page, pruned)
        if _length(lines) >= max(ENOUGH, min(ENOUGH_SHARE * pruned.mass(candidate), PLENTY)):
            return _with_lead(candidate, lines, pruned.left)
        found.append(lines)
    lines = _shortest_whole(found)
    stated = NO_LINES if page.meta.free is False else stated_lines(page)
    return stated if _length(lines) < ENOUGH and _length(stated) > MUCH_MORE * _length(lines) else lines


def element_lines(element: Element, page: Markup, pruned: Pruned | None = None) -> Lines:
    """The lines of one element: pruned, then without headline, labels and notices."""
    pruned = prune_story(element, pruned or Pruned(page.left, prose_masses(element, page.left)))
    read = blocks(lean_markup(element, pruned.left))
    return tidy(replace(read, element=element, elements=pruned.left), page)


def stated_lines(page: Markup) -> Lines:
    """The story as the page's JSON-LD has it: for pages that a program fills in, as that text is often cut short."""
    body = page.meta.article.get("articleBody")
    if not isinstance(body, str):
        return NO_LINES
    found = blocks(body) if "</p>" in body else lines_of(text for line in body.split("\n") if (text := fold(line)))
    return tidy(found, page)


def _with_lead(story: Element, lines: Lines, left: LeftOut) -> Lines:
    """The lines with the opening paragraph before them, where it stands in a box of its own before the story's."""
    for around, _ in zip((story, *story.iterancestors()), range(LEAD_LEVELS), strict=False):
        before = left.before(around)
        for _ in range(LEAD_LEVELS):
            if before is None:
                break
            said = left.text(before) if _is_lead(before, left) else ""
            begun = (key(line.text) for line in lines.kept[:FEW])
            if is_prose(said) and len(said) <= LONGEST_LEAD and not any(key(said) in line for line in begun):
                return replace(lines, kept=(Line(said, LEAD), *lines.kept), lead=before)
            before = left.before(before)
    return lines


def _is_lead(element: Element, left: LeftOut) -> bool:
    return is_lead(words(element)) and next(left.kept(element.iter(*NO_LEAD)), None) is None


def _shortest_whole(found: list[Lines]) -> Lines:
    """Of readings that are all short the first that has nearly all the sentences: more words are not more story."""
    most = max((_prose_length(lines) for lines in found), default=0)
    if most:
        return next(lines for lines in found if _prose_length(lines) >= NEARLY_ALL * most)
    return max(found, key=_length, default=NO_LINES)


def tidy(found: Lines, page: Markup) -> Lines:
    """The lines without the repeated headline, the lines of the head, buttons, rails and notices."""
    stated = (title_of(page), page.meta.title, *page.headings[:1], page.meta.first("og:title"))
    titles = {key(title) for title in stated if title}
    names = frozenset(key(name) for name in (byline_of(page) or "").split(", ") if name)
    found = _without_head(found, titles, names)
    found = found.up_to(_late_rail(found.kept), Reason.RAIL)
    found = _without_last_headings(_without_cards(_without_links(found)))
    lines = _without_pitches(found).without_where(
        lambda line: Reason.HEADLINE if key(line.text) in titles else None,
    )
    ends_in_list = bool(found.kept) and found.kept[-1].tag == "li"
    return settled(_unsigned(_without_bylines(lines), ends_in_list=ends_in_list))


def _without_last_headings(found: Lines) -> Lines:
    end = len(found.kept)
    while end and found.kept[end - 1].heading:
        end -= 1
    return found.up_to(end, Reason.LOST_HEADING)


def _without_pitches(found: Lines) -> Lines:
    """The lines without labels and notices, and without the headings right over a notice."""
    at = {place: reason for place, line in enumerate(found.kept) if (reason := _label_reason(line.text))}
    over = (place for place, (line, below) in enumerate(pairwise(found.kept)) if line.heading and is_notice(below.text))
    return found.without(dict.fromkeys(over, Reason.NOTICE) | at)


def _without_bylines(lines: Lines) -> Lines:
    """The lines without bylines between the first paragraphs."""
    near = enumerate(lines.kept[:NEAR_HEAD])
    return lines.without({at: Reason.BYLINE for at, line in near if byline_line(line.text) and is_heading(line.text)})


def _without_links(found: Lines) -> Lines:
    """The lines without those that are links, and without what little follows the first such line after the story."""
    kept = found.kept
    last = max((i for i, line in enumerate(kept) if is_prose(line.text) and line.linked < LINKED_TAIL), default=-1)
    if last < 0:
        return found
    tail = next((i for i in range(last + 1, len(kept)) if kept[i].linked > LINKED_TAIL and kept[i].tag != "li"), None)
    if tail is not None and len(kept) - tail <= FEW:
        found = found.up_to(tail, Reason.LINKS)
    return found.without_where(lambda line: Reason.LINKS if _is_link(line) else None)


def _is_link(line: Line) -> bool:
    """Whether the line is a link to another story; a word or two in brackets are rather a source."""
    is_long = len(line.text.split()) >= MIN_WORDS and len(line.text) < LONGEST_LINKED
    return line.linked > LINKED_LINE and line.tag != "li" and is_long and not is_prose(line.text)


def _without_cards(found: Lines) -> Lines:
    """The lines without cards of other stories: a headline, and under it a line with day and time."""
    kept = found.kept
    first = next((i for i, line in enumerate(kept) if is_prose(line.text)), len(kept))
    cards = (
        at
        for at in range(first + 2, len(kept))
        if CLOCK.search(kept[at].text) and is_stamp(kept[at].text) and _is_headline(kept[at - 1])
    )
    return found.without({place: Reason.CARD for at in cards for place in (at - 1, at)})


def _is_headline(line: Line) -> bool:
    return is_heading(line.text) and not is_prose(line.text) and not is_stamp(line.text)


def _unsigned(lines: Lines, *, ends_in_list: bool) -> Lines:
    """The lines without dates, times, names and initials at their end."""
    end = len(lines.kept)
    while end > 1 and _is_signature(lines.kept[end - 1].text, after=lines.kept[end - 2].text, listed=ends_in_list):
        end -= 1
    return lines.up_to(end, Reason.SIGNATURE)


def _is_signature(line: str, after: str, *, listed: bool) -> bool:
    if is_stamp(line) or any(each.fullmatch(line[:LONGEST_SIGNATURE]) for each in (INITIALS, MAIL, CREDITED)):
        return True
    return not listed and len(line) <= LONGEST_NAME and is_prose(after) and people_of(line) == (line,)


def _late_rail(found: tuple[Line, ...]) -> int:
    """Where a rail of other stories begins: its label stands late in the text, as a heading or the last."""
    total = sum(len(line.text) for line in found)
    passed = 0
    for index, line in enumerate(found):
        if passed >= RAIL_AFTER * total and is_rail(line.text) and (line.heading or _little_prose(found[index:])):
            return index
        passed += len(line.text)
    return len(found)


def _label_reason(line: str) -> Reason | None:
    """Why the line is none of the story's wherever it stands: a rule, a notice, or the time of a live entry."""
    if not any(c.isalnum() for c in line):
        return Reason.RULE
    if is_notice(line):
        return Reason.NOTICE
    return Reason.DAY if len(line) <= LONGEST_CLOCK and CLOCK_LINE.fullmatch(line) else None


def _little_prose(rest: tuple[Line, ...]) -> bool:
    return sum(is_prose(line.text) for line in rest) <= 1


def _without_head(found: Lines, titles: set[str], names: frozenset[str]) -> Lines:
    """The lines from the first that is neither headline, date, byline nor button; these stand before prose only."""
    first = next((i for i, line in enumerate(found.kept) if is_prose(line.text)), 0)
    reasons = ((at, _head_reason(line.text, titles, names)) for at, line in enumerate(found.kept[:first]))
    return found.without({at: reason for at, reason in reasons if reason})


def _head_reason(line: str, titles: set[str], names: frozenset[str]) -> Reason | None:
    """Why the line, before the prose, is none of the story's."""
    name = key(line)
    if name in titles:
        return Reason.HEADLINE
    if name in BUTTONS:
        return Reason.LABEL
    if name == "by" or name in names or (byline_line(line) is not None and is_heading(line)):
        return Reason.BYLINE
    return Reason.DAY if is_stamp(line) or is_day(line) else None


def _distinct(elements: Iterator[Element]) -> Iterator[Element]:
    seen: list[Element] = []
    for element in elements:
        if not any(element is each for each in seen):
            seen.append(element)
            yield element


def _length(lines: Lines) -> int:
    """The length of the lines, as if they were in a script of letters."""
    return sum(_weight(line.text) for line in lines.kept)


def _prose_length(lines: Lines) -> int:
    return sum(_weight(line.text) for line in lines.kept if is_prose(line.text))


def _weight(line: str) -> int:
    return len(line) * (DENSE_WEIGHT if is_dense(line) else 1)

"""The story's lines out of a page's tree: candidates in order, each pruned and read, until one holds enough.

The cascade matters as much as the first choice: without it one page in fifteen comes out empty or cut (pages.md,
section 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors.pages.body.blocks import Block, blocks
from extractors.pages.body.closing import BUTTONS, CREDITED, INITIALS, MAIL, is_rail, settled
from extractors.pages.body.container import candidates, prose_masses
from extractors.pages.body.element_names import is_lead
from extractors.pages.body.prune import Pruned, prune_page, prune_story
from extractors.pages.boilerplate import DENSE_WEIGHT, is_dense, is_heading, is_notice, is_prose, key
from extractors.pages.head.bylines import byline_line, people_of
from extractors.pages.head.days import CLOCK, CLOCK_LINE, is_stamp, stated_day
from extractors.pages.head.markup import Markup
from extractors.pages.head.titles import title_of
from extractors.pages.source.lean_markup import lean_markup
from extractors.pages.source.left_out import LeftOut
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
NO_LEAD = ("h1", "h2", "time", "ul", "img")
LINKED_LINE = 0.9
LINKED_TAIL = 0.6
LONGEST_LINKED = 200
MIN_WORDS = 3
FEW = 2
LONGEST_CLOCK = 20


def story_lines(page: Markup) -> tuple[str, ...]:
    """The story's lines in order, without what stands around it; empty where the page has no text at all."""
    pruned = prune_page(page.root, Pruned(page.left, prose_masses(page.root, page.left)))
    found: list[tuple[str, ...]] = []
    for candidate in _distinct(candidates(page.root, pruned.masses, pruned.left)):
        lines = element_lines(candidate, page, pruned)
        if _length(lines) >= max(ENOUGH, min(ENOUGH_SHARE * pruned.mass(candidate), PLENTY)):
            return (*_lead(candidate, lines, pruned.left), *lines)
        found.append(lines)
    lines = _shortest_whole(found)
    stated = () if page.meta.free is False else stated_lines(page)
    return stated if _length(lines) < ENOUGH and _length(stated) > MUCH_MORE * _length(lines) else lines


def _is_lead(element: Element, left: LeftOut) -> bool:
    return is_lead(words(element)) and next(left.kept(element.iter(*NO_LEAD)), None) is None


def stated_lines(page: Markup) -> tuple[str, ...]:
    """The story as the page's JSON-LD has it: for pages that a program fills in, as that text is often cut short."""
    body = page.meta.article.get("articleBody")
    if not isinstance(body, str):
        return ()
    found = blocks(body) if "</p>" in body else tuple(Block(fold(line), "p") for line in body.split("\n"))
    return tidy(tuple(block for block in found if block.text), page)


def _lead(story: Element, lines: tuple[str, ...], left: LeftOut) -> tuple[str, ...]:
    """The opening paragraph, where it stands in a box of its own before the story's."""
    for around, _ in zip((story, *story.iterancestors()), range(LEAD_LEVELS), strict=False):
        before = left.before(around)
        for _ in range(LEAD_LEVELS):
            if before is None:
                break
            said = left.text(before) if _is_lead(before, left) else ""
            if is_prose(said) and len(said) <= LONGEST_LEAD and not any(key(said) in key(line) for line in lines[:FEW]):
                return (said,)
            before = left.before(before)
    return ()


def _shortest_whole(found: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Of readings that are all short the first that has nearly all the sentences: more words are not more story."""
    most = max((_prose_length(lines) for lines in found), default=0)
    if most:
        return next(lines for lines in found if _prose_length(lines) >= NEARLY_ALL * most)
    return max(found, key=_length, default=())


def element_lines(element: Element, page: Markup, pruned: Pruned | None = None) -> tuple[str, ...]:
    """The lines of one element: pruned, then without headline, labels and notices."""
    pruned = prune_story(element, pruned or Pruned(page.left, prose_masses(element, page.left)))
    return tidy(blocks(lean_markup(element, pruned.left)), page)


def tidy(found: tuple[Block, ...], page: Markup) -> tuple[str, ...]:
    """The blocks' text without the repeated headline, the lines of the head, buttons, rails and notices."""
    titles = {
        key(title)
        for title in (title_of(page), page.meta.title, *page.headings[:1], page.meta.first("og:title"))
        if title
    }
    names = frozenset(key(name) for name in (page.meta.authors() or "").split(", ") if name)
    found = _without_head(found, titles, names)
    found = _without_cards(_without_links(found[: _rail_start(found)]))
    while found and found[-1].heading:
        found = found[:-1]
    lines = tuple(block.text for block in _without_pitches(found) if key(block.text) not in titles)
    return settled(_unsigned(_without_bylines(lines), ends_in_list=bool(found) and found[-1].tag == "li"))


def _without_pitches(found: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without labels and notices, and without the headings right over a notice."""
    is_label = [_is_label(block.text) for block in found]
    over = {at for at in range(len(found) - 1) if found[at].heading and is_notice(found[at + 1].text)}
    return tuple(block for at, block in enumerate(found) if not is_label[at] and at not in over)


def _without_bylines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without bylines between the first paragraphs."""
    head = tuple(line for line in lines[:NEAR_HEAD] if not (byline_line(line) and is_heading(line)))
    return head + lines[NEAR_HEAD:]


def _without_links(found: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without lines that are links, and without what little follows the first such line after the story."""
    last = max((i for i, block in enumerate(found) if is_prose(block.text) and block.linked < LINKED_TAIL), default=-1)
    if last < 0:
        return found
    tail = next(
        (i for i in range(last + 1, len(found)) if found[i].linked > LINKED_TAIL and found[i].tag != "li"), None
    )
    if tail is not None and len(found) - tail <= FEW:
        found = found[:tail]
    return tuple(block for block in found if not _is_link(block))


def _is_link(block: Block) -> bool:
    """Whether the line is a link to another story; a word or two in brackets are rather a source."""
    is_long = len(block.text.split()) >= MIN_WORDS and len(block.text) < LONGEST_LINKED
    return block.linked > LINKED_LINE and block.tag != "li" and is_long and not is_prose(block.text)


def _without_cards(found: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without cards of other stories: a headline, and under it a line with day and time."""
    first = next((i for i, block in enumerate(found) if is_prose(block.text)), len(found))
    card = {
        at
        for at in range(first + 2, len(found))
        if CLOCK.search(found[at].text) and is_stamp(found[at].text) and _is_headline(found[at - 1])
    }
    return tuple(block for at, block in enumerate(found) if at not in card and at + 1 not in card)


def _is_headline(block: Block) -> bool:
    return is_heading(block.text) and not is_prose(block.text) and not is_stamp(block.text)


def _unsigned(lines: tuple[str, ...], *, ends_in_list: bool) -> tuple[str, ...]:
    """The lines without dates, times, names and initials at their end."""
    while len(lines) > 1 and _is_signature(lines[-1], after=lines[-2], listed=ends_in_list):
        lines = lines[:-1]
    return lines


def _is_signature(line: str, after: str, *, listed: bool) -> bool:
    if is_stamp(line) or any(each.fullmatch(line[:LONGEST_SIGNATURE]) for each in (INITIALS, MAIL, CREDITED)):
        return True
    return not listed and len(line) <= LONGEST_NAME and is_prose(after) and people_of(line) == (line,)


def _rail_start(found: tuple[Block, ...]) -> int:
    """Where a rail of other stories begins: its label stands late in the text, as a heading or the last."""
    total = sum(len(block.text) for block in found)
    passed = 0
    for index, block in enumerate(found):
        if passed >= RAIL_AFTER * total and is_rail(block.text) and (block.heading or _little_prose(found[index:])):
            return index
        passed += len(block.text)
    return len(found)


def _is_label(line: str) -> bool:
    """Whether the line is a notice, a rule, or the time of day over an entry of a live page."""
    return (
        not any(c.isalnum() for c in line)
        or is_notice(line)
        or (len(line) <= LONGEST_CLOCK and CLOCK_LINE.fullmatch(line) is not None)
    )


def _little_prose(rest: tuple[Block, ...]) -> bool:
    return sum(is_prose(block.text) for block in rest) <= 1


def _without_head(found: tuple[Block, ...], titles: set[str], names: frozenset[str]) -> tuple[Block, ...]:
    """The blocks from the first that is neither headline, date, byline nor button; these stand before prose only."""
    first = next((i for i, block in enumerate(found) if is_prose(block.text)), 0)
    head = tuple(block for block in found[:first] if not _is_head(block.text, titles, names))
    return head + found[first:]


def _is_head(line: str, titles: set[str], names: frozenset[str]) -> bool:
    name = key(line)
    if name in titles or name in BUTTONS or name == "by" or name in names or is_stamp(line):
        return True
    return stated_day(line) is not None or (byline_line(line) is not None and is_heading(line))


def _distinct(elements: Iterator[Element]) -> Iterator[Element]:
    seen: list[Element] = []
    for element in elements:
        if not any(element is each for each in seen):
            seen.append(element)
            yield element


def _length(lines: tuple[str, ...]) -> int:
    """The length of the lines, as if they were in a script of letters."""
    return sum(len(line) * (DENSE_WEIGHT if is_dense(line) else 1) for line in lines)


def _prose_length(lines: tuple[str, ...]) -> int:
    return _length(tuple(line for line in lines if is_prose(line)))

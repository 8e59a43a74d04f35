"""The story's lines out of a page's tree: candidates in order, each pruned and read, until one holds enough.

The cascade matters as much as the first choice: without it one page in fifteen comes out empty or cut (pages.md,
section 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors.boilerplate import is_heading, is_notice, is_prose, key
from extractors.pages.blocks import Block, blocks
from extractors.pages.bylines import byline_line
from extractors.pages.closing import BUTTONS, is_rail, settled
from extractors.pages.container import Masses, candidates, prose_masses
from extractors.pages.days import CLOCK_LINE, is_stamp, stated_day
from extractors.pages.markup import Markup
from extractors.pages.prune import prune_page, prune_story
from extractors.pages.titles import title_of
from extractors.pages.tree import Element, copy, flatten, markup

ENOUGH_SHARE = 0.3
"""Share of an element's prose that pruning must leave, or the element was not the story's."""
ENOUGH = 200
PLENTY = 50_000  # of a trap as much as is read of it
RAIL_AFTER = 0.6
LONGEST_CLOCK = 20


def story_lines(page: Markup) -> tuple[str, ...]:
    """The story's lines in order, without what stands around it; empty where the page has no text at all."""
    masses = prose_masses(page.root)
    prune_page(page.root, masses)
    best: tuple[str, ...] = ()
    for candidate in _distinct(candidates(page.root, masses)):
        lines = element_lines(candidate, page, masses)
        if _length(lines) >= max(ENOUGH, min(ENOUGH_SHARE * masses.get(candidate, 0), PLENTY)):
            return lines
        best = max(best, lines, key=_length)
    return best


def element_lines(element: Element, page: Markup, masses: Masses | None = None) -> tuple[str, ...]:
    """The lines of one element: pruned, then without headline, labels and notices. `masses` are those of its page."""
    alone = copy(element)
    known = zip(alone.iter(), element.iter(), strict=True)
    prune_story(alone, prose_masses(alone) if masses is None else {each: masses.get(of, 0) for each, of in known})
    flatten(alone)
    return tidy(blocks(markup(alone)), page)


def tidy(found: tuple[Block, ...], page: Markup) -> tuple[str, ...]:
    """The blocks' text without the repeated headline, the lines of the head, buttons, rails and notices."""
    titles = {
        key(title)
        for title in (title_of(page), page.meta.title, *page.headings[:1], page.meta.first("og:title"))
        if title
    }
    names = frozenset(key(name) for name in (page.meta.authors() or "").split(", ") if name)
    found = _without_head(found, titles, names)
    found = found[: _rail_start(found)]
    while found and found[-1].heading:
        found = found[:-1]
    lines = tuple(block.text for block in found if key(block.text) not in titles and not _is_label(block.text))
    return settled(_unsigned(lines))


def _unsigned(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without dates, times and names at their end."""
    while len(lines) > 1 and is_stamp(lines[-1]):
        lines = lines[:-1]
    return lines


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
    """Whether the line is a notice, or the time of day over an entry of a live page."""
    return is_notice(line) or (len(line) <= LONGEST_CLOCK and CLOCK_LINE.fullmatch(line) is not None)


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
    return sum(map(len, lines))

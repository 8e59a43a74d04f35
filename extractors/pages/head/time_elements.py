"""Which of a page's times are the story's own: not those of rails, comments, footers, changes and coming events.

An element and the boxes around it are asked, up to the first that also holds the headline or most of the page's prose:
what has these in it is the story's, however it is called.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass

from extractors.lexicon import table
from extractors.pages.boilerplate import is_prose
from extractors.pages.head.markup import Markup
from extractors.pages.source.tree import Element, content, dated, words
from extractors.text.decode import fold

_NAMES = table("element_names")["others"]
OTHERS = frozenset(_NAMES["words"])
"""Words in the names of boxes whose times are those of other stories, of comments or of events."""
OTHERS_BY_NAME = frozenset(_NAMES["names"])
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
OUTSIDE = frozenset(("aside", "nav"))
ENDS = frozenset(("body", "html", "main"))
HEADINGS = ("h2", "h3", "h4", "h5")
NEAR = 2
"""Paragraphs of prose after the headline within which a time is the story's; one further down may be anybody's."""
HEADLINE_WORDS = 4
LABEL = 40
BEGINNING = 12
PARAGRAPH = 60
_DATE = table("page_fields")["date"]
CHANGED = frozenset(_DATE["says_changed"])
# A word that says of the date after it what happened on that day.
# yes: "Updated"  "Last update:"  "更新"  "Published"   no: "date"
SAYS_WHAT = re.compile(
    "|".join(
        rf"(?<![^\W\d_]){re.escape(word)}" for word in sorted({*CHANGED, *_DATE["says_published"]}, key=len)[::-1]
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the page's headline stands: the element, what is around it or around most of the page's prose, and the
    article that it is in."""

    headline: Element | None
    around: Set[Element]
    article: Element | None

    @staticmethod
    def of(page: Markup) -> Head:
        """That of the page; its first heading of the first order with words in it."""
        found = (each for each in page.root.iter("h1") if content(each).strip())
        headline = next(found, None) if page.headings else None
        around = _around_prose(page)
        if headline is None:
            return Head(None, around, None)
        return Head(headline, around | {*headline.iterancestors()}, next(headline.iterancestors("article"), None))


def _around_prose(page: Markup) -> Set[Element]:
    """The elements that hold more than half of the page's paragraphs of prose."""
    paragraphs = [each for each in page.left.kept(page.root.iter("p")) if len(content(each)) >= PARAGRAPH]
    held = Counter(around for each in paragraphs for around in each.iterancestors())
    return {element for element, count in held.items() if 2 * count > len(paragraphs) and count > 1}


def story_times(page: Markup, head: Head) -> tuple[list[Element], list[Element]]:
    """The elements that hold the story's own time: those marked as such or near the headline, and those further off."""
    times = [each for each in page.left.kept(dated(page.root)) if not is_anothers(each, head) and not _changed(each)]
    if marked := [each for each in times if is_marked(each)]:
        return marked, []
    near = set(_near(page, head, frozenset(times))) if times else set()
    return [each for each in times if each in near], [each for each in times if each not in near]


def is_marked(element: Element) -> bool:
    """Whether the element is marked as the time of publication."""
    said = words(element).lower()
    named = "publish" in said or "entry-date" in said or "dt-published" in said
    return named or "pubdate" in element.attrib or "datePublished" in element.get("itemprop", "")


def is_anothers(element: Element, head: Head, *, named: bool = True) -> bool:
    """Whether the element stands in a box of other stories, of comments, of an event, or in running text. Unless
    `named`, only that counts of a box which it is for sure: a card of another story, a footer, comments."""
    for box in (element, *element.iterancestors()):
        if box in head.around or box.tag in ENDS:
            return False
        if _is_card(box, head) or _is_footer(box) or _is_comments(box):
            return True
        if named and _is_others(box):
            return True
        if box.tag == "p" and box is not element and _is_in_prose(box, element):
            return True
    return False


def _is_in_prose(paragraph: Element, element: Element) -> bool:
    """Whether the element stands in a paragraph of prose, and not at its beginning."""
    said, own = fold(content(paragraph)), fold(content(element))
    return is_prose(said) and own not in said[: len(own) + BEGINNING]


def says_change(element: Element, line: str = "", *, after: bool = False) -> bool:
    """Whether words before the element's date, or in the line before its first figure, say that it is of a change;
    `after`: the line follows the element."""
    if not after and _is_named_change(element):
        return True
    figure = re.search(r"\d", line)
    before = f"{_text_before(element)} {content(element) if after else ''} {line[: figure.start()] if figure else ''}"
    said = [found[0].casefold() for found in SAYS_WHAT.finditer(before[-2 * LABEL :])]
    return bool(said) and said[-1] in CHANGED


def _changed(element: Element) -> bool:
    """Whether the element is named as the time of a change, or said to be one."""
    return not is_marked(element) and says_change(element, content(element))


def _is_named_change(element: Element) -> bool:
    said = f"{words(element)} {element.get('itemprop', '')}".lower()
    return ("updat" in said or "modif" in said) and not is_marked(element)


def _near(page: Markup, head: Head, times: frozenset[Element]) -> Iterator[Element]:
    """Those of the times that stand in the headline's article before it, or after it before much prose."""
    seen, prose = head.headline is None, 0
    for element in page.left.kept(page.root.iter()):
        seen = seen or element is head.headline
        prose += seen and element.tag == "p" and is_prose(content(element).strip())
        if element in times:
            beside = head.article is not None and any(each is head.article for each in element.iterancestors("article"))
            if (seen or beside) and prose <= NEAR:
                yield element


def _is_others(box: Element) -> bool:
    if box.tag in OUTSIDE:
        return True
    name = f"{words(box)} {box.get('itemtype', '')}"[:400]
    said = {word.lower() for part in name.split() for word in _WORD.findall(part)}
    if not OTHERS_BY_NAME.isdisjoint(name.lower().split()):
        return True
    return not OTHERS.isdisjoint(said) or box.get("itemprop", "") in _NAMES["properties"]


def _is_comments(box: Element) -> bool:
    name = words(box).lower()
    return "comment" in name and "commentary" not in name and box.tag in ("div", "section", "ol", "ul")


def _is_card(box: Element, head: Head) -> bool:
    """Whether the box is one of another story: an article beside the headline's, or a time with a linked headline."""
    if box.tag == "article":
        return head.article is not None
    if box.tag in ("li", "a"):
        return any(_is_headline(link) for link in box.iter("a"))
    return box.tag == "div" and any(_is_headline(link) for each in box.iter(*HEADINGS) for link in each.iter("a"))


def _is_headline(link: Element) -> bool:
    return sum(map(str.isalpha, content(link).split())) >= HEADLINE_WORDS


def _is_footer(box: Element) -> bool:
    """Whether the box is the page's footer: that of an article may have its day."""
    return box.tag == "footer" and next(box.iterancestors("article"), None) is None


def _text_before(element: Element) -> str:
    """The words right before the element: in its line, or in a short label."""
    parts: list[str] = []
    parent, here = element.getparent(), element
    while parent is not None:
        before = here.getprevious()
        while before is not None and before.tag != "h1" and sum(map(len, parts)) < LABEL:
            said = content(before)
            parts[:0] = [said if len(said) <= LABEL else "", before.tail or ""]
            before = before.getprevious()
        if before is None:
            parts.insert(0, parent.text or "")
        if any(map(str.isalpha, "".join(parts))) or parent.tag in ("article", "body", "main"):
            break
        here, parent = parent, parent.getparent()
    return "".join(parts)

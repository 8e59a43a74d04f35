"""The element that holds the story: by what elements are called, best names first, as long as prose is in them.

Ranked names before scoring: worth 1 to 3 points of F1 on public page sets (pages.md, section 3). A page that names
nothing falls through to its body.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from extractors.pages.names import body_rank
from extractors.pages.tree import Element, words

ENOUGH_SHARE = 0.4
"""Share of a page's prose that its story has at least; a box called "content" in a sidebar has less."""
MIN_MASS = 80
_MIN_PARAGRAPH = 25

Masses = dict[Element, int]


def prose_masses(root: Element) -> Masses:
    """Characters of prose in each element that has any, itself included: text of paragraphs without that of links."""
    masses = _collected(root, ("p",))
    if masses.get(root, 0) < 4 * MIN_MASS:  # text set with <br>, or in bare <div>s
        masses = _collected(
            root, ("p", "div", "td", "section", "article", "span", "font", "blockquote", "pre", "li", "body", "center")
        )
    return masses


def candidates(root: Element, masses: Masses) -> Iterator[Element]:
    """Elements that may be the story's, the most likely first; the last is the root."""
    total = masses.get(root, 0)
    ranked: dict[int, list[Element]] = defaultdict(list)
    for element, mass in masses.items():
        if mass >= MIN_MASS and (rank := _rank(element)) is not None:
            ranked[rank].append(element)
    for rank in sorted(ranked):
        if best := _best(ranked[rank], masses, total):
            yield best
    yield _densest(root, masses)
    yield root


def _rank(element: Element) -> int | None:
    if "articleBody" in element.get("itemprop", ""):
        return 0
    if element.tag not in ("div", "section", "article", "main", "td", "body", "span", "table"):
        return None
    named = body_rank(words(element))
    if named == 0:
        return 1
    if element.tag == "article":
        return 2
    if element.tag == "main" or element.get("role", "") == "main":
        return 4
    return None if named is None else 3 if named == 1 else 5


def _best(elements: list[Element], masses: Masses, total: int) -> Element | None:
    """The element with most prose, or what holds it and its likes where a story is cut in parts; None if it is little."""
    best = max(elements, key=lambda element: masses[element])
    innermost = _innermost(best, elements, masses)
    if masses[innermost] >= ENOUGH_SHARE * total:
        return innermost
    parts = [element for element in elements if element.getparent() is best.getparent()]
    parent = best.getparent()
    if parent is not None and sum(masses[part] for part in parts) >= ENOUGH_SHARE * total:
        return parent
    return None


def _innermost(best: Element, elements: list[Element], masses: Masses) -> Element:
    """Of nested elements of one rank the deepest that still has nearly all of the prose."""
    for element in elements:
        if masses[element] >= 0.9 * masses[best] and any(ancestor is best for ancestor in element.iterancestors()):
            best = element
    return best


def _densest(root: Element, masses: Masses) -> Element:
    """The deepest element that has most of the page's prose: what is left where nothing has a telling name."""
    total = masses.get(root, 0)
    here = root
    while True:
        child = next((c for c in here if masses.get(c, 0) >= 0.7 * total), None)
        if child is None or child.tag == "p":
            return here
        here = child


def _collected(root: Element, tags: tuple[str, ...]) -> Masses:
    masses: Masses = defaultdict(int)
    for element in root.iter(*tags):
        own = _prose_length(element)
        if own >= _MIN_PARAGRAPH:
            masses[element] += own
            for ancestor in element.iterancestors():
                masses[ancestor] += own
    return masses


def _prose_length(element: Element) -> int:
    """Length of a paragraph's text outside links; of any other element only that of the text standing directly in it."""
    if element.tag == "p":
        return len(element.text_content()) - sum(len(link.text_content()) for link in element.iter("a"))
    parts = [element.text, *(child.tail for child in element)]
    return sum(len(part.strip()) for part in parts if part)

"""The element that holds the story: by what elements are called, best names first, as long as prose is in them.

Ranked names before scoring: worth 1 to 3 points of F1 on public page sets (pages.md, section 3). A page that names
nothing falls through to its body.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

from extractors.lexicon import table
from extractors.pages.body.element_names import body_rank
from extractors.pages.source.left_out import LeftOut
from extractors.pages.source.tree import Element, words

ENOUGH_SHARE = 0.4
"""Share of a page's prose that its story has at least; a box called "content" in a sidebar has less."""
MIN_MASS = 80
SURE_SHARE = 0.15
SURE_RANK = 1
ARTICLE_RANK = 2
DEEPER_SHARE = 0.8
PART_LEVELS = 4
PART_SHARE = 0.3
"""Boxes of one name near each other are parts of one story when the others hold this share of the largest."""
_TAGS = table("html_elements")["story"]
PROSE_TAGS = tuple(_TAGS["may_hold_prose"])
NAMED_TAGS = frozenset(_TAGS["may_be_story"])
_MIN_PARAGRAPH = 25
_MIN_BARE = 60

Masses = Mapping[Element, int]


def prose_masses(root: Element, left: LeftOut) -> Masses:
    """Characters of prose in each element that has any, itself included: text of paragraphs without that of links."""
    masses: dict[Element, int] = defaultdict(int)
    for element in left.kept(root.iter(*PROSE_TAGS)):
        own = _prose_length(element, left)
        if own >= (_MIN_PARAGRAPH if element.tag == "p" else _MIN_BARE):
            masses[element] += own
            for ancestor in element.iterancestors():
                masses[ancestor] += own
    return masses


def remaining(masses: Masses, before: LeftOut, after: LeftOut) -> Masses:
    """The masses after a pass: of what it left out none, of what stands around that so much less."""
    gone = {
        element: mass for element in islice(after.reasons, len(before.reasons), None) if (mass := masses.get(element))
    }
    if not gone:
        return masses
    found = {element: mass for element, mass in masses.items() if element not in after.reasons}
    for element, mass in gone.items():
        if element.getparent() not in after.reasons:
            for ancestor in element.iterancestors():
                if ancestor in found:
                    found[ancestor] -= mass
    return found


def candidates(root: Element, masses: Masses, left: LeftOut) -> Iterator[Element]:
    """Elements that may be the story's, the most likely first; the last is the root."""
    total = masses.get(root, 0)
    headings = list(left.kept(root.iter("h1")))
    titled = {around for heading in headings for around in heading.iterancestors()}
    ranked: dict[int, list[Element]] = defaultdict(list)
    for element, mass in masses.items():
        if mass >= MIN_MASS and (rank := _rank(element)) is not None:
            ranked[rank].append(element)
    for rank in sorted(ranked):
        best = _best(ranked[rank], masses, headings)
        if masses[best] >= _share(rank, masses[best], titled=best in titled) * total:
            yield best
    yield _densest(root, masses, left)
    yield root


def _share(rank: int, mass: int, titled: bool) -> float:
    """How much of the page's prose an element of this rank must hold: less where its name leaves no doubt, or where it
    is an article with a headline in it."""
    sure = rank <= SURE_RANK or (rank == ARTICLE_RANK and titled)
    return SURE_SHARE if sure and mass >= 3 * MIN_MASS else ENOUGH_SHARE


def _rank(element: Element) -> int | None:
    if "articleBody" in element.get("itemprop", ""):
        return 0
    if element.tag not in NAMED_TAGS:
        return None
    named = body_rank(words(element))
    if named == 0:
        return 1
    if element.tag == "article":
        return ARTICLE_RANK
    if element.tag == "main" or element.get("role", "") == "main":
        return 4
    return None if named is None else 3 if named == 1 else 5


def _best(elements: list[Element], masses: Masses, headings: list[Element]) -> Element:
    """The element with most prose, or what holds it and its likes where a story is cut in parts."""
    best = _innermost(max(elements, key=lambda element: masses[element]), elements, masses)
    parts = [element for element in elements if words(element) == words(best) and element.tag == best.tag]
    for around, _ in zip(best.iterancestors(), range(PART_LEVELS), strict=False):
        held = sum(masses[part] for part in parts if part is not best and _is_in(part, around))
        if held >= PART_SHARE * masses[best] and sum(_is_in(heading, around) for heading in headings) <= 1:
            return around
    return best


def _is_in(element: Element, around: Element) -> bool:
    return any(ancestor is around for ancestor in element.iterancestors())


def _innermost(best: Element, elements: list[Element], masses: Masses) -> Element:
    """Of nested elements of one rank the deepest that still has nearly all of the prose."""
    for element in elements:
        if masses[element] >= 0.9 * masses[best] and _is_in(element, best):
            best = element
    return best


def _densest(root: Element, masses: Masses, left: LeftOut) -> Element:
    """The deepest element that has most of the page's prose: what is left where nothing has a telling name."""
    total = masses.get(root, 0)
    here = root
    while True:
        child = next((c for c in left.kept(here) if masses.get(c, 0) >= DEEPER_SHARE * total), None)
        if child is None or child.tag == "p":
            return here
        here = child


def _prose_length(element: Element, left: LeftOut) -> int:
    """Length of a paragraph's text outside links; of any other element only that of the text right in it."""
    if element.tag == "p":
        return len(left.content(element)) - sum(len(left.content(link)) for link in left.kept(element.iter("a")))
    return sum(len(part.strip()) for part in left.own_texts(element))

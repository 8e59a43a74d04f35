"""Leaves out of a tree what is not story: by tag, by name, by density of links.

Names and links are two independent signals, both needed (pages.md, section 3: without either, 2 to 3 points of F1 are
lost). What holds much of the prose is never taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractors.lexicon import table
from extractors.pages.body.closing import is_rail
from extractors.pages.body.container import Masses, remaining
from extractors.pages.body.element_names import is_noise, is_side
from extractors.pages.boilerplate import is_prose
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.left_out import LeftOut, leaving_out
from extractors.pages.source.tree import Element, hidden, words

_TAGS = table("html_elements")["story"]
OUTSIDE = tuple(_TAGS["outside"])
NAMED = frozenset(_TAGS["may_be_noise"])
BESIDE = frozenset(("aside", "nav", "footer"))
LINKED = tuple(_TAGS["may_be_links"])
MANY_LINKS = 2
MAX_LABEL = 80
MAX_CAPTION = 200
FRAME_LEVELS = 3
TERMINALS = tuple(table("boilerplate")["sentence"]["caption_has_none"])
KEPT_SHARE = 0.3
"""What holds more of the prose than this is part of the story, whatever it is called: ASP.NET pages are one <form>."""
MIN_STORY = 200
"""Characters of prose under which nothing is left of a page."""

Found = Iterator[tuple[Element, Reason]]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is left of a tree: the elements that were left out, and the prose that each of the others still holds."""

    left: LeftOut
    masses: Masses

    def mass(self, element: Element) -> int:
        """The characters of prose left in the element."""
        return self.masses.get(element, 0)

    def after(self, finds: Callable[[Pruned], Found]) -> Pruned:
        """What is left after one more pass."""
        left = leaving_out(self.left, lambda growing: finds(Pruned(growing, self.masses)))
        return Pruned(left, remaining(self.masses, self.left, left))


def prune_page(root: Element, whole: Pruned) -> Pruned:
    """What is left of the page without navigation, footers, asides, forms, figures, what is hidden, and comments."""
    limit = KEPT_SHARE * whole.mass(root)
    now = whole.after(lambda now: _of_tag(root, limit, now))
    now = _without_hidden(root, limit, now)
    return now.after(lambda now: _comments(root, 2 * limit, now))


def prune_story(story: Element, page: Pruned) -> Pruned:
    """What is left of the page where its story's element also goes without what names or links give away in it."""
    limit = KEPT_SHARE * page.mass(story)
    now = page.after(lambda now: _named(story, limit, now))
    now = now.after(lambda now: _cards(story, now))
    now = now.after(lambda now: _link_lists(story, limit, now))
    now = now.after(lambda now: _emptied(story, now.left))
    return now.after(lambda now: _captions(story, now.left))


def _of_tag(root: Element, limit: float, now: Pruned) -> Found:
    return ((element, Reason.TAG) for element in root.iter(*OUTSIDE) if now.mass(element) <= limit)


def _without_hidden(root: Element, limit: float, now: Pruned) -> Pruned:
    """What is left without what is hidden: sidebars however long they are, as long as a story is left, and all else,
    unless it holds most of the prose and leaves no story: then it is a story that waits for its script."""
    shown = now.after(lambda now: _hidden_sides(root, now))
    if shown.mass(root) < min(MIN_STORY, now.mass(root)):
        shown = now
    whole = shown.mass(root)
    less = shown.after(lambda now: _hidden(root, limit, now))
    return shown if 2 * less.mass(root) < whole and less.mass(root) < MIN_STORY else less


def _hidden(root: Element, limit: float, now: Pruned) -> Found:
    return ((element, Reason.HIDDEN) for element in hidden(root) if now.mass(element) <= limit)


def _hidden_sides(root: Element, now: Pruned) -> Found:
    """What is hidden, or kept from being read aloud, and by its tag or name no story."""
    silent = (element for element in root.iter(*NAMED) if element.get("aria-hidden", "") == "true")
    for element in (*hidden(root), *silent):
        if element.tag in BESIDE or (element.tag in NAMED and is_side(words(element))):
            yield element, Reason.HIDDEN


def _comments(root: Element, limit: float, now: Pruned) -> Found:
    for element in root.iter("div", "section", "ul", "ol"):
        unspoken = element.get("aria-hidden", "") == "true"
        if (unspoken or _is_comments(element)) and now.mass(element) <= limit:
            yield element, Reason.HIDDEN if unspoken else Reason.COMMENTS


def _named(story: Element, limit: float, now: Pruned) -> Found:
    for element in story.iter():
        is_named = element.tag in NAMED and element is not story and _is_noise(element, now.left)
        if is_named and now.mass(element) <= limit:
            yield element, Reason.NAME


def _cards(story: Element, now: Pruned) -> Found:
    """Spans of links, the innermost first: the outer one may hold the name itself."""
    for element in reversed(list(story.iter("span"))):
        if element is not story and element not in now.left and not now.mass(element) and _is_links(element, now.left):
            yield element, Reason.LINKS


def _link_lists(story: Element, limit: float, now: Pruned) -> Found:
    for element in now.left.kept(story.iter(*LINKED)):
        if element is not story and now.mass(element) <= limit and _is_links(element, now.left):
            yield element, Reason.LINKS


def _emptied(story: Element, left: LeftOut) -> Found:
    for label in left.kept(story.iter("h2", "h3", "h4", "h5", "p", "div", "strong")):
        if (box := _emptied_rail(label, story, left)) is not None:
            yield box, Reason.LABEL_ALONE


def _captions(story: Element, left: LeftOut) -> Found:
    for picture in left.kept(story.iter("img", "picture")):
        if (frame := _caption(picture, story, left)) is not None:
            yield frame, Reason.CAPTION


def _emptied_rail(label: Element, story: Element, left: LeftOut) -> Element | None:
    """The box of which nothing but the label of a rail is left."""
    box = label.getparent()
    if label is story or box is None or box is story or next(left.kept(label), None) is not None:
        return None
    said = left.content(label).strip()
    return box if said and len(said) <= MAX_LABEL and is_rail(said) and left.content(box).strip() == said else None


def _caption(picture: Element, story: Element, left: LeftOut) -> Element | None:
    """The box around a picture that has but few words and no sentence besides: its caption."""
    frame = None
    for around, _ in zip(picture.iterancestors(), range(FRAME_LEVELS), strict=False):
        if around is story or around.tag in ("td", "body", "li"):
            break
        said = left.content(around).strip()
        if len(said) > MAX_CAPTION:
            break
        if said:
            frame = around if not (is_prose(said) or said.endswith(TERMINALS)) else None
    return frame


def _is_comments(element: Element) -> bool:
    name = words(element).lower()
    return "comment" in name and "commentary" not in name


def _is_noise(element: Element, left: LeftOut) -> bool:
    """Whether its name is that of noise; a post of others that is embedded in the story is a quotation."""
    name = words(element)
    if not is_noise(name):
        return False
    return "embed" not in name or next(left.kept(element.iter("blockquote")), None) is None


def _is_links(element: Element, left: LeftOut) -> bool:
    """Whether the element is links to elsewhere and little more."""
    links = [link for link in element.iter("a") if link not in left]
    if not links:
        return False
    length = len(left.content(element).strip())
    linked = sum(len(left.content(link).strip()) for link in links)
    if element.tag == "span":  # a card about a person or place, within a line of the story
        return len(links) > 1 and linked > 0.7 * length
    if element.tag == "p" and len(links) > MANY_LINKS:
        return linked > 0.8 * length
    if element.tag in ("p", "li", "h2", "h3", "h4"):
        return linked > 0.9 * length and length < 200 and element.tag != "li"
    return linked > (0.5 if length < 400 else 0.65) * length

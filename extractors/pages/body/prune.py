"""Takes out of a tree what is not story: by tag, by name, by density of links.

Names and links are two independent signals, both needed (pages.md, section 3: without either, 2 to 3 points of F1 are
lost). What holds much of the prose is never taken.
"""

from __future__ import annotations

from extractors.pages.body.closing import is_rail
from extractors.pages.body.container import Masses
from extractors.pages.body.element_names import is_noise
from extractors.pages.boilerplate import is_prose, table
from extractors.pages.source.tree import Element, content, hidden, remove, words

OUTSIDE = ("nav", "footer", "aside", "form", "figure", "figcaption", "dialog", "menu", "video", "audio")
NAMED = frozenset(
    table(
        """
    div | section | ul | ol | dl | p | span | header | table | aside | li | h2 | h3 | h4 | h5 | h6 | a | strong | em
    small | blockquote | article
    """
    )
)
LINKED = ("div", "ul", "ol", "dl", "section", "table", "p", "li", "h2", "h3", "h4", "header", "blockquote")
MANY_LINKS = 2
MAX_LABEL = 80
MAX_CAPTION = 200
FRAME_LEVELS = 3
TERMINALS = (".", "!", "?", "”", "»", "。", "！", "？", "؟", "۔", "।", ":")
KEPT_SHARE = 0.3
"""What holds more of the prose than this is part of the story, whatever it is called: ASP.NET pages are one <form>."""


def prune_page(root: Element, masses: Masses) -> None:
    """Removes navigation, footers, asides, forms and figures from the page."""
    limit = KEPT_SHARE * masses.get(root, 0)
    for element in list(root.iter(*OUTSIDE)):
        if masses.get(element, 0) <= limit:
            _remove(element, root, masses)
    for element in hidden(root):
        if masses.get(element, 0) <= limit:
            _remove(element, root, masses)
    for element in list(root.iter("div", "section", "ul", "ol")):
        aside = element.get("aria-hidden", "") == "true" or _is_comments(element)
        if aside and masses.get(element, 0) <= 2 * limit:
            _remove(element, root, masses)


def prune_story(story: Element, masses: Masses) -> None:
    """Removes from the story's element what its name or its links give away."""
    limit = KEPT_SHARE * masses.get(story, 0)
    for element in list(story.iter()):
        if element.tag in NAMED and _is_noise(element) and masses.get(element, 0) <= limit:
            _remove(element, story, masses)
    for element in reversed(list(story.iter("span"))):  # the innermost first: the outer one may hold the name itself
        if not masses.get(element, 0) and _is_links(element):
            _remove(element, story, masses)
    for element in list(story.iter(*LINKED)):
        if masses.get(element, 0) <= limit and _is_links(element):
            _remove(element, story, masses)
    for label in list(story.iter("h2", "h3", "h4", "h5", "p", "div", "strong")):
        if (emptied := _emptied_rail(label, story)) is not None:
            _remove(emptied, story, masses)
    for picture in list(story.iter("img", "picture")):
        if (frame := _caption(picture, story)) is not None:
            _remove(frame, story, masses)


def _emptied_rail(label: Element, story: Element) -> Element | None:
    """The box of which nothing but the label of a rail is left."""
    box = label.getparent()
    if box is None or box is story or len(label):
        return None
    said = content(label).strip()
    return box if said and len(said) <= MAX_LABEL and is_rail(said) and content(box).strip() == said else None


def _caption(picture: Element, story: Element) -> Element | None:
    """The box around a picture that has but few words and no sentence besides: its caption."""
    frame = None
    for around, _ in zip(picture.iterancestors(), range(FRAME_LEVELS), strict=False):
        said = content(around).strip()
        if around is story or len(said) > MAX_CAPTION or around.tag in ("td", "body", "li"):
            break
        if said:
            frame = around if not (is_prose(said) or said.endswith(TERMINALS)) else None
    return frame


def _is_comments(element: Element) -> bool:
    name = words(element).lower()
    return "comment" in name and "commentary" not in name


def _is_noise(element: Element) -> bool:
    """Whether its name is that of noise; a post of others that is embedded in the story is a quotation."""
    name = words(element)
    return is_noise(name) and not ("embed" in name and next(element.iter("blockquote"), None) is not None)


def _remove(element: Element, root: Element, masses: Masses) -> None:
    """Takes the element out, and its prose from what its ancestors are said to hold."""
    if element is root:
        return
    if mass := masses.get(element, 0):
        for ancestor in element.iterancestors():
            masses[ancestor] = masses.get(ancestor, 0) - mass
        for each in element.iter():
            masses.pop(each, None)
    remove(element)


def _is_links(element: Element) -> bool:
    """Whether the element is links to elsewhere and little more."""
    links = list(element.iter("a"))
    if not links:
        return False
    length = len(content(element).strip())
    linked = sum(len(content(link).strip()) for link in links)
    if element.tag == "span":  # a card about a person or place, within a line of the story
        return len(links) > 1 and linked > 0.7 * length
    if element.tag == "p" and len(links) > MANY_LINKS:
        return linked > 0.8 * length
    if element.tag in ("p", "li", "h2", "h3", "h4"):
        return linked > 0.9 * length and length < 200 and element.tag != "li"
    return linked > (0.5 if length < 400 else 0.65) * length

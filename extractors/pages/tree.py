"""The one place that knows lxml: text becomes a tree of elements; what a tree of elements says is asked here.

Everything above sees `Element`, the part of lxml's interface that is used, so that types are checked past this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Protocol, cast

from lxml import etree, html  # type: ignore[import-untyped]

from extractors.decode import fold


class Element(Protocol):
    """An lxml element, as far as we use it."""

    tag: str
    text: str | None
    tail: str | None

    @property
    def attrib(self) -> Mapping[str, str]:
        """All attributes by name."""
        ...

    def get(self, name: str, default: str = "") -> str:
        """The attribute's value."""
        ...

    def iter(self, *tags: str) -> Iterator[Element]:
        """The element and its descendants in document order, of these tags only if any are given."""
        ...

    def iterancestors(self, *tags: str) -> Iterator[Element]:
        """The ancestors, nearest first."""
        ...

    def getparent(self) -> Element | None:
        """The parent, None at the root."""
        ...

    def drop_tree(self) -> None:
        """Removes the element, leaving the text after it in place."""
        ...

    def text_content(self) -> str:
        """All text in it, as it stands."""
        ...

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Element]: ...


# Never text of a page, wherever they stand. Their content would otherwise count as words.
UNSEEN = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "canvas",
    "select",
    "textarea",
    "button",
)


def parse(text: str) -> Element | None:
    """The root element, None where there is nothing but comments. Nesting is cut at libxml2's own limit, not followed."""
    # Bytes in a stated encoding: a str that states another ("<?xml encoding=…") is refused, and parsing is faster so.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # "Document is empty"
        return None
    return cast(Element, root)


def copy(element: Element) -> Element:
    """The element by itself, so that it can be cut without harm to the page."""
    alone = deepcopy(element)
    alone.tail = None
    return alone


def drop(root: Element, tags: Sequence[str]) -> None:
    """Removes all elements of these tags."""
    for element in list(root.iter(*tags)):
        if element.getparent() is not None:
            element.drop_tree()


def words(element: Element) -> str:
    """What the element is called: its id and classes, as written, blank-separated."""
    return f"{element.get('id', '')} {element.get('class', '')}"


def text(element: Element) -> str:
    """All text in the element on one line. Words of neighbouring elements may run together."""
    return fold(element.text_content())


def by_class(root: Element, *names: str) -> Iterator[Element]:
    """The elements that have one of these classes, in document order."""
    wanted = frozenset(names)
    for element in root.iter():
        if (classes := element.get("class", "")) and not wanted.isdisjoint(classes.split()):
            yield element


def by_id(root: Element, name: str) -> Element | None:
    """The first element with this id."""
    return next((element for element in root.iter() if element.get("id", "") == name), None)


def markup(element: Element) -> str:
    """The element's HTML, without the text after it."""
    return str(html.tostring(element, encoding="unicode", with_tail=False))

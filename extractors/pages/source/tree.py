"""The one place that knows lxml: text becomes a tree of elements; what a tree of elements says is asked here.

Everything above sees `Element`, the part of lxml's interface that is used, so that types are checked past this module.
Plain lxml.etree, not lxml.html: the latter looks up a Python class for every element, a tenth of a page's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from lxml import etree  # type: ignore[import-untyped]

from extractors.lexicon import table
from extractors.pages.source.attributes import bounded
from extractors.text.decode import fold

Looked = TypeVar("Looked")


class Element(Protocol):
    """An lxml element, as far as we use it."""

    tag: str
    text: str | None
    tail: str | None

    sourceline: int | None

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

    def getprevious(self) -> Element | None:
        """The sibling before it."""
        ...

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Element]: ...


_TAGS = table("html_elements")["text"]
UNSEEN = tuple(_TAGS["unseen"])
"""Never text of a page, wherever they stand. Their content would otherwise count as words."""
BLOCK_TAGS = frozenset(_TAGS["blocks"])
"""Elements that hold lines of their own."""


def parse(source: str, unseen: tuple[str, ...] = UNSEEN) -> Element | None:
    """The root element without elements of these tags, None where there is nothing but comments; nobody changes the
    tree after this."""
    found = parse_and_look(source, lambda whole: None, unseen)
    return found[0] if found else None


def parse_and_look(
    source: str, look: Callable[[Element], Looked], unseen: tuple[str, ...] = UNSEEN
) -> tuple[Element, Looked] | None:
    """The root element as `parse` gives it, and what `look` sees in the whole tree, scripts and all."""
    # Bytes in a stated encoding: a str that states another ("<?xml encoding=…") is refused, and parsing is faster so.
    # Nesting is cut at libxml2's own limit of 255.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(bounded(source).encode("utf-8", "replace"), parser=parser)
    except etree.XMLSyntaxError:  # "Document is empty": the only fault that the recovering parser reports
        return None
    if root is None:
        return None
    seen = look(cast(Element, root))
    etree.strip_elements(root, *unseen, with_tail=False)  # the text after them stays
    return cast(Element, root), seen


def words(element: Element) -> str:
    """What the element is called: its id and classes, as written, blank-separated."""
    return f"{element.get('id', '')} {element.get('class', '')}"


_CONTENT = etree.XPath("string()", smart_strings=False)


def content(element: Element) -> str:
    """All text in the element as it stands. Words of neighbouring elements may run together."""
    return cast(str, _CONTENT(element))


def text(element: Element) -> str:
    """All text in the element on one line."""
    return fold(content(element))


def by_class(root: Element, *names: str) -> list[Element]:
    """The elements that have one of these classes, in document order."""
    return cast("list[Element]", _class_path(names)(root))


def dated(root: Element) -> list[Element]:
    """The elements that hold a time as data: <time>, and those that a microformat marks."""
    return cast("list[Element]", _DATED(root))


_DATED = etree.XPath(
    "descendant::time[@datetime] | descendant::*[contains(@itemprop, 'datePublished') and (@content or @datetime)]"
    " | descendant::abbr[contains(@class, 'published') and @title]"
)


def signed(root: Element) -> list[Element]:
    """The elements called byline or author, or said to name the author; after the headline where there is one."""
    found = cast("list[Element]", _SIGNED(root))
    headline = next((at for at, each in enumerate(found) if each.tag == "h1"), -1)
    return [each for each in found[headline + 1 :] if each.tag != "h1"][:_MOST_SIGNED]


_SIGNED = etree.XPath(
    "descendant::h1 | descendant::*[@rel='author' or contains(@itemprop, 'author') or contains(@class, 'uthor')"
    " or contains(@class, 'yline')]"
)
_MOST_SIGNED = 12


def hidden(root: Element) -> list[Element]:
    """The elements that a browser does not show by their own attributes."""
    return cast("list[Element]", _HIDDEN(root))


_STYLE = "translate(@style, 'DISPLAYNOEVBTYH ', 'displaynoevbtyh')"
_HIDDEN = etree.XPath(
    f"descendant::*[@hidden or (@style and (contains({_STYLE}, 'display:none') or"
    f" contains({_STYLE}, 'visibility:hidden')))]"
)


def by_id(root: Element, name: str) -> Element | None:
    """The first element with this id."""
    return next(iter(cast("list[Element]", _BY_ID(root, name=name))), None)


_BY_ID = etree.XPath("descendant-or-self::*[@id=$name]")


@cache
def _class_path(names: tuple[str, ...]) -> Any:  # lxml has no types; the callers' casts give them
    tests = " or ".join(f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)
    return etree.XPath(f"descendant-or-self::*[@class][{tests}]")

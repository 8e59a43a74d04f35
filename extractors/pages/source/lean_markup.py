"""An element's HTML as far as its next reader needs it: a string that says what stands in which line, and no more.

That reader is BeautifulSoup, which pays for each tag and attribute.
"""

from __future__ import annotations

from collections.abc import Callable

from extractors.lexicon import table
from extractors.pages.source.left_out import LeftOut
from extractors.pages.source.tree import Element

_TAGS = table("html_elements")["text"]
INLINE = frozenset(_TAGS["inline"])
"""Elements within a line that say nothing of where it begins and ends."""
VOID = frozenset(_TAGS["void"])
"""Elements that have no end tag."""
TITLED = ("b", "strong", "font", "big")
"""What old pages set a heading in, with a break after it."""


def lean_markup(element: Element, left: LeftOut) -> str:
    """The element's HTML without what was left out, without attributes and without tags within lines but links."""
    parts: list[str] = []
    _write(element, left, parts.append, whole=True)
    return "".join(parts)


def _write(element: Element, left: LeftOut, write: Callable[[str], None], *, whole: bool) -> None:
    """Writes the element; unless `whole`, only what is in it where it is one within a line."""
    tagged = whole or element.tag not in INLINE
    if tagged:
        write(f"<{element.tag}>")
    if len(element):
        _write_children(element, left, write)
    elif element.text:
        write(_escaped(element.text))
    if tagged and element.tag not in VOID:
        write(f"</{element.tag}>")


def _write_children(element: Element, left: LeftOut, write: Callable[[str], None]) -> None:
    children, texts = tuple(left.kept(element)), left.own_texts(element)
    write(_escaped(texts[0]))
    edges: set[int] = set()
    for at, child in enumerate(children):
        if child.tag != "br":
            _write(child, left, write, whole=False)
        elif _ends_a_title(children, texts, at, edges):
            edges.add(at)
            write("<hr>")
        else:
            write("<br>")
        write(_escaped(texts[at + 1]))


def _ends_a_title(children: tuple[Element, ...], texts: list[str], at: int, edges: set[int]) -> bool:
    """Whether a break comes after a line that is set in bold or another size: then it is an edge, not a break."""
    if not at or children[at - 1].tag not in TITLED or texts[at].strip() or texts[at - 1].strip():
        return False
    return at == 1 or (children[at - 2].tag == "br" and at - 2 not in edges)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if _has_signs(text) else text


def _has_signs(text: str) -> bool:
    return "&" in text or "<" in text or ">" in text

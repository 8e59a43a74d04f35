"""XML of strangers, read by lxml without entities, document types or network; the one place that knows its parser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

DECLARATION = re.compile(r"\s{0,100}<\?xml\b[^>]{0,500}\?>")
# An XML document names no entities of its own here; what is in a document type is not read.
SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "collect_ids": False, "huge_tree": False}
# What breaks most documents outside of CDATA: a bare ampersand, or a name that only HTML knows.
# yes: "AT&T"  "&nbsp;"   left as it is: "&amp;"  "&#233;"   Bounded: each character is looked at twice at most.
AMPERSAND = re.compile(r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|&(?!(?:amp|lt|gt|quot|apos|#\w{1,8});)(?P<name>\w{1,30};)?")


def tree_of(text: str) -> Any | None:
    """The root element of the text, mended as far as it is broken; None where there is no element in it."""
    bare = AMPERSAND.sub(_escaped, DECLARATION.sub("", text, count=1))
    parser = etree.XMLParser(recover=True, encoding="utf-8", remove_comments=True, remove_pis=True, **SAFE)
    try:
        return etree.fromstring(bare.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _escaped(found: re.Match[str]) -> str:
    if found[0].startswith("<"):
        return found[0]
    return html.escape(html.unescape(found[0])) if found["name"] else "&amp;"


def name_of(element: Any) -> str:
    """The element's name in lower case without its namespace, which half of all documents get wrong."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> Iterator[Any]:
    """The children of that name."""
    return (each for each in element if name_of(each) == name)


def words(element: Any | None, *path: str) -> str:
    """The text of the first element down that path of names; "" where there is none."""
    for name in path:
        element = None if element is None else next(children(element, name), None)
    return "".join(element.itertext()).strip() if element is not None else ""

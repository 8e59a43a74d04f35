"""The story's element as lines, read with BeautifulSoup: paragraphs, headings and list items in order."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.element import NavigableString, PreformattedString, Tag

from extractors.lexicon import table
from extractors.pages.boilerplate import DENSE_LENGTH
from extractors.pages.source.lines import Line, Lines
from extractors.text.decode import fold

BLOCKS = frozenset(table("html_elements")["text"]["line_edges"])
"""Elements that begin and end a line of text; all others are part of one. `td` stands in its row's line."""
CELLS = frozenset(("td", "th"))

SENTENCE_ENDS = tuple(table("boilerplate")["sentence"]["paragraph_ends"])
MAX_MARKUP = 400_000
"""Characters of a story's markup that are read: BeautifulSoup takes a second or two for so much, and a trap no more."""


def blocks(markup: str) -> Lines:
    """The lines of the markup of one element, none empty."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a story may be nothing but a file name
        soup = BeautifulSoup(markup[:MAX_MARKUP], "lxml")
    found = ((said, tag, linked) for text, tag, linked in _lines(soup) if (said := fold(text)))
    read = tuple(Line(said, number, tag, linked) for number, (said, tag, linked) in enumerate(found))
    return Lines(read, read=read)


def _lines(soup: BeautifulSoup) -> Iterator[tuple[str, str, float]]:
    """Runs of text between the edges of blocks, the tag that each stands in, and its share of links."""
    parts: list[str] = []
    links = breaks = 0
    for node, tag, edge in _walk(soup, "body"):
        if edge == "link":
            links += sum(map(str.isalnum, node.get_text()))
            continue
        breaks = breaks + 1 if edge == "br" else breaks if edge == "" and not str(node).strip() else 0
        if edge == "block" or breaks == 2 or (breaks == 1 and edge and _is_closed(parts)):
            yield "".join(parts), tag, _share(links, parts)
            parts, links = [], 0
        elif edge:
            parts.append(" ")
        elif isinstance(node, NavigableString):
            parts.append(str(node))
    yield "".join(parts), "body", _share(links, parts)


def _share(links: int, parts: list[str]) -> float:
    """The share of links, by letters and figures: bars and brackets around them are neither."""
    return min(1.0, links / max(1, sum(map(str.isalnum, "".join(parts))))) if links else 0.0


def _is_closed(parts: list[str]) -> bool:
    """Whether the text before a single break is whole sentences, so that the break ends a paragraph."""
    text = "".join(parts).rstrip()
    return len(text) >= DENSE_LENGTH and text.endswith(SENTENCE_ENDS)


def _walk(tag: Tag, block: str) -> Iterator[tuple[NavigableString | Tag, str, str]]:
    """Text and edges in order: (node, tag of the block around it, "" for text or the kind of edge).

    libxml2 cuts nesting at 255, so the recursion is bounded.
    """
    for child in tag.children:
        if isinstance(child, Tag):
            name = child.name
            if name in BLOCKS:
                yield child, block, "block"
                yield from _walk(child, name)
                yield child, name, "block"
            elif name == "br":
                yield child, block, "br"
            else:
                if name == "a":
                    yield child, block, "link"
                yield from _walk(child, block)
                if name in CELLS:
                    yield child, block, "cell"
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield child, block, ""

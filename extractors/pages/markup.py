"""A page as HTML: its tree and what it says of itself. What a family is given to read."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.pages.metadata import Metadata, metadata
from extractors.pages.tree import UNSEEN, Element, drop, parse, text


@dataclass(frozen=True, slots=True)
class Markup:
    """The tree of a page without scripts and the like, its metadata and its address."""

    root: Element
    source: str
    meta: Metadata
    url: str | None
    headings: tuple[str, ...]


def markup(source: str, url: str | None) -> Markup | None:
    """The page that the source is, None where it has no element."""
    if (root := parse(source)) is None:
        return None
    meta = metadata(root, url)
    drop(root, *UNSEEN)
    headings = tuple(heading for element in root.iter("h1") if (heading := text(element)))
    return Markup(root, source, meta, url, headings)

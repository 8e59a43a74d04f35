"""A page as HTML: its tree and what it says of itself. What a family is given to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from extractors.pages.head.address import is_front
from extractors.pages.head.metadata import Metadata, metadata
from extractors.pages.source.left_out import NOTHING, LeftOut
from extractors.pages.source.tree import Element, by_class, parse_and_look, text


@dataclass(frozen=True, slots=True)
class Markup:
    """The tree of a page without scripts and the like, its metadata and its address. `left` is what passes left out of
    the tree."""

    root: Element
    source: str
    meta: Metadata
    url: str | None
    headings: tuple[str, ...]
    """Of the first order; without the site's own name, which links to its front page."""
    other_headings: tuple[str, ...]
    """Where there are none: those of lower orders, and lines in bold or another size."""
    left: LeftOut = NOTHING


def markup(source: str, url: str | None) -> Markup | None:
    """The page that the source is, None where it has no element."""
    if (parsed := parse_and_look(source, lambda whole: metadata(whole, url))) is None:
        return None
    root, meta = parsed
    headings = tuple(
        heading for element in root.iter("h1") if (heading := text(element)) and not _is_name(element, url)
    )
    others = (
        () if headings else tuple(heading for element in _others(root) if 3 <= len(heading := text(element)) <= 300)
    )
    return Markup(root, source, meta, url, headings, others)


def _others(root: Element) -> Iterator[Element]:
    called = by_class(root, "headline", "title", "entry-title", "article-title", "news-title", "post-title")
    yield from (each for each in called if each.tag != "h1")  # what is one is the site's name
    yield from islice(root.iter("h2", "h3", "h4", "b", "strong", "font", "big"), LOOKED_AT)


def _is_name(heading: Element, url: str | None) -> bool:
    """Whether all of the heading is a link to the front page, as the name of a site is."""
    link = next(heading.iter("a"), None)
    if link is None or text(link) != text(heading):
        return False
    try:
        return is_front(
            urljoin(url if url and url.startswith("http") else "http://site.invalid/a", link.get("href", "#"))
        )
    except ValueError:  # "Invalid IPv6 URL" and the like
        return False


LOOKED_AT = 500

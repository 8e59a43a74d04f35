"""Which page family is this, and how it is read: bytes in, a `Page` with its verdict out.

The families are asked in the order of the table; each tests by structure, and the last one takes everything.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Literal

from extractors.model import Verdict
from extractors.pages.families import generic, monitor, pangea, wire
from extractors.pages.families.family import Family
from extractors.pages.head.bylines import people_of
from extractors.pages.head.markup import markup
from extractors.pages.head.surroundings import around
from extractors.pages.page import DateClue, Page
from extractors.pages.source.dump import dump, is_html
from extractors.pages.verdict import judged
from extractors.text.decode import Decoded, decode

__all__ = ["FAMILIES", "VERSION", "DateClue", "Page", "read_page"]

VERSION = 2
"""Of the reading of pages as a whole: raise it whenever the same bytes may give another document."""

FAMILIES: tuple[Family, ...] = (monitor.FAMILY, wire.FAMILY, pangea.FAMILY, generic.FAMILY)

# The first element of XML that is no page.
# yes: `<?xml version="1.0"?><rss version="2.0">`  `<feed xmlns=…>`   no: `<html>`, `<!DOCTYPE html>`
OTHER_XML = re.compile(
    r"""\s{0,999} (?: <\? [^>]{0,500} > \s{0,99} | <!-- [^>]{0,500} --> \s{0,99} ){0,5}
        < (?P<name> rss | feed | rdf:RDF | urlset | sitemapindex | opml | Error ) \b""",
    re.VERBOSE,
)
XML_NAMES = {
    "rss": "RSS feed",
    "feed": "Atom feed",
    "rdf:RDF": "RDF feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap index",
    "opml": "OPML list",
    "Error": "XML error message",
}


def read_page(content: bytes, *, url: str | None, content_type: str | None) -> Page:
    """The page that the bytes are. Never raises on content: what is no article says so in verdict and reason."""
    decoded = decode(content, content_type)
    if decoded.encoding is None:
        return _nothing(Verdict.NOT_HTML, decoded.reason)
    if not decoded.text.strip():
        return _nothing(Verdict.EMPTY, f"{len(content)} bytes, none of them text")
    if other := _other_format(decoded.text):
        return _nothing(Verdict.NOT_HTML, other)
    return _read(decoded, url, content_type)


def _read(decoded: Decoded, url: str | None, content_type: str | None) -> Page:
    if not is_html(decoded.text, content_type):
        lines = dump(decoded.text, url)
        return judged(_signed(next(family for family in FAMILIES if family.knows_dump(lines)).read_dump(lines)))
    if (page := markup(decoded.text, url)) is None:
        return replace(_nothing(Verdict.EMPTY, "markup without any element"), form="html")
    read = next(family for family in FAMILIES if family.knows_html(page)).read_html(page)
    return judged(_signed(read), lambda: around(decoded.text, page.meta, url), page.meta.declared)


def _signed(page: Page) -> Page:
    """The page with the people of its byline."""
    return replace(page, authors=people_of(page.byline))


def _nothing(verdict: Verdict, reason: str, form: Literal["html", "dump"] = "dump") -> Page:
    return Page(family="generic", form=form, paragraphs=(), verdict=verdict, reason=reason)


def _other_format(text: str) -> str | None:
    """What structured text it is, where it is no page: a feed, a sitemap, JSON."""
    if found := OTHER_XML.match(text):
        return XML_NAMES[found["name"]]
    if text.lstrip()[:1] in "{[":
        try:
            return "JSON" if isinstance(json.loads(text), dict | list) else None
        except (ValueError, RecursionError):  # prose in brackets; "[[[[…" nested to harm
            return None
    return None

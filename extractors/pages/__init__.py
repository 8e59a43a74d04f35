"""Which page family is this, and how it is read: bytes in, a `Page` with its verdict out.

The families are asked one after another; each tests by structure, and the last one takes everything.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from extractors.model import Verdict
from extractors.pages.families import FAMILIES
from extractors.pages.head.bylines import people_of
from extractors.pages.head.markup import Markup, markup
from extractors.pages.page import DateClue, Form, Page
from extractors.pages.source.dump import Dump, dump, is_html
from extractors.pages.surroundings import around
from extractors.pages.verdict import judged
from extractors.text.decode import Decoded, decode

__all__ = ["FAMILIES", "VERSION", "DateClue", "Page", "noted_page", "read_page"]

VERSION = 3
"""Of the reading of pages as a whole: raise it whenever the same bytes may give another document."""

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
    page = noted_page(content, url=url, content_type=content_type)
    return replace(page, lines=page.lines.forgetful())  # so that the tree can go


def noted_page(content: bytes, *, url: str | None, content_type: str | None) -> Page:
    """The same, with lines that know where they stood and why others are not among them."""
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
        return judged(_dump_page(dump(decoded.text, url)))
    if (page := markup(decoded.text, url)) is None:
        return replace(_nothing(Verdict.EMPTY, "markup without any element"), form="html")
    return judged(_html_page(page), lambda: around(decoded.text, page.meta, url), page.meta.declared)


def _html_page(page: Markup) -> Page:
    """The page as the first family reads it that knows it."""
    readers = ((name, family.read_html) for name, family in FAMILIES.items())
    return next(_told(found, name, "html") for name, read in readers if read and (found := read(page)))


def _dump_page(page: Dump) -> Page:
    """The same of a stripped page."""
    readers = ((name, family.read_dump) for name, family in FAMILIES.items())
    return next(_told(found, name, "dump") for name, read in readers if read and (found := read(page)))


def _told(page: Page, family: str, form: Form) -> Page:
    """The page with the name of its family and the people of its byline."""
    return replace(page, family=family, form=form, authors=people_of(page.byline))


def _nothing(verdict: Verdict, reason: str, form: Form = "dump") -> Page:
    return Page(form=form, verdict=verdict, reason=reason)


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

"""The bytes of a list -> its text: unpacked, decoded, freed of what stands before it; and what kind of list it is."""

from __future__ import annotations

import re
import zlib

from extractors import MAX_BYTES, decode, normalised

GZIP = b"\x1f\x8b"
GZIP_OR_ZLIB = 47  # zlib: 32 (tell by the header) + 15 (largest window)
MAX_UNPACKED = 16_000_000
# What may stand before a document though it must not: white space, byte-order marks, an XML declaration (in the text
# that is decoded it says nothing any more), processing instructions, comments and document types.
PROLOGUE = re.compile(r"(?: [\s\ufeff]++ | <\?(?:[^?]|\?(?!>))*+\?> | <!--(?:[^-]|-(?!->))*+--> )++", re.VERBOSE)
DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,500}(?:\[[^\]]{0,5000}\]\s{0,20})?>", re.IGNORECASE)
# The name of the first element, without its prefix. yes: "<rss version" -> rss   "<rdf:RDF" -> rdf   no: "<!--"
ELEMENT = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?(?P<name>[A-Za-z][\w.-]{0,40})")
# Where a feed begins behind words that do not belong to it, such as a warning of the program that made it.
START = re.compile(r"<\?xml\s|<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]")
WARNING_WINDOW = 8_192
# The first line of a sitemap in plain text. yes: "https://example.org/1"   no: "See https://example.org/1"
ADDRESS_LINE = re.compile(r"\s{0,100}https?://[^\s<>\"]{1,2048}[ \t]{0,100}(?:\n|$)", re.IGNORECASE)
SITEMAPS = frozenset(("urlset", "sitemapindex"))
HTML = frozenset(("html", "head", "body", "div", "p", "script", "title", "meta", "link", "table", "center", "h1"))


def text_of(content: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text, unpacked where it is gzip, and what the bytes are where they are no text."""
    content = unpacked(content)
    decoded = decode(content, content_type)
    text = decoded.text
    if decoded.encoding and len(content) > MAX_BYTES:  # a page is long enough there, a feed may not be
        text = normalised(content.decode(decoded.encoding, "windows-1252-byte"))
    return text.lstrip("\ufeff \t\r\n"), "" if decoded.encoding else decoded.reason


def unpacked(content: bytes) -> bytes:
    """The bytes without gzip, as far as they can be read and not beyond the cap."""
    if not content.startswith(GZIP):
        return content
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(content, MAX_UNPACKED)
    except zlib.error:
        return content


def without_warning(text: str) -> str:
    """The text from where its document starts."""
    if text.startswith("{") or root(text) in {"rss", "feed", "rdf", *SITEMAPS}:
        return text
    found = START.search(text, 0, WARNING_WINDOW)
    return text[found.start() :] if found else text


def root(text: str) -> str:
    """The name of the first element in lower case, without its prefix; "" where there is none."""
    place = _after_prologue(text, 0)
    if found := DOCTYPE.match(text, place):
        place = _after_prologue(text, found.end())
    found = ELEMENT.match(text, place)
    return found["name"].lower() if found else ""


def is_html(text: str) -> bool:
    """True where the text is a page, or a piece of one."""
    start = text[_after_prologue(text, 0) :][:100].lower()
    return root(text) in HTML or start.startswith("<!doctype html")


def is_address_list(text: str) -> bool:
    """True where the text is lines with an address each: a sitemap in plain text (sitemaps.org, "Other formats")."""
    return bool(ADDRESS_LINE.match(text))


def kind_of(content: bytes, content_type: str | None = None) -> str:
    """The kind of source whose list this looks like: sitemap, listing (a page) or feed, which says what it misses."""
    text = without_warning(text_of(content, content_type)[0])
    if root(text) in SITEMAPS or is_address_list(text):
        return "sitemap"
    return "listing" if is_html(text) else "feed"


def _after_prologue(text: str, place: int) -> int:
    found = PROLOGUE.match(text, place)
    return found.end() if found else place

"""Feeds (RSS, Atom, RDF by feedparser; JSON Feed): what they list, whatever state their text is in."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import feedparser

from worker.errors import NotAFeed
from worker.sources.kinds.ask import Getter, ask
from worker.sources.kinds.jsonfeed import read_json_feed
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.document import is_html, root, text_of, without_warning
from worker.sources.parsing.item import MAX_ENTRIES, Item, entries_of, plain
from worker.sources.parsing.period import declared_seconds
from worker.sources.parsing.xmltree import DECLARATION, as_bytes, tree_of, well_formed
from worker.store.articles.entries import Entry
from worker.store.sources import Source

# A reference to a character that is none: feedparser gives up on the whole feed for it.
# yes: "&#0;" "&#xD800;" "&#1114112;"   left as it is: "&#233;" "&#x10FFFF;"   Bounded: one pass, no nesting.
REFERENCE = re.compile(r"&#(?:0*(?P<decimal>[0-9]+)|[xX]0*(?P<hex>[0-9a-fA-F]+));?")
# An ampersand outside of CDATA that begins no reference: feedparser reads "AT&T" as "AT&T;". yes: "AT&T"   no: "&nbsp;"
BARE = re.compile(r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|&(?!#?\w{1,30};)")
# The tags round text that is not read here: most of a feed's bytes.
# yes: "<description>"  "</content:encoded>"  '<content type="html">'   no: "<descriptions>"
BODY = re.compile(r"<(?P<close>/?)(?P<name>description|content:encoded|content|summary)(?:\s[^<>]{0,500})?>")
LONG_BODY = 300
ITEM_END = re.compile(r"</(?:[A-Za-z]\w{0,20}:)?(?:item|entry)\s{0,20}>")
# Up to this size feedparser's slow reader of what is no XML may take its second or two; what is larger is mended first.
MENDED_FROM, MENDED_TO = 100_000, 1_000_000
DATES = ("published", "updated", "created")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed document says: its entries, how many more it holds, and the interval that it asks for."""

    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    declared_seconds: float | None = None


def list_feed(source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
    """The feed's entries as of now; raises what the fetch raises, and NotAFeed where the answer is something else."""
    said, response = ask(source, fetcher, now)
    if said.unchanged:
        return said
    content_type = response.header("Content-Type")
    found = read_feed(response.body, address=response.final_address, content_type=content_type, now=now)
    return replace(said, entries=found.entries, left_out=found.left_out, declared_seconds=found.declared_seconds)


def parse_feed(
    content: bytes, *, address: str, content_type: str | None = None, now: dt.datetime | None = None
) -> tuple[Entry, ...]:
    """The entries of a feed document alone."""
    return read_feed(content, address=address, content_type=content_type, now=now or dt.datetime.now(dt.UTC)).entries


def read_feed(content: bytes, *, address: str, content_type: str | None = None, now: dt.datetime) -> Feed:
    """The feed of a document, its entries in their order, each key once. A feed is never refused for being malformed,
    only where nothing in it is a feed: then NotAFeed says what it looks like."""
    text, no_text = text_of(content, content_type)
    if no_text or not text:
        raise NotAFeed(address, f"the answer is {no_text or 'empty'}")
    if text.startswith(("{", "[")):
        items, left_out = read_json_feed(text, address)
        return Feed(entries_of(items, address, now), left_out)
    text, left_out = _shortened(without_warning(text))
    parsed = _parsed(text, address)
    if not parsed.get("entries") and (not parsed.get("version") or is_html(text)):
        raise NotAFeed(address, _looks_like(text, content_type))
    items = [_item(each) for each in parsed.get("entries", ())]
    more = left_out + max(0, len(items) - MAX_ENTRIES)
    return Feed(entries_of(items, address, now), more, declared_seconds(parsed.get("feed", {})))


def _parsed(text: str, address: str) -> Mapping[str, Any]:
    """What feedparser makes of the text. Sanitising and resolving are off: we read no markup of it, and they took 80
    times as long. A failure of its own is that of a document that nobody can read."""
    text = BARE.sub(lambda found: found[0] if len(found[0]) > 1 else "&amp;", DECLARATION.sub("", text, count=1))
    data = REFERENCE.sub(_mended, text).encode("utf-8", "replace")
    if len(data) > MENDED_FROM and not well_formed(data):
        tree = tree_of(data[:MENDED_TO].decode("utf-8", "replace"))
        data = data[:MENDED_FROM] if tree is None else as_bytes(tree)
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, AssertionError, AttributeError, TypeError, RecursionError) as error:
        raise NotAFeed(address, f"the answer cannot be read: {type(error).__name__}: {error}"[:300]) from error
    return parsed


def _shortened(text: str) -> tuple[str, int]:
    """The text without its long bodies, each replaced by its digest, and without the items beyond the limit, whose
    number is told."""
    text = "".join(_without_bodies(text))
    ends = [found.end() for found in ITEM_END.finditer(text)]
    if len(ends) <= MAX_ENTRIES:
        return text, 0
    return text[: ends[MAX_ENTRIES - 1]] + text[ends[-1] :], len(ends) - MAX_ENTRIES


def _without_bodies(text: str) -> Iterator[str]:
    """The parts of the text between its long bodies, in one pass."""
    copied, opened = 0, None
    for tag in BODY.finditer(text):
        if opened is None and not tag["close"]:
            opened = tag
        elif opened is not None and tag["close"] and tag["name"] == opened["name"]:
            if tag.start() - opened.end() >= LONG_BODY:
                yield text[copied : opened.end()]
                yield _digest(text[opened.end() : tag.start()])
                copied = tag.start()
            opened = None
    yield text[copied:]


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def _mended(reference: re.Match[str]) -> str:
    """The reference, or one to U+FFFD where it names no character."""
    digits = reference["decimal"] or reference["hex"]
    code = int(digits, 10 if reference["decimal"] else 16) if len(digits) <= 7 else -1
    is_character = 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF
    return reference[0] if is_character else "&#xFFFD;"


def _item(found: Mapping[str, Any]) -> Item:
    link = _words(found, "feedburner_origlink") or _words(found, "link")
    title = _words(found, "title")
    said = found.get("title_detail") or {}
    literal = said.get("type") == "text/plain" and "<" in title and "&" not in title
    # feedparser gives `updated` for `published` where there is none, and the other way round, only on .get of its dict.
    dates = tuple((name, _words(found, name)) for name in DATES if name in found.keys())  # noqa: SIM118
    return Item(
        link=link,
        guid=_words(found, "id"),
        title=" ".join(title.split()) if literal else plain(title),
        dates=dates,
        rest=_words(found, "summary"),
    )


def _words(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""


def _looks_like(text: str, content_type: str | None) -> str:
    if is_html(text):
        return "the answer is an HTML page"
    if root(text) in ("urlset", "sitemapindex"):
        return "the answer is a sitemap"
    return f"the answer is no RSS, Atom, RDF or JSON Feed (content type {content_type or 'not given'})"

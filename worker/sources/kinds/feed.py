"""Feeds (RSS, Atom, RDF by feedparser; JSON Feed): what they list, whatever state their text is in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import feedparser

from worker.errors import BadAddress, NotAFeed
from worker.http.canonical import canonical
from worker.sources.kinds.conditional_get import Getter, ask
from worker.sources.kinds.jsonfeed import read_json_feed
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.cleaning import storable
from worker.sources.parsing.declared_interval import declared_seconds
from worker.sources.parsing.document import SITEMAPS, is_address_list, is_html, root, text_of, without_warning
from worker.sources.parsing.item import Item, beyond, entries_of, plain
from worker.sources.parsing.markup.feed_outline import MOST_TOKENS, FeedOutline, outline_of
from worker.store.articles.entries import Entry
from worker.store.sources import Source

UNREAD = f"what stands behind its first {MOST_TOKENS:,} tags and words"
DATES = ("published", "updated", "created")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed document says: its entries, how many more it holds, why those are left out, and the interval that it
    asks for."""

    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    why_left_out: tuple[tuple[str, int], ...] = ()
    declared_seconds: float | None = None


def list_feed(source: Source, fetcher: Getter, now: dt.datetime) -> Listing:
    """The feed's entries as of now; raises what the fetch raises, and NotAFeed where the answer is something else."""
    said, response = ask(source, fetcher, now)
    if said.unchanged:
        return said
    content_type = response.header("Content-Type")
    found = read_feed(response.body, address=response.final_address, content_type=content_type, now=now)
    return replace(
        said, entries=found.entries, left_out=found.left_out, why_left_out=found.why_left_out,
        declared_seconds=found.declared_seconds,
    )  # fmt: skip


def read_feed(content: bytes, *, address: str, content_type: str | None = None, now: dt.datetime) -> Feed:
    """The feed of a document, its entries in their order, each key once. A feed is never refused for being malformed,
    only where nothing in it is a feed: then NotAFeed says what it looks like."""
    text, no_text = text_of(content, content_type)
    if no_text or not text:
        raise NotAFeed(address, f"the answer is {no_text or 'empty'}")
    if text.startswith(("{", "[")):
        items, left_out = read_json_feed(text, address)
        return Feed(entries_of(items, address, now), left_out, beyond(left_out))
    outline = outline_of(without_warning(text))
    if not outline.items and (not outline.root or is_html(text)):
        raise NotAFeed(address, _looks_like(text, content_type))
    said, entries = _parsed(outline)
    items = [_item(each) for each in entries]
    entries_found = entries_of(items, _base(said, outline, address), now)
    why = beyond(outline.left_out) + (((UNREAD, 0),) if outline.cut else ())
    return Feed(entries_found, outline.left_out, why, declared_seconds(said))


def _parsed(outline: FeedOutline) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """What is said of the feed, and its entries. Of all that feedparser reads, an outline holds only what it cannot
    fail over; sanitising and resolving are off, as we read no markup of it, and they took 80 times as long."""
    headers = {"content-type": "application/xml; charset=utf-8"}
    parsed = feedparser.parse(
        io.BytesIO(outline.document()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return parsed.get("feed", {}), list(parsed.get("entries", ()))


def _base(said: Mapping[str, Any], outline: FeedOutline, address: str) -> str:
    """What relative links are read against: in RSS the site that the channel names, as feeds are often served from
    elsewhere; else where the document stood, also where the channel names no more than the front page of that same
    host. A document's own xml:base is in the links already."""
    link = _words(said, "link") if outline.root != "feed" else ""
    try:
        site = canonical(urljoin(address, link))
    except (BadAddress, ValueError):
        return address
    return address if not link or site == urljoin(address, "/") else site


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
    if root(text) in SITEMAPS or is_address_list(text):
        return "the answer is a sitemap"
    return f"the answer is no RSS, Atom, RDF or JSON Feed (content type {storable(content_type or 'not given')[:100]})"

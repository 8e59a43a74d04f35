"""Feeds (RSS, Atom, RDF), read by feedparser: what they list, whatever state their XML is in."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from worker.errors import BadAddress, NotAFeed
from worker.http.canonical import canonical
from worker.http.client import Fetcher, check
from worker.sources.listing import Listing
from worker.store.articles import Entry
from worker.store.sources import Source

NOT_MODIFIED = 304
# What may stand before the XML declaration though it must not: it alone made feeds of two large sites "bozo" while all
# their entries parsed (measured on 4,051 feeds).
LEADING = b"\xef\xbb\xbf \t\r\n"
# What no database holds in a text: NUL and halves of surrogate pairs, which broken feeds write as references.
# yes: "&#0;" "&#xD800;" "&#1114112;"   no: "&#233;" "&#x10FFFF;" "&amp;"   Bounded: one pass, no nesting.
REFERENCE = re.compile(rb"&#(?:0*(?P<decimal>[0-9]+)|[xX]0*(?P<hex>[0-9a-fA-F]+));?")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
LONGEST_KEY = 200


def list_feed(source: Source, fetcher: Fetcher, now: dt.datetime) -> Listing:
    """The feed's entries as of now; raises what the fetch raises, and NotAFeed where the answer is something else."""
    validators = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    headers = {name: value for name, value in validators.items() if value}
    response = fetcher.get(source.address, local=source.local, headers=headers)
    etag, last_modified = response.header("ETag"), response.header("Last-Modified")
    if response.status == NOT_MODIFIED:
        return Listing(etag=etag or source.etag, last_modified=last_modified or source.last_modified, unchanged=True)
    check(response, now=now)
    content_type = response.header("Content-Type")
    entries = parse_feed(response.body, address=response.final_address, content_type=content_type)
    return Listing(entries, etag, last_modified)


def parse_feed(content: bytes, *, address: str, content_type: str | None = None) -> tuple[Entry, ...]:
    """The entries of a feed document in its order, each key once. A feed is never refused for being malformed, only
    where nothing in it is a feed: then NotAFeed says what it looks like."""
    content = REFERENCE.sub(_mended, content.lstrip(LEADING))
    headers = {"content-type": content_type} if content_type else {}
    parsed = feedparser.parse(
        io.BytesIO(content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.get("entries"):
        raise NotAFeed(address, _looks_like(content, content_type))
    return _once(_entry(item, address) for item in parsed.get("entries", ()))


def _mended(reference: re.Match[bytes]) -> bytes:
    """The reference, or one to U+FFFD where it names no character: feedparser gives up on the whole feed for it."""
    digits = reference["decimal"] or reference["hex"]
    code = int(digits, 10 if reference["decimal"] else 16) if len(digits) <= 7 else -1
    is_character = 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF
    return reference[0] if is_character else b"&#xFFFD;"


def _entry(item: Mapping[str, Any], base: str) -> Entry:
    title = _text(item, "title") or None
    stated = _stated_date(item)
    try:
        address = canonical(urljoin(base, _link(item)))
    except (BadAddress, ValueError) as error:
        identity = _identity(item, f"{title} {stated}")
        detail = error.detail if isinstance(error, BadAddress) else str(error)
        return Entry(
            identity, f"{base}#{identity}", title, stated, refused=f"the entry's link cannot be fetched: {detail}"
        )
    return Entry(address, address, title, stated)


def _identity(item: Mapping[str, Any], words: str) -> str:
    """The entry's own id where it has one that fits into an index, else a digest."""
    identity = _text(item, "id") or words
    is_short = identity != words and len(identity.encode()) <= LONGEST_KEY
    return identity if is_short else hashlib.sha256(identity.encode()).hexdigest()


def _text(item: Mapping[str, Any], name: str) -> str:
    return UNSTORABLE.sub("", str(item.get(name) or "")).strip()


def _link(item: Mapping[str, Any]) -> str:
    link, identity = _text(item, "link"), _text(item, "id")
    link = link or (identity if identity.startswith(("http://", "https://")) else "")
    if not link:
        raise BadAddress("", "it has neither a link nor an address as id")
    return link


def _stated_date(item: Mapping[str, Any]) -> str | None:
    """The entry's day as it is written, in its own zone. feedparser's own reading is not used: it takes the missing
    parts of a date that it does not know from today's."""
    for name in ("published", "updated", "created"):
        text = _text(item, name)
        for read in (dt.datetime.fromisoformat, parsedate_to_datetime):
            try:
                return read(text).date().isoformat()
            except (ValueError, TypeError, OverflowError):
                continue
    return None


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    unique: dict[str, Entry] = {}
    for entry in entries:
        unique.setdefault(entry.key, entry)
    return tuple(unique.values())


def _looks_like(content: bytes, content_type: str | None) -> str:
    start = content[:1024].lower()
    if not content:
        return "the answer is empty"
    if b"<html" in start or b"<!doctype html" in start:
        return "the answer is an HTML page"
    return f"the answer is no RSS, Atom or RDF (content type {content_type or 'not given'})"

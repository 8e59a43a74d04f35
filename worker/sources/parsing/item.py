"""What a list says of one story -> an entry: its address, its id, its title as text, its date. Pure.

Shared by the kinds of source that read documents (feeds, JSON Feeds, sitemaps, index pages).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urljoin

from worker.errors import BadAddress
from worker.http.canonical import canonical
from worker.sources.parsing.cleaning import storable, storable_pairs
from worker.sources.parsing.dates import read_dates
from worker.store.articles.entries import Entry

MAX_ENTRIES = 2_000  # of one poll: what Media Cloud reads too; the newest stand first in nearly every list
LONGEST_KEY = 200
LONGEST_TITLE = 1_000
# Markup in a title. yes: "<b>"  "</i>"  "<br />"  "<a href=x>"   no: "a < b"  "<3"  "<2024>"   Bounded: one tag.
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>]{0,500})?/?>")
# An address written twice over or with a slash missing. yes: "http://http://a/1"  "https:/a/1"   no: "https://a"
DOUBLED = re.compile(r"^https?:/{1,2}(?=https?:/)|^(?P<scheme>https?:/)(?=[^/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One story as its list has it, nothing judged: `dates` are the fields (name, words) in the order of belief, `rest`
    is what else tells it from others where it has neither id nor link."""

    link: str = ""
    guid: str = ""
    title: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    rest: str = ""


def entries_of(items: Iterable[Item], base: str, now: dt.datetime) -> tuple[Entry, ...]:
    """An entry for each of the first items, in their order, each key once. What is the same entry twice is one; two
    with one address but their own ids are two; an id that several share identifies none of them."""
    made = [entry_of(item, base, now) for item in islice(items, MAX_ENTRIES)]
    addresses = defaultdict(set)
    for entry in made:
        addresses[entry.guid].add(entry.address)
    unique: dict[str, Entry] = {}
    for entry in made:
        first = unique.get(entry.key)
        if first and first.guid != entry.guid and entry.guid and len(addresses[entry.guid]) == 1:
            entry = replace(entry, key=f"{entry.key}#{_digest(entry.guid)[:16]}")
        unique.setdefault(entry.key, replace(entry, guid=None) if len(addresses[entry.guid]) > 1 else entry)
    return tuple(unique.values())


def beyond(number: int) -> tuple[tuple[str, int], ...]:
    """Why those beyond the limit are left out."""
    return ((f"beyond the first {MAX_ENTRIES:,}", number),) if number else ()


def entry_of(item: Item, base: str, now: dt.datetime) -> Entry:
    """The entry: known by its address, or where that cannot be fetched by its id or a digest of all it says."""
    item = _cleaned(item)
    stated = read_dates(item.dates, now)
    title = item.title[:LONGEST_TITLE] or None
    day, instant, basis = (stated.day, stated.instant, stated.basis) if stated else (None, None, None)
    guid = _short(item.guid)
    rest = {"title": title, "stated_date": day, "guid": guid, "published_at": instant, "basis": basis}
    try:
        address = canonical(urljoin(base, _link(item)))
    except (BadAddress, ValueError) as error:
        key = guid or _digest(f"{title} {day} {item.rest}")
        detail = error.detail if isinstance(error, BadAddress) else str(error)
        return Entry(key, f"{base}#{key}", refused=f"the entry's link cannot be fetched: {detail}", **rest)  # type: ignore[arg-type]
    return Entry(address, address, **rest)  # type: ignore[arg-type]


def _cleaned(item: Item) -> Item:
    """The item with every word of it fit to be kept."""
    link, guid, title, rest = (storable(words).strip() for words in (item.link, item.guid, item.title, item.rest))
    return Item(link, guid, title, storable_pairs(item.dates), rest)


def plain(title: str) -> str:
    """A title without markup, on one line; references resolved, also those that were written twice over."""
    if "<" in title or "&" in title:
        title = TAG.sub("", html.unescape(TAG.sub("", title)))
    return " ".join(title.split())


def _link(item: Item) -> str:
    link = "".join(item.link.splitlines()).replace("\t", "").replace(" ", "%20")
    link = link or (item.guid if item.guid.lower().startswith(("http://", "https://")) else "")
    if not link:
        raise BadAddress("", "it has neither a link nor an address as id")
    link = DOUBLED.sub(lambda found: f"{found['scheme']}/" if found["scheme"] else "", link)
    return f"//{link}" if link.lower().startswith("www.") else link


def _short(identity: str) -> str | None:
    """The id, or its digest where it is too long for an index."""
    if not identity:
        return None
    return identity if len(identity.encode()) <= LONGEST_KEY else _digest(identity)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()

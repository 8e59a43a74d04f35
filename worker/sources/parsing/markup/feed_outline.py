"""A feed's markup -> its outline: only the elements that say what is listed, within bounds, and well formed.

What a feed reader is given after this is small and clean, whatever came: bodies are digests, an element that nobody
reads is not there, each name has one prefix, and a mistake in one item costs no other.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import NamedTuple

from worker.sources.parsing.item import MAX_ENTRIES
from worker.sources.parsing.markup.markup_tokens import Closed, Opened, Token, Words, tokens
from worker.sources.parsing.markup.namespaces import Before, Namespaces, declarations

MOST_TOKENS = 1_000_000  # of one feed: what 2,000 stories have with all their markup, several times over
MOST_OPEN = 500  # elements within each other
LONGEST_WORDS = 20_000  # of a title, link, id or date
LONG_BODY = 300
MOST_LEAVES = 50  # of one story, or of the feed itself
ROOTS = {"rss": "rss", "channel": "rss", "feed": "feed"}  # that of RDF is none: it holds what is no feed as well
AROUND = frozenset((*ROOTS, "rdf", "rdf:rdf"))
ITEMS = frozenset(("item", "entry"))
BODIES = frozenset(("description", "summary", "content", "content:encoded", "dc:description", "abstract"))
# What else is read of a feed or of one of its stories, by the names that RSS, Atom, RDF and their modules have for it.
_SHORT = """
    title link guid id pubdate published issued updated modified created lastbuilddate ttl dc:title dc:date
    dcterms:issued dcterms:modified dcterms:created sy:updateperiod sy:updatefrequency feedburner:origlink
"""
SHORT = frozenset(_SHORT.split())
LEAVES = SHORT | BODIES
# Elements with a title, a link or a date in them that is not the story's own.
ASIDE = frozenset(("image", "textinput", "author", "contributor", "source", "media:group", "media:content"))
ATTRIBUTES = frozenset(("rel", "href", "type", "mode", "ispermalink", "rdf:about", "version", "lastmod", "xml:base"))
# What XML cannot hold: control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedOutline:
    """The markup of a feed's parts: its element ("" where it has none that is a feed's), what is said of the whole, and
    each of its first items; `left_out`: the number of items beyond; `cut`: there is more than was looked at."""

    root: str
    opening: str
    head: str
    items: tuple[str, ...]
    left_out: int
    cut: bool

    def document(self) -> bytes:
        """A feed that says as much, and nothing else."""
        root, inner = self.root or "rss", "" if self.root == "feed" else "channel"
        opened = f"<{root}{declarations()}{self.opening}>" + (f"<{inner}>" if inner else "")
        closed = (f"</{inner}>" if inner else "") + f"</{root}>"
        return f"{opened}{self.head}{''.join(self.items)}{closed}".encode()


def outline_of(text: str) -> FeedOutline:
    """The outline of the feed in the text, as far as its markup goes."""
    reading, following = _Reading(), tokens(text)
    for token in islice(following, MOST_TOKENS):
        reading.take(token)
    reading.close_from(0)
    return FeedOutline(
        root=reading.root,
        opening=_written(reading.opening),
        head="".join(reading.head),
        items=tuple(reading.items),
        left_out=max(0, reading.counted - MAX_ENTRIES),
        cut=next(following, None) is not None,
    )


class _Element(NamedTuple):
    """One that is open: its name as it is written and as it is here, and what its prefixes meant outside of it."""

    written: str
    name: str
    before: Before


@dataclass(frozen=True, slots=True)
class _Leaf:
    """An element whose words are read, and where in the open elements it stands."""

    name: str
    place: int
    attributes: Mapping[str, str]
    words: list[Words] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """What was read up to here, and which elements are open."""

    root: str = ""
    opening: dict[str, str] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    counted: int = 0
    namespaces: Namespaces = field(default_factory=Namespaces)
    open: list[_Element] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)
    item: list[str] | None = None
    leaf: _Leaf | None = None
    item_at: int = -1
    aside_at: int = -1
    """Where in `open` an item, an element aside begins; below 0 where none is open."""

    def take(self, token: Token) -> None:
        """The next token."""
        if isinstance(token, Opened):
            self._opened(token)
        elif isinstance(token, Words):
            if self.leaf:
                self.leaf.words.append(token)
        elif self.named[token.name]:
            self._close(token)

    def close_from(self, place: int) -> None:
        """Ends what is open from there on, the innermost first."""
        while len(self.open) > place:
            self._ended(self.open.pop())

    def _opened(self, tag: Opened) -> None:
        before = self.namespaces.declare(tag.attributes) if tag.attributes else ()
        name = self.namespaces.name(tag.name)
        self._end_what_cannot_hold(name)
        if len(self.open) >= MOST_OPEN:
            self.namespaces.put_back(before)
            return
        self.open.append(_Element(tag.name, name, before))
        self.named[tag.name] += 1
        if not self.leaf and self.aside_at < 0:
            self._begin(name, tag)
        if tag.empty:
            self.close_from(len(self.open) - 1)

    def _end_what_cannot_hold(self, name: str) -> None:
        """An item that was not ended holds no other, nor does a title hold a link."""
        if name in ITEMS:
            places = (self.item_at, self.aside_at, self.leaf.place if self.leaf else -1)
            self.close_from(min((place for place in places if place >= 0), default=len(self.open)))
        elif self.leaf and self.leaf.name in SHORT and name in LEAVES:
            self.close_from(self.leaf.place)

    def _begin(self, name: str, tag: Opened) -> None:
        """What starts with a tag that stands neither in a leaf nor aside."""
        place = len(self.open) - 1
        if name in ITEMS:
            self.counted += 1
            self.item, self.item_at = [f"<item{_written(self._kept(tag))}>"], place
        elif name in LEAVES:
            self.leaf = _Leaf(name, place, {} if name in BODIES else self._kept(tag))
        elif name in ASIDE:
            self.aside_at = place
        elif self.item is None and name in AROUND:
            self.root = self.root or ROOTS.get(name, "")
            self.opening |= self._kept(tag)

    def _kept(self, tag: Opened) -> dict[str, str]:
        named = ((self.namespaces.name(name) if ":" in name else name, value) for name, value in tag.attributes)
        return {name: value[:LONGEST_WORDS] for name, value in named if name in ATTRIBUTES}

    def _close(self, tag: Closed) -> None:
        place = len(self.open) - 1
        while self.open[place].written != tag.name:
            place -= 1
        self.close_from(place)

    def _ended(self, element: _Element) -> None:
        self.named[element.written] -= 1
        self.namespaces.put_back(element.before)
        place = len(self.open)
        if self.leaf and self.leaf.place == place:
            held = self.head if self.item is None else self.item
            if len(held) <= MOST_LEAVES:
                held.append(_markup(self.leaf))
            self.leaf = None
        elif self.item is not None and self.item_at == place:
            if len(self.items) < MAX_ENTRIES:
                self.items.append("".join((*self.item, "</item>")))
            self.item, self.item_at = None, -1
        elif self.aside_at == place:
            self.aside_at = -1


def _markup(leaf: _Leaf) -> str:
    words = _body(leaf.words) if leaf.name in BODIES else "".join(each.resolved() for each in leaf.words)
    return f"<{leaf.name}{_written(leaf.attributes)}>{_xml(words[:LONGEST_WORDS])}</{leaf.name}>"


def _body(words: Sequence[Words]) -> str:
    """A short body, or the digest of a long one: it only tells its story from others."""
    if sum(len(each.text) for each in words) < LONG_BODY:
        return "".join(each.resolved() for each in words)
    return hashlib.sha256("".join(each.text for each in words).encode("utf-8", "replace")).hexdigest()


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_xml(value)}"' for name, value in attributes.items())


def _xml(words: str) -> str:
    return escape(NO_XML.sub("", words))

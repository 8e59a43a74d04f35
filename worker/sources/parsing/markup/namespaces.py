"""The names of a feed's elements with the one prefix that each namespace has here, whatever the document calls it."""

from __future__ import annotations

from collections.abc import Iterable

NAMED = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
"""Those from which something is read."""
OTHERS = {
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.georss.org/georss": "georss",
    "http://www.opengis.net/gml": "gml",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/2000/svg": "svg",
}
# Those of RSS and Atom in all their versions: their elements have no prefix here.
PLAIN = (
    "http://backend.userland.com/rss", "http://blogs.law.harvard.edu/tech/rss", "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/", "http://example.com/newformat#", "http://example.com/necho",
    "http://purl.org/echo/", "uri/of/echo/namespace#", "http://purl.org/pie/", "http://purl.org/atom/ns#",
    "http://www.w3.org/2005/atom", "http://purl.org/rss/1.0/modules/rss091#",
)  # fmt: skip
PREFIXES = OTHERS | {address.lower(): prefix for prefix, address in NAMED.items()} | dict.fromkeys(PLAIN, "")

Before = tuple[tuple[str, str | None], ...]
"""What prefixes meant before an element said otherwise."""


class Namespaces:
    """What each prefix means at this place of a document."""

    def __init__(self) -> None:
        self.meant: dict[str, str | None] = {}

    def declare(self, attributes: Iterable[tuple[str, str]]) -> Before:
        """Takes what an element declares; gives what to put back at its end."""
        said = [(name.partition(":")[2], value) for name, value in attributes if name.partition(":")[0] == "xmlns"]
        before = tuple((prefix, self.meant.get(prefix)) for prefix, _ in said)
        self.meant.update((prefix, PREFIXES.get(value.strip().lower())) for prefix, value in said)
        return before

    def put_back(self, before: Before) -> None:
        """The element that declared is at its end."""
        self.meant.update(before)

    def name(self, written: str) -> str:
        """The name with our prefix; with the document's own where we know no other. Without one, an element of a
        namespace that nobody knows is taken for the feed's own: half of all feeds get theirs wrong."""
        prefix, _, local = written.rpartition(":")
        known = self.meant.get(prefix)
        prefix = prefix if known is None else known
        return f"{prefix}:{local}" if prefix else local


def declarations() -> str:
    """Our prefixes as an element declares them."""
    return "".join(f' xmlns:{prefix}="{address}"' for prefix, address in NAMED.items())

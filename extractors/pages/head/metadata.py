"""What a page says of itself in its head: meta fields, JSON-LD, canonical address, Pangea's utag_data.

Read once from the whole tree, before anything is taken out of it. Nothing here looks at the story.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from extractors.lexicon import table
from extractors.pages.head.linked_data import Node, authors_of, linked_nodes, types_of
from extractors.pages.source.tree import Element, content
from extractors.text.decode import fold

ARTICLE_TYPES = frozenset(table("page_fields")["type"]["article"])
PAGE_TYPES = frozenset(table("page_fields")["type"]["page"])
MONTH_FIRST = frozenset(table("page_fields")["date"]["month_first"])
"""Countries whose English writes 3/11 for the eleventh of March."""

# One field of `var utag_data={…}`; the object is JavaScript, not always JSON.
# yes: `byline:"Anna Example"`  `"pub_year":"2024"`   no: `my_byline:"x"`   Bounded: a value has at most 300 characters.
UTAG = re.compile(
    r"""["']? \b (?P<name> pub_(?:year|month|day) | byline | section | content_type | dateline | short_headline ) ["']?
        \s{0,3} : \s{0,3} "(?P<value> [^"\\]{0,300} )" """,
    re.VERBOSE,
)
# The country in a tag of a language. yes: "en-US"  "zh-Hant-TW"  "en_GB.UTF-8"   no: "en", "en-Latn"
REGION = re.compile(r"[-_] (?P<country>[A-Za-z]{2}) (?= [-_.] | $ )", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The head of a page. Names of meta fields are in lower case, the first value of each counts."""

    meta: Mapping[str, str]
    article: Mapping[str, object]
    utag: Mapping[str, str]
    canonical: str | None
    language: str | None
    title: str | None
    page_date: str | None = None  # datePublished of a JSON-LD page that is not said to be an article
    free: bool | None = None  # JSON-LD isAccessibleForFree
    kinds: tuple[str, ...] = ()  # the types of all JSON-LD nodes
    image: str | None = None
    region: str | None = None
    """The country that the page's tag of its language names, as in "en-US"."""
    people: tuple[str, ...] = ()
    """The authors of the JSON-LD article, without the companies and papers among them, which are the bodies."""
    bodies: tuple[str, ...] = ()

    def first(self, *names: str) -> str | None:
        """The first of these meta fields that has a value."""
        return next((self.meta[name] for name in names if self.meta.get(name)), None)

    @property
    def declared(self) -> bool:
        """Whether the page says that it is an article."""
        return bool(self.article) or self.meta.get("og:type") == "article" or "article:published_time" in self.meta

    @property
    def month_first(self) -> bool | None:
        """Whether the page's region writes the month before the day in figures; None where that is not known."""
        if self.region is None:
            return None if self.language in (None, "en") else False
        return self.language in (None, "en") and self.region in MONTH_FIRST

    def ld(self, name: str) -> str | None:
        """A text field of the JSON-LD article."""
        value = self.article.get(name)
        return fold(value) or None if isinstance(value, str) else None

    def authors(self) -> str | None:
        """The people named as authors in JSON-LD, else whom the meta fields name, as one line."""
        stated = self.first("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator")
        if self.people:
            return ", ".join(self.people)
        return stated if stated and not stated.startswith(("http", "@")) and stated not in self.bodies else None


def metadata(root: Element, url: str | None) -> Metadata:
    """The metadata of the page with this root."""
    scripts = [(script.get("type", ""), script.text or "") for script in root.iter("script")]
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property", "") or element.get("name", "") or element.get("itemprop", "")
        if name and (value := fold(element.get("content", "")[:5000])):
            meta.setdefault(name.lower(), value)
    title = next((fold(content(element)) for element in root.iter("title")), None)
    stated = (root.get("lang", ""), root.get("xml:lang", ""), meta.get("content-language"), meta.get("og:locale"))
    tags = [tag for tag in stated if tag]
    nodes = linked_nodes(scripts)
    article = _of_type(nodes, ARTICLE_TYPES)
    people, bodies = authors_of(article, nodes)
    date = _of_type(nodes, PAGE_TYPES).get("datePublished")
    return Metadata(
        meta=meta,
        article=article,
        utag=_utag(scripts),
        canonical=_canonical(root, meta, url),
        language=_language(tags[0]) if tags else None,
        region=_region(tags),
        title=title,
        page_date=date if isinstance(date, str) else None,
        free=_free(article),
        kinds=tuple(kind for node in nodes for kind in types_of(node)),
        image=_address(_image(meta, article), url),
        people=people,
        bodies=bodies,
    )


def _canonical(root: Element, meta: Mapping[str, str], url: str | None) -> str | None:
    href = next(
        (link.get("href", "") for link in root.iter("link") if link.get("rel", "").lower() == "canonical"), ""
    ) or meta.get("og:url", "")
    return _address(href, url)


def _image(meta: Mapping[str, str], article: Mapping[str, object]) -> str:
    """The picture that the page gives itself: for whoever shares it, else of its JSON-LD article."""
    names = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    if stated := next((meta[name] for name in names if meta.get(name)), None):
        return stated
    said = article.get("image")
    said = said[0] if isinstance(said, list) and said else said
    said = said.get("url") if isinstance(said, dict) else said
    return said if isinstance(said, str) else ""


def _address(stated: str, url: str | None) -> str | None:
    """The whole web address of what the page states, None where it is none."""
    try:
        address = urljoin(url or "", stated.strip()) if stated.strip() else ""
    except ValueError:  # "Invalid IPv6 URL" and the like
        return None
    return address if address.startswith(("http://", "https://")) and len(address) <= 2000 else None


def _region(tags: list[str]) -> str | None:
    """The first country that a tag of the page's language names: "us" of "en-US" and of "en_US.UTF-8"."""
    languages = {_language(tag) for tag in tags[:1]}
    found = (REGION.search(tag) for tag in tags if _language(tag) in languages)
    return next((each["country"].lower() for each in found if each), None)


def _language(stated: str) -> str | None:
    """The primary subtag of a language tag: "en" of "en-US" and of "en_US"."""
    primary = re.split(r"[-_]", stated.strip().lower(), maxsplit=1)[0]
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else None


def _of_type(nodes: list[Node], types: frozenset[str]) -> Node:
    """The first node of one of these types."""
    return next((node for node in nodes if not types.isdisjoint(types_of(node))), {})


def _free(article: Mapping[str, object]) -> bool | None:
    """What the article says of whether it can be read without paying."""
    said = article.get("isAccessibleForFree")
    return None if said is None else str(said).strip().lower() not in ("false", "0", "no", "http://schema.org/false")


def _utag(scripts: list[tuple[str, str]]) -> Mapping[str, str]:
    body = next((body for _, body in scripts if "utag_data" in body), "")
    return {found["name"]: found["value"] for found in reversed(list(UTAG.finditer(body[:20_000])))}

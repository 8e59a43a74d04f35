"""What a page shows around its story: looked at only where the story is so short that the page may be none.

The page is parsed again for it, with what its scripts would put in its place (<noscript>); that costs a millisecond on
few pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.lexicon import table
from extractors.pages.boilerplate import is_dense
from extractors.pages.head.address import is_front, media_of
from extractors.pages.head.metadata import Metadata
from extractors.pages.source.tree import Element, content, parse_and_look
from extractors.text.decode import fold

CODE = tuple(table("html_elements")["text"]["code"])
MAX_LINES = 3_000
MIN_PICTURES = 6
MEDIA_KINDS = frozenset(table("page_fields")["type"]["media"])
"""Kinds that a page gives itself in og:type or JSON-LD that mean pictures or sound, not text."""


@dataclass(frozen=True, slots=True)
class Around:
    """All texts of a page and what stands in it: `cards` are headings that are links, `media` what it calls itself."""

    lines: tuple[str, ...]
    cards: int
    headlines: int
    pictures: int
    players: int
    media: str | None
    front: bool
    declared: bool
    free: bool | None


def around(source: str, meta: Metadata, url: str | None) -> Around:
    """What the page of this source shows."""
    parsed = parse_and_look(source, _players, CODE)
    if parsed is None:
        return Around((), 0, 0, 0, 0, None, False, False, None)
    root, players = parsed
    return Around(
        lines=_lines(root),
        cards=len({link for heading in root.iter("h2", "h3", "h4") if (link := _card(heading))}),
        headlines=len({a.get("href", "") for a in root.iter("a") if _is_headline(content(a).strip())} - {""}),
        pictures=sum(1 for _ in root.iter("img", "picture")),
        players=players,
        media=_media(meta, url),
        front=is_front(meta.canonical or url),
        declared=meta.declared,
        free=meta.free,
    )


def _players(whole: Element) -> int:
    return sum(1 for _ in whole.iter("video", "audio", "iframe", "object", "embed"))


def _lines(root: Element) -> tuple[str, ...]:
    texts = (part for element in root.iter() for part in (element.text, element.tail) if part and not part.isspace())
    return tuple(fold(part[:1000]) for part, _ in zip(texts, range(MAX_LINES), strict=False))


def _is_headline(words: str) -> bool:
    """Whether so many words can be another story's headline."""
    return len(words.split()) >= 4 or (len(words) >= 8 and is_dense(words))


def _card(heading: Element) -> str | None:
    """The address that all of a heading links to, or that its own link holds it in."""
    link = next(iter([*heading.iter("a"), *heading.iterancestors("a")]), None)
    return link.get("href", "") or None if link is not None else None


def _media(meta: Metadata, url: str | None) -> str | None:
    """The kind of pictures or sound that the page says it is."""
    kinds = (meta.meta.get("og:type"), meta.utag.get("content_type"), *meta.kinds)
    if named := next((kind for kind in kinds if kind in MEDIA_KINDS), None):
        return named
    return media_of(url)

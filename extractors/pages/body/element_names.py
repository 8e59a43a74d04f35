"""What ids and classes say of an element: a story's body, or something that stands around it.

Names are read as words ("articleBody", "article-body" and "article_body" are the same two), so that one row of
lexicon/element_names.toml serves all.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from extractors.lexicon import table

_TABLE = table("element_names")
BODY_NAMES = tuple(frozenset(_TABLE["body"][rank]) for rank in ("story", "article", "main"))
"""Words and pairs of words that name a story's body, best first; then the places a page has for its main part."""
NOISE = frozenset(_TABLE["noise"]["words"])
NOISE_PAIRS = frozenset(_TABLE["noise"]["pairs"])
SIDES = frozenset(_TABLE["side"]["words"])
"""Words in the names of what stands beside a story, however much it says."""
LEADS = frozenset(_TABLE["lead"]["names"])
"""Names of the box that has a story's first paragraph, where the rest is in another."""

# A word in a name. "relatedContent-box2" gives related, Content, box2.
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_MAX_NAME = 400
_SHORT = 3


@lru_cache(maxsize=20_000)
def vocabulary(name: str) -> frozenset[str]:
    """The words of an element's name and each two that follow one another within one id or class."""
    found: set[str] = set()
    for part in name[:_MAX_NAME].split():
        parts = [word.lower() for word in _WORD.findall(part)]
        # Short words count between dashes only: generated names ("hJpRRP") have any two letters somewhere.
        found.update(word for word in parts if len(word) > _SHORT)
        found.update(re.split(r"[-_]+", part.lower()))
        found.update(f"{a} {b}" for a, b in pairwise(parts))
    return frozenset(found)


@lru_cache(maxsize=20_000)
def body_rank(name: str) -> int | None:
    """How well the name names a story's body: 0 is best, None not at all."""
    if is_noise(name):
        return None
    said = vocabulary(name)
    return next((rank for rank, names in enumerate(BODY_NAMES) if not names.isdisjoint(said)), None)


@lru_cache(maxsize=20_000)
def is_lead(name: str) -> bool:
    """Whether the name names a story's first paragraph."""
    return not LEADS.isdisjoint(vocabulary(name)) and not is_noise(name)


@lru_cache(maxsize=20_000)
def is_noise(name: str) -> bool:
    """Whether the name names something around a story."""
    said = vocabulary(name)
    return not (NOISE.isdisjoint(said) and NOISE_PAIRS.isdisjoint(said))


def is_side(name: str) -> bool:
    """Whether the name names something beside a story, which is none of it for sure where it is hidden."""
    return not SIDES.isdisjoint(vocabulary(name))

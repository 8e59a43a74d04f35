"""What an address says of its page: that it is a site's front page, or one of pictures or sound."""

from __future__ import annotations

from urllib.parse import urlsplit

from extractors.lexicon import table

MEDIA = frozenset(table("page_fields")["address"]["media"])
FRONT = frozenset(table("page_fields")["address"]["front"])


def is_front(url: str | None) -> bool:
    """Whether the address is that of a site's front page."""
    path = _path(url)
    return path is not None and path.strip("/").lower() in FRONT


def media_of(url: str | None) -> str | None:
    """The part of the address that says that its page is one of pictures or sound."""
    return next((part for part in (_path(url) or "").lower().split("/") if part in MEDIA), None)


def _path(url: str | None) -> str | None:
    try:
        return urlsplit(url).path if url and url.startswith("http") else None
    except ValueError:  # "Invalid IPv6 URL" and the like
        return None

"""Ids come from content: the same article, kind and natural key give the same id on every machine and in every year."""

from __future__ import annotations

from uuid import UUID, uuid5

WIREROOM = UUID("6f1d7f0a-52a5-5b51-9a6e-0d5a3f1f6c27")
"""Namespace of all Wireroom ids (RFC 9562, name-based version 5). Changing it renames every article and record."""


def article_id(address: str) -> str:
    """The id of the article at a canonical address, or of a content digest ("sha256:…") where there is no address."""
    return str(uuid5(WIREROOM, f"article {address}"))


def record_id(article: str, kind: str, key: str) -> str:
    """The id of a record: stable across re-extraction as long as kind and natural key stay what they are."""
    return str(uuid5(UUID(article), f"{kind} {key}"))

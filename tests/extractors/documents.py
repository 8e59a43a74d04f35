"""Documents made of paragraphs, for the tests of extractors."""

from __future__ import annotations

import datetime as dt

from extractors.ids import article_id
from extractors.model import Document, Published, Record, Verdict
from extractors.registry import run_all

DAY = dt.date(2003, 5, 15)  # a Thursday
PUBLISHED = Published(start=DAY, end=DAY, precision="day", text=None, basis="test", confidence=1.0)


def a_document(*paragraphs: str, published: Published | None = PUBLISHED) -> Document:
    """A document of these paragraphs, as reading a page would give it."""
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append((start, start + len(paragraph)))
        start += len(paragraph) + 2
    return Document(
        url=None, canonical_url=None, family="generic", form="html", language="en", sha256="0" * 64, publication=None,
        volume=None, issue=None, section=None, title=None, byline=None, dateline=None, agency=None, published=published,
        text="\n\n".join(paragraphs), paragraphs=tuple(spans), verdict=Verdict.ARTICLE, reason=None,
    )  # fmt: skip


def records_of(*paragraphs: str, kind: str, published: Published | None = PUBLISHED) -> list[Record]:
    """The records of one kind; no extractor may fail."""
    records, errors = run_all(a_document(*paragraphs, published=published), article_id("test"))
    assert not errors
    return [record for record in records if record.kind == kind]

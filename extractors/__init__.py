"""Bytes in, document and records out; pure: no clock, no network, no database.

`read` cleans only, `extract` does all. The same bytes with the same arguments give the same result on every machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import fields

from extractors import citations, events, instruments, topics
from extractors.dates import timeline
from extractors.ids import article_id
from extractors.model import Document, Ends, Extraction, Record, Span, Verdict
from extractors.organisations import organisations
from extractors.pages import VERSION as PAGES
from extractors.pages import Page, read_page
from extractors.pages.learned import Learned, ends_of, without
from extractors.people import people
from extractors.places import places
from extractors.publication import date_of, published_by
from extractors.registry import Plugin, plugins, registered, run_all
from extractors.speech import quotes
from extractors.text.language import language_of

__all__ = [
    "Document", "Ends", "Extraction", "Learned", "Plugin", "Record", "Span", "Verdict", "extract", "plugins", "read",
    "versions",
]  # fmt: skip
_BUILT_IN = (citations, events, instruments, organisations, people, places, quotes, timeline, topics)  # all register


def read(
    content: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    published: str | dt.date | None = None,
    fetched_at: dt.datetime | None = None,
    learned: Learned | None = None,
) -> Document:
    """The document that the bytes hold: the story's text without what stands around it, and what the page says of it.

    `content_type` is the HTTP header's value; `published` a day stated elsewhere (a feed), used where the page gives
    none; `fetched_at` only bounds dates that lie in the future; `learned` has the source's own
    lines, which go from the story's ends. Never raises on content: what is no article says so in `verdict` and
    `reason`.
    """
    page = read_page(content, url=url, content_type=content_type)
    return _document(page, content, url, published, fetched_at, learned)


def extract(
    content: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    published: str | dt.date | None = None,
    fetched_at: dt.datetime | None = None,
    learned: Learned | None = None,
) -> Extraction:
    """The document and all records found in it; arguments as in `read`. What is no article has no records."""
    page = read_page(content, url=url, content_type=content_type)
    document = _document(page, content, url, published, fetched_at, learned)
    if document.verdict is not Verdict.ARTICLE:
        return Extraction(document=document, records=(), extractors=versions(), errors=())
    records, errors = run_all(document, article_id(url or f"sha256:{document.sha256}"))
    ends = ends_of(page.paragraphs)
    return Extraction(document=document, records=records, extractors=versions(), errors=errors, ends=ends)


def _document(
    page: Page,
    content: bytes,
    url: str | None,
    stated: str | dt.date | None,
    fetched_at: dt.datetime | None,
    learned: Learned | None,
) -> Document:
    text, paragraphs = _joined(without(page.paragraphs, learned))
    told = {name: getattr(page, name) for name in _AS_THE_PAGE_TELLS}
    told["language"] = language_of(text, page.language)
    return Document(
        url=url,
        sha256=hashlib.sha256(content).hexdigest(),
        published=date_of(page, text, stated=stated, fetched_at=fetched_at),
        modified=published_by(page.modified) if page.modified else None,
        text=text,
        paragraphs=paragraphs,
        **told,
    )


_AS_THE_PAGE_TELLS = tuple(
    Document.model_fields.keys() & {each.name for each in fields(Page)} - {"paragraphs", "modified"}
)


def versions() -> dict[str, int]:
    """The version of the reading of pages and of every extractor by its name: what tells whether a stored extraction is
    outdated."""
    return {"pages": PAGES} | {name: each.version for name, each in registered().items()}


def _joined(paragraphs: tuple[str, ...]) -> tuple[str, tuple[Span, ...]]:
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append((start, start + len(paragraph)))
        start += len(paragraph) + len(PARAGRAPH_BREAK)
    return PARAGRAPH_BREAK.join(paragraphs), tuple(spans)


PARAGRAPH_BREAK = "\n\n"

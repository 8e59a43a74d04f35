"""Citations: what each bracket of sources stands for, with the year of its days and the passage that it covers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from extractors.brackets import Source, brackets
from extractors.model import Citation, CitedItem, Document, Draft, Span
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.text.sentences import enclosing


@extractor("citations", version=2)
def citations(reading: Reading) -> Iterator[Draft]:
    """The citations of the document in order; each covers its paragraph from the citation before it, or from the
    start."""
    document = reading.document
    latest = latest_day(document)
    previous = 0
    for bracket in brackets(document.text):
        start = max(previous, enclosing(document.paragraphs, bracket.span[0])[0])
        items = tuple(_item(source, latest) for source in bracket.sources)
        covers = _trimmed(document.text, start, bracket.span[0])
        key = f"{bracket.type} " + "; ".join(f"{i.agency} {i.start}/{i.end}" for i in items)
        previous = bracket.span[1]
        yield Draft(
            kind="citation", span=bracket.span, key=key, data=Citation(items=items, type=bracket.type, covers=covers)
        )


def latest_day(document: Document) -> dt.date | None:
    """The last day that a date without a year in the document can mean: publication, or the end of the volume's
    year."""
    if document.published:
        return document.published.end
    return dt.date(1994 + document.volume, 12, 31) if document.volume and document.family == "monitor" else None


def _item(source: Source, latest: dt.date | None) -> CitedItem:
    start, end = source.days.placed(latest) if source.days else (None, None)
    return CitedItem(agency=source.agency, generic=source.generic, start=start, end=end)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " \n\t.,;":
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end)

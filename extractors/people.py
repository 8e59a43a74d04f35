"""People under their fullest name, with office and country."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.model import Draft
from extractors.registry import Reading, extractor


@extractor("people", version=1)
def people(reading: Reading) -> Iterator[Draft]:
    """The people of the document."""
    yield from ()

"""Events."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.model import Draft
from extractors.registry import Reading, extractor


@extractor("events", version=1, needs=("citations", "people"))
def events(reading: Reading) -> Iterator[Draft]:
    """The events of the document."""
    yield from ()

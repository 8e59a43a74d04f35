"""What a page family is: a name, and for HTML and for stripped pages a test by structure and a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractors.pages.head.markup import Markup
from extractors.pages.page import Page
from extractors.pages.source.dump import Dump


@dataclass(frozen=True, slots=True)
class Family:
    """One row of the table of families. A reader gives the page without a verdict, which is judged for all alike."""

    name: str
    knows_html: Callable[[Markup], bool]
    read_html: Callable[[Markup], Page]
    knows_dump: Callable[[Dump], bool]
    read_dump: Callable[[Dump], Page]

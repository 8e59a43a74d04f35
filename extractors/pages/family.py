"""What a page family is: a reader for HTML, one for stripped pages, or both.

docs/how-to-add/page-family.md shows how one is added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractors.pages.head.markup import Markup
from extractors.pages.page import Page
from extractors.pages.source.dump import Dump

AMONG_OTHERS, LAST = 50, 100
"""Turns: among families that do not know each other's pages, and after all of them."""


@dataclass(frozen=True, slots=True)
class Family:
    """How the pages of one system are read. A reader gives None for a page of any other system, so that the next family
    is asked; it leaves out who it is and the verdict, which are the same for all."""

    read_html: Callable[[Markup], Page | None] | None = None
    read_dump: Callable[[Dump], Page | None] | None = None
    turn: int = AMONG_OTHERS
    """When the family is asked: those of a lower turn first, and in one turn by name."""

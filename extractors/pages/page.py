"""What a page family hands on: the story's paragraphs and every clue that the page gives about itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from extractors.model import Verdict
from extractors.page_families import ANY_OTHER
from extractors.pages.source.lines import NO_LINES, Lines

Form = Literal["html", "dump"]
"""Whether the page came as markup or stripped of it."""


@dataclass(frozen=True, slots=True)
class DateClue:
    """A date that the page or its address states, and the rule that found it (`json-ld datePublished`, `address` …)."""

    start: dt.date
    end: dt.date
    precision: Literal["day", "month", "year"]
    text: str
    basis: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its family read it. `lines` are the story's own, in order, each without line breaks, headings and
    list items of the story among them; they know what was left out, and why. `clues` stand in order of trust, the best
    first. Family, form, authors and verdict are added when the family has read it."""

    lines: Lines = NO_LINES
    family: str = ANY_OTHER
    form: Form = "html"
    verdict: Verdict = Verdict.ARTICLE
    reason: str | None = None
    title: str | None = None
    byline: str | None = None
    dateline: str | None = None
    agency: str | None = None
    section: str | None = None
    publication: str | None = None
    volume: int | None = None
    issue: int | None = None
    language: str | None = None
    canonical_url: str | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None
    modified: DateClue | None = None
    clues: tuple[DateClue, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts of the story's lines."""
        return self.lines.texts

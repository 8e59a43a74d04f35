"""A document: a snapshot made readable, when it was published, and what kind of page it turned out to be."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from extractors.page_families import FamilyName

Span = tuple[int, int]
"""[start, end) in Unicode code points of `Document.text`."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Model(BaseModel):
    """Base of all data in the core: immutable, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(StrEnum):
    """What a page turned out to be. Only an `article` has its events coded; the rest is counted and kept."""

    ARTICLE = "article"
    TEASER = "teaser"
    PAYWALL = "paywall"
    CONSENT = "consent"
    CHALLENGE = "challenge"
    SOFT_404 = "soft-404"
    INDEX = "index"
    EMPTY = "empty"
    NOT_HTML = "not-html"


Precision = Literal["day", "range", "week", "month", "season", "year", "decade", "none"]
"""What an interval is: one day, a span of the calendar, or any other; none where its days are not known."""


class Interval(Model):
    """A date as the text gives it: first and last day, both included; null where not known."""

    start: dt.date | None = None
    end: dt.date | None = None
    precision: Precision = "none"
    text: str | None = None
    basis: str = "none"


class Published(Model):
    """When the document was published, in which words that stood, and which rule read them.

    `basis` names the rule (`json-ld datePublished`, `latest cited date, next working day`, …); `confidence` is the
    share of documents on which that rule was right where it was measured.
    """

    start: dt.date
    end: dt.date
    precision: Literal["day", "range", "week", "month", "year"]
    text: str | None
    basis: str
    confidence: Share


class Document(Model):
    """A snapshot made readable: the story's own text, and what the page says of it; null where it does not say."""

    url: str | None
    canonical_url: str | None
    family: FamilyName
    form: Literal["html", "dump"]
    language: str | None
    sha256: str
    publication: str | None
    volume: int | None
    issue: int | None
    section: str | None
    title: str | None
    byline: str | None
    dateline: str | None
    agency: str | None
    published: Published | None
    text: str
    paragraphs: tuple[Span, ...]
    verdict: Verdict
    reason: str | None
    authors: tuple[str, ...] = Field((), description="the people of the byline")
    image: str | None = Field(None, description="address of the picture that the page gives itself")
    modified: Published | None = Field(None, description="when the page says that it was changed last")

"""The vocabulary: Document, Span and the record kinds, as frozen pydantic models.

Everything that leaves the core is one of these. The JSON of `Extraction` is a contract with whoever stores or reads it:
a field is added with a default, never renamed or taken away within a major version.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

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


class Interval(Model):
    """A date as the text gives it: first and last day, both included; null where not known."""

    start: dt.date | None = None
    end: dt.date | None = None
    precision: Literal["day", "range", "week", "month", "season", "year", "decade", "none"] = "none"
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


class Data(Model):
    """What a record says; one subclass a kind."""


class CitedItem(Model):
    """One agency cited for one stretch of days. `generic` marks a group such as "Russian agencies"."""

    agency: str
    generic: bool
    start: dt.date | None
    end: dt.date | None


class Citation(Data):
    """A bracket that names the sources of the passage before it; `self` where the publication cites itself."""

    items: tuple[CitedItem, ...]
    type: Literal["press", "self"]
    covers: Span


class Mention(Model):
    """One place in the text that names or stands for a person, body, place or treaty."""

    span: Span
    type: Literal["name", "office", "pronoun"] = "name"


class Person(Data):
    """A person under the fullest name that the article gives, with the office held at the time of the article."""

    name: str
    surname: str
    office: str | None
    country: str | None
    sector: str | None
    mentions: tuple[Mention, ...]


class Date(Data):
    """A date expression and what it means: first and last day, both included; null where the text cannot tell.

    `anchor` is the day that it was counted from: that of publication, or of another date in the text (anaphoric).
    """

    text: str
    start: dt.date | None
    end: dt.date | None
    precision: Literal["day", "range", "week", "month", "season", "year", "decade", "none"]
    basis: Literal["explicit", "relative", "anaphoric"]
    anchor: dt.date | None


class Named(Data):
    """A body, place or treaty that the text names; `mentions` are all places where it does."""

    name: str
    mentions: tuple[Mention, ...]


class Organisation(Named):
    """A body with its kind (alliance, party, legislature, …) and the country or PLOVER code that it acts for."""

    type: str
    country: str | None


class Place(Named):
    """A place where something is or happens, not a government that acts under its name. Coordinates where known."""

    type: Literal["country", "capital", "city", "region", "water"]
    country: str | None
    latitude: float | None
    longitude: float | None


class Instrument(Named):
    """A treaty or agreement, with its acronym and the year of signature."""

    acronym: str | None
    year: int | None


class Topic(Data):
    """A PLOVER context or a named issue, for one paragraph or (where the span is all the text) the document."""

    code: str
    score: Share


class Quote(Data):
    """Somebody's words: `parts` are the stretches inside the marks, or the reported clause where there are none.

    The speaker is the author of the words, not whoever carries them; null for scare quotes. `speaker` is a record id.
    """

    type: Literal["direct", "partial", "scare", "indirect"]
    parts: tuple[Span, ...]
    speaker: str | None
    speaker_name: str | None
    cue: str | None
    date: Interval | None


class Party(Model):
    """Who takes part in an event. `country` is ISO 3166-1 alpha-3 as PLOVER uses it; `person` is a record id."""

    text: str
    span: Span
    name: str | None
    person: str | None
    office: str | None
    country: str | None
    sector: str | None


class EventDate(Interval):
    """When the event happened: an interval and the rule that gave it, never a silent publication date."""

    span: Span | None = None


class EventPlace(Model):
    """Where the event happened, where the text says so."""

    name: str
    span: Span
    country: str | None
    latitude: float | None = None
    longitude: float | None = None


class Evidence(Model):
    """The exact words that an event rests on."""

    sentence: Span
    trigger: Span


class Attribution(Model):
    """On whose word: who said it, if not the writer, and the ids of the citations whose passage covers it."""

    mode: Literal["asserted", "reported", "quoted"]
    speaker: str | None
    citations: tuple[str, ...]


class Event(Data):
    """Who did what to whom, when, where, on whose authority: one event in the PLOVER ontology.

    `cluster` is shared by the mentions of one event in the article, and `mention` is 1 for the best-informed of them.
    `score` is that of the act, whatever its `status`.
    """

    type: str
    mode: tuple[str, ...]
    context: tuple[str, ...]
    status: Literal["actual", "ongoing", "historical", "future", "hypothetical", "negated"]
    status_span: Span | None
    quad: Annotated[int, Field(ge=1, le=4)]
    score: Annotated[float, Field(ge=-10, le=10)]
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    reciprocal: bool
    date: EventDate
    place: EventPlace | None
    instruments: tuple[str, ...]
    topics: tuple[str, ...]
    evidence: Evidence
    attribution: Attribution
    cluster: str
    confidence: Share
    rule: str
    mention: Annotated[int, Field(ge=1)] = 1


Kind = Literal["citation", "person", "organisation", "place", "instrument", "date", "quote", "topic", "event"]


class Draft(Model):
    """What an extractor yields: a fact without its id. `key` tells it from its siblings of the same kind in the
    article, and should hold what makes the fact what it is, not where in the text it stands, so that the id survives an
    edit."""

    kind: Kind
    span: Span
    key: str
    data: SerializeAsAny[Data]


class Record(Model):
    """One structured fact drawn from a document by one extractor, with a stable id."""

    id: str
    kind: Kind
    extractor: str
    version: int
    span: Span
    data: SerializeAsAny[Data]


class ExtractorError(Model):
    """An extractor that failed on this document; the others ran on."""

    extractor: str
    version: int
    error: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What is counted of one article: the keys of the lines at its ends, and digests of its longest paragraphs."""

    lines: tuple[str, ...]
    longest: tuple[str, ...]


class Extraction(Model):
    """All that one document gave: itself, its records in the order of extractors and text, and what ran.

    `ends` is for whoever learns a source's own lines; it is no part of the JSON.
    """

    document: Document
    records: tuple[Record, ...]
    extractors: dict[str, int]
    errors: tuple[ExtractorError, ...]
    ends: Ends | None = Field(default=None, exclude=True)

"""What the record of an event says: who did what to whom, when, where, and on whose word."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from extractors.model.document import Interval, Model, Share, Span
from extractors.model.facts import Data


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


Status = Literal["actual", "ongoing", "historical", "future", "hypothetical", "negated"]
"""What became of an event: done, going on, long past, to come, only possible, or not done though due."""


class Event(Data):
    """Who did what to whom, when, where, on whose authority: one event in the PLOVER ontology.

    `cluster` is shared by the mentions of one event in the article, and `mention` is 1 for the best-informed of them.
    `score` is that of the act, whatever its `status`.
    """

    type: str
    mode: tuple[str, ...]
    context: tuple[str, ...]
    status: Status
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

"""What the records of a document say, but for events: citations, people, bodies, places, treaties, dates, topics and
quotations."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from extractors.model.document import Interval, Model, Precision, Share, Span


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
    precision: Precision
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

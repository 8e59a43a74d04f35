"""An event on its way to a record, and the note of a trigger that gave none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from extractors.events.predications.frames import Frame
from extractors.events.predications.modality import Modality
from extractors.model import EventDate, EventPlace, Party, Span

if TYPE_CHECKING:
    from spacy.tokens import Token


COMPANY = "the words that the frame asks for are not there"
CONSUMED = "is part of another event, of a citation or of a name"
UNREAL = "did not or need not happen: denied, supposed, wished or asked for"
NOBODY = "nobody with a country fills its roles"
REASONS = (COMPANY, CONSUMED, UNREAL, NOBODY)
"""Why a trigger gives no event, the farthest from one first."""


class Note(NamedTuple):
    """Why a trigger gave no event under a frame."""

    span: Span
    word: str
    rule: str
    reason: str

    @property
    def weight(self) -> int:
        """How near the trigger came to an event: the weightiest note of a word is the one to show."""
        return REASONS.index(self.reason)


@dataclass(frozen=True, slots=True)
class Coded:
    """An event on its way to a record."""

    frame: Frame
    type: str
    mode: tuple[str, ...]
    modality: Modality
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    date: EventDate
    place: EventPlace | None
    sentence: Span
    trigger: Token
    confidence: float

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody in the event."""
        return (*self.actor, *self.recipient)

    @property
    def countries(self) -> frozenset[str]:
        """The countries in the event."""
        return frozenset(party.country for party in self.parties if party.country)

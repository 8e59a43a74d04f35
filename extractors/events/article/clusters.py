"""Which events of an article are mentions of one, and which of these is informed best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.events.article.between_events import days, is_stated, meet
from extractors.events.article.coded_event import Coded
from extractors.model import EventDate, Party


class Place(NamedTuple):
    """Where an event stands among the mentions: the name that they share, and 1 for the best-informed one."""

    cluster: str
    mention: int


MOST_GROUPS = 200
"""Groups of one name that a mention is tried with: no article tells of so many visits of one man."""


@dataclass
class _Group:
    """The mentions of one event, and the days that the dates of all of them share."""

    common: EventDate
    members: list[int] = field(default_factory=list)

    def take(self, at: int, date: EventDate) -> None:
        """Adds a mention whose date meets those of all others."""
        starts = [d.start for d in (self.common, date) if d.start]
        ends = [d.end for d in (self.common, date) if d.end]
        self.common = EventDate(start=max(starts, default=None), end=min(ends, default=None))
        self.members.append(at)


def clustered(found: Sequence[Coded]) -> list[Place]:
    """The place of each event. One event has one type and the same parties, and days that can be the same: the visit of
    last week is not that of last year."""
    groups: dict[str, list[_Group]] = defaultdict(list)
    for at, event in enumerate(found):
        same = groups[name(event)]
        group = next((g for g in same[:MOST_GROUPS] if meet(g.common, event.date)), None)
        if group is None:
            group = _Group(event.date)
            same.append(group)
        group.take(at, event.date)
    places = {}
    for shared, same in groups.items():
        for number, group in enumerate(same, start=1):
            best = sorted(group.members, key=lambda at: (_knowledge(found[at]), -at), reverse=True)
            label = shared if number == 1 else f"{shared} #{number}"
            places.update({at: Place(label, rank) for rank, at in enumerate(best, start=1)})
    return [places[at] for at in range(len(found))]


def name(coded: Coded) -> str:
    """The type of an event and who is in it; what was not done, or only may be, is apart from what was."""
    sides = (_names(coded.actor), _names(coded.recipient))
    kind = f"{coded.type} {coded.mode[0]}" if coded.mode == ("phone",) else coded.type
    if coded.modality.status in ("negated", "hypothetical"):
        kind = f"{coded.modality.status} {kind}"
    everybody = sorted({each for side in sides for each in side}) if coded.type == "CONSULT" else []
    return f"{kind} {'+'.join(everybody)}" if everybody else f"{kind} {'+'.join(sides[0])} > {'+'.join(sides[1])}"


def _knowledge(event: Coded) -> tuple[bool, int, int, bool, float]:
    """How much a mention tells: the day and how narrowly, the people, the place, and how sure we are."""
    people = sum(party.person is not None for party in event.parties)
    return is_stated(event.date), -days(event.date), people, event.place is not None, event.confidence


def _names(parties: tuple[Party, ...]) -> list[str]:
    return sorted({(party.name if party.person else None) or party.country or party.text for party in parties})

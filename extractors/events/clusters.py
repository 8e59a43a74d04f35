"""Which events of an article are mentions of one, and which of these is informed best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from extractors.events.coded import Coded
from extractors.events.settle import days, is_stated, meet
from extractors.model import Party


class Place(NamedTuple):
    """Where an event stands among the mentions: the name that they share, and 1 for the best-informed one."""

    cluster: str
    mention: int


def clustered(found: Sequence[Coded]) -> list[Place]:
    """The place of each event. One event has one type and the same parties, and days that can be the same: the visit of
    last week is not that of last year."""
    groups: dict[str, list[list[int]]] = defaultdict(list)
    for at, event in enumerate(found):
        same = groups[name(event)]
        group = next((g for g in same if all(meet(found[other].date, event.date) for other in g)), None)
        if group is None:
            same.append([at])
        else:
            group.append(at)
    places = {}
    for shared, same in groups.items():
        for number, group in enumerate(same, start=1):
            best = sorted(group, key=lambda at: (_knowledge(found[at]), -at), reverse=True)
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

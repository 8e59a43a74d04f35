"""What the events of one article tell of each other: who is guest and who host, and the days of one visit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.events.article.calendar import Calendar
from extractors.events.article.coded_event import Coded
from extractors.events.article.date_choice import UTTERED
from extractors.events.article.scenes import Scenes
from extractors.events.article.status import settled as state_of
from extractors.events.participants.parties import countries
from extractors.events.predications.tense import carrier, past_perfect, perfect
from extractors.model import EventDate, Party

STATED = ("explicit", "relative", "anaphoric")

SHORT = 10
"""Days that one occasion can last; meetings "over the past month" are several."""

NEAR = 150
"""Words within which an outcome is still that of the talks before it: about a paragraph."""

NEIGHBOURS = 50
"""Visits or talks on either side of an event that it may be a part of: more than any article tells of."""

NOW = ("actual", "ongoing")


def settled(found: list[Coded], calendar: Calendar, scenes: Scenes) -> list[Coded]:
    """The events with what the article tells elsewhere applied: a meeting on a visit has a guest and a host, the parts
    of one occasion share its days and its place, what goes on in the next sentence has the day of the one before, and
    what is long over is historical."""
    visits = _Nearby(event for event in found if event.type == "CONSULT" and event.mode == ("visit",))
    placed = [_on_visit(event, visits.around(event)) for event in found]
    talks = _Nearby(e for e in placed if e.type == "CONSULT" and is_stated(e.date) and e.date.start)
    dated = [_dated(event, talks.around(event), scenes) for event in placed]
    meetings = _Nearby(e for e in dated if e.place and e.type == "CONSULT" and "phone" not in e.mode)
    there = [_there(event, meetings.around(event)) for event in dated]
    return [replace(event, modality=state_of(event, calendar.document.published)) for event in there]


class _Nearby:
    """Events of one sort in the order of their triggers, of which only the nearest are looked at."""

    def __init__(self, events: Iterable[Coded]) -> None:
        self._all = sorted(events, key=lambda event: event.trigger.i)
        self._at = [event.trigger.i for event in self._all]

    def around(self, event: Coded) -> list[Coded]:
        """Those on either side of an event."""
        at = bisect_left(self._at, event.trigger.i)
        return self._all[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]


def _on_visit(event: Coded, visits: Sequence[Coded]) -> Coded:
    """The meeting with guest and host apart, where the article tells of a visit by one of them to the other's
    country."""
    if event.type != "CONSULT" or event.mode or event.recipient or len(event.countries) != 2:
        return event
    matching = [v for v in visits if v.countries == event.countries and _persons(v.actor) & _persons(event.actor)]
    if not matching:
        return event
    home = countries(min(matching, key=lambda v: abs(v.trigger.i - event.trigger.i)).recipient)
    guests = tuple(p for p in event.actor if p.country not in home)
    hosts = tuple(p for p in event.actor if p.country in home)
    return replace(event, actor=guests, recipient=hosts, mode=("visit",)) if guests and hosts else event


def _dated(event: Coded, talks: Sequence[Coded], scenes: Scenes) -> Coded:
    """The event with the day that the text gives elsewhere, where its own sentence has none: for the statement or the
    scene that it belongs to, else for the same visit or talks, else that of the reports on the same people."""
    if is_stated(event.date) or event.modality.status not in NOW or event.date.span is not None:
        return event
    scene = scenes.before(event)
    stated = [e for e in talks if _one_occasion(e, event)]
    if scene is not None and not (event.type == "CONSULT" and stated):
        return replace(event, date=_taken(scene, "same passage"))
    if stated and "phone" not in event.mode:
        nearest = min(stated, key=lambda e: abs(e.trigger.i - event.trigger.i))
        return replace(event, date=_taken(nearest.date, "same occasion"))
    reports = _reports(event, scenes.calendar)
    return replace(event, date=_taken(reports, "same people")) if reports else event


def _reports(event: Coded, calendar: Calendar) -> EventDate | None:
    """The days of the reports on the same people, for what is told as simply past and has no report of its own."""
    verb = carrier(event.trigger)
    if event.date.basis != "publication bound" or event.modality.status != "actual":
        return None
    return None if perfect(verb) or past_perfect(verb) else calendar.reported_of(_persons(event.actor))


def is_stated(date: EventDate) -> bool:
    """Whether the text itself gives the date."""
    return date.basis.split(",")[0] in STATED


def _taken(date: EventDate, why: str) -> EventDate:
    return date.model_copy(update={"basis": f"{date.basis.split(',')[0]}, {why}"})


def _there(event: Coded, meetings: Sequence[Coded]) -> Coded:
    """The event with the place of the visit or talks that it is a part of, that it came of, or on which it was said."""
    if event.place is not None or "phone" in event.mode or event.modality.status not in NOW:
        return event
    if is_stated(event.date) and days(event.date) > SHORT:
        return event
    placed = [e for e in meetings if meet(e.date, event.date) and (_one_occasion(e, event) or _on_the_way(e, event))]
    if not placed:
        return event
    return replace(event, place=min(placed, key=lambda e: abs(e.trigger.i - event.trigger.i)).place)


def _on_the_way(visit: Coded, event: Coded) -> bool:
    """Whether something was said by a guest while he was there."""
    guest = bool(_persons(visit.actor) & _persons(event.actor)) and "visit" in visit.mode
    return guest and event.type in UTTERED and is_stated(event.date) and is_stated(visit.date)


def _outcome(talks: Coded, event: Coded) -> bool:
    """Whether an act of both sides belongs to the talks told of just before: "The two sides also agreed to …"."""
    return event.type == "AGREE" and len(event.countries) > 1 and 0 < event.trigger.i - talks.trigger.i < NEAR


def _one_occasion(talks: Coded, event: Coded) -> bool:
    """Whether an event can be a part of a visit or a round of talks, or what came of it: the same countries, and the
    same guest where both name one."""
    if talks.countries != event.countries or "phone" in talks.mode or talks.modality.status != event.modality.status:
        return False
    if event.type != "CONSULT" and not _outcome(talks, event):
        return False
    a, b = _persons(talks.actor), _persons(event.actor)
    return bool(a & b) or ((not a or not b) and days(talks.date) <= SHORT)


def meet(one: EventDate, other: EventDate) -> bool:
    """Whether two dates can be those of one event."""
    if one.end and other.start and one.end < other.start:
        return False
    return not (other.end and one.start and other.end < one.start)


def days(date: EventDate) -> int:
    """How many days lie between the ends of a date; more than one occasion can last where an end is open."""
    return (date.end - date.start).days if date.start and date.end else SHORT + 1


def _persons(parties: Sequence[Party]) -> set[str]:
    return {party.person for party in parties if party.person}

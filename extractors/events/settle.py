"""What the events of one article tell of each other: who is guest and who host, and the days of one visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.events.coded import Coded
from extractors.events.parties import countries
from extractors.model import EventDate, Party

STATED = ("explicit", "relative")

SHORT = 10
"""Days that one occasion can last; meetings "over the past month" are several."""

NEAR = 150
"""Words within which an outcome is still that of the talks before it: about a paragraph."""


def settled(found: list[Coded]) -> list[Coded]:
    """The events with the visits of the article applied: a meeting on a visit has a guest and a host, and its days."""
    visits = [event for event in found if event.type == "CONSULT" and event.mode == ("visit",)]
    placed = [_on_visit(event, visits) for event in found]
    return [_dated(event, placed) for event in placed]


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


def _dated(event: Coded, found: Sequence[Coded]) -> Coded:
    """The event with the day that the article states elsewhere for the same visit or talks, where its own sentence
    has none."""
    if event.date.basis in STATED or "phone" in event.mode or event.modality.status != "actual":
        return event
    talks = [e for e in found if e.type == "CONSULT" and e.date.basis in STATED and e.date.start]
    stated = [e for e in talks if _one_occasion(e, event) and (event.type == "CONSULT" or _outcome(e, event))]
    if not stated:
        return event
    date = min(stated, key=lambda e: abs(e.trigger.i - event.trigger.i)).date
    return replace(event, date=date.model_copy(update={"basis": f"{date.basis}, same occasion"}))


def _outcome(talks: Coded, event: Coded) -> bool:
    """Whether an act of both sides belongs to the talks told of just before: "The two sides also agreed to …"."""
    return event.type == "AGREE" and len(event.countries) > 1 and 0 < event.trigger.i - talks.trigger.i < NEAR


def _one_occasion(one: Coded, other: Coded) -> bool:
    """Whether two events can be parts of one visit or one round of talks: the same countries, and the same guest where
    both name one."""
    if one.countries != other.countries or "phone" in one.mode or one.modality.status != other.modality.status:
        return False
    a, b = _persons(one.actor), _persons(other.actor)
    return bool(a & b) or ((not a or not b) and _days(one.date) <= SHORT)


def _days(date: EventDate) -> int:
    return (date.end - date.start).days if date.start and date.end else SHORT + 1


def _persons(parties: Sequence[Party]) -> set[str]:
    return {party.person for party in parties if party.person}

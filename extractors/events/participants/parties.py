"""Whether those are there whom an event needs, and whether they are such as can do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractors.events.participants.directed_roles import is_passive
from extractors.events.participants.roles import Roles, distinct
from extractors.events.predications.frames import Frame
from extractors.lexicon import word_set
from extractors.model import Party

if TYPE_CHECKING:
    from spacy.tokens import Token

CIVIL = word_set("plover_groups", "sectors.civil")
"""Sectors whose collective action is a protest; a government's or an army's is something else."""

TALKERS = word_set("plover_groups", "sectors.talkers")
"""Sectors that attack in words."""


OFFICIAL = word_set("plover_groups", "sectors.official")
"""Sectors whose coming and going is a visit; that of tourists, workers and refugees is not."""


def countries(parties: Sequence[Party]) -> set[str]:
    """The countries of parties."""
    return {party.country for party in parties if party.country}


VERBAL = word_set("plover_groups", "types.verbal")
PRIVATE = word_set("plover_groups", "sectors.private") | {None}
"""Sectors whose dealings with each other in words are no politics: an actress sues a magazine."""
OFFICIALS = word_set("participants", "parties.officials")


def _public(party: Party) -> bool:
    return party.office is not None or party.sector not in PRIVATE


def everybody(roles: Roles) -> tuple[Party, ...]:
    """All parties of an event once."""
    return distinct((*roles.actor, *roles.recipient))


def complete(frame: Frame, roles: Roles, trigger: Token) -> bool:
    """Whether those are there whom an event of this kind needs."""
    parties = everybody(roles)
    if not countries(parties):
        return False
    if frame.kind in ("meeting", "call", "joint"):
        persons = {party.person for party in parties if party.person}
        return len(countries(parties)) > 1 or len(persons) > 1 or _two_armies(frame, parties)
    if frame.kind in ("visit", "host"):
        acting = [p for p in roles.actor if p.person or p.office or p.sector in OFFICIAL]
        apart = not countries(roles.actor) & countries(roles.recipient)
        return bool(acting and roles.recipient) and apart and bool(countries(roles.actor))
    return _directed(frame, roles, trigger)


def _two_armies(frame: Frame, parties: Sequence[Party]) -> bool:
    """Whether the two sides of one country fight or talk: the army or the government, and its rebels."""
    sectors = {party.sector for party in parties}
    return len(sectors) > 1 and (frame.type == "ASSAULT" or bool(sectors & {"REB", "OPP"}))


def _directed(frame: Frame, roles: Roles, trigger: Token) -> bool:
    if not countries(roles.actor):
        return False
    if frame.needs_recipient and not countries(roles.recipient):
        return False
    if frame.needs_recipient_or_pair and not countries(roles.recipient) and len(countries(roles.actor)) < 2:
        return False
    if frame.type in VERBAL and not any(_public(party) for party in everybody(roles)):
        return False
    if frame.civil is not None and trigger.pos_ == "VERB" and _civil(roles.actor) != frame.civil:
        return False
    if frame.civil and trigger.pos_ != "VERB" and not _civil(roles.actor):
        return False
    return not frame.violent or is_passive(trigger) or _can_strike(roles.actor)


def _civil(parties: Sequence[Party]) -> bool:
    return all(party.sector in CIVIL and party.person is None and party.office is None for party in parties)


def _can_strike(parties: Sequence[Party]) -> bool:
    """Whether whoever is said to attack does so with weapons: not a person of office, an assembly or a newspaper."""
    return any(p.person is None and p.office is None and p.sector not in TALKERS and not _official(p) for p in parties)


def _official(party: Party) -> bool:
    words = set(party.text.lower().split())
    return bool(words & OFFICIALS)

"""Offices that several share: "the presidents of Latvia and Estonia", "Russian and Polish Foreign Ministers A and B".

What stands right before a list of names is dealt out over it; what stands farther off is the office of those who follow
with their country alone ("Latvia's Guntis X, Estonia's Jaan Y").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from extractors.lexicon import table, word_list, word_set
from extractors.people.names import Name, end_of_name
from extractors.people.offices import LONGEST_OFFICE, Office
from extractors.people.offices_beside import NATIONAL, of_state
from extractors.text.tokens import Tokens

WORDS_TO_FOLLOWER = 120
"""Tokens within which a shared office is that of whoever follows with a country alone."""
OF_LIST = word_set("offices", "beside.of_list")


class Shared(NamedTuple):
    """A plural office: its tokens, and the office as one of them bears it."""

    first: int
    end: int
    name: str


def shared_out(names: Sequence[Name], tokens: Tokens) -> list[Name]:
    """The names, those that a plural office means having it."""
    shared = _shared(tokens)
    if not shared:
        return list(names)
    each_his = {
        name.first: name
        for plural in shared
        for name in (*_each_with_state(plural, tokens), *_behind_their_states(plural, tokens))
    }
    taken = {at for name in each_his.values() for at in range(name.first, name.end)}
    dealt = sorted([*each_his.values(), *(n for n in names if n.first not in taken)], key=lambda name: name.first)
    ends = [each.end for each in shared]
    for at, name in enumerate(dealt):
        office = name.office
        if office is not None and office.post == NATIONAL:
            last = bisect_right(ends, name.first) - 1
            between = tokens.words[ends[last] : name.first] if last >= 0 else []
            if last >= 0 and len(between) < WORDS_TO_FOLLOWER and ";" not in between:
                dealt[at] = name._replace(office=_held(shared[last], office))
    openings = {name.first: number for number, name in enumerate(dealt)}
    for each in shared:
        first = openings.get(each.end)
        if first is not None:
            for at, name in _dealt(dealt, first, each, tokens):
                dealt[at] = name
    return dealt


def _each_with_state(shared: Shared, tokens: Tokens) -> Iterator[Name]:
    """The names that follow a plural office each with its state: "the presidents of Peru, A B, and of Chile, C D"."""
    at, link = shared.end, "of"
    while tokens.lower(at) == link or (link == "and" and at in tokens.named):
        at += tokens.lower(at) == link
        at += tokens.lower(at) == "of"
        at += tokens.lower(at) == "the"
        state = tokens.named.get(at)
        if state is None or state.entry.sort not in ("country", "adjective"):
            return
        while tokens.named.get(at) is state:
            at += 1
        end = end_of_name(tokens, at + 1)
        if tokens.word(at) != "," or end <= at + 1 or at + 1 in tokens.named:
            return
        yield _holder(shared, tokens, at + 1, end, state.entry.code)
        at, link = end + (tokens.word(end) == ","), "and"


def _behind_their_states(shared: Shared, tokens: Tokens) -> list[Name]:
    """The names that follow the list of their states: "the presidents of Peru and Chile, A B and C D"."""
    at, codes = shared.end, list[str]()
    while tokens.lower(at) in ("of", ",", "and", "the") and len(codes) < MOST_STATES:
        at += 1
        state = tokens.named.get(at)
        if state is not None and state.entry.sort == "country":
            codes.append(state.entry.code)
            while tokens.named.get(at) is state:
                at += 1
    found: list[Name] = []
    while len(codes) > 1 and tokens.word(at - 1) in (",", "and") and (end := end_of_name(tokens, at)) > at + 1:
        found.append(_holder(shared, tokens, at, end, codes[min(len(found), len(codes) - 1)]))
        at = end + 1 + (tokens.word(end) == "," and tokens.word(end + 1) == "and")
    return found if len(found) == len(codes) else []


MOST_STATES = 6


def _holder(shared: Shared, tokens: Tokens, first: int, end: int, country: str) -> Name:
    """Who bears the shared office for a state."""
    text = tokens.text[tokens.spans[first][0] : tokens.spans[end - 1][1]]
    return Name(first, end, text, _held(shared, of_state(shared.first, shared.end, country)))


def _held(shared: Shared, office: Office) -> Office:
    facts = table("offices")["offices"][shared.name]
    return replace(
        office, office=shared.name, post=facts.get("post", shared.name), sector=facts["sector"],
        weak=bool(facts.get("weak")),
    )  # fmt: skip


def _dealt(names: Sequence[Name], first: int, shared: Shared, tokens: Tokens) -> list[tuple[int, Name]]:
    """The names of a list, by their number, with the office before it, and its countries: in their order, or one to
    all."""
    group = [first]
    while group[-1] + 1 < len(names) and _goes_on(names[group[-1]], names[group[-1] + 1], tokens):
        group.append(group[-1] + 1)
    if len(group) < 2:
        return []
    codes = _before(tokens, shared.first)
    each_his = codes if len(codes) == len(group) else (codes if len(codes) == 1 else [None]) * len(group)
    return [
        (at, names[at]._replace(office=_held(shared, of_state(shared.first, shared.end, code))))
        for at, code in zip(group, each_his, strict=True)
    ]


def _goes_on(one: Name, other: Name, tokens: Tokens) -> bool:
    return 0 < other.first - one.end <= 2 and all(tokens.word(at) in OF_LIST for at in range(one.end, other.first))


def _before(tokens: Tokens, first: int) -> list[str]:
    """The countries that stand before a plural office: "Russian and Ukrainian"."""
    codes: list[str] = []
    at = first - 1
    while at >= 0 and (at in tokens.named or tokens.word(at) in ("and", ",", "-", "–")):
        if at in tokens.named and tokens.named[at].entry.code not in codes:
            codes.insert(0, tokens.named[at].entry.code)
        at -= 1
    return codes


def _shared(tokens: Tokens) -> list[Shared]:
    """The plural offices of the text, in order."""
    heads = _heads()
    found = []
    for at, word in enumerate(tokens.lowered):
        if word not in heads:
            continue
        for length in range(min(LONGEST_OFFICE, at + 1), 0, -1):
            before = " ".join(tokens.lower(n) for n in range(at - length + 1, at))
            name = f"{before} {heads[word]}".strip()
            if name in table("offices")["offices"]:
                found.append(Shared(at - length + 1, at + 1, name))
                break
    return found


@cache
def _heads() -> dict[str, str]:
    """The plural of each noun for a holder of an office of state."""
    nouns = word_list("offices", "modifiers.shared")
    return {("chairmen" if noun == "chairman" else f"{noun}s"): noun for noun in nouns}

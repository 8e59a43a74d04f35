"""Titles that stand alone for one who is known: "the U.S. secretary of state", "the president", "the German diplomat".

A title with a country means the holder of that post there; one without, or one that only describes, whoever was last
named and can be called so.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from extractors.lexicon import table
from extractors.model import Mention
from extractors.people.identity import Someone
from extractors.people.offices import Office
from extractors.text.tokens import Tokens

NO_HOLDER = frozenset({"counterpart", "host", "guest", "successor", "secretary", "representative"})
"""Words that say how somebody stands to another: they mean nobody by themselves."""
DESCRIBED = frozenset({"leader", "minister", "diplomat"})
"""Posts that only describe: "the Russian leader" is whoever of that country was last named."""
NEAR = 600
"""Characters within which a title may still mean the one last named."""
MOST = 200
"""Mentions back to which the holder of a post is searched."""
ADJECTIVES = 3
"""Words that may stand between "the" and a title: "the veteran militant leader"."""


Named = Sequence[tuple[Someone, int]]
"""People with the offset at which each was last named."""


class Title(NamedTuple):
    """A title without a name: tokens, what it says, the country it names."""

    first: int
    end: int
    post: str
    country: str | None
    office: Office | None


def mention_titles(someones: list[Someone], tokens: Tokens, offices: Sequence[Office]) -> None:
    """Adds the titles that stand alone to the mentions of whom they mean."""
    taken = {at for s in someones for name in s.full for at in range(name.first, name.end)}
    taken.update(at for s in someones for at in s.places)
    named = sorted(((m.span[0], number) for number, s in enumerate(someones) for m in s.mentions))
    for title in sorted((*_of_offices(tokens, offices), *_of_nouns(tokens)), key=lambda t: (t.first, t.end)):
        here = tokens.spans[title.first][0]
        last = bisect_left(named, (here, -1))
        recent = {number: at for at, number in named[max(0, last - MOST) : last]}
        before = [(someones[number], at) for number, at in sorted(recent.items(), key=lambda pair: pair[1])]
        if title.end in taken or not (holder := _holder(before, tokens, title, here)):
            continue
        if taken.isdisjoint(range(title.first, title.end)):
            holder.mentions.append(Mention(span=(here, tokens.spans[title.end - 1][1]), type="office"))
            taken.update(range(title.first, title.end))
            insort(named, (here, next(n for n in recent if someones[n] is holder)))


def _of_offices(tokens: Tokens, offices: Sequence[Office]) -> Iterator[Title]:
    for office in offices:
        if office.former or office.plural or office.post in NO_HOLDER or _goes_on(tokens, office.end):
            continue
        if office.country and office.stated:
            if office.definite:
                yield Title(office.first, office.end, office.post, office.country, office)
        elif (first := _article(tokens, office.first)) is not None:
            yield Title(first, office.end, office.post, office.country, office)


def _goes_on(tokens: Tokens, end: int) -> bool:
    """Whether the phrase is only half of one: "the president of the bank", "the minister's office"."""
    return tokens.word(end) == "of" or tokens.word(end)[:1].isupper()


def _of_nouns(tokens: Tokens) -> Iterator[Title]:
    """Plain nouns that describe somebody who was named: "the ousted official"."""
    nouns = _nouns()
    for at in sorted(at for noun in nouns for at in tokens.places(noun)):
        if (first := _article(tokens, at)) is not None:
            named = next((tokens.named[n].entry.code for n in range(first, at) if n in tokens.named), None)
            yield Title(first, at + 1, tokens.word(at), named, None)


def _article(tokens: Tokens, at: int) -> int | None:
    """Where "the" stands before a title, with a few plain words between at most; the token behind it."""
    for first in range(at - 1, max(-1, at - 2 - ADJECTIVES), -1):
        word = tokens.word(first)
        if word.lower() in ("the", "this"):
            return first + 1
        if not (word.replace("-", "").isalpha() and (word.islower() or first in tokens.named)) or word in STOPS:
            return None
    return None


STOPS = frozenset({"of", "to", "with", "and", "for", "in", "by", "a", "an", "his", "her", "their", "its", "as", "who"})


def _holder(before: Named, tokens: Tokens, title: Title, here: int) -> Someone | None:
    """Who is meant: the holder of that post, else the last named who can be called so. `before`: who was named before,
    and where last, in this order."""
    described = title.post in DESCRIBED or title.office is None
    home = title.country
    own = [(s, at) for s, at in before if home is None or s.country == home or not (s.country or described)]
    if home and not described and title.office is not None:
        return _of_post(own, title.office, here)
    near = [s for s, at in before if here - at < NEAR]
    mine = [s for s, at in own if here - at < NEAR]
    exact = [s for s in mine if _is(s, title.post, tokens)]
    called = exact or [s for s, _ in (own if home else []) if _may_be_called(s, title.post)]
    called = called or [s for s in (near if described else mine) if _may_be_called(s, title.post)]
    return called[-1] if called else None


def _is(someone: Someone, post: str, tokens: Tokens) -> bool:
    """Whether somebody holds the post, or bears the title before the name."""
    held = someone.office is not None and someone.office.post == post
    return held or any(tokens.lower(name.first - 1) == post for name in someone.full[:MOST])


def _of_post(own: Named, office: Office, here: int) -> Someone | None:
    holders = [s for s, _ in own if s.country and s.office and s.office.post == office.post]
    holders = holders or [s for s, _ in own if s.office is None and (s.title or "").lower() == office.post]
    holders = holders or _promoted(own, office, here)
    return holders[-1] if holders else None


def _promoted(own: Named, office: Office, here: int) -> list[Someone]:
    """The last named whose office was only a stopgap takes the state's office that the text now gives him."""
    if office.sector != "GOV":
        return []
    holders = [s for s, at in own if s.office and s.office.weak and here - at < NEAR][-1:]
    for holder in holders:
        holder.office, holder.title = office, office.office
        holder.country, holder.sector = office.country, office.sector
    return holders


def _may_be_called(someone: Someone, post: str) -> bool:
    """Whether the noun fits somebody: a prime minister is a leader, an ambassador a diplomat."""
    facts = _classes().get(post) or _classes().get(post.split()[-1])
    if facts is None:
        return False
    title = f" {(someone.title or '').lower().replace('-', ' ')} "
    return someone.sector in facts["sectors"] or any(f" {word} " in title for word in facts["words"])


@cache
def _classes() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = table("offices")["described"]
    return found


@cache
def _nouns() -> frozenset[str]:
    """The describing nouns that are no offices themselves."""
    return frozenset(_classes()) - frozenset(table("offices")["offices"])

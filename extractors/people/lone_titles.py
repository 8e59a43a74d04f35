"""Titles that stand alone for one who is known: "the U.S. secretary of state", "the president", "the German diplomat".

A title with a country means the holder of that post there; one without, or one that only describes, whoever was last
named and can be called so.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from extractors.lexicon import table, word_set
from extractors.model import Mention
from extractors.people.countries import taking_office
from extractors.people.identity import People, PersonSoFar
from extractors.people.offices import Office
from extractors.text.tokens import Tokens

NO_HOLDER = word_set("offices", "modifiers.relational")
"""Words that say how somebody stands to another: they mean nobody by themselves."""
DESCRIBED = frozenset({"leader", "minister", "diplomat"})
"""Posts that only describe: "the Russian leader" is whoever of that country was last named."""
CHARACTERS_BACK = 600
"""Characters within which a title may still mean the one last named."""
MENTIONS_BACK = 200
"""Mentions back to which the holder of a post is searched."""
MOST_ADJECTIVES = 3
"""Words that may stand between "the" and a title: "the veteran militant leader"."""


class LastNamed(NamedTuple):
    """Somebody, by his number among the people, and the offset at which he was last named."""

    number: int
    person: PersonSoFar
    at: int


class Title(NamedTuple):
    """A title without a name: tokens, what it says, the country it names."""

    first: int
    end: int
    post: str
    country: str | None
    office: Office | None


class Holder(NamedTuple):
    """Whom a title means; `takes` says that it is an office which the text has not told of him before."""

    number: int
    takes: bool = False


def with_lone_titles(people: People, tokens: Tokens, offices: Sequence[Office]) -> People:
    """With the titles that stand alone among the mentions of whom they mean."""
    found = list(people)
    taken = {at for each in people for name in each.full for at in range(name.first, name.end)}
    taken.update(at for each in people for at in each.places)
    named = sorted((m.span[0], number) for number, each in enumerate(people) for m in each.mentions)
    for title in sorted((*_of_offices(tokens, offices), *_of_nouns(tokens)), key=lambda t: (t.first, t.end)):
        here = tokens.spans[title.first][0]
        last = bisect_left(named, (here, -1))
        recent = {number: at for at, number in named[max(0, last - MENTIONS_BACK) : last]}
        before = [LastNamed(n, found[n], at) for n, at in sorted(recent.items(), key=lambda pair: pair[1])]
        if title.end in taken or not (holder := _holder(before, tokens, title, here)):
            continue
        if holder.takes and title.office is not None:
            found[holder.number] = taking_office(found[holder.number], title.office)
        if taken.isdisjoint(range(title.first, title.end)):
            mention = Mention(span=(here, tokens.spans[title.end - 1][1]), type="office")
            found[holder.number] = replace(found[holder.number], mentions=(*found[holder.number].mentions, mention))
            taken.update(range(title.first, title.end))
            insort(named, (here, holder.number))
    return tuple(found)


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
    for first in range(at - 1, max(-1, at - 2 - MOST_ADJECTIVES), -1):
        word = tokens.word(first)
        if word.lower() in ("the", "this"):
            return first + 1
        if (
            not (word.replace("-", "").isalpha() and (word.islower() or first in tokens.named))
            or word in BEFORE_NO_TITLE
        ):
            return None
    return None


BEFORE_NO_TITLE = word_set("offices", "beside.before_no_title")


def _holder(before: Sequence[LastNamed], tokens: Tokens, title: Title, here: int) -> Holder | None:
    """Who is meant: the holder of that post, else the last named who can be called so. `before`: who was named before,
    and where last, in this order."""
    described = title.post in DESCRIBED or title.office is None
    home = title.country
    own = [
        each for each in before
        if home is None or each.person.country == home or not (each.person.country or described)
    ]  # fmt: skip
    if home and not described and title.office is not None:
        return _of_post(own, title.office, here)
    near = [each for each in before if here - each.at < CHARACTERS_BACK]
    mine = [each for each in own if here - each.at < CHARACTERS_BACK]
    exact = [each for each in mine if _is(each.person, title.post, tokens)]
    called = exact or [each for each in (own if home else []) if _may_be_called(each.person, title.post)]
    called = called or [each for each in (near if described else mine) if _may_be_called(each.person, title.post)]
    return Holder(called[-1].number) if called else None


def _is(person: PersonSoFar, post: str, tokens: Tokens) -> bool:
    """Whether somebody holds the post, or bears the title before the name."""
    held = person.office is not None and person.office.post == post
    return held or any(tokens.lower(name.first - 1) == post for name in person.full[:MENTIONS_BACK])


def _of_post(own: Sequence[LastNamed], office: Office, here: int) -> Holder | None:
    """The last named holder of the post; else whoever was last named and had but a stopgap for an office, if it is one
    of state."""
    people = [(each.number, each.person) for each in own]
    holders = [n for n, s in people if s.country and s.office and s.office.post == office.post]
    holders = holders or [n for n, s in people if s.office is None and (s.title or "").lower() == office.post]
    if holders:
        return Holder(holders[-1])
    open_ = [e.number for e in own if e.person.office and e.person.office.weak and here - e.at < CHARACTERS_BACK]
    return Holder(open_[-1], takes=True) if open_ and office.sector == "GOV" else None


def _may_be_called(person: PersonSoFar, post: str) -> bool:
    """Whether the noun fits somebody: a prime minister is a leader, an ambassador a diplomat."""
    facts = _classes().get(post) or _classes().get(post.split()[-1])
    if facts is None:
        return False
    title = f" {(person.title or '').lower().replace('-', ' ')} "
    return person.sector in facts["sectors"] or any(f" {word} " in title for word in facts["words"])


@cache
def _classes() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = table("offices")["described"]
    return found


@cache
def _nouns() -> frozenset[str]:
    """The describing nouns that are no offices themselves."""
    return frozenset(_classes()) - frozenset(table("offices")["offices"])

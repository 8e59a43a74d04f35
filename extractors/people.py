"""People under their fullest name, with office, country and every place where the text names them.

First the full names, found by title, by given name or in the table of leaders; then bare surnames and definite titles
("the U.S. secretary of state") are joined to them. Two people of one surname stay apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractors.identity import (
    Someone,
    counterparts,
    introduced,
    lend_countries,
    lend_from_context,
    settle,
    spelling,
    year_of,
)
from extractors.lexicon import leaders, table
from extractors.model import Document, Draft, Mention, Person, Span
from extractors.names import Name, is_common, names_of
from extractors.offices import Office, Tokens, offices_in, tokens_of
from extractors.pronouns import genders, pronouns
from extractors.registry import Reading, extractor

NOT_THE_PERSON = frozenset(
    {
        "administration", "government", "era", "team", "campaign", "presidency", "doctrine", "plan", "cabinet",
        "regime", "years", "family", "foundation", "institute", "center", "library", "dynasty", "camp", "clan",
    }
)  # fmt: skip
"""Words before which a surname stands for a time or a body: "the Clinton administration"."""

DESCRIBED = frozenset({"leader", "minister", "diplomat"})
"""Posts that only describe: "the Russian leader" is whoever of that country was last named."""
NO_HOLDER = frozenset({"head", "chief", "counterpart", "host", "guest", "successor", "secretary", "representative"})


@extractor("people", version=2)
def people(reading: Reading) -> Iterator[Draft]:
    """The people of the document in the order in which they are first named."""
    document = reading.document
    tokens = tokens_of(document.text)
    offices = offices_in(tokens)
    names = names_of(tokens, offices)
    someones = introduced([*names, *_bare_leaders(tokens, names, document)], document)
    for each in someones:
        settle(each, document)
    lend_countries(someones, tokens)
    lend_from_context(someones, tokens)
    genders(someones, tokens)
    _mention(someones, tokens)
    genders(someones, tokens)  # again, as "Mr." stands before surnames
    counterparts(someones)
    _mention_offices(someones, tokens, offices)
    pronouns(someones, document)
    for each in sorted((s for s in someones if s.mentions), key=lambda s: min(m.span for m in s.mentions)):
        yield _draft(each)


def _draft(each: Someone) -> Draft:
    mentions = tuple(sorted(each.mentions, key=lambda m: m.span))
    data = Person(
        name=each.name,
        surname=each.surname,
        office=each.title,
        country=each.country,
        sector=each.sector,
        mentions=mentions,
    )
    return Draft(kind="person", span=mentions[0].span, key=each.name, data=data)


def _bare_leaders(tokens: Tokens, names: Sequence[Name], document: Document) -> Iterator[Name]:
    """Surnames that only the table of leaders explains: nobody else in the article bears them, one leader of its year
    does,
    and the article names that leader's country."""
    taken = {at for name in names for at in range(name.first, name.end)}
    surnames = {name.text.split()[-1] for name in names}
    countries = {named.entry.code for named in tokens.named.values()}
    for at in range(len(tokens)):
        word = tokens.word(at)
        if at in taken or at in tokens.named or word in surnames or not leaders.known(word):
            continue
        alone = (
            not (tokens.word(at - 1)[:1].isupper() and tokens.adjoining(at - 1))
            and not tokens.word(at + 1)[:1].isupper()
        )
        held = leaders.holding(word, year_of(document)) if alone and tokens.word(at + 1) not in NOT_THE_PERSON else ()
        if held and held[0].country in countries:
            yield Name(at, at + 1, word, None)


def _mention(someones: Sequence[Someone], tokens: Tokens) -> None:
    """Adds every mention by name: full names, and bare surnames after their owner."""
    owners: dict[str, list[Someone]] = {}
    taken: set[int] = set()
    for each in someones:
        owners.setdefault(spelling(each.surname), []).append(each)
        for name in each.full:
            each.mentions.append(Mention(span=_span(tokens, name.first, name.end)))
            each.places.append(name.first)
            taken.update(range(name.first, name.end))
    for at in range(len(tokens)):
        if at in taken or not (word := tokens.word(at))[:1].isupper():
            continue
        bearers = owners.get(spelling(word))
        if bearers and (owner := _owner(bearers, tokens, at)):
            owner.mentions.append(Mention(span=tokens.spans[at]))
            owner.places.append(at)


def _mention_offices(someones: list[Someone], tokens: Tokens, offices: Sequence[Office]) -> None:
    """Adds the titles that stand alone for one who is known: "the U.S. secretary of state"."""
    taken = {at for s in someones for name in s.full for at in range(name.first, name.end)}
    taken.update(at for s in someones for at in s.places)
    for office in offices:
        if office.end not in taken and (holder := _holder(someones, tokens, office)):
            span = _span(tokens, office.first, office.end)
            if not any(_overlap(m.span, span) for m in holder.mentions):
                holder.mentions.append(Mention(span=span, type="office"))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _owner(bearers: Sequence[Someone], tokens: Tokens, at: int) -> Someone | None:
    """Whose bare surname stands at the token: of two people with one surname the one named in full more often so far,
    and last if equally often."""
    if at in tokens.named or tokens.word(at + 1).lower() in NOT_THE_PERSON or _part_of_another(tokens, at):
        return None
    woman = {"mrs.": True, "ms.": True, "mr.": False}.get(tokens.word(at - 1).lower())
    fitting = [s for s in bearers if woman is None or s.woman in (woman, None)]

    def weight(someone: Someone) -> tuple[int, int]:
        before = [name.first for name in someone.full if name.first < at]
        return len(before), max(before, default=-1)

    return max(fitting, key=weight, default=None)


def _part_of_another(tokens: Tokens, at: int) -> bool:
    """Whether the word is half of something else: "post–X", "Chelsea X" where only Bill X is known."""
    before = tokens.word(at - 1)
    if before in ("-", "–") and tokens.spans[at - 1][1] == tokens.spans[at][0] and tokens.word(at - 2).islower():
        return True
    if not (before[:1].isupper() and len(before) > 2 and tokens.adjoining(at - 1)) or at - 1 in tokens.named:
        return False
    opens = at < 2 or not tokens.adjoining(at - 2) or tokens.word(at - 2) in (".", "?", "!", "“", '"', "‘")
    titled = (
        before.lower() in table("offices")["offices"] or before.lower() in table("offices")["modifiers"]["honorific"]
    )
    return not (opens or titled or is_common(before) or before.endswith("."))


def _holder(someones: list[Someone], tokens: Tokens, office: Office) -> Someone | None:
    """Who is meant by a title that stands alone: the holder of that post, else the last named who has no office yet."""
    if not office.definite or office.former or office.country is None or office.post in NO_HOLDER:
        return None
    here = tokens.spans[office.first][0]
    compatible = [s for s in someones if s.country in (office.country, None) and _named_before(s, here)]
    if office.post in DESCRIBED:
        own = [s for s in compatible if s.country and s.sector in ("GOV", "IGO") and _described(s, office)]
        return max(own, key=lambda s: _last_named(s, here), default=None)
    holders = [s for s in compatible if s.country and s.office and s.office.post == office.post]
    holders = holders or [s for s in compatible if _titled(s, office)]
    if not holders:
        holders = _promoted(compatible, office, here)
    return max(holders, key=lambda s: _last_named(s, here), default=None)


def _described(someone: Someone, office: Office) -> bool:
    title = (someone.title or "").lower()
    return office.post != "minister" or "minister" in title or "secretary" in title


def _promoted(compatible: Sequence[Someone], office: Office, here: int) -> list[Someone]:
    """The last named whose office was only a stopgap takes the one that the text now gives him."""
    holders = [s for s in compatible if s.office and s.office.weak and here - _last_named(s, here) < NEAR][-1:]
    for holder in holders:
        holder.office, holder.title = office, office.office
        holder.country, holder.sector = office.country, office.sector
    return holders


NEAR = 600
"""Characters within which a title may still mean the one last named."""


def _titled(someone: Someone, office: Office) -> bool:
    return someone.office is None and (someone.title or "").lower() == office.post


def _named_before(someone: Someone, here: int) -> bool:
    return any(m.span[0] < here for m in someone.mentions)


def _last_named(someone: Someone, here: int) -> int:
    return max((m.span[0] for m in someone.mentions if m.span[0] < here), default=-1)


def _span(tokens: Tokens, first: int, end: int) -> Span:
    return (tokens.spans[first][0], tokens.spans[end - 1][1])

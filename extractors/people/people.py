"""People under their fullest name, with office, country and every place where the text names them.

First the full names, found by title, by given name or in the table of leaders; then bare surnames and definite titles
("the U.S. secretary of state") are joined to them. Two people of one surname stay apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.lexicon import leaders, table, word_set
from extractors.model import Document, Draft, Mention, Person, Span
from extractors.people.countries import with_countries
from extractors.people.identity import (
    People,
    PersonSoFar,
    introduced,
    spelling,
    with_counterparts,
    with_office_told,
    with_sector_decided,
    year_of,
)
from extractors.people.lone_titles import with_lone_titles
from extractors.people.names import ARTICLED, Name, is_common, names_of
from extractors.people.offices import offices_in
from extractors.people.pronouns import is_woman, with_genders, with_pronouns
from extractors.people.shared_offices import shared_out
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.text.tokens import Tokens, tokens_of

CALLED_AFTER_SOMEBODY = word_set("people", "called_after_somebody")
"""Words before which a surname stands for a time or a body: "the Clinton administration"."""


@extractor("people", version=5)
def people(reading: Reading) -> Iterator[Draft]:
    """The people of the document in the order in which they are first named."""
    found = people_in(reading.document)
    for each in sorted((each for each in found if each.mentions), key=lambda each: min(m.span for m in each.mentions)):
        yield _draft(each)


def people_in(document: Document) -> People:
    """All that the text tells of its people: each pass takes those known so far and gives such as know more."""
    tokens = tokens_of(document.text)
    offices = offices_in(tokens)
    names = shared_out(names_of(tokens, offices), tokens)
    found = introduced([*names, *_bare_leaders(tokens, names, document)], document, tokens)
    found = with_repeated_names(found, tokens)
    found = tuple(with_office_told(each, document) for each in found)
    found = with_countries(found, tokens, offices, document)
    found = with_name_mentions(found, tokens)
    found = with_genders(found, tokens)
    found = with_counterparts(found)
    found = with_lone_titles(found, tokens, offices)
    found = with_pronouns(found, document)
    return tuple(with_sector_decided(each, tokens) for each in found)


def _draft(each: PersonSoFar) -> Draft:
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
    for at in sorted(tokens.capital):
        word = tokens.words[at]
        if at in taken or at in tokens.named or word in surnames or not leaders.known(word):
            continue
        alone = (
            not (tokens.word(at - 1)[:1].isupper() and tokens.adjoining(at - 1))
            and not tokens.word(at + 1)[:1].isupper()
        )
        held = (
            leaders.holding(word, year_of(document))
            if alone and tokens.word(at + 1) not in CALLED_AFTER_SOMEBODY
            else ()
        )
        if held and held[0].country in countries:
            yield Name(at, at + 1, word, None)


def with_repeated_names(people: People, tokens: Tokens) -> People:
    """With every later place of a full name, whatever stands beside it."""
    written: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    taken = {at for each in people for name in each.full for at in range(name.first, name.end)}
    for number, each in enumerate(people):
        full = (tuple(tokens.word(at) for at in range(n.first, n.end)) for n in each.full if " " in n.text)
        for words in dict.fromkeys(full):
            written.setdefault(words[0], []).append((words, number))
    found: dict[int, list[Name]] = {}
    for at in sorted({at for first in written for at in tokens.places(first)} - taken):
        for words, number in written[tokens.words[at]] if at not in taken else ():
            end = at + len(words)
            if all(tokens.word(at + n) == word for n, word in enumerate(words)) and tokens.adjoining(at):
                found.setdefault(number, []).append(Name(at, end, " ".join(words), None))
                taken.update(range(at, end))
                break
    return tuple(
        replace(each, full=(*each.full, *found[number])) if number in found else each
        for number, each in enumerate(people)
    )


def with_name_mentions(people: People, tokens: Tokens) -> People:
    """With every mention by name: full names, and bare surnames after their owner."""
    bearers: dict[str, list[int]] = {}
    for number, each in enumerate(people):
        bearers.setdefault(spelling(each.surname), []).append(number)
    taken = {at for each in people for name in each.full for at in range(name.first, name.end)}
    articled = {at for at, word in enumerate(tokens.words) if "-" in word and ARTICLED.match(word)}
    bare: dict[int, list[Span]] = {}
    for at in sorted((tokens.capital | articled) - taken) if people else ():
        known = bearers.get(spelling(tokens.words[at]))
        if known and (owner := _owner(known, people, tokens, at)) is not None:
            bare.setdefault(owner, []).append((_opening(people[owner], tokens, at), at + 1))
    return tuple(_with_places(each, bare.get(number, ()), tokens) for number, each in enumerate(people))


def _with_places(each: PersonSoFar, bare: Sequence[Span], tokens: Tokens) -> PersonSoFar:
    """With the mentions by full name and those by surname at some tokens."""
    spans = (*((name.first, name.end) for name in each.full), *bare)
    mentions = tuple(Mention(span=_span(tokens, first, end)) for first, end in spans)
    return replace(each, mentions=mentions, places=tuple(first for first, _ in spans))


def _opening(owner: PersonSoFar, tokens: Tokens, at: int) -> int:
    """Where a surname of several words begins that ends here: "van der X", "Abu X"."""
    words = [word.lower() for word in owner.name.split()]
    if owner.surname.lower() not in words:
        return at
    place, first = words.index(owner.surname.lower()), at
    while place > 1 and tokens.adjoining(first - 1) and tokens.lower(first - 1) == words[place - 1]:
        place, first = place - 1, first - 1
    return first


def _owner(bearers: Sequence[int], people: People, tokens: Tokens, at: int) -> int | None:
    """Whose bare surname stands at the token: of two people with one surname the one named in full more often so far,
    and last if equally often."""
    if at in tokens.named or tokens.lower(at + 1) in CALLED_AFTER_SOMEBODY:
        return None
    bearers = [n for n in bearers if _opening(people[n], tokens, at) < at] or bearers
    if _part_of_another(tokens, _opening(people[bearers[0]], tokens, at)):
        return None
    woman = {"mrs.": True, "ms.": True, "mr.": False}.get(tokens.lower(at - 1))
    fitting = [n for n in bearers if woman is None or is_woman(people[n], tokens) in (woman, None)]

    def weight(number: int) -> tuple[int, int]:
        before = [name.first for name in people[number].full if name.first < at]
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


def _span(tokens: Tokens, first: int, end: int) -> Span:
    return (tokens.spans[first][0], tokens.spans[end - 1][1])

"""Of which country each person is: the one room where that is decided, and once.

The evidence in the order in which it counts: the country that the text gives with the office; the table of leaders; a
nation named right before the name; the table of statesmen; the state that an office is usually of; a neighbour in a
list; and for who has an office of state what stands round it: whose "his envoy" is, the state of the clause, what the
text was about just before. No evidence is no country. Whoever else needs a person's country asks the person's record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from extractors.lexicon import word_set
from extractors.lexicon.gazetteer import WORLD, Entry, Named
from extractors.lexicon.groups import all_names, statesman
from extractors.model import Document, Span
from extractors.people.identity import People, PersonSoFar, lasting_office, tenures_of
from extractors.people.names import Name
from extractors.people.offices import Office, office_words
from extractors.people.offices_beside import NATIONAL
from extractors.people.states_around import MOSTLY, StatesAround
from extractors.text.sentences import at_offset
from extractors.text.tokens import Tokens

WORDS_BACK_TO_OWNER = 4
"""Words back from an office within which "his" may stand: "his brother, the field commander X"."""
WORDS_TO_INSTITUTE = 20
"""Words behind a scholar's name within which the place of the institute may stand."""
WORDS_OF_LIST = 6
"""Words that may stand between two names of a list."""
WORDS_OF_CALLING = 5
"""Words that may stand between a nation and whoever is of it: "British banker and human rights activist X Y"."""
OWN = frozenset({"his", "her", "their"})


def with_countries(people: People, tokens: Tokens, offices: Sequence[Office], document: Document) -> People:
    """The people with the country of each, where the text or a table tells it."""
    told = _with_country_told(people, tokens)
    return _with_country_of_surroundings(_with_country_of_list(told, tokens), tokens, offices, document)


def taking_office(each: PersonSoFar, office: Office) -> PersonSoFar:
    """Whoever turns out to hold an office of state: he is of its state from then on."""
    return replace(each, office=office, title=office.office, country=office.country, sector=office.sector)


def _with_country_told(people: People, tokens: Tokens) -> People:
    """With what the office, the words before the name or a table tells of each."""
    counts = Counter(name.entry.code for name in tokens.named.values() if name.entry.code)
    names = [name for name in all_names(tokens.text) if name.entry.code] if people else []
    nations = {name.span[1]: name.entry for name in names if name.entry.sort in ("adjective", "country")}
    surnames = {name.span[0]: name.entry.code for name in names if _is_statesman(name)}
    return tuple(_told(each, tokens, counts, nations, surnames) for each in people)


def _told(
    each: PersonSoFar,
    tokens: Tokens,
    counts: Mapping[str, int],
    nations: Mapping[int, Entry],
    surnames: Mapping[int, str],
) -> PersonSoFar:
    """With the best of what tells a country. `counts`: how often the text names each state; by offset `nations`, which
    end there, and `surnames` of statesmen, which begin there."""
    stated = each.office.country if each.office and each.office.stated else None
    tenures = tenures_of(each)
    country = (
        stated
        or (tenures[0].country if tenures else each.country)
        or next((code for name in each.full if (code := _right_before(name, tokens, nations))), None)
        or _of_statesman(each, tokens, surnames)
        or _usual(each, counts)
    )
    return replace(each, country=country, sector="IGO" if country in WORLD else each.sector)


def _right_before(name: Name, tokens: Tokens, nations: Mapping[int, Entry]) -> str | None:
    """The nation named right before, with what one is by calling between at most: "American A B", "the Chinese human
    rights lawyer C D"."""
    titled = name.office is not None and name.office.end in (name.first - 1, name.first)
    first = name.office.first if name.office and titled else name.first
    for at in range(first - 1, max(-1, first - 2 - WORDS_OF_CALLING), -1):
        nation = nations.get(tokens.spans[at][1]) if tokens.adjoining(at) else None
        if nation is not None:
            return nation.code if nation.sort == "adjective" or titled or at < first - 1 else None
        if not tokens.adjoining(at) or tokens.word(at) not in _called():
            return None
    return None


def _of_statesman(each: PersonSoFar, tokens: Tokens, surnames: Mapping[int, str]) -> str | None:
    """The country of whom the table of statesmen has under this name, without initials; a surname alone counts where
    the news uses it so, or with an office of state."""
    if " " in each.name:
        return statesman(" ".join(word for word in each.name.split() if word[-1] != "."))
    alone = next((code for n in each.full if (code := surnames.get(tokens.spans[n.first][0]))), None)
    office = lasting_office(each)
    return alone or (statesman(each.name) if office and office.sector == "GOV" else None)


def _is_statesman(name: Named) -> bool:
    return name.entry.sort == "body" and " " not in name.text and statesman(name.text) == name.entry.code


def _usual(each: PersonSoFar, counts: Mapping[str, int]) -> str | None:
    """The state that an office is usually of. Where other states have the like too it counts only if the document is
    about no other."""
    office = lasting_office(each)
    usual = office.country if office else None
    abroad = 2 * counts.get(usual or "", 0) < max(counts.values(), default=0)
    return None if office and office.post in word_set("people", "countries.elsewhere") and abroad else usual


def _with_country_of_list(people: People, tokens: Tokens) -> People:
    """With that of the neighbour in a list: "Russian Foreign Minister A and Prime Minister B"."""
    placed = sorted(((name, at) for at, s in enumerate(people) for name in s.full[:1]), key=lambda pair: pair[0].first)
    found = list(people)
    for (before, lender), (after, borrower) in pairwise(placed):
        country = found[lender].country
        if country and found[borrower].country is None and _listed(tokens, before, after):
            found[borrower] = replace(found[borrower], country=country)
    return tuple(found)


def _listed(tokens: Tokens, before: Name, after: Name) -> bool:
    """Whether only list words stand between two names, and no name of a state or body."""
    start = after.office.first if after.office and after.office.end <= after.first else after.first
    between = [tokens.word(at) for at in range(before.end, start)]
    apart = {".", ";"} & set(between) or any(at in tokens.named for at in range(before.end, start))
    return "and" in between and len(between) <= WORDS_OF_LIST and not apart


def _with_country_of_surroundings(
    people: People, tokens: Tokens, offices: Sequence[Office], document: Document
) -> People:
    """With that of the state in which an office of state stands: "A Japanese delegation led by Trade Minister X"."""
    lacking = [number for number, each in enumerate(people) if each.country is None and each.full]
    if not lacking:
        return people
    around = StatesAround(people, tokens, offices, document)
    found = list(people)
    for number in sorted(lacking, key=lambda number: people[number].full[0].first):
        owner = _owner(people[number], tokens, around)
        country = found[owner].country if owner is not None else None
        found[number] = replace(people[number], country=country or _around(people[number], tokens, around))
    return tuple(found)


def _around(each: PersonSoFar, tokens: Tokens, around: StatesAround) -> str | None:
    """The state that the words round an office name, if it is a state's; the body or the town of other offices."""
    start, end = _extent(each)
    if _of_state(each, tokens):
        inside = around.states((tokens.spans[start][0], tokens.spans[min(end, len(tokens) - 1)][0]))
        abroad = each.office is not None and each.office.post in word_set("people", "countries.sent")
        return (None if abroad else next(iter(inside), None)) or around.nearest(tokens.spans[start][0])
    if each.sector == "IGO":
        return around.body(tokens.spans[start][0])
    return _at_home(each, tokens, around) if each.sector in (None, "EDU", "CVL", "BUS") else None


def _at_home(each: PersonSoFar, tokens: Tokens, around: StatesAround) -> str | None:
    """Where a scholar's institute stands, "at the X Institute in Seoul"; for who has no office the one state that the
    paragraph is about."""
    start, end = _extent(each)
    if each.sector in ("EDU", "CVL"):
        reach = range(end, min(end + WORDS_TO_INSTITUTE, len(tokens)))
        stop = next((at for at in reach if tokens.word(at) in ".,;"), end)
        last = tokens.spans[min(stop, len(tokens) - 1)][0]
        inside = around.states((tokens.spans[start][0], last)) if stop > end else []
        if inside or each.sector == "EDU":
            return inside[-1] if inside else None
    if each.office is not None and each.office.post == NATIONAL:
        return None
    at = at_offset(around.paragraphs, tokens.spans[start][0])
    home = around.home(MOSTLY)
    return home if each.office is not None or (at >= 0 and around.about(at) == {home}) else None


def _extent(each: PersonSoFar) -> Span:
    """The tokens of the name with its office."""
    name = each.full[0]
    office = each.office or name.office
    return (min(name.first, office.first), max(name.first, office.end)) if office else (name.first, name.end)


def _owner(each: PersonSoFar, tokens: Tokens, around: StatesAround) -> int | None:
    """The number of whose "his envoy" somebody is."""
    start = _extent(each)[0]
    near = range(start - 1, max(-1, start - 1 - WORDS_BACK_TO_OWNER), -1)
    own = next((at for at in near if tokens.lower(at) in OWN), None)
    kin = word_set("people", "kin")
    between = [tokens.lower(at) for at in range(own + 1, start)] if own is not None else []
    if each.office is None or own is None or not all(w in kin or w in (",", "the") or w.isalpha() for w in between):
        return None
    if len(between) > 1 and not kin & set(between):
        return None
    return around.before(tokens.spans[own][0])


def _of_state(each: PersonSoFar, tokens: Tokens) -> bool:
    """Whether the office is one that states have; a president or director only as the title right before the name, an
    adviser also as the president's."""
    if each.office is None or each.sector in (None, "BUS", "CVL", "EDU", "JRN", "IGO"):
        return False
    office, first = each.office, each.full[0].first
    titled = office.end == first or (office.end == first - 1 and not office.weak)
    if office.post not in word_set("people", "countries.of_firms_too") or titled:
        return True
    return any(
        tokens.word(at) in ("'s", "’s") and tokens.lower(at - 1) in word_set("people", "countries.rulers")
        for at in range(max(1, office.first - 3), office.first)
    )


@cache
def _called() -> frozenset[str]:
    """The words of which callings and lower offices are made, as they stand between a nation and a name."""
    return word_set("people", "callings") | word_set("offices", "modifiers.portfolios") | office_words() | {"and"}

"""The office of a name by what stands beside it: before it, set off by commas on either side, or told in a clause.

Each function takes the tokens and the offices by where they begin (`opening`) or end (`titled`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from extractors.lexicon import table, word_set
from extractors.people.offices import Office
from extractors.text.tokens import Tokens

NATIONAL = "national"
"""The post of somebody whose country alone is told."""


WORDS_TO_APPOSITION = 5
"""Words that may stand between the comma behind a name and the office: "…, the republic's former mufti,"."""
WORDS_TO_COMMA = 9
"""Words that may stand between an office and the comma before its holder: "a spokeswoman in Asmara, …"."""
CAPITALS_TO_COMMA, SMALL_IN_TITLES = 16, frozenset({"of", "the", "for", "and"})
"""The same where all of them are capitals and such words: "the Representative for Foreign Affairs and Security, …"."""
ENDS = word_set("grammar", "prepositions") | word_set("grammar", "clause") | word_set("offices", "beside.ends")
"""Words at which the search for an office behind a name ends."""
DEEDS = word_set("grammar", "irregular_past") | word_set("offices", "beside.deeds")
"""What somebody does to another: behind a name no office, but what it is about."""
CALLINGS = word_set("people", "callings")
FENCES = word_set("offices", "beside.fences")
"""What may stand behind a name that is set off."""


def post_before(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """The office right before a name; behind an office a rank says nothing: "Defense Minister, Marshal X"."""
    office = titled.get(at)
    if office and (office.rank or office.post in BEHIND_ONLY) and not tokens.word(office.end - 1)[:1].isupper():
        return None  # "major Asian markets", "fellow Republicans"
    if office is None or not (office.rank or office.former):
        return office
    before = titled.get(office.first) or (
        titled.get(office.first - 1) if tokens.word(office.first - 1) == "," else None
    )
    if before is None and tokens.word(office.first - 1) == ",":
        before = _reaching(tokens, office.first, titled)
    return before or office


BEHIND_ONLY = frozenset({"fellow", "resident", "author", "specialist"})


def set_off_before(tokens: Tokens, at: int, end: int, titled: Mapping[int, Office]) -> Office | None:
    apposed = _set_off(tokens, at, end, titled) if tokens.word(at - 1) == "," else None
    return apposed or _listed(tokens, at, titled)


def national(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """What "Latvia’s X Y" tells: the country alone, or the office set off before it: "the UN’s envoy, Norway’s X"."""
    named = tokens.named.get(at - 2)
    if tokens.word(at - 1) not in ("'s", "’s") or named is None or named.entry.sort not in ("country", "government"):
        return None
    apposed = _reaching(tokens, at - 2, titled) if tokens.word(at - 3) == "," else None
    return apposed or of_state(at - 2, at, named.entry.code)


def of_state(first: int, end: int, country: str | None) -> Office:
    """What tokens[first:end] tell of somebody where that is a country alone, or less."""
    return Office(
        first=first, end=end, office="", post=NATIONAL, country=country, stated=country is not None, sector="GOV",
        former=False, weak=True, definite=False,
    )  # fmt: skip


def national_behind(tokens: Tokens, end: int) -> Office | None:
    """What "X Y of Latvia" and "X Y (Latvia)" tell: the country alone."""
    link = tokens.lower(end)
    if link not in ("of", "("):
        return None
    at = end + 1 + (tokens.lower(end + 1) == "the")
    named = tokens.named.get(at)
    if named is None or named.entry.sort != "country" or (link == "(" and tokens.word(at + 1) != ")"):
        return None
    return of_state(end, at + 1, named.entry.code)


def calling(tokens: Tokens, end: int) -> Office | None:
    """What somebody is by calling, set off behind the name: "a hydrologist", "a French civilian official"."""
    if tokens.word(end) != "," or tokens.lower(end + 1) not in ("a", "an", "the"):
        return None
    state = None
    for at in range(end + 2, end + 6):
        word, named = tokens.word(at), tokens.named.get(at)
        if word in CALLINGS or CALLED.search(word):
            return Office(
                first=at, end=at + 1, office=word, post=word, country=state, stated=state is not None,
                sector="GOV" if word == "official" else "CVL", former=False, weak=True, definite=False,
            )  # fmt: skip
        if named is not None and named.entry.sort == "adjective":
            state = named.entry.code
        elif not word.islower() or word in ENDS:
            return None
    return None


# Nouns for who does something. Literal ends.
# yes: "hydrologist"  "Estonian"  "policewoman"     no: "list"
CALLED = re.compile(r"[a-z]{3}(?:ologist|omist|ivist|alist|icist|iatrist|ician|arian|woman)$")


def of_country(tokens: Tokens, end: int, office: Office | None) -> Office | None:
    """The office before a name with the country behind it: "Prime Minister X of Norway"."""
    named = tokens.named.get(end + 1) or tokens.named.get(end + 2 if tokens.word(end + 1) == "the" else end + 1)
    if office is None or office.stated or tokens.word(end) != "of" or named is None or named.entry.sort != "country":
        return office
    return replace(office, country=named.entry.code, stated=True)


def apposed(tokens: Tokens, end: int, opening: Mapping[int, Office]) -> Office | None:
    """The office set off behind a name: "…, the Russian foreign minister,", "…, the republic's former mufti,"."""
    if tokens.word(end) != "," or not tokens.adjoining(end):
        return None
    article = tokens.lower(end + 1) in ("a", "an", "the")
    for at in range(end + 1, end + 2 + WORDS_TO_APPOSITION):
        office = opening.get(at)
        if office:
            return office if not tokens.word(office.end)[:1].isupper() else None
        word = tokens.word(at)
        small = word.islower() or word in ("'s", "’s") or (article and word.isalpha() and word[:1].isupper())
        if word.lower() in ENDS or not small or word.endswith("ed") or word in DEEDS:
            return None  # "X, met Peru’s foreign minister" tells what X did
    return None


def appointed(tokens: Tokens, end: int, opening: Mapping[int, Office]) -> Office | None:
    """What somebody is made: "confirmed X of the Reform Party as prime minister"."""
    for at in range(end, end + WORDS_TO_APPOSITION + 3):
        if tokens.word(at) == "as":
            return opening.get(at + 1) or opening.get(at + 2)
        if tokens.word(at) in (",", ".", ";", "”", '"', "who") or not tokens.adjoining(at):
            return None
    return None


def reporting(tokens: Tokens, at: int, end: int) -> Office | None:
    """Whoever the text names as its reporter: "VOA's X reports from Rome", "X reports for VOA"."""
    house = {tokens.word(n) for n in range(at - 3, end + 4)} & {"VOA", "RFE"}
    after = (tokens.word(end), tokens.word(end + 1))
    if (after[0] == "reports" and (house or after[1] == "from")) or (house and after in GOES_ON_REPORTING):
        return Office(
            first=end, end=end + 1, office="correspondent", post="correspondent", country="USA" if house else None,
            stated=bool(house), sector="JRN", former=False, weak=True, definite=False,
        )  # fmt: skip
    return None


GOES_ON_REPORTING = frozenset({("has", "more"), ("has", "details"), ("has", "the"), ("has", "our")})


def heading(tokens: Tokens, end: int) -> Office | None:
    """What somebody is, of whom it is told what he heads: "X, who commands the border troops"."""
    post = table("offices")["beside"]["heading"].get(tokens.lower(end + 2))
    if post is None or tokens.word(end) != "," or tokens.word(end + 1) != "who":
        return None
    stop = next((at for at in range(end + 3, end + 8) if at in tokens.named), None)
    country = tokens.named[stop].entry.code if stop else None
    return Office(
        first=end + 2, end=end + 3, office=post, post=post, country=country or None, stated=bool(country),
        sector=table("offices")["offices"][post]["sector"], former=False, weak=False, definite=False,
    )  # fmt: skip


def _set_off(tokens: Tokens, at: int, end: int, titled: Mapping[int, Office]) -> Office | None:
    """The office before the comma before a name: "her Turkish counterpart, …," or "a spokeswoman in Asmara, …"."""
    if tokens.word(end) not in FENCES and end < len(tokens):
        return None
    return _reaching(tokens, at, titled)


def _reaching(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """The office that the phrase before the comma before a token opens with."""
    capitals = True
    for stop in range(at - 1, max(0, at - 1 - CAPITALS_TO_COMMA), -1):
        capitals = capitals and (
            tokens.word(stop)[:1].isupper() or tokens.lower(stop) in SMALL_IN_TITLES or stop == at - 1
        )
        if stop < at - WORDS_TO_COMMA and not capitals:
            return None
        if stop in titled and tokens.word(stop) in ("'s", "’s"):
            return None  # "the president's son, …"
        if stop in titled:
            return titled[stop] if stop == at - 1 or not tokens.word(stop)[:1].isupper() else None
        if tokens.word(stop - 1) in (",", ".", ";", ":", ")") or not tokens.adjoining(stop - 1):
            return None
    return None


def leads_on(tokens: Tokens, office: Office) -> bool:
    """Whether an office set off behind one name is that of the next: "the minister, X, the High Representative, Y"."""
    for at in range(office.end, office.end + CAPITALS_TO_COMMA):
        if tokens.word(at) == ",":
            return tokens.word(at + 1)[:1].isupper() and at + 1 not in tokens.named and tokens.adjoining(at)
        if tokens.lower(at) not in SMALL_IN_TITLES and not tokens.word(at)[:1].isupper():
            return False
    return False


def _listed(tokens: Tokens, at: int, titled: Mapping[int, Office]) -> Office | None:
    """The plural office of a list in which the name is a further one: "counterparts, A B and C D"."""
    if tokens.word(at - 1) not in ("and", ","):
        return None
    found = (titled[stop] for stop in range(at - 1, max(0, at - 12), -1) if stop in titled)
    office = next(found, None)
    return office if office and office.plural else None

"""Which names stand for places: where something is or happens, told from governments that act under the name.

"In Moscow" is a place, "Moscow decided" is a government: the words beside the name tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from extractors.lexicon import table, word_set
from extractors.lexicon.gazetteer import Entry, Named
from extractors.lexicon.groups import all_names
from extractors.lexicon.towns import towns
from extractors.people.pronouns import acts
from extractors.speech.speakers import modifies

# What stands before a name that is a place: a preposition or verb of place, with an article or what says which part.
# Anchored, every repeat bounded; the adjectives are told by their ends.
# yes: "in "  "In "  "near the "  "in northwestern "  "in war-torn "  "visited "     no: "between "  "with "  "in case "
LOCATED = re.compile(
    r"""
    \b (?: (?i:in|at|near|to|from|outside|into|around|through|across|via|toward|towards|inside|throughout)
      | reached|left|leave|leaving|visit|visits|visited|visiting|toured|entered|over|off|capital,?
      | (?:city|town|village|port|province|region|republic|island|state|district|suburb|outskirts|streets|capital)\sof )
    \s (?: (?: the|downtown|central|north|south|east|west|neighbou?ring|nearby|mainland|greater|upper|lower|communist
          | (?:north|south|east|west|northeast|northwest|southeast|southwest)ern
          | [a-z]{2,12}-(?:torn|held|ravaged|controlled|rich|run|ruled)
          | occupied|disputed|divided|besieged|breakaway|Soviet
          | the\s(?:town|city|village|province|port|region|capital)\sof ) \s ){0,2} $
    """,
    re.VERBOSE,
)

# A verb of force or of coming before a capital: what suffers it is the town. Anchored, bounded.
# yes: "shelled "  "a quake hit "     no: "hit out at "
STRUCK = re.compile(r"\b(?P<verb>[a-z]{3,14})\s$")
SHOCK = re.compile(
    r"\b(?:quake|earthquake|cyclone|typhoon|hurricane|storm|blast|bomb|explosion|flood)s?\s(?:has\s|had\s)?(?:hit|struck)\s$"
)

# What follows a name that is a town. Anchored, bounded.
# yes: "’s streets"  " residents"  "-based"  " was shelled"  ", Peru’s capital"  " has 3 million inhabitants"
FOLLOWED = re.compile(
    r"""
    \s(?:was|were|is|has\sbeen|had\sbeen)\s(?:being\s|heavily\s|again\s)? (?P<suffered>[a-z]{4,14}) \b
    | \s ha[sd] \s [^.;]{0,24} \b (?P<many>inhabitants|residents|people) \b
    | (?: ['’]s )? \s (?P<thing>[a-z]{2,14}) \b
    | -(?:based|born) \b
    | ,\s (?: (?:the|its)\s (?:[A-Z]?[a-z]{1,20}\s)? | (?:[A-Z][\w-]{1,20}\s){0,2}[A-Z][\w-]{1,20}['’]s\s )
      (?:biggest\s|largest\s)? (?:capital|city|port)\b
    """,
    re.VERBOSE,
)

# Words before a seat of government that make it a building. Anchored, bounded.
# yes: "at the "  "outside the "  "flew to the "     no: "from the "  "told the "
HOUSED = re.compile(
    r"""
    \b(?: (?i:in|at|near|outside|inside|into|around|opposite|behind) | left|entered|visited|visits|toured|stormed
      | (?:went|came|flew|drove|travel(?:l)?ed|marched|walked|invited|returned|returns|visits?)\sto )
    \s (?:the\s)? $
    """,
    re.VERBOSE,
)
# Who speaks for a government wherever he stands. Anchored, bounded.
# yes: "officials at the "     no: "crowds at the "
SPEAKS_FROM = re.compile(
    r"\b(?i:officials?|spokes\w{3,6}|aides?|advis[eo]rs?|sources?|staff)\s(?:at|in|inside)\s(?:the\s)?$"
)

# A word of dealing between states before "to" or "from": what follows is a government. Anchored, bounded.
# yes: "ties to "  "word to "  "message from "     no: "flew to "
DEALT = re.compile(
    r"\b(?:ties|words?|messages?|signals?|appeal(?:s|ed)?|lending|aid|loans?|warnings?|response|opposition|demands?|pressure"
    r"|objections?|according|calls?|support|help|letters?|protest(?:s|ed)?|concessions?|threats?|complain(?:t|ts|ed)|apolog\w{1,6}"
    r"|gifts?|sales?|sold|offer(?:s|ed)?|propos\w{1,5}|pledge[sd]?|promise[sd]?|repl(?:y|ies|ied)|turn(?:s|ed)|close|loyal|hostile"
    r"|independence|autonomy|grants?|note|notes|orders?|instructions?|permission|assurances?|guarantees?|answers?|yield(?:s|ed)?)"
    r"\s(?:\w{1,12}\s)?(?:to|from)\s$"
)

# The place just before in a list. Anchored.
# yes: " and "  ", "  ", and in "     no: " with "
LISTED = re.compile(r"(?:,\s(?:and\s|or\s)?|\sand\s|\sor\s)(?:the\s|in\s|near\s)?")

# Where a journey ends whose beginning is the place before. Literal.
# yes: " for "     with "left Lima" before it
BOUND = re.compile(r"\b(?:left|leave|leaves|leaving|departed|departs)\s[^.,;]{0,30}$")

# A run of names that may be a town that the gazetteer does not have. Bounded, words told apart by blanks.
# yes: "Lublin"  "Banja Luka"  "Deir ez-Zor"     no: "talks"
TOWN = re.compile(
    r"""
    (?: \b(?:In|At|Near|From|To|Outside)\s )?
    (?P<town> \b[A-ZÀ-ÖØ-Þ][\w-]{2,20}
        (?: \s (?:de\s|la\s|ya\s)? (?: [A-ZÀ-ÖØ-Þ][\w-]{2,20} | e[zs]-[A-Z]\w{1,12} ) ){0,2} )
    """,
    re.VERBOSE,
)


def located(text: str, language: str | None = None) -> tuple[Named, ...]:
    """The names in a text that stand for places there, in order. In what is not English, only those behind one of its
    own words of place."""
    return _located(text) if language in (None, "en") else tuple(_abroad(text, language))


@lru_cache(maxsize=2)  # organisations are told from the places of the same text
def _located(text: str) -> tuple[Named, ...]:
    found: list[Named] = []
    before: Named | None = None
    for name, known in sorted((*((n, True) for n in all_names(text)), *_more_towns(text)), key=lambda n: n[0].span):
        if name.entry.sort in PLACED and (is_place(text, name, before) if known else _led(text, name, before)):
            before = _within_province(text, name)
            found.append(before)
        elif name.entry.sort == "government" and _is_building(text, name):
            found.append(name)
    return tuple(found)


def _abroad(text: str, language: str) -> Iterator[Named]:
    leading = _leading(language)
    for name, _ in sorted((*((n, True) for n in all_names(text)), *_more_towns(text)), key=lambda n: n[0].span):
        start = name.span[0]
        if name.entry.sort in PLACED and leading and leading.search(text, max(0, start - 20), start):
            yield name


@cache
def _leading(language: str) -> re.Pattern[str] | None:
    """The words of place of a language, right before a name; None where the table has none. Literal, bounded."""
    words = table("places")["abroad"].get(language)
    return re.compile(rf"(?<!\w)(?i:{'|'.join(words.split())})\s$") if words else None


PLACED = frozenset({"country", "capital", "place"})


def is_place(text: str, name: Named, before: Named | None = None) -> bool:
    """Whether a name means the place, not who governs it; `before` is the last place before it, for lists."""
    start, end = name.span
    if name.entry.sort == "country" and modifies(text, end):
        return False
    lead = text[max(0, start - 60) : start]
    if LOCATED.search(lead):
        return not (DEALT.search(lead) and name.entry.sort != "place")
    if name.entry.sort == "place" or _listed(text, name, before):
        return True
    return name.entry.sort == "capital" and (
        _is_town(text, name, lead) or (bool(_modified(text, end)) and not acts(text, name.span))
    )


def _led(text: str, name: Named, before: Named | None) -> bool:
    """Whether a word of place, or a list of places, leads to a name that may be somebody's as well."""
    return bool(LOCATED.search(text[max(0, name.span[0] - 60) : name.span[0]])) or _listed(text, name, before)


def _listed(text: str, name: Named, before: Named | None) -> bool:
    if before is None or not 0 <= name.span[0] - before.span[1] <= 10:
        return False
    gap = text[before.span[1] : name.span[0]]
    start = before.span[0]
    return bool(LISTED.fullmatch(gap)) or (gap == " for " and bool(BOUND.search(text[max(0, start - 40) : start])))


def _is_town(text: str, name: Named, lead: str) -> bool:
    """Whether what is done to a capital, or what it has, is a town's."""
    verb = STRUCK.search(lead)
    if (verb and verb["verb"] in word_set("places", "struck")) or SHOCK.search(lead):
        return True
    match = FOLLOWED.match(text, name.span[1])
    if match is None:
        return False
    if match["thing"]:
        return match["thing"] in word_set("places", "things")
    return match["suffered"] in word_set("places", "struck") if match["suffered"] else True


def _is_building(text: str, name: Named) -> bool:
    """Whether the seat of a government is where something is: "outside the Kremlin", but not "officials at the …"."""
    if name.text.replace("’", "'") not in word_set("places", "seats"):
        return False
    lead = text[max(0, name.span[0] - 40) : name.span[0]]
    return bool(HOUSED.search(lead)) and not SPEAKS_FROM.search(lead)


def _within_province(text: str, name: Named) -> Named:
    """The name with the country of the state or province behind it: "Moscow, Idaho"."""
    match = _provinces().match(text, name.span[1])
    code = _province_codes().get(match["province"], name.entry.code) if match else name.entry.code
    return name if code == name.entry.code else Named(name.span, name.text, Entry(code, "place", name.text))


@cache
def _provinces() -> re.Pattern[str]:
    """A comma and a state or province of the table, as one alternation of literals: linear."""
    names = sorted(_province_codes(), key=lambda name: (-len(name), name))
    return re.compile(rf",\s(?P<province>{'|'.join(map(re.escape, names))})(?!\w)")


@cache
def _province_codes() -> dict[str, str]:
    rows = table("places")["provinces"].items()
    return {name.strip(): code for code, names in rows for name in names.replace("\n", "").split("|")}


def _modified(text: str, end: int) -> re.Match[str] | None:
    """Whether a noun with a capital follows that the name belongs to: "Moscow Mayor"."""
    return CAPITAL_NOUN.match(text, end)


# A word with a capital. Anchored, one way to read.
# yes: " Mayor"     no: " said"
CAPITAL_NOUN = re.compile(r"\s[A-Z][a-z]+\b")


def _more_towns(text: str) -> Iterator[tuple[Named, bool]]:
    """The towns of the table of cities whose names the gazetteer does not have: with False, as each needs a word of
    place before it."""
    known = {name.span[0] for name in all_names(text)}
    for match in TOWN.finditer(text):
        town = towns().get(match["town"])
        if town and match.start("town") not in known:
            yield Named(match.span("town"), match["town"], Entry(town.country, "place", match["town"])), False

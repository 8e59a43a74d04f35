"""Places with country and coordinates: where something is or happens, told from governments that act under the name.

"In Moscow" is a place, "Moscow decided" is a government: the words beside the name tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from extractors.lexicon.gazetteer import Entry, Named, names_in
from extractors.lexicon.towns import town_of, towns
from extractors.model import Draft, Mention, Place, Span
from extractors.pronouns import acts
from extractors.registry import Reading, extractor
from extractors.speakers import modifies

# What stands before a name that is a place: a preposition or verb of place, with an article or a direction. Anchored.
# yes: "in "  "near the "  "in northern "  "visited "     no: "between "  "with "
LOCATED = re.compile(
    r"""
    \b(?: in|at|near|to|from|outside|into|around|through|across|via|toward|towards|inside|throughout|reached|left|leave
      | visit|visits|visited|visiting|toured|entered|over|off|capital
      | (?:city|town|province|port|region)\sof )
    \s (?: (?:the|downtown|central|north|south|east|west|northern|southern|eastern|western|nearby)\s ){0,2} $
    """,
    re.VERBOSE,
)

# A word of dealing between states before "to" or "from": what follows is a government. Anchored, bounded.
# yes: "ties to "  "word to "  "message from "     no: "flew to "
DEALT = re.compile(
    r"\b(?:ties|words?|message|signals?|appeal|lending|aid|loans?|warning|response|opposition|demands?|pressure"
    r"|objections?|according|calls?|support|help|letter|protest|concessions?|threats?)\s(?:\w{1,12}\s)?(?:to|from)\s$"
)

# The place just before in a list. Anchored.
# yes: " and "  ", "     no: " with "
LISTED = re.compile(r"^(?:,\s(?:and\s)?|\sand\s(?:the\s)?|\sor\s)$")

# A town that the gazetteer does not have, where a preposition of place stands before it. Bounded.
# yes: "in Lublin"  "near Banja Luka"     no: "Lublin said"
TOWN = re.compile(r"\b(?:in|near|at|from|outside|to)\s(?P<town>[A-Z][\w’'-]{2,20}(?:\s[A-Z][\w’'-]{2,20}){0,2})")

SORTS: dict[str, Literal["country", "capital", "city", "region", "water"]] = {
    "country": "country",
    "capital": "capital",
}


@extractor("places", version=1, needs=("people", "citations"), english=False)
def places(reading: Reading) -> Iterator[Draft]:
    """The places of the document, each once, in the order in which they are first named."""
    text = reading.document.text
    blocked = [record.span for record in reading.records("citation")]
    blocked += [m.span for r in reading.records("person") for m in getattr(r.data, "mentions", ()) if m.type == "name"]
    found: dict[tuple[str, str | None], list[Span]] = {}
    sorts: dict[tuple[str, str | None], str] = {}
    for name in located(text):
        if not any(start <= name.span[0] < end for start, end in blocked):
            key = (name.text.replace("\u00a0", " "), name.entry.code or None)
            found.setdefault(key, []).append(name.span)
            sorts.setdefault(key, name.entry.sort)
    for key, spans in found.items():
        yield _draft(key[0], key[1], sorts[key], spans)


def _draft(name: str, country: str | None, sort: str, spans: list[Span]) -> Draft:
    town = town_of(name, country)
    data = Place(
        name=name,
        mentions=tuple(Mention(span=span) for span in sorted(spans)),
        type=SORTS.get(sort, "city" if town else "region"),
        country=country,
        latitude=town.latitude if town else None,
        longitude=town.longitude if town else None,
    )
    return Draft(kind="place", span=spans[0], key=f"{name} {country}", data=data)


def located(text: str) -> Iterator[Named]:
    """The names in a text that stand for places there, in order."""
    before: Named | None = None
    names = sorted((*names_in(text), *_more_towns(text)), key=lambda n: n.span)
    for name in names:
        if name.entry.sort in ("country", "capital", "place") and is_place(text, name, before):
            yield name
            before = name


def is_place(text: str, name: Named, before: Named | None = None) -> bool:
    """Whether a name means the place, not who governs it; `before` is the last place before it, for lists."""
    start, end = name.span
    lead = text[max(0, start - 45) : start]
    if name.entry.sort == "country" and modifies(text, end):
        return False
    if LOCATED.search(lead):
        return not (DEALT.search(lead) and name.entry.sort != "place")
    if before is not None and 0 <= start - before.span[1] <= 10 and LISTED.match(text[before.span[1] : start]):
        return True
    if name.entry.sort == "place":
        return True
    return name.entry.sort == "capital" and bool(_modified(text, end)) and not acts(text, name.span)


def _modified(text: str, end: int) -> re.Match[str] | None:
    """Whether a noun follows that the name belongs to: "Moscow Mayor", "the Moscow talks"."""
    return re.compile(r"\s(?:[A-Z][a-z]+|talks|summit|meeting|correspondent|conference|suburb|airport)\b").match(
        text, end
    )


def _more_towns(text: str) -> Iterator[Named]:
    known = {name.span[0] for name in names_in(text)}
    for match in TOWN.finditer(text):
        if match.start("town") in known:
            continue
        words = match["town"].split()
        for count in range(len(words), 0, -1):
            town = towns().get(" ".join(words[:count]))
            if town and not (count < len(words)):
                span = (match.start("town"), match.start("town") + len(" ".join(words[:count])))
                yield Named(span, text[slice(*span)], Entry(town.country, "place", text[slice(*span)]))
                break

"""Places with country and coordinates, and the waters that the text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from extractors.lexicon import word_set
from extractors.lexicon.gazetteer import entry_of
from extractors.lexicon.towns import town_of
from extractors.lexicon.words import words_of
from extractors.model import Draft, Mention, Place, Span
from extractors.places.located import located
from extractors.reading import Reading
from extractors.registry import extractor

# A sea, strait or river by its noun, where no name goes on behind it. Bounded.
# yes: "the Black Sea"  "the Strait of Hormuz"  "Lake Chad"     no: "the Black Sea Fleet"  "the Gulf War"
WATER = re.compile(
    r"""
    \b (?: (?: [A-Z][a-z]{2,20}\s ){1,2} (?:Sea|Ocean|Gulf|Strait|Straits|River|Canal|Bay|Channel)
       | (?: Sea|Gulf|Strait|Straits|Bay ) \s of \s [A-Z][a-z]{2,20}
       | Lake \s [A-Z][a-z]{2,20} ) \b
    (?! \s [A-Z] )
    """,
    re.VERBOSE,
)

WATERS = word_set("places", "waters")
WATER_OPENERS = word_set("places", "water_openers")
"""The nouns without one of which no water is named."""

SORTS: dict[str, Literal["country", "capital", "city", "region", "water"]] = {
    "country": "country",
    "capital": "capital",
    "water": "water",
}


@extractor("places", version=2, needs=("people", "citations"), english=False)
def places(reading: Reading) -> Iterator[Draft]:
    """The places of the document, each once, in the order in which they are first named."""
    text = reading.document.text
    blocked = [record.span for record in reading.records("citation")]
    blocked += [m.span for r in reading.records("person") for m in getattr(r.data, "mentions", ()) if m.type == "name"]
    blocked.sort()
    found: dict[tuple[str, str | None], list[Span]] = {}
    sorts: dict[tuple[str, str | None], str] = {}
    at = 0
    for name in located(text, reading.document.language):
        while at < len(blocked) and blocked[at][1] <= name.span[0]:
            at += 1
        if at == len(blocked) or blocked[at][0] > name.span[0]:
            key = (name.text.replace("\u00a0", " "), name.entry.code or None)
            found.setdefault(key, []).append(name.span)
            sorts.setdefault(key, name.entry.sort)
    for match in WATER.finditer(text) if not WATERS.isdisjoint(words_of(text).texts) else ():
        start, water = _water(match)
        found.setdefault((water, None), []).append((start, match.end()))
        sorts.setdefault((water, None), "water")
    for key, spans in found.items():
        yield _draft(key[0], key[1], sorts[key], spans)


def _water(match: re.Match[str]) -> tuple[int, str]:
    """Where the name of a water begins, and the name, without a word that only opens the sentence."""
    words = match.group().split()
    opener = words[0] in WATER_OPENERS and len(words) > 2
    return match.start() + (len(words[0]) + 1 if opener else 0), " ".join(words[opener:])


def _draft(name: str, country: str | None, sort: str, spans: list[Span]) -> Draft:
    town = town_of(name, country)
    usual = entry_of(name)
    if sort == "country" and (usual is None or usual.sort != "country"):
        sort = "place"  # the table of groups counts towns and lands with the states that hold them
    data = Place(
        name=name,
        mentions=tuple(Mention(span=span) for span in sorted(spans)),
        type=SORTS.get(sort, "city" if town else "region"),
        country=country,
        latitude=town.latitude if town else None,
        longitude=town.longitude if town else None,
    )
    return Draft(kind="place", span=spans[0], key=f"{name} {country}", data=data)

"""Bodies with their kind and country, and the governments that act under the name of a capital or country.

A body of one country that shares its name with another ("Security Council") goes by the country named before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors.lexicon import table
from extractors.lexicon.gazetteer import Named, entry_of, names_in
from extractors.lexicon.words import openers_of, phrases_in
from extractors.model import Draft, Mention, Organisation, Span
from extractors.places import located
from extractors.registry import Reading, extractor
from extractors.speakers import modifies

# A body named by a country or agency word and a noun: "Russian Foreign Ministry", "U.S. Defense Department". Bounded.
# yes: "Foreign Ministry"  "State Duma"  "Clinton administration"     no: "ministry"
BODY = re.compile(
    r"""
    \b (?: (?P<first>[A-Z][\w.’-]{1,24}) \s ) (?: (?:[A-Z][\w.’-]{1,24}|of|and|the|for) \s ){0,3}
    (?P<noun> Ministry|Department|Council|Parliament|Duma|Congress|Senate|Assembly|Court|Tribunal|Party|administration
      | Administration|Bank|Agency|Commission|Committee|Embassy|Army|Navy|Air\sForce|Fleet|General\sStaff|Academy
      | University|Institute|Union|Organization|Organisation|Fund ) \b
    """,
    re.VERBOSE,
)
WORLD = ("IGO", "UNO", "EUR")
SMALL = frozenset({"The", "A", "An", "In", "But", "At", "On", "And", "Its", "His", "Her", "Their", "That", "This"})


@extractor("organisations", version=1, needs=("people", "citations"))
def organisations(reading: Reading) -> Iterator[Draft]:
    """The bodies and acting governments of the document, each once, in the order in which they are first named."""
    text = reading.document.text
    cited = [record.span for record in reading.records("citation")]
    found: dict[tuple[str, str | None], tuple[str, list[Span]]] = {}
    taken: list[Span] = []
    for span, name, kind, country in _longest(*_composed(text), *_listed(text), *_acting(text)):
        if any(s < span[1] and span[0] < e for s, e in (*taken[-3:], *cited)):
            continue
        taken.append(span)
        found.setdefault((name, country), (kind, []))[1].append(span)
    for (name, country), (kind, spans) in found.items():
        mentions = tuple(Mention(span=span) for span in spans)
        data = Organisation(name=name, mentions=mentions, type=kind, country=country)
        yield Draft(kind="organisation", span=spans[0], key=f"{name} {country}", data=data)


def _longest(*found: Found) -> list[Found]:
    """In the order of the text; of two that begin together the longer first, of equal ones the first given."""
    return sorted(found, key=lambda each: (each[0][0], -each[0][1]))


Found = tuple[Span, str, str, str | None]


def _composed(text: str) -> Iterator[Found]:
    """Bodies told by the noun that ends their name, with the country that stands in it or before it."""
    for match in BODY.finditer(text):
        start, end = match.span()
        words = text[start:end].split()
        while len(words) > 1 and (words[0] in SMALL or words[0].endswith(("’s", "'s"))):
            start += len(words.pop(0)) + 1
        if len(words) < 2:
            continue
        inside = [n for n in names_in(text) if start <= n.span[0] and n.span[1] <= end and n.entry.code]
        country = next((n.entry.code for n in inside if n.entry.sort in ("adjective", "country")), None)
        country = country or _owner(text, start)
        country = country or next((n.entry.code for n in inside if n.span[1] == end), None)
        country = country or _known_country(" ".join(words))
        kind = table("kinds")["words"][" ".join(match["noun"].split())]
        yield (start, end), " ".join(words), "international organisation" if country in WORLD else kind, country


def _known_country(name: str) -> str | None:
    entry = entry_of(name)
    return entry.code if entry else next((c for c, names in table("kinds")["more"].items() if name in names), None)


def _owner(text: str, start: int) -> str | None:
    """The country right before a body: "Russia’s Security Council", "the Japanese Foreign Ministry"."""
    before = [n for n in names_in(text) if start - 40 <= n.span[0] and n.span[1] <= start]
    owned = before and text[before[-1].span[1] : start].strip() in ("", "’s", "'s")
    return before[-1].entry.code or None if owned else None


def _listed(text: str) -> Iterator[Found]:
    """Bodies of the tables, acronyms and proper names."""
    for name in names_in(text):
        if name.entry.sort == "body":
            yield name.span, name.entry.name, _kind(name), name.entry.code or None
        elif name.entry.sort == "government":
            yield name.span, name.text, _kind(name, "government"), name.entry.code or None
    for match in phrases_in(text, _more(), _openers()):
        yield (
            match.span(),
            match.group(),
            _kinds().get(match.group(), _ending(match.group())),
            _known_country(match.group()),
        )


def _acting(text: str) -> Iterator[Found]:
    """Capitals and countries that stand for their governments: "Moscow decided"."""
    standing = {name.span for name in located(text)}
    for name in names_in(text):
        if name.span in standing:
            continue
        if name.entry.sort == "capital":
            yield name.span, name.text, "government", name.entry.code
        elif name.entry.sort == "country" and not modifies(text, name.span[1]):
            yield name.span, name.text, "state", name.entry.code


def _kind(name: Named, usual: str = "body") -> str:
    kind = _kinds().get(name.text) or _kinds().get(name.entry.name) or _ending(name.text, usual)
    return "international organisation" if name.entry.code in WORLD and kind in ("body", "government") else kind


def _ending(name: str, usual: str = "body") -> str:
    words = table("kinds")["words"]
    return str(next((words[w] for w in (name.split()[-1], " ".join(name.split()[-2:])) if w in words), usual))


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind, names in table("kinds")["bodies"].items() for name in names}


@cache
def _more() -> re.Pattern[str]:
    """The bodies that the gazetteer does not have, as one alternation of literals: linear."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(n) for n in sorted(_names(), key=lambda n: (-len(n), n)))})\b")


@cache
def _openers() -> frozenset[str]:
    return openers_of(_names())


@cache
def _names() -> tuple[str, ...]:
    return tuple(name for group in table("kinds")["more"].values() for name in group)

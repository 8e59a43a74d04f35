"""Bodies with their kind and country, and the governments that act under the name of a capital, country or seat.

A bare name means the body last named in full: "the Security Council" is Russia's where that was named before it. An
acronym and the name that it stands for are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractors.lexicon.gazetteer import WORLD, entry_of
from extractors.lexicon.groups import all_names
from extractors.model import Draft, Mention, Organisation, Person, Record, Span
from extractors.organisations.bodies import Body, bodies_in
from extractors.places.located import located
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.speech.speakers import modifies

# A name made of initials. Literal class, bounded.
# yes: "NATO"  "EU"     no: "Nato"  "G-7"
INITIALS = re.compile(r"[A-Z]{2,7}")

# A title that makes a name somebody's, and the second half of one. Anchored.
# yes: "Mr. "     no: "The "
SOMEBODY = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Lord)\.?\s$")
# yes: " Hilton"     no: " Monday"  " said"
SECOND_NAME = re.compile(r"\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)[A-Z][a-z]+\b")


@extractor("organisations", version=2, needs=("people", "citations"))
def organisations(reading: Reading) -> Iterator[Draft]:
    """The bodies and acting governments of the document, each once, in the order in which they are first named."""
    text = reading.document.text
    blocked = [*_named(reading.records("person")), *(record.span for record in reading.records("citation"))]
    apart = _apart(sorted((*bodies_in(text), *_acting(text)), key=lambda b: (b.span[0], -b.span[1])), blocked)
    for mentioned in _joined(apart):
        body, spans = mentioned[0], tuple(each.span for each in mentioned)
        mentions = tuple(Mention(span=span) for span in spans)
        data = Organisation(name=body.name, mentions=mentions, type=body.kind, country=body.country)
        yield Draft(kind="organisation", span=spans[0], key=f"{body.name} {body.country}", data=data)


def _apart(bodies: Iterable[Body], blocked: list[Span]) -> Iterator[Body]:
    """The bodies, sorted, without those that overlap an earlier one or a blocked stretch."""
    closed = sorted(blocked)
    end = at = 0
    for body in bodies:
        while at < len(closed) and closed[at][1] <= body.span[0]:
            at += 1
        if body.span[0] >= end and not (at < len(closed) and closed[at][0] < body.span[1]):
            end = body.span[1]
            yield body


def _joined(bodies: Iterable[Body]) -> Iterator[list[Body]]:
    """The mentions of each organisation together, in the order of the first: a name means the body last named so."""
    found: list[list[Body]] = []
    named: dict[tuple[str, str | None], int] = {}
    last: dict[str, int] = {}
    for body in bodies:
        names = [body.name] if body.acting else list(_bare(body.name))
        number = last.get(body.name) if not body.certain else None
        if number is None:
            known = (named.get((name, body.country)) for name in names)
            same = (n for n in known if n is not None and found[n][0].acting == body.acting)
            number = next(same, len(found))
        if number == len(found):
            found.append([])
        found[number].append(body)
        for name in (body.name, *names):
            named.setdefault((name, body.country), number)
        if not body.acting:
            last.update(dict.fromkeys(names, number))
    yield from found


def _bare(name: str) -> Iterator[str]:
    """The names that stand for the same body: its own, and that without the adjective of its country, else its
    initials."""
    yield name
    first, _, rest = name.partition(" ")
    entry = entry_of(first)
    if rest and entry and (entry.sort in ("adjective", "country") or entry.code in WORLD):
        yield rest
    elif rest and not INITIALS.fullmatch(name):
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if len(initials) > 1:
            yield initials


def _named(people: tuple[Record, ...]) -> Iterator[Span]:
    """Where people are named: "Mr. Washington" is no government."""
    for record in people:
        if isinstance(record.data, Person):
            yield from (mention.span for mention in record.data.mentions if mention.type == "name")


def _acting(text: str) -> Iterator[Body]:
    """Capitals, countries and seats that stand for their governments: "Moscow decided", "the Kremlin said"."""
    standing = {name.span for name in located(text)}
    for name in all_names(text):
        if name.span in standing:
            continue
        if SOMEBODY.search(text, max(0, name.span[0] - 8), name.span[0]):
            continue
        if name.entry.sort == "government" or (
            name.entry.sort == "capital" and not SECOND_NAME.match(text, name.span[1])
        ):
            yield Body(name.span, name.text, "government", name.entry.code, acting=True)
        elif name.entry.sort == "country" and not modifies(text, name.span[1]):
            yield Body(name.span, name.text, "state", name.entry.code, acting=True)

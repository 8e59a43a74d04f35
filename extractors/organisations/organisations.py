"""Bodies with their kind and country, and the governments that act under the name of a capital, country or seat.

A bare name means the body last named in full: "the Security Council" is Russia's where that was named before it. An
acronym and the name that it stands for are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extractors.lexicon.gazetteer import WORLD, entry_of
from extractors.lexicon.groups import all_names
from extractors.model import Draft, Mention, Organisation, Person, Record, Span
from extractors.organisations.bodies import Body, bodies_in
from extractors.places.places import located
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
NAME = re.compile(r"\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)[A-Z][a-z]+\b")


@extractor("organisations", version=2, needs=("people", "citations"))
def organisations(reading: Reading) -> Iterator[Draft]:
    """The bodies and acting governments of the document, each once, in the order in which they are first named."""
    text = reading.document.text
    blocked = [*_named(reading.records("person")), *(record.span for record in reading.records("citation"))]
    known = _Known()
    for body in _apart(sorted((*bodies_in(text), *_acting(text)), key=lambda b: (b.span[0], -b.span[1])), blocked):
        known.add(body)
    for each in known.all:
        body = each.body
        mentions = tuple(Mention(span=span) for span in each.spans)
        data = Organisation(name=body.name, mentions=mentions, type=body.kind, country=body.country)
        yield Draft(kind="organisation", span=each.spans[0], key=f"{body.name} {body.country}", data=data)


def _apart(bodies: Iterable[Body], blocked: list[Span]) -> Iterator[Body]:
    """The bodies, sorted, without those that overlap an earlier one or a blocked stretch."""
    blocked = sorted(blocked)
    end = at = 0
    for body in bodies:
        while at < len(blocked) and blocked[at][1] <= body.span[0]:
            at += 1
        if body.span[0] >= end and not (at < len(blocked) and blocked[at][0] < body.span[1]):
            end = body.span[1]
            yield body


@dataclass(slots=True)
class _Organisation:
    body: Body
    spans: list[Span] = field(default_factory=list)


class _Known:
    """The organisations found so far, by name with and without the country in it, and by initials."""

    def __init__(self) -> None:
        self.all: list[_Organisation] = []
        self._named: dict[tuple[str, str | None], _Organisation] = {}
        self._last: dict[str, _Organisation] = {}

    def add(self, body: Body) -> None:
        """Gives a mention to the organisation that it means, a new one where it means none of them."""
        found = self._meant(body)
        if found is None:
            found = _Organisation(body)
            self.all.append(found)
        found.spans.append(body.span)
        self._named.setdefault((body.name, body.country), found)
        if not body.acting:
            for name in _bare(body.name):
                self._named.setdefault((name, body.country), found)
                self._last[name] = found

    def _meant(self, body: Body) -> _Organisation | None:
        if not body.certain and body.name in self._last:
            return self._last[body.name]
        names = [body.name] if body.acting else list(_bare(body.name))
        return next(
            (f for n in names if (f := self._named.get((n, body.country))) and f.body.acting == body.acting), None
        )


def _bare(name: str) -> Iterator[str]:
    """The names that stand for the same body: without the adjective of its country, without full stops, its initials
    and, where it is long enough to be known by it, its last word."""
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
        if name.entry.sort == "government" or (name.entry.sort == "capital" and not NAME.match(text, name.span[1])):
            yield Body(name.span, name.text, "government", name.entry.code, acting=True)
        elif name.entry.sort == "country" and not modifies(text, name.span[1]):
            yield Body(name.span, name.text, "state", name.entry.code, acting=True)

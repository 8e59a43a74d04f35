"""Places told from the governments that act under their names; bodies and treaties."""

from __future__ import annotations

import pytest

from extractors import instruments, organisations, places
from extractors.model import Instrument, Organisation, Place
from tests.extractors.documents import records_of
from tests.extractors.timing import stays_linear


def places_of(text: str) -> list[Place]:
    return [r.data for r in records_of(text, kind="place") if isinstance(r.data, Place)]


def bodies_of(text: str) -> list[Organisation]:
    return [r.data for r in records_of(text, kind="organisation") if isinstance(r.data, Organisation)]


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("They met in Lima.", "Lima", "PER"),
        ("She left Nairobi on foot.", "Nairobi", "KEN"),
        ("The ship came from Gdansk.", "Gdansk", "POL"),
        ("He landed in northern Pristina.", "Pristina", "KOS"),
        ("They walked through Ramallah.", "Ramallah", "PSE"),
        ("Shells fell near Tskhinvali.", "Tskhinvali", "PRE"),
    ],
)
def test_what_stands_behind_a_word_of_place_is_one(text: str, name: str, country: str) -> None:
    (place,) = places_of(text)
    assert (place.name, place.country) == (name, country)


def test_a_town_has_coordinates() -> None:
    (place,) = places_of("They met in Lima.")
    assert place.latitude == pytest.approx(-12.05, abs=0.1)
    assert place.longitude == pytest.approx(-77.03, abs=0.1)


@pytest.mark.parametrize("text", ["Lima decided to wait.", "Talks with Lima failed.", "Lima’s objections were heard."])
def test_a_capital_that_acts_is_a_government(text: str) -> None:
    assert places_of(text) == []
    assert [(b.name, b.type, b.country) for b in bodies_of(text)] == [("Lima", "government", "PER")]


@pytest.mark.parametrize(
    ("text", "name", "kind", "country"),
    [
        ("NATO waited.", "NATO", "alliance", "IGO"),
        ("The Japanese Foreign Ministry denied it.", "Japanese Foreign Ministry", "ministry", "JPN"),
        ("Russia’s Security Council sat.", "Security Council", "government", "RUS"),
        ("The UN Security Council sat.", "UN Security Council", "international organisation", "UNO"),
        ("The State Duma voted.", "State Duma", "legislature", "RUS"),
        ("The Kremlin waited.", "Kremlin", "government", "RUS"),
    ],
)
def test_a_body_has_its_kind_and_country(text: str, name: str, kind: str, country: str) -> None:
    assert (name, kind, country) in [(b.name, b.type, b.country) for b in bodies_of(text)]


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("They kept the 1972 ABM Treaty.", "Anti-Ballistic Missile Treaty", 1972),
        ("The CFE treaty holds.", "Treaty on Conventional Armed Forces in Europe", 1990),
        ("START II was ratified.", "Second Strategic Arms Reduction Treaty", 1993),
        ("They signed the 1987 Vesk Convention.", "Vesk Convention", 1987),
        ("The Montreux Convention is old.", "Montreux Convention", 1936),
    ],
)
def test_a_treaty_has_its_name_and_year(text: str, name: str, year: int) -> None:
    (found,) = [r.data for r in records_of(text, kind="instrument") if isinstance(r.data, Instrument)]
    assert (found.name, found.year) == (name, year)


@pytest.mark.parametrize("text", ["The Democratic Convention met.", "They will START TALKS SOON.", "an agreement"])
def test_what_is_no_treaty(text: str) -> None:
    assert records_of(text, kind="instrument") == []


PATTERNS = {
    "LOCATED": places.LOCATED,
    "DEALT": places.DEALT,
    "TOWN": places.TOWN,
    "BODY": organisations.BODY,
    "NAMED": instruments.NAMED,
    "treaties": instruments._pattern(),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("unit", ["in the ", "A", "Aa ", "Treaty of ", "and ", "ties to ", "the "])
def test_patterns_stay_linear(name: str, unit: str) -> None:
    assert stays_linear(lambda text: sum(1 for _ in PATTERNS[name].finditer(text)), unit)

"""Places told from the governments that act under their names; bodies and treaties."""

from __future__ import annotations

import pytest

from extractors import instruments
from extractors.model import Instrument, Organisation, Place
from extractors.organisations import bodies, organisations
from extractors.places import located, places
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


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Riots broke out in Jerusalem.", "Jerusalem", "ISR"),
        ("He prayed in East Jerusalem.", "East Jerusalem", "PSE"),
        ("She teaches in Gaza.", "Gaza", "PSE"),
        ("They fled to Kosovo.", "Kosovo", "KOS"),
        ("The ferry left from Taiwan.", "Taiwan", "TWN"),
        ("Grapes grow in Crimea.", "Crimea", "UKR"),
        ("Shells fell in Nagorno-Karabakh.", "Nagorno-Karabakh", "PRE"),
        ("Snow fell in Sukhumi.", "Sukhumi", "PRE"),
        ("Nomads live in Western Sahara.", "Western Sahara", "ESH"),
        ("Cattle graze on the Golan Heights.", "Golan Heights", "SYR"),
        ("They voted in Greenland.", "Greenland", "GRL"),
    ],
)
def test_disputed_places_have_the_code_of_plover(text: str, name: str, country: str) -> None:
    (place,) = places_of(text)
    assert (place.name, place.country) == (name, country)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Moscow’s streets were empty.", "Moscow"),
        ("Warsaw was bombed again.", "Warsaw"),
        ("Accra has 2 million inhabitants.", "Accra"),
        ("An earthquake hit Kathmandu at noon.", "Kathmandu"),
        ("The capital, Baku, was quiet.", "Baku"),
        ("Dakar residents queued.", "Dakar"),
        ("Nairobi-based traders wait.", "Nairobi"),
        ("Ankara, the capital, was quiet.", "Ankara"),
        ("In Quito, it rained.", "Quito"),
        ("A mine exploded in war-torn Liberia.", "Liberia"),
        ("Herds died in northwestern Kenya.", "Kenya"),
    ],
)
def test_what_only_a_town_has_or_suffers_makes_a_place(text: str, name: str) -> None:
    assert [place.name for place in places_of(text)] == [name]
    assert bodies_of(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The convoy reached Benghazi, Misrata, and Tobruk.", ["Benghazi", "Misrata", "Tobruk"]),
        ("The plane left Niamey for Accra.", ["Niamey", "Accra"]),
        ("Trains ran from Lyon to Toulouse and Bordeaux.", ["Lyon", "Toulouse", "Bordeaux"]),
    ],
)
def test_a_list_or_a_journey_goes_on_with_places(text: str, names: list[str]) -> None:
    assert [place.name for place in places_of(text)] == names


def test_a_town_named_after_a_capital_lies_in_the_state_behind_it() -> None:
    assert [(p.name, p.country, p.latitude) for p in places_of("She was born in Moscow, Idaho.")][:1] == [
        ("Moscow", "USA", None)
    ]


def test_a_seat_of_government_is_a_place_where_something_is_there() -> None:
    """The Kremlin says, and a crowd stands outside the Kremlin."""
    text = "The Kremlin said nothing. A crowd gathered outside the Kremlin."
    assert [(p.name, p.mentions[0].span[0]) for p in places_of(text)] == [("Kremlin", text.rindex("Kremlin"))]
    assert [len(b.mentions) for b in bodies_of(text)] == [1]
    assert [b.name for b in bodies_of("Officials at the Blue House denied it.")] == ["Blue House"]


def test_waters_are_told_by_their_noun() -> None:
    found = places_of("Ships crossed the Black Sea and the Strait of Hormuz; the Black Sea Fleet did not.")
    assert [(p.name, p.type) for p in found] == [("Black Sea", "water"), ("Strait of Hormuz", "water")]


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
        ("The Blue House waited.", "Blue House", "government", "KOR"),
        ("Zhongnanhai waited.", "Zhongnanhai", "government", "CHN"),
        ("The Quai d’Orsay waited.", "Quai d’Orsay", "government", "FRA"),
        ("Whitehall waited.", "Whitehall", "government", "GBR"),
        ("The White House waited.", "White House", "government", "USA"),
        ("Malacañang waited.", "Malacañang", "government", "PHL"),
        ("Lima appealed to Quito.", "Quito", "government", "ECU"),
        ("OSCE monitors left.", "OSCE", "international organisation", "IGO"),
        ("The Supreme Court of Pakistan ruled.", "Supreme Court of Pakistan", "court", "PAK"),
        ("The Bank of England waited.", "Bank of England", "bank", "GBR"),
        ("Kenya’s Parliament sat.", "Parliament", "legislature", "KEN"),
        ("The Ministry of Foreign Affairs of Peru said so.", "Ministry of Foreign Affairs of Peru", "ministry", "PER"),
        ("Iran’s Supreme National Security Council met.", "Supreme National Security Council", "government", "IRN"),
        ("On Monday. The Chilean Senate voted.", "Chilean Senate", "legislature", "CHL"),
        ("The Indonesian National Armed Forces left.", "Indonesian National Armed Forces", "military", "IDN"),
        ("The Ukrainian Security Service denied it.", "Ukrainian Security Service", "intelligence", "UKR"),
        ("The OSCE Parliamentary Assembly met.", "OSCE Parliamentary Assembly", "international organisation", "IGO"),
        ("The African Union Peace and Security Council met.", "African Union Peace and Security Council",
         "international organisation", "IGO"),
        ("Bank of Peru Governor Ana Rojas left.", "Bank of Peru", "bank", "PER"),
        ("The Polisario waited.", "Polisario", "armed group", "MAR"),
    ],
)  # fmt: skip
def test_a_body_has_its_kind_and_country(text: str, name: str, kind: str, country: str) -> None:
    assert (name, kind, country) in [(b.name, b.type, b.country) for b in bodies_of(text)]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Russia’s Security Council met. The Security Council adjourned.", ["RUS", "RUS"]),
        ("The UN Security Council met. The Security Council adjourned.", ["UNO", "UNO"]),
        ("Russia’s Security Council met. The UN Security Council did not; the Security Council adjourned.",
         ["RUS", "UNO", "UNO"]),
        ("Moscow sent Security Council Secretary Ivan Petrov.", ["RUS"]),
        ("The Security Council voted.", ["UNO"]),
        ("Turkey’s National Security Council asked the Security Council to act.", ["TUR", "UNO"]),
        ("Brazil waits. The Supreme Court sits today.", ["BRA"]),
        ("The Americans wait. The Supreme Court sits today.", ["USA"]),
    ],
)  # fmt: skip
def test_a_name_that_many_bear_is_the_body_last_named(text: str, countries: list[str]) -> None:
    found = [
        (m.span, b.country) for b in bodies_of(text) if "Council" in b.name or "Court" in b.name for m in b.mentions
    ]
    assert [country for _, country in sorted(found)] == countries


def test_one_body_under_several_names_is_one_record() -> None:
    text = (
        "The Japanese Foreign Ministry denied it. The Foreign Ministry added nothing. NATO waited; the North Atlantic "
        "Treaty Organization is patient."
    )
    assert [(b.name, len(b.mentions)) for b in bodies_of(text)] == [("Japanese Foreign Ministry", 2), ("NATO", 2)]


@pytest.mark.parametrize(
    "text", ["Mr. Washington moved house.", "Paris Hilton moved house.", "They live in the West Bank."]
)
def test_what_is_no_government_and_no_body(text: str) -> None:
    assert bodies_of(text) == []


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("They kept the 1972 ABM Treaty.", "Anti-Ballistic Missile Treaty", 1972),
        ("The CFE treaty holds.", "Treaty on Conventional Armed Forces in Europe", 1990),
        ("START II was ratified.", "Second Strategic Arms Reduction Treaty", 1993),
        ("They signed the 1987 Vesk Convention.", "Vesk Convention", 1987),
        ("The Montreux Convention is old.", "Montreux Convention", 1936),
        ("The Treaty of Rome stands.", "Treaty of Rome", 1957),
        ("The Treaty of Ardel and the pact stand.", "Treaty of Ardel", None),
        ("The Vesk Agreement of 1985 stands.", "Vesk Agreement", 1985),
        ("The Convention on Coastal Waters (1997) stands.", "Convention on Coastal Waters", 1997),
        ("They signed the Vesk-Ardel Joint Declaration.", "Vesk-Ardel Joint Declaration", None),
    ],
)
def test_a_treaty_has_its_name_and_year(text: str, name: str, year: int | None) -> None:
    (found,) = [r.data for r in records_of(text, kind="instrument") if isinstance(r.data, Instrument)]
    assert (found.name, found.year) == (name, year)


@pytest.mark.parametrize(
    "text",
    [
        "The Democratic Convention met.",
        "The Warsaw Pact broke up.",
        "The Agreement stands.",
        "They will START TALKS SOON.",
        "an agreement",
    ],
)
def test_what_is_no_treaty(text: str) -> None:
    assert records_of(text, kind="instrument") == []


PATTERNS = {
    "LOCATED": located.LOCATED,
    "DEALT": located.DEALT,
    "TOWN": located.TOWN,
    "FOLLOWED": located.FOLLOWED,
    "HOUSED": located.HOUSED,
    "WATER": places.WATER,
    "BEHIND": bodies.BEHIND,
    "SECOND_NAME": organisations.SECOND_NAME,
    "nouns": bodies._nouns()[0],
    "bodies": bodies._more()[0],
    "NAMED": instruments.NAMED,
    "YEAR_BEHIND": instruments.YEAR_BEHIND,
    "treaties": instruments._pattern(),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("unit", ["in the ", "A", "Aa ", "Treaty of ", "and ", "ties to ", "the "])
def test_patterns_stay_linear(name: str, unit: str) -> None:
    assert stays_linear(lambda text: sum(1 for _ in PATTERNS[name].finditer(text)), unit)

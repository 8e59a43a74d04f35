"""Who is named, with which office, and which mention is whose."""

from __future__ import annotations

import pytest

from extractors.ids import article_id
from extractors.model import Person
from extractors.registry import run_all
from tests.extractors.test_events import a_document


def people_of(*paragraphs: str) -> list[Person]:
    records, errors = run_all(a_document(*paragraphs), article_id("test"))
    assert not errors
    return [record.data for record in records if isinstance(record.data, Person)]


@pytest.mark.parametrize(
    ("text", "name", "office", "country"),
    [
        ("Chilean Foreign Minister Ana Rojas spoke.", "Ana Rojas", "Foreign Minister", "CHL"),
        ("Acting Peruvian President Rosa Diaz spoke.", "Rosa Diaz", "Acting President", "PER"),
        ("Lima Mayor Juan Vega spoke.", "Juan Vega", "Mayor of Lima", "PER"),
        ("NATO Secretary-General Jan Holm spoke.", "Jan Holm", "Secretary-General of NATO", "IGO"),
        ("Juan Vega, the Peruvian defense minister, spoke.", "Juan Vega", "defense minister", "PER"),
        ("The Peruvian defense minister, Juan Vega, spoke.", "Juan Vega", "defense minister", "PER"),
        ("Peru’s ambassador to the talks, Juan Vega, spoke.", "Juan Vega", None, None),
        ("Mr. Vega spoke.", "Vega", None, None),
    ],
)
def test_a_person_has_the_office_that_the_text_gives(
    text: str, name: str, office: str | None, country: str | None
) -> None:
    (person,) = people_of(text)
    assert (person.name, person.office, person.country) == (name, office, country)


def test_later_surnames_and_titles_are_mentions() -> None:
    text = (
        "Chilean Foreign Minister Ana Rojas spoke. Rojas left. "
        "The Chilean foreign minister was tired of the Rojas government."
    )
    (person,) = people_of(text)
    assert [text[slice(*m.span)] for m in person.mentions] == ["Ana Rojas", "Rojas", "Chilean foreign minister"]
    assert [m.type for m in person.mentions] == ["name", "name", "office"]


def test_two_people_of_one_surname_stay_apart() -> None:
    """A bare surname is the one's who was named in full more often, not always the last one's."""
    text = (
        "Peruvian Interior Minister Juan Vega arrived. Vega is said to be closer to the president than "
        "Foreign Minister Luis Vega. Juan Vega is a lawyer. Vega left."
    )
    juan, luis = people_of(text)
    assert (juan.name, juan.office, len(juan.mentions)) == ("Juan Vega", "Interior Minister", 4)
    assert (luis.name, luis.office, len(luis.mentions)) == ("Luis Vega", "Foreign Minister", 1)


def test_a_list_lends_its_country() -> None:
    people = people_of("She met Peruvian Foreign Minister Luis Vega and Prime Minister Juan Soto.")
    assert [p.country for p in people] == ["PER", "PER"]


def test_a_leader_without_introduction_is_known_by_the_year() -> None:
    """A surname alone is enough only for one who held office in the article's year, whose country the article names."""
    assert [(p.name, p.country) for p in people_of("In France, Chirac spoke.")] == [("Jacques Chirac", "FRA")]
    assert people_of("In France, Macron spoke.") == []
    assert people_of("In the hall, Chirac spoke.") == []


def test_places_and_papers_are_nobody() -> None:
    assert people_of("Virginia and Georgia differ, wrote the Washington Post from San Jose.") == []

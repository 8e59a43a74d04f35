"""Who is named, with which office, and which mention is whose."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.ids import article_id
from extractors.model import Mention, Person
from extractors.people.countries import taking_office
from extractors.people.identity import PersonSoFar, spelling, with_counterparts, with_sector_decided
from extractors.people.names import Name
from extractors.people.offices import offices_in
from extractors.people.offices_beside import of_state
from extractors.people.pronouns import is_woman, with_pronouns
from extractors.registry import run_all
from extractors.text.tokens import tokens_of
from tests.extractors.documents import a_document
from tests.extractors.passages import passages


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
        ("Peru’s ambassador to the talks, Juan Vega, spoke.", "Juan Vega", "ambassador", "PER"),
        ("German Development Minister Tilda Brandt spoke.", "Tilda Brandt", "Development Minister", "DEU"),
        (
            "Irish Minister for European Affairs Aoife Quill spoke.",
            "Aoife Quill",
            "Minister for European Affairs",
            "IRL",
        ),
        ("A Malian government spokesman in Gao, Oumar Sidou, spoke.", "Oumar Sidou", "spokesman", "MLI"),
        ("The Portuguese diplomat Inês Teles spoke.", "Inês Teles", "diplomat", "PRT"),
        ("A Tongan delegation led by Trade Minister Sione Fifita left.", "Sione Fifita", "Trade Minister", "TON"),
        ("Mr. Vega spoke.", "Vega", None, None),
        ("Luc Perrin of France spoke.", "Luc Perrin", None, "FRA"),
        ("Luc Perrin (France) spoke.", "Luc Perrin", None, "FRA"),
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


def test_a_counterpart_has_the_office_of_the_one_he_meets() -> None:
    people = people_of(
        "Kenyan Foreign Minister Amina Otieno met with her Chadian counterpart, Idris Moussa, in Nairobi."
    )
    assert [(p.name, p.office, p.country) for p in people] == [
        ("Amina Otieno", "Foreign Minister", "KEN"),
        ("Idris Moussa", "Foreign Minister", "TCD"),
    ]


def test_two_counterparts_have_the_offices_of_two() -> None:
    people = people_of(
        "Peruvian Foreign Minister Rosa Diaz and Defense Minister Juan Soto sat with their Bolivian counterparts, "
        "Tupac Mamani and Wara Quispe."
    )
    assert [p.office for p in people] == ["Foreign Minister", "Defense Minister"] * 2
    assert [p.country for p in people] == ["PER", "PER", "BOL", "BOL"]


def test_another_spelling_is_the_same_person() -> None:
    (person,) = people_of("Belarusian President Alyaksandr Lukashenka spoke. Lukashenko then left for Gomel.")
    assert [m.type for m in person.mentions] == ["name", "name"]


@pytest.mark.parametrize("after", ["-led coalition", " administration", " era", " government", " campaign"])
def test_what_is_called_after_somebody_is_not_he(after: str) -> None:
    (person,) = people_of(f"Chilean President Luis Soto spoke. The Soto{after} had begun well.")
    assert len(person.mentions) == 1


def test_a_wife_is_not_her_husband() -> None:
    people = people_of("Chilean President Luis Soto spoke. Mrs. Soto stayed away. Mr. Soto then flew home.")
    luis = next(p for p in people if p.name == "Luis Soto")
    assert len(luis.mentions) == 2


def test_pronouns_are_mentions_of_whom_they_fit() -> None:
    text = (
        "Chilean Foreign Minister Ana Rojas met with Peruvian President Luis Vega. She praised him. "
        "He said that his country was grateful."
    )
    ana, luis = people_of(text)
    assert [text[slice(*m.span)] for m in ana.mentions if m.type == "pronoun"] == ["She"]
    assert [text[slice(*m.span)] for m in luis.mentions if m.type == "pronoun"] == ["him", "He", "his"]


def test_a_pronoun_may_come_before_its_name() -> None:
    text = "In the course of her stay, Foreign Minister Ana Rojas saw nobody."
    (person,) = people_of(text)
    assert [text[slice(*m.span)] for m in person.mentions] == ["her", "Ana Rojas"]


@pytest.mark.parametrize(
    "text",
    [
        "The Max Weber Institute spoke.",
        "They met at Heinz Field.",
        "On Monday, There was rain.",
        "The San Diego Gazette wrote it.",
        "The Chief Strategy Officer spoke.",
    ],
)
def test_things_called_after_people_are_nobody(text: str) -> None:
    assert people_of(text) == []


@pytest.mark.parametrize("passage", passages("people"), ids=lambda p: p["text"][:40])
def test_the_people_of_a_passage(passage: dict[str, Any]) -> None:
    assert [[p.name, p.office, p.country] for p in people_of(passage["text"])] == passage["people"]


@pytest.mark.parametrize(
    ("text", "name", "office", "country"),
    [
        ("Egyptian President Hosni al-Bahr spoke.", "Hosni al-Bahr", "President", "EGY"),
        ("India’s foreign secretary, K.R. Vishnan, spoke.", "K.R. Vishnan", "foreign secretary", "IND"),
        ("South Korean Minister Park Dong-su spoke.", "Park Dong-su", "Minister", "KOR"),
        ("Peru’s Defense Minister, Marshal Juan Vega, spoke.", "Juan Vega", "Defense Minister", "PER"),
        ("Army spokesman Captain Juan Vega spoke in Lima.", "Juan Vega", "spokesman", "PER"),
        ("The EU’s Middle East envoy, Juan Vega, spoke.", "Juan Vega", "envoy of EU", "EUR"),
        ("Peruvian special envoy, former Prime Minister Juan Vega, spoke.", "Juan Vega", "special envoy", "PER"),
        ("In Lima, Juan Vega, who heads the Peruvian navy, spoke.", "Juan Vega", "head", "PER"),
        ("VOA’s Tilda Brandt reports from Lima.", "Tilda Brandt", "correspondent", "USA"),
        ("Wara Quispe, a Peru analyst at the Andes Institute in La Paz, spoke.", "Wara Quispe", "analyst", "BOL"),
        ("Zdenka Hlava, a retired hydrologist, spoke.", "Zdenka Hlava", "hydrologist", None),
        ("Sen. Juan Vega (R-TX) spoke.", "Juan Vega", "Senator", "USA"),
        ("The prime minister of Chile, Ana Rojas, met Peru’s envoy.", "Ana Rojas", "prime minister", "CHL"),
        ("The mayor of Lima, Ana Rojas, told Chile’s foreign minister so.", "Ana Rojas", "mayor of Lima", "PER"),
        ("Peru’s deputies confirmed Ana Rojas of Unity as prime minister.", "Ana Rojas", "prime minister", "PER"),
    ],
)  # fmt: skip
def test_offices_in_the_ways_that_texts_give_them(text: str, name: str, office: str, country: str | None) -> None:
    (person,) = people_of(text)
    assert (person.name, person.office, person.country) == (name, office, country)


def test_an_office_that_several_share_is_dealt_out() -> None:
    people = people_of("Peruvian and Chilean Foreign Ministers Ana Rojas and Luis Soto met.")
    assert [(p.name, p.office, p.country) for p in people] == [
        ("Ana Rojas", "foreign minister", "PER"),
        ("Luis Soto", "foreign minister", "CHL"),
    ]
    people = people_of("The presidents sat down. Peru’s Vasko Rumin and Chile’s Ondrej Balik said little.")
    assert [(p.office, p.country) for p in people] == [("president", "PER"), ("president", "CHL")]


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("Rodrigo Vega Solano", "Vega"),
        ("Kim Dong-su", "Kim"),
        ("Nabil Abu Rafi", "Abu Rafi"),
        ("Hans van der Velde", "Van der Velde"),
        ("Carla del Rio", "Del Rio"),
        ("Hosni al-Bahr", "Al-Bahr"),
    ],
)
def test_the_text_tells_which_word_is_the_surname(name: str, later: str) -> None:
    text = f"Foreign Minister {name} arrived in Lima. {later} said nothing."
    (person,) = people_of(text)
    assert person.name == name
    assert [text[slice(*m.span)] for m in person.mentions if m.type == "name"] == [name, later]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Peruvian President Juan Vega arrived.", "The president"),
        ("Peru’s ambassador, Juan Vega, arrived.", "The Peruvian diplomat"),
        ("Separatist leader Juan Vega arrived in Peru.", "The veteran militant leader"),
        ("Imam Juan Vega arrived in Peru.", "The cleric"),
        ("Peruvian Trade Minister Juan Vega arrived.", "The ousted official"),
    ],
)
def test_a_title_alone_means_whom_it_fits(first: str, then: str) -> None:
    text = f"{first} {then} said nothing."
    (person,) = people_of(text)
    assert [m.type for m in person.mentions] == ["name", "office"]


@pytest.mark.parametrize(
    "text",
    [
        "Peru is quiet. Because Google said so, and Google said it twice, nothing happened.",
        "The major Asian markets fell.",
        "Morgan Stanley has shown no interest, and Deutsche Bank said nothing.",
        "The Christian Democratic People’s Party said nothing.",
        "South Korea’s Kospi Index fell.",
    ],
)
def test_what_looks_like_a_name_is_nobody(text: str) -> None:
    assert people_of(text) == []


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Chadian Trade Minister Ana Rojas met Peru’s envoy.", "Ana Rojas", "TCD"),  # stated with the office
        ("In Chad, Peru and Mali, the Chilean Ana Rojas is known.", "Ana Rojas", "CHL"),  # a nation right before
        ("Chad and Mali jailed the Chilean human rights lawyer Ana Rojas.", "Ana Rojas", "CHL"),
        ("Chad and Mali praised President Gerald R. Ford.", "Gerald R. Ford", "USA"),  # the table of statesmen
        ("Chad and Mali jailed Tansu Okoye and Ana Rojas.", "Ana Rojas", None),  # no evidence is no country
    ],
)
def test_the_country_of_a_person_is_what_the_best_evidence_says(text: str, name: str, country: str | None) -> None:
    assert {person.name: person.country for person in people_of(text)}[name] == country


def test_a_list_lends_no_country_over_the_name_of_another_state() -> None:
    people = people_of("Peruvian Trade Minister Ana Rojas and Chad’s influential banker Juan Soto met.")
    assert [person.country for person in people] == ["PER", None]


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("Chilean President Ana Rojas spoke.", "GOV"),
        ("Former Chilean President Ana Rojas spoke.", "ELI"),
        ("The Chilean leader, Ana Rojas, spoke.", "GOV"),
        ("NATO Secretary-General Jan Holm spoke.", "IGO"),
        ("British High Commissioner Jan Holm spoke.", "GOV"),
    ],
)
def test_a_sector_is_that_of_the_office_now_held(text: str, sector: str) -> None:
    (person,) = people_of(text)
    assert person.sector == sector


def test_a_pass_gives_new_people_and_leaves_those_it_took() -> None:
    """Each can be tried on its own, with values made by hand."""
    tokens = tokens_of("Chilean President Ana Rojas met her Peruvian counterpart, Juan Soto. She was late.")
    president, counterpart = offices_in(tokens)
    ana = PersonSoFar("Ana Rojas", "Rojas", president, "President", "CHL", "GOV", places=(2,))
    juan = PersonSoFar("Juan Soto", "Soto", counterpart, country="PER", places=(9,))
    alike = with_counterparts((ana, juan))
    assert [(each.title, each.country) for each in alike] == [("President", "CHL"), ("President", "PER")]
    assert (ana.title, juan.title) == ("President", None)
    assert taking_office(juan, president).country == "CHL"
    assert with_sector_decided(ana, tokens) == ana


def test_a_title_or_a_given_name_tells_a_woman() -> None:
    tokens = tokens_of("Mrs. Rojas met Mr. Soto and Okoye.")
    rojas, soto, okoye = (
        PersonSoFar(name, name, full=(Name(at, at + 1, name, of_state(at, at, None)),))
        for name, at in (("Rojas", 1), ("Soto", 4), ("Okoye", 6))
    )
    assert [is_woman(each, tokens) for each in (rojas, soto, okoye)] == [True, False, None]
    assert is_woman(PersonSoFar("Anna Okoye", "Okoye"), tokens) is True


def test_a_pronoun_tells_what_the_name_did_not() -> None:
    document = a_document("Rojas spoke. She left.")
    (rojas,) = with_pronouns((PersonSoFar("Rojas", "Rojas", mentions=(Mention(span=(0, 5)),)),), document)
    assert (rojas.woman, [mention.span for mention in rojas.mentions]) == (True, [(0, 5), (13, 16)])


@pytest.mark.parametrize(("one", "other"), [("Yevgeny", "Evgeni"), ("Lukashenka", "Lukashenko"), ("Müller", "Muller")])
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)
    assert spelling(one) != spelling("Ivanov")

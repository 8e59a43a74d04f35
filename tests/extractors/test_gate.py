"""The gate: what is parsed in a text about states, in one that only names some, and in one about their teams."""

from __future__ import annotations

from extractors.parse.gate import of_sport, stretches
from extractors.registry import run_all
from tests.extractors.documents import a_document

ARTICLE = "00000000-0000-0000-0000-000000000000"

MATCH = """
ASUNCION -- Peru beat Chile 2-1 in a playoff on Sunday and will meet Uruguay in the semifinals of the tournament. The
striker Juan Vega scored twice before halftime, and the goalkeeper kept Chile out for the rest of the match. Chile
attacked again and again, but the Peruvian defender Luis Rojas blocked every shot.

“Chile had threatened us all season,” the coach of Peru said. Bolivia lost to Paraguay on penalties on Saturday, and
Ecuador struck late to defeat the champions, Brazil. Argentina occupies the second place of the league.
"""
BOYCOTT = """
LIMA -- Peru on Sunday threatened to boycott the Olympic Games in Santiago if Chile does not release two athletes. The
Peruvian foreign minister said the football team and the tennis players would stay at home.

Chile rejected the demand. Its foreign minister told reporters that the athletes were spies, and accused Peru of using
sport for its own ends. Bolivia and Ecuador called on both countries to resume talks before the Games open.
"""
FARMS = " ".join(
    f"The farmers of valley {n} said the harvest of the season was better than they had hoped when the rains came late."
    for n in range(30)
)


def events_in(text: str) -> int:
    paragraphs = [" ".join(each.split()) for each in text.split("\n\n")]
    records, errors = run_all(a_document(*paragraphs), ARTICLE)
    assert not errors
    return sum(record.kind == "event" for record in records)


def test_states_that_are_teams_do_nothing_to_each_other() -> None:
    """A page of sport has the verbs of war in every line."""
    assert of_sport(MATCH)
    assert events_in(MATCH) == 0


def test_a_quarrel_about_games_is_no_sport() -> None:
    assert not of_sport(BOYCOTT)
    assert events_in(BOYCOTT) >= 3


def test_where_few_states_are_named_a_sentence_needs_two_parties() -> None:
    """A state that is only a market or a place is not worth a parse, two states or a state and its minister are."""
    place = "Prices rose in Chile as demand moved on."
    parties = ("Peru and Chile agreed to share the river.", "The minister of Peru rejected the plan for a dam.")
    text = "\n\n".join((FARMS, place, *parties, FARMS))
    spans, at = [], 0
    for each in text.split("\n\n"):
        spans.append((at, at + len(each)))
        at += len(each) + 2
    assert [text[slice(*span)] for span in stretches(text, tuple(spans))] == list(parties)

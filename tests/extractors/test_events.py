"""The frames' own examples, and what becomes of them: roles, status, dates, sources."""

from __future__ import annotations

import datetime as dt

import pytest

from extractors.events.predications.frames import entries
from extractors.ids import article_id
from extractors.model import Document, Event, Published, Verdict
from extractors.registry import run_all

DAY = dt.date(2003, 5, 15)  # a Thursday
PUBLISHED = Published(start=DAY, end=DAY, precision="day", text=None, basis="test", confidence=1.0)


def a_document(*paragraphs: str, published: Published | None = PUBLISHED) -> Document:
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append((start, start + len(paragraph)))
        start += len(paragraph) + 2
    return Document(
        url=None, canonical_url=None, family="generic", form="html", language="en", sha256="0" * 64, publication=None,
        volume=None, issue=None, section=None, title=None, byline=None, dateline=None, agency=None, published=published,
        text="\n\n".join(paragraphs), paragraphs=tuple(spans), verdict=Verdict.ARTICLE, reason=None,
    )  # fmt: skip


def events_of(*paragraphs: str, published: Published | None = PUBLISHED) -> list[Event]:
    records, errors = run_all(a_document(*paragraphs, published=published), article_id("test"))
    assert not errors
    return [record.data for record in records if isinstance(record.data, Event)]


def countries(event: Event) -> tuple[list[str | None], list[str | None]]:
    return [p.country for p in event.actor], [p.country for p in event.recipient]


@pytest.mark.parametrize(("rule", "kind", "sentence"), [(e["rule"], e["type"], s) for e in entries() for s in e["yes"]])
def test_frame_codes_its_own_example(rule: str, kind: str, sentence: str) -> None:
    """Every frame carries sentences that it must code, by itself or by a frame of the same type."""
    assert kind in [event.type for event in events_of(sentence)], rule


@pytest.mark.parametrize(("rule", "kind", "sentence"), [(e["rule"], e["type"], s) for e in entries() for s in e["no"]])
def test_frame_leaves_its_counterexample_alone(rule: str, kind: str, sentence: str) -> None:
    """Every frame carries sentences with its trigger in which its type did not happen."""
    assert kind not in [event.type for event in events_of(sentence)], rule


def test_every_frame_has_examples_both_ways() -> None:
    assert entries()
    assert all(entry["yes"] and entry["no"] for entry in entries())


def test_many_guests_make_one_meeting() -> None:
    """PLOVER: compound actors are one event, never one each."""
    (event,) = events_of(
        "Chilean President Luis Soto met with Peruvian President Rosa Diaz, Foreign Minister Juan Vega and "
        "Lima Mayor Ana Paz."
    )
    assert [p.name for p in event.actor] == ["Luis Soto", "Rosa Diaz", "Juan Vega", "Ana Paz"]
    assert event.reciprocal


def test_a_visitor_is_the_actor_and_the_host_the_recipient() -> None:
    (event,) = events_of("The visit of Chilean President Luis Soto to Peru ended on Monday.")
    assert (event.mode, countries(event), event.reciprocal) == (("visit",), (["CHL"], ["PER"]), False)
    assert event.date.start == dt.date(2003, 5, 12)


def test_a_call_has_two_ends_and_no_host() -> None:
    (event,) = events_of("Chilean President Luis Soto had a telephone conversation with Peruvian President Rosa Diaz.")
    assert (event.mode, countries(event), event.score) == (("phone",), (["CHL", "PER"], []), 1.5)


def test_a_meeting_to_come_is_an_agreement() -> None:
    """PLOVER: future CONSULT is AGREE."""
    (event,) = events_of("Chilean President Luis Soto will meet with Peruvian President Rosa Diaz on Monday.")
    assert (event.type, event.status, event.date.start) == ("AGREE", "future", dt.date(2003, 5, 19))


@pytest.mark.parametrize(
    "sentence",
    [
        "Chilean President Luis Soto did not meet with Peruvian President Rosa Diaz.",
        "If Chilean President Luis Soto meets Peruvian President Rosa Diaz, the market will rise.",
        "Chilean President Luis Soto could meet Peruvian President Rosa Diaz.",
        "The goal of a Chilean-Peruvian summit would be to settle the border.",
    ],
)
def test_what_did_not_happen_is_no_event(sentence: str) -> None:
    assert events_of(sentence) == []


def test_pronouns_and_the_two_sides_mean_those_in_play() -> None:
    """A pronoun in a phrase before the subject means the subject; "the two sides" are those of the last event."""
    found = events_of(
        "In the course of her stay in Lima, Chilean Foreign Minister Ana Rojas met Peruvian President Luis Diaz. "
        "The two sides agreed to open the border."
    )
    assert [event.type for event in found] == ["CONSULT", "CONSULT", "AGREE"]
    assert {p.country for p in found[2].actor} == {"CHL", "PER"}


def test_the_seat_of_an_alliance_is_none_of_the_two_sides() -> None:
    """Who flies to Brussels to see NATO has not drawn Belgium into a quarrel."""
    *_, event = events_of(
        "Chile accused Peru of firing on a patrol. Chilean Foreign Minister Ana Rojas flew to Brussels to see NATO. "
        "The Norwegian ambassador urged both governments to keep calm."
    )
    assert [party.country for party in event.recipient] == ["CHL", "PER"]


def test_an_event_names_the_sources_of_its_passage() -> None:
    """The bracket at the end of a passage covers what stands before it, and bounds a date that the text leaves open."""
    found = events_of(
        "Peru criticized Chile. Chilean diplomats met with Peruvian officials (Reuters, May 12-13). "
        "Peru urged Chile to wait."
    )
    assert [len(event.attribution.citations) for event in found] == [1, 1, 0]
    assert (found[1].date.start, found[1].date.end) == (dt.date(2003, 5, 12), dt.date(2003, 5, 13))
    assert found[1].date.basis == "cited report"


def test_an_open_date_is_bounded_never_set() -> None:
    (event,) = events_of("Chilean diplomats met with Peruvian officials.")
    assert (event.date.start, event.date.end, event.date.basis) == (None, DAY, "publication bound")
    (event,) = events_of("Chilean diplomats met with Peruvian officials.", published=None)
    assert (event.date.start, event.date.end, event.date.basis) == (None, None, "none")


def test_who_says_so_is_recorded() -> None:
    (event,) = events_of("Peruvian President Rosa Diaz said that Chile had accused Peru of spying.")
    assert (event.type, event.attribution.mode, event.attribution.speaker) == ("ACCUSE", "reported", "Rosa Diaz")


def test_triggers_and_parties_quote_the_text() -> None:
    text = "Chilean President Luis Soto paid a visit to Peru. He met with Peruvian officials."
    found = events_of(text)
    assert [event.type for event in found] == ["CONSULT", "CONSULT"]
    for event in found:
        assert event.actor
        for party in (*event.actor, *event.recipient):
            assert text[slice(*party.span)] == party.text
        start, end = event.evidence.sentence
        assert start <= event.evidence.trigger[0] < event.evidence.trigger[1] <= end


def test_a_passive_and_a_plan_keep_their_parties() -> None:
    """The guest of "was received by" and of "is scheduled to meet" is the grammatical subject."""
    found = events_of(
        "Chilean Foreign Minister Ana Rojas arrived in Lima on Monday and was received by President Luis Diaz. "
        "She is scheduled to meet with Lima Mayor Juan Vega tomorrow."
    )
    assert [(e.type, e.actor[0].name) for e in found] == [
        ("CONSULT", "Ana Rojas"),
        ("CONSULT", "Ana Rojas"),
        ("AGREE", "Ana Rojas"),
    ]
    assert found[1].recipient[0].name == "Luis Diaz"
    assert found[2].date.start == dt.date(2003, 5, 16)


def test_parts_of_one_visit_share_its_days() -> None:
    """Where only one mention of a visit is dated the others take its days, and say so."""
    found = events_of(
        "Chilean Foreign Minister Ana Rojas visited Peru on May 5-7.",
        "Rojas met with Peruvian President Luis Diaz.",
    )
    assert [(str(e.date.start), str(e.date.end)) for e in found] == [("2003-05-05", "2003-05-07")] * 2
    assert found[1].date.basis == "explicit, same occasion"
    assert found[1].mode == ("visit",)


def test_a_text_without_states_or_people_is_not_parsed() -> None:
    assert events_of("The two sides met and talked for hours about the garden.") == []


@pytest.mark.parametrize(
    ("text", "actor", "recipient"),
    [
        ("NATO met in Brussels. On Monday the alliance expelled four Chilean envoys.", ["IGO"], ["CHL"]),
        ("Peru’s Foreign Ministry was silent. On Saturday the ministry rejected Chile’s claims.", ["PER"], ["CHL"]),
        (
            "Two Peruvian diplomats left. Chilean officials confirmed that Santiago had expelled the two diplomats.",
            ["CHL"],
            ["PER"],
        ),
        ("NATO withdrew the accreditation of five staff of the Chilean mission to the alliance.", ["IGO"], ["CHL"]),
        ("Norway called for an end to NATO’s raids while Peru looked on.", ["NOR"], ["IGO"]),
        ("Peru’s president repeated his call for an end to the raids, while Chile’s minister left.", ["PER"], []),
        ("Peru accused the head of the Chilean National Security Council of lying.", ["PER"], ["CHL"]),
        ("Peru rejected the Oslo accords as a dead letter.", ["PER"], []),
        ("Peru’s foreign minister discussed fish in a phone call with her Chilean counterpart.", ["PER", "CHL"], []),
    ],
)
def test_a_clause_beside_a_reason_and_a_name_within_a_name_lend_nobody(
    text: str, actor: list[str], recipient: list[str]
) -> None:
    """Each of these once gave the act to whoever stood near."""
    *_, event = events_of(*text.split("\n\n"))
    assert [party.country for party in event.actor] == actor
    assert [party.country for party in event.recipient] == recipient


@pytest.mark.parametrize(
    "text",
    [
        "Trade sanctions against Peru should end if it keeps its word, the Chilean minister said.",
        "“We urge every party to remain calm,” the Chilean minister said.",
    ],
)
def test_who_is_not_named_is_asked_nothing(text: str) -> None:
    assert not [event for event in events_of(text) if event.recipient]


def test_whom_it_is_done_to_is_not_who_does_it() -> None:
    """ "Him" in a clause without a subject of its own is the other one."""
    found = events_of(
        "Chilean President Luis Soto spoke with Peruvian President Juan Diaz on Monday, thanking him for his help."
    )
    assert ("CONSULT", (["CHL", "PER"], [])) in [(event.type, countries(event)) for event in found]
    assert ["CHL"] not in [countries(event)[1] for event in found]


def test_a_body_may_be_one_of_the_sides() -> None:
    first, second = events_of(
        "Peruvian President Juan Diaz met with envoys of the OSCE. During the meeting, the sides discussed the border."
    )
    assert countries(first) == countries(second) == (["PER", "IGO"], [])


def test_what_a_group_is_about_is_no_event() -> None:
    found = events_of("Peruvian President Juan Diaz met with the OSCE group on settling the conflict with Chile.")
    assert [event.type for event in found] == ["CONSULT"]


def test_nobody_is_named_twice_as_a_recipient() -> None:
    (event,) = events_of("Chile agreed to free the Peruvian rebels on Monday.")
    assert countries(event) == (["CHL"], ["PER"])


def test_they_are_the_two_whom_the_sentence_names() -> None:
    """Not those of the paragraph before."""
    *_, talks = events_of(
        "Kenyan and Ugandan ministers met on Monday.",
        "Chilean President Luis Soto spoke frankly of his plans with Peruvian President Juan Diaz as they held talks.",
    )
    assert countries(talks) == (["CHL", "PER"], [])


def test_a_second_act_of_one_subject_keeps_its_own_objects() -> None:
    first, *_ = events_of("Malian rebels seized large areas of land and sparked a dispute between Chad and Niger.")
    assert first.type == "ASSAULT"
    assert countries(first)[1] == []

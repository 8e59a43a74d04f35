"""What gave an event and what kept a sentence from one is told by the run that gave the records."""

from __future__ import annotations

from pathlib import Path

import pytest

import extractors
from extractors import Reasons, Uncoded, extract, why, why_document, why_not

SAMPLES = sorted((Path(__file__).parent.parent / "samples" / "pages").glob("*.html"))
TEXT = (
    "Finnish Foreign Minister Aino Halvari met with Turkish Foreign Minister Deniz Aksu in Ankara on 11 March 2002.\n\n"
    "If Turkey and Finland meet again, a summit could follow. The ministers met the demands of nobody.\n\n"
    "The weather stayed fine. Trains between the two cities ran late for a week, as the snow had not melted.\n"
)


def told(text: str = TEXT) -> tuple[Reasons, dict[str, Uncoded]]:
    content = text.encode()
    lacking = why_not(content, content_type="text/plain")
    return why(content, content_type="text/plain"), {each.text: each for each in lacking}


def test_an_event_tells_its_word_its_rule_and_what_had_refused_the_word() -> None:
    event = told()[0].events[0]
    assert (event.word, event.rule, event.type) == ("met", "consult.meet", "CONSULT")
    assert [each.rule for each in event.refused] == ["concede.meet-demand"]
    assert not event.refused[0].near  # the demands that it asks for are not there


def test_a_sentence_without_an_event_tells_what_each_of_its_words_lacked() -> None:
    _, lacking = told()
    supposed = lacking["If Turkey and Finland meet again, a summit could follow."]
    first = supposed.tried[0]
    assert (first.word, first.rule, first.near) == ("meet", "consult.meet", True)
    assert first.reason.startswith("did not or need not happen")
    assert TEXT[slice(*first.span)] == "meet"
    assert not any(each.near for each in lacking["The weather stayed fine."].tried)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_reasons_and_records_tell_of_the_same_events(path: Path) -> None:
    """By trigger, rule and confidence; and no sentence both has an event and lacks one."""
    content = path.read_bytes()
    records = [each for each in extract(content).records if each.kind == "event"]
    found = why(content)
    assert [(each.trigger, each.rule, each.confidence) for each in found.events] == [
        (each.span, each.data.model_dump()["rule"], each.data.model_dump()["confidence"]) for each in records
    ]
    coded = {each.sentence for each in found.events}
    assert not coded & {each.sentence for each in why_not(content)}
    document = why_document(content)
    assert (document.origins, document.stripped) == (found.origins, found.stripped)


def test_the_samples_have_events_and_sentences_without() -> None:
    """Else the test above compares nothing with nothing."""
    assert any(why(path.read_bytes()).events for path in SAMPLES)
    assert any(why_not(path.read_bytes()) for path in SAMPLES)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html><body><nav><a href='/'>Home</a></nav></body></html>"])
def test_what_is_no_article_has_no_events_to_explain(content: bytes) -> None:
    assert why(content).events == ()
    assert why_not(content) == ()


def test_what_is_not_english_has_no_events_to_explain() -> None:
    text = "Der finnische Außenminister traf am Montag in Ankara den türkischen Außenminister zu Gesprächen. " * 6
    assert extractors.read(text.encode(), content_type="text/plain").language == "de"
    assert why_not(text.encode(), content_type="text/plain") == ()

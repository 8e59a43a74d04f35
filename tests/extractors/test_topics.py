"""What a paragraph is about."""

from __future__ import annotations

from extractors.lexicon import table
from extractors.model import Topic
from extractors.topics import scores
from tests.extractors.documents import records_of

PLOVER = 37


def test_every_context_is_one_of_plover() -> None:
    missing = {"pro_autocracy", "rights_freedoms", "inequality", "political_institutions"} - set(
        table("topics")["contexts"]
    )
    assert len(table("topics")["contexts"]) + len(missing) == PLOVER


def test_a_paragraph_has_contexts_and_issues() -> None:
    found = scores("The army moved troops and missiles to the border; the ambassador left after talks on Kosovo.")
    assert {"military", "diplomatic", "Kosovo"} <= set(found)
    assert "health" not in found


def test_one_word_is_no_context() -> None:
    assert "military" not in scores("The army band played.")


def test_the_document_has_its_strongest_topics() -> None:
    records = records_of("Troops and tanks: the army and navy met.", "The army, its navy and a missile.", kind="topic")
    whole = [r.data.code for r in records if isinstance(r.data, Topic) and r.span[0] == 0 and r.span[1] > 60]
    assert whole[:1] == ["military"]

"""What a new extraction changes: the decision of what consumers are told."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import extract
from worker.decide.changes import Change, Stored, compare, content_hash, fact_hash
from worker.decide.facts import Fact, Json, document_of, found_in

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
FACTS = st.lists(
    st.builds(
        Fact,
        id=st.sampled_from([f"record-{n}" for n in range(6)]),
        kind=st.sampled_from(["event", "person"]),
        extractor=st.just("one"),
        version=st.integers(1, 2),
        span=st.tuples(st.integers(0, 3), st.integers(4, 9)),
        data=st.dictionaries(st.sampled_from(["a", "b"]), JSON, max_size=2),
    ),
    unique_by=lambda fact: fact.id,
)
# As they stood in databases before facts had a type of their own: what is stored must go on counting as the same.
TEXT = (
    "Publication: Monitor Volume: 8 Issue: 49\n\nFinnish Foreign Minister Aino Halvari met in Ankara on March 11 with "
    'her Turkish counterpart, Demir Aksoylu, and discussed the future of the observer mission in Cyprus. "It was '
    'useful," Halvari told reporters (Reuters, Anatolia, March 11).\n'
)
CITATION = {
    "id": "c068731a-984b-5668-8491-092c9e0d6eef", "kind": "citation", "extractor": "citations", "version": 2,
    "span": [209, 238],
    "data": {
        "items": [{"agency": "Reuters", "generic": False, "start": "2002-03-11", "end": "2002-03-11"},
                  {"agency": "Anatolia", "generic": False, "start": "2002-03-11", "end": "2002-03-11"}],
        "type": "press", "covers": [0, 208],
    },
}  # fmt: skip
CITATION_HASH = "8f2fd824908fea97e964647af5a96c954ce51cde0bfef34442ae239b7303317c"
QUOTE_HASH = "9dfc7ebb9060fcae6740314bf1fca61d91fffddcee4d33875fac1afa2b4df70a"
DOCUMENT_HASH = "ef01cb7ada3245a86cb4e8ed1a7e205211238dbc5d912644724960500b45e59f"


def fact(identity: str, **data: Json) -> Fact:
    return Fact(identity, "event", "one", 1, (0, 4), data)


def after(stored: dict[str, Stored], changes: list[Change]) -> dict[str, Stored]:
    """What is stored once the changes are written."""
    facts = {each.id: Fact(each.id, each.kind, each.extractor, 1, (0, 4), {}) for each in changes}
    return stored | {c.id: Stored(facts[c.id], c.revision, c.hash, c.verb == "retracted") for c in changes}


def told(changes: list[Change]) -> list[tuple[str, str, int]]:
    return [(change.verb, change.id, change.revision) for change in changes]


def test_records_come_change_and_go() -> None:
    """Each change is one verb and one revision; what stays the same is not mentioned."""
    first = compare([], [fact("a"), fact("b"), fact("c")])
    assert told(first) == [("created", "a", 1), ("created", "b", 1), ("created", "c", 1)]
    second = compare(after({}, first).values(), [fact("d"), fact("b", words="new"), fact("a")])
    assert told(second) == [("created", "d", 1), ("updated", "b", 2), ("retracted", "c", 2)]


def test_a_record_that_went_and_came_back_goes_on_counting() -> None:
    """It is created again, under a revision that no consumer has seen."""
    stored = after({}, compare([], [fact("a")]))
    stored = after(stored, compare(stored.values(), []))
    assert compare(stored.values(), []) == []
    back = compare(stored.values(), [fact("a")])
    assert told(back) == [("created", "a", 3)]
    assert told(compare(after(stored, back).values(), [fact("a", words="new")])) == [("updated", "a", 4)]


def test_a_new_version_that_finds_the_same_is_no_change() -> None:
    """Who found it does not matter to a consumer, what was found does."""
    stored = after({}, compare([], [fact("a")])).values()
    assert compare(stored, [replace(fact("a"), extractor="two", version=9)]) == []
    assert told(compare(stored, [replace(fact("a"), span=(1, 4))])) == [("updated", "a", 2)]


@settings(max_examples=40)
@given(FACTS)
def test_the_same_facts_again_change_nothing(facts: list[Fact]) -> None:
    """In any order."""
    stored = after({}, compare([], facts)).values()
    shuffled = random.Random(0).sample(facts, len(facts))
    assert compare(stored, facts) == compare(stored, shuffled) == []


@settings(max_examples=40)
@given(st.lists(FACTS, min_size=2, max_size=4))
def test_revisions_only_rise_and_the_store_ends_where_the_facts_are(rounds: list[list[Fact]]) -> None:
    """Whatever comes after whatever, each revision is told once and what stands is what was found last."""
    stored: dict[str, Stored] = {}
    seen: set[tuple[str, int]] = set()
    for facts in rounds:
        changes = compare(stored.values(), facts)
        for change in changes:
            assert change.revision == (stored[change.id].revision + 1 if change.id in stored else 1)
            assert (change.id, change.revision) not in seen
            seen.add((change.id, change.revision))
        stored = after(stored, changes)
        standing = {each.fact.id: each.hash for each in stored.values() if not each.retracted}
        assert standing == {each.id: fact_hash(each) for each in facts}


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=6))
def test_the_order_of_keys_is_no_content(content: dict[str, Json]) -> None:
    """A hash is that of the value, however a database or a serialiser orders it."""
    turned = dict(reversed(content.items()))
    assert content_hash(turned) == content_hash(content)


@given(JSON, JSON)
def test_other_content_has_another_hash(one: Json, other: Json) -> None:
    """Values that differ as JSON are never taken for the same."""
    same = repr(one) == repr(other)
    assert not same or content_hash(one) == content_hash(other)
    if one != other:
        assert content_hash(one) != content_hash(other)


def test_a_stored_record_has_the_hash_that_it_was_stored_with() -> None:
    """Else every record of every database would be told anew."""
    assert fact_hash(Fact.read(CITATION)) == CITATION_HASH
    assert fact_hash(replace(Fact.read(CITATION), version=9)) == CITATION_HASH
    assert Fact.read(CITATION).written == CITATION
    assert list(Fact.read(CITATION).written) == list(CITATION)


def test_an_extraction_has_the_hashes_that_it_was_stored_with() -> None:
    """The document, and a record that no rule of events can change."""
    found = found_in(extract(TEXT.encode(), url="http://example.org/a"), None)
    hashes = {each.kind: fact_hash(each) for each in found.facts}
    assert (hashes["citation"], hashes["quote"]) == (CITATION_HASH, QUOTE_HASH)
    assert content_hash(found.written) == DOCUMENT_HASH


def test_what_an_older_version_stored_is_read_and_stays_as_it_was() -> None:
    """Fields that came since have their defaults where somebody reads them, and are not told."""
    written = dict(found_in(extract(TEXT.encode()), None).written)
    for name in ("authors", "image", "modified"):
        del written[name]
    before = dict(written)
    assert document_of(written).authors == ()
    assert written == before


def test_what_a_newer_version_stored_is_read() -> None:
    """A version that is taken back knows nothing of the field that came with it."""
    written = found_in(extract(TEXT.encode()), None).written
    assert document_of({**written, "mood": "grave"}) == document_of(written)

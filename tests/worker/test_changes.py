"""What a new extraction changes: the decision of what consumers are told."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from worker.decide.changes import Change, Stored, compare, content_hash, fact_hash

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
FACTS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from([f"record-{n}" for n in range(6)]),
            "kind": st.sampled_from(["event", "person"]),
            "extractor": st.just("one"),
            "version": st.integers(1, 2),
            "span": st.tuples(st.integers(0, 3), st.integers(4, 9)).map(list),
            "data": st.dictionaries(st.sampled_from(["a", "b"]), JSON, max_size=2),
        }
    ),
    unique_by=lambda fact: fact["id"],
)


def fact(identity: str, **data: Any) -> dict[str, Any]:
    return {"id": identity, "kind": "event", "extractor": "one", "version": 1, "span": [0, 4], "data": data}


def after(stored: dict[str, Stored], changes: list[Change]) -> dict[str, Stored]:
    """What is stored once the changes are written."""
    return stored | {c.id: Stored(c.id, c.kind, c.revision, c.hash, c.verb == "retracted") for c in changes}


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
    assert compare(stored, [fact("a") | {"extractor": "two", "version": 9}]) == []
    assert told(compare(stored, [fact("a") | {"span": [1, 4]}])) == [("updated", "a", 2)]


@settings(max_examples=40)
@given(FACTS)
def test_the_same_facts_again_change_nothing(facts: list[dict[str, Any]]) -> None:
    """In any order."""
    stored = after({}, compare([], facts)).values()
    shuffled = random.Random(0).sample(facts, len(facts))
    assert compare(stored, facts) == compare(stored, shuffled) == []


@settings(max_examples=40)
@given(st.lists(FACTS, min_size=2, max_size=4))
def test_revisions_only_rise_and_the_store_ends_where_the_facts_are(rounds: list[list[dict[str, Any]]]) -> None:
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
        standing = {each.id: each.hash for each in stored.values() if not each.retracted}
        assert standing == {str(each["id"]): fact_hash(each) for each in facts}


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=6))
def test_the_order_of_keys_is_no_content(content: dict[str, Any]) -> None:
    """A hash is that of the value, however a database or a serialiser orders it."""
    turned = dict(reversed(content.items()))
    assert content_hash(turned) == content_hash(content)


@given(JSON, JSON)
def test_other_content_has_another_hash(one: Any, other: Any) -> None:
    """Values that differ as JSON are never taken for the same."""
    same = repr(one) == repr(other)
    assert not same or content_hash(one) == content_hash(other)
    if one != other:
        assert content_hash(one) != content_hash(other)

"""A source's own lines are learned from its articles, and go from the ends of a story only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.learned import Learned, counted, edges, learned, without

OWN = "The Example Courier is read in forty countries."


def articles(count: int) -> list[tuple[str, ...]]:
    return [(f"Story {n} begins.", f"It goes on with {n}.", OWN) for n in range(count)]


def test_line_that_ends_many_articles_is_learned_and_goes() -> None:
    table = learned(counted(articles(10)), 10)
    assert without(("A new story.", "Its end.", OWN), table) == ("A new story.", "Its end.")


def test_line_that_ends_few_articles_stays() -> None:
    few = [*articles(4), *[(f"Other {n}.", f"End {n}.") for n in range(20)]]
    assert learned(counted(few), 24) == Learned(frozenset(), 1)


def test_line_in_the_storys_own_place_stays() -> None:
    table = learned(counted(articles(10)), 10)
    story = ("A", "B", OWN, "C", "D")
    assert without(story, table) == story


def test_story_is_never_emptied() -> None:
    table = learned(counted(articles(10)), 10)
    assert without((OWN,), table) == (OWN,)
    assert without((OWN,), None) == (OWN,)


@given(st.lists(st.sampled_from(["a", "b", "c", OWN]), max_size=12).map(tuple))
def test_taking_out_twice_is_taking_out_once(paragraphs: tuple[str, ...]) -> None:
    table = Learned(edges((OWN,)), 1)
    once = without(paragraphs, table)
    assert len(once) <= len(paragraphs)
    assert not paragraphs or once

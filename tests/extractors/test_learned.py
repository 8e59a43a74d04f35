"""A source's own lines are learned from its articles, and go from the ends of a story only."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from extractors import extract
from extractors.model import Ends
from extractors.pages.learned import Learned, corrected, ends_of, grown, without

OWN = "The Example Courier is read in forty countries."
LONG = "A paragraph that only story {} has, long enough to tell it from all the others that its source brings."


def article(number: int, *more: str) -> Ends:
    return ends_of((f"Story {number} begins.", LONG.format(number), LONG.format(-number), *more))


def articles(count: int, *more: str) -> list[Ends]:
    return [article(number, *more) for number in range(1, count + 1)]


def test_line_that_ends_many_articles_is_learned_and_goes() -> None:
    table = grown(Learned(), articles(10, OWN))
    assert table == Learned(frozenset({"the example courier is read in forty countries"}), 1)
    assert without(("A new story.", "Its end.", OWN), table) == ("A new story.", "Its end.")


def test_line_that_ends_few_articles_stays() -> None:
    few = [*articles(4, OWN), *(article(number) for number in range(5, 25))]
    assert grown(Learned(), few) == Learned()


def test_line_in_the_storys_own_place_stays() -> None:
    table = grown(Learned(), articles(10, OWN))
    story = ("A", "B", OWN, "C", "D")
    assert without(story, table) == story


def test_story_is_never_emptied() -> None:
    table = grown(Learned(), articles(10, OWN))
    assert without((OWN,), table) == (OWN,)
    assert without((OWN,), None) == (OWN,)


def test_copies_of_one_story_teach_nothing() -> None:
    """The same story under ten addresses, with another line or two around it each time."""
    copies = [article(1, f"Updated at {hour} o'clock.") for hour in range(10)]
    assert grown(Learned(), copies) == Learned()


def test_order_and_repetition_of_articles_change_nothing() -> None:
    several = [*articles(6, OWN), *(article(number, "Another end.") for number in range(7, 30))]
    table = grown(Learned(), several)
    for seed in range(20):
        again = several + several[:seed]
        random.Random(seed).shuffle(again)
        assert grown(Learned(), again) == table


def test_a_table_only_grows() -> None:
    """A text does not lose a line today and get it back tomorrow."""
    table = grown(Learned(), articles(10, OWN))
    assert grown(table, articles(50)) is table
    more = grown(table, articles(10, "Subscribe at the kiosk."))
    assert more.version == 2
    assert more.lines > table.lines


def test_a_line_that_was_given_back_is_not_learned_again() -> None:
    table = grown(Learned(), articles(10, OWN))
    given_back = corrected(table, OWN.upper())
    assert (given_back.lines, given_back.version) == (frozenset(), 2)
    assert grown(given_back, articles(10, OWN)) is given_back
    assert corrected(given_back, "Nobody's line") is given_back


def test_the_same_bytes_and_the_same_table_give_the_same_records() -> None:
    body = (
        f"RIGA (AP) — Foreign Minister Anna Example met her Estonian counterpart in Riga on Monday.\n\n{OWN}".encode()
    )
    table = grown(Learned(), articles(10, OWN))
    one, two = (extract(body, content_type="text/plain", learned=table) for _ in range(2))
    assert one == two
    assert OWN not in one.document.text
    assert one.records
    assert OWN in extract(body, content_type="text/plain").document.text
    assert one.ends == extract(body, content_type="text/plain").ends  # what is counted is the page's, before any table


LINES = st.lists(st.sampled_from(["a", "b", "c", OWN]), max_size=12).map(tuple)


@given(LINES)
def test_only_lines_at_the_ends_go_and_all_others_keep_their_order(paragraphs: tuple[str, ...]) -> None:
    kept = without(paragraphs, grown(Learned(), articles(10, OWN)))
    assert not paragraphs or kept
    at = next((n for n in range(len(paragraphs) + 1) if paragraphs[n : n + len(kept)] == kept), None)
    assert at is not None
    if kept != paragraphs:
        assert {*paragraphs[:at], *paragraphs[at + len(kept) :]} == {OWN}

"""A source's own lines are counted once an article, kept in numbered tables, and taken out with the table that a
document names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from extractors import Learned, extract
from tests.worker.test_reextract import done
from tests.world import World, page
from worker.steps.learn import EVERY, WINDOW, give_back, learn
from worker.steps.purge import purge
from worker.store import learning
from worker.store import snapshots as snapshot_rows
from worker.store.tables import documents, endings, learned_lines

OWN = "The Example Courier is read in forty countries and printed in three."
KEY = "the example courier is read in forty countries and printed in three"


def story(number: int, last: str = OWN) -> str:
    """A story of its own, with that line at its end."""
    first = f"The ministers of trade and of fisheries met for the {number}th time in Riga on March {1 + number % 28}."
    return f"{first}\n\nTalks on quota {number} will go on in Tallinn next month, said delegate {number}.\n\n{last}"


def bring(world: World, numbers: Sequence[int], last: str = OWN, path: str = "s") -> None:
    """Lists these stories, and does all that is due but learning."""
    links = [world.site.page(f"/{path}{n}", page(f"Round {n} of the talks", story(n, last))) for n in numbers]
    if not world.site.pages.get("/feed.xml"):
        world.source("courier", world.site.url("/feed.xml"))
    world.site.feed("/feed.xml", links)
    world.later(3600)
    world.settle()


def learns(world: World) -> int:
    return learn(database=world.database, now=world.now)


def table(world: World, version: int | None = None) -> Learned:
    with world.database.read() as connection:
        return learning.table_of(connection, "courier", version)


def rows(world: World, what: sa.Table) -> list[Any]:
    with world.database.read() as connection:
        return list(connection.execute(sa.select(what)).all())


def texts(world: World) -> dict[str, tuple[str, int]]:
    """Each document's last paragraph and the version of the table that it was read with, by title."""
    return {row.data["title"]: (row.data["text"].split("\n\n")[-1], row.learned) for row in rows(world, documents)}


def test_what_many_articles_end_with_is_learned_and_gone_from_the_next(world: World) -> None:
    bring(world, range(EVERY))
    assert learns(world) == 1
    assert table(world) == Learned(frozenset({KEY}), 1)
    bring(world, [90])
    assert texts(world)["Round 90 of the talks"] == (
        "Talks on quota 90 will go on in Tallinn next month, said delegate 90.",
        1,
    )
    assert texts(world)["Round 3 of the talks"] == (OWN, 0)


def test_a_source_whose_lines_cannot_be_read_keeps_nobody_else_from_learning(world: World) -> None:
    """It comes first, and the clock goes on."""
    links = [world.site.page(f"/a{n}", page(f"Day {n} of the talks", story(n))) for n in range(EVERY)]
    world.source("a-courier", world.site.feed("/a.xml", links))
    bring(world, range(EVERY))
    with world.database.write() as connection:
        spoil = sa.update(endings).where(endings.c.source == "a-courier").values(lines=5)
        assert connection.execute(spoil).rowcount == EVERY
    assert learns(world) == 1
    assert table(world) == Learned(frozenset({KEY}), 1)


def test_few_articles_teach_nothing_yet(world: World) -> None:
    bring(world, range(EVERY - 1))
    assert learns(world) == 0
    assert rows(world, learned_lines) == []


def test_an_article_counts_once_however_often_it_comes(world: World) -> None:
    """Fetched anew, extracted anew, claimed twice: one row, as it was last."""
    bring(world, range(4))
    for round in range(4):
        for number in range(4):
            world.site.page(f"/s{number}", page(f"Round {number} of the talks", story(number) + f"\n\nEdited {round}."))
        world.later(100_000)
        with world.database.write() as connection:
            connection.execute(sa.text("UPDATE articles SET state = 'listed', due_at = :now"), {"now": world.now})
        world.settle()
    assert len(rows(world, endings)) == 4
    assert {"edited 3" in row.lines for row in rows(world, endings)} == {True}
    assert learns(world) == 0
    done(world)
    assert len(rows(world, endings)) == 4


def test_reextraction_knows_what_is_outdated_and_says_so_once(world: World) -> None:
    bring(world, range(EVERY))
    assert done(world, outdated=True).total == 0
    learns(world)
    before = len(world.messages())
    run = done(world, outdated=True)
    assert run.total == EVERY
    assert run.tally["document learned-lines updated"] == EVERY
    assert run.tally["article updated"] == EVERY
    assert {message.type for message in world.messages()[before:]} == {"wireroom.article.updated"}
    assert {last for last, _ in texts(world).values()} & {OWN} == set()
    assert {version for _, version in texts(world).values()} == {1}
    assert done(world, outdated=True).total == 0
    assert done(world).tally == {"article unchanged": EVERY}


def test_what_was_taken_out_is_still_counted_so_that_nothing_flaps(world: World) -> None:
    """Texts that have lost the line still teach it: learning again finds the same."""
    bring(world, range(EVERY))
    learns(world)
    bring(world, range(100, 100 + 2 * EVERY))
    assert learns(world) == 0
    assert {OWN in last for last, _ in texts(world).values()} == {True, False}
    done(world)
    assert learns(world) == 0
    assert table(world) == Learned(frozenset({KEY}), 1)
    assert {OWN in last for last, _ in texts(world).values()} == {False}


def test_a_document_comes_out_again_with_the_table_that_it_names(world: World) -> None:
    """Same bytes, same table: the same document, also when newer tables are there."""
    bring(world, range(EVERY))
    learns(world)
    bring(world, [50])
    bring(world, range(200, 230), last="Subscribe at any kiosk of the old town.")
    learns(world)
    assert table(world).version == 2
    kept = rows(world, documents)
    assert {row.learned for row in kept} == {0, 1}
    for row in kept:
        with world.database.read() as connection:
            snapshot = snapshot_rows.one(connection, row.snapshot_id)
        assert snapshot
        again = extract(
            world.snapshots.load(snapshot.sha256), url=row.data["url"], content_type=snapshot.header("Content-Type"),
            fetched_at=snapshot.fetched_at, learned=table(world, row.learned),
        )  # fmt: skip
        assert again.document.model_dump(mode="json") == row.data


def test_a_line_can_be_given_back_for_good(world: World) -> None:
    bring(world, range(EVERY))
    learns(world)
    assert give_back("courier", "nobody's line", database=world.database, now=world.now) is None
    assert give_back("courier", OWN, database=world.database, now=world.now) == 2
    bring(world, range(100, 100 + EVERY))
    assert learns(world) == 0
    assert texts(world)["Round 105 of the talks"] == (OWN, 2)


def test_ends_of_old_articles_go_and_a_purged_article_leaves_none(world: World) -> None:
    bring(world, range(EVERY))
    gone = rows(world, endings)[0].article_id
    purge(gone, database=world.database, snapshots=world.snapshots, stream=world.stream, now=world.now)
    assert len(rows(world, endings)) == EVERY - 1
    with world.database.write() as connection:
        assert len(learning.newest_ends(connection, "courier", 3)) == 3
    assert len(rows(world, endings)) == 3
    assert WINDOW > EVERY


def test_two_that_learn_at_once_make_one_version(world: World) -> None:
    world.source("courier", world.site.url("/feed.xml"))
    learned = Learned(frozenset({"a line"}), 1)
    with world.database.write() as connection:
        assert learning.put_table(connection, "courier", learned, articles=10, now=world.now)
        assert not learning.put_table(connection, "courier", learned, articles=10, now=world.now)

"""The ledger: every entry is accounted for, and each way in which one could be missing is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.world import World, page, story
from worker.errors import Reason
from worker.store.articles.entries import Entry, list_entry
from worker.store.ledger import Line
from worker.store.tables import articles, documents, entries, outbox, records, snapshots

TEXT = story().partition("\n\n")[2]


def filled(world: World) -> World:
    """Two extracted articles, one listed twice, one rejected, one in flight, on two days."""
    links = [world.site.page(path, page(path, TEXT)) for path in ("/a", "/b")]
    world.source("wire", world.site.feed("/1.xml", [*links, world.site.url("/gone"), "mailto:desk@example.org"]))
    world.settle()
    world.later(86_400)
    late = world.site.page("/late", page("Late", TEXT))
    world.source("other", world.site.feed("/2.xml", [links[0], late]))
    world.poll("other")
    return world


def test_every_entry_is_counted_once_by_source_and_day(world: World) -> None:
    """Extracted, duplicate, rejected under its reason, or in flight."""
    found = filled(world).ledger()
    wire, other = sorted(found.lines, key=lambda line: line.source, reverse=True)
    assert (wire.day, wire.seen, wire.extracted, wire.rejected) == (
        dt.date(1999, 1, 28), 4, 2, {"bad-address": 1, "not-found": 1},
    )  # fmt: skip
    assert (other.day, other.seen, other.duplicate, other.in_flight) == (dt.date(1999, 1, 29), 2, 1, 1)
    assert found.faults == ()
    assert found.balanced


def test_an_empty_ledger_balances(world: World) -> None:
    """Nothing seen, nothing missing."""
    assert world.ledger().lines == ()
    assert world.ledger().balanced


def test_a_poll_that_failed_stands_beside_the_lines(world: World) -> None:
    """Until one goes well again."""
    world.source("wire", world.site.url("/feed.xml"))
    world.poll("wire")
    assert world.ledger().polls == (("wire", "not-found", "status 404 Not Found"),)
    assert world.ledger().balanced
    world.site.feed("/feed.xml", [])
    world.later(3600)
    world.poll("wire")
    assert world.ledger().polls == ()


def event_without_message(connection: sa.Connection) -> None:
    one = connection.execute(sa.select(documents.c.article_id)).scalars().first()
    row = {"kind": "event", "extractor": "x", "version": 1, "revision": 1, "hash": "0", "retracted": False}
    connection.execute(sa.insert(records).values(id="lost", article_id=one, position=0, data={}, **row))


def second_first(connection: sa.Connection) -> None:
    connection.execute(sa.update(entries).values(duplicate=False))


def no_first(connection: sa.Connection) -> None:
    connection.execute(sa.update(entries).values(duplicate=True))


def pick(connection: sa.Connection, state: str) -> str:
    return connection.execute(sa.select(articles.c.id).where(articles.c.state == state)).scalars().first() or ""


def without_document(connection: sa.Connection) -> None:
    connection.execute(sa.delete(documents).where(documents.c.article_id == pick(connection, "extracted")))


def without_snapshot(connection: sa.Connection) -> None:
    one = connection.execute(sa.select(articles.c.snapshot_id).where(articles.c.id == pick(connection, "extracted")))
    lost = one.scalar()
    connection.execute(sa.delete(documents).where(documents.c.snapshot_id == lost))
    connection.execute(sa.delete(snapshots).where(snapshots.c.id == lost))


def without_entry(connection: sa.Connection) -> None:
    connection.execute(sa.delete(entries).where(entries.c.article_id == pick(connection, "rejected")))


def without_message(connection: sa.Connection) -> None:
    event_without_message(connection)
    connection.execute(sa.delete(outbox))


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (without_entry, "1 articles that no entry lists"),
        (second_first, "1 articles that are first seen in more than one entry"),
        (no_first, "articles that are first seen in no entry"),
        (without_document, "1 extracted articles without a document"),
        (without_snapshot, "1 fetched or extracted articles without a snapshot"),
        (event_without_message, "1 events without the message of their revision"),
        (without_message, "events without the message of their revision"),
    ],
)
def test_a_loss_is_found(world: World, loss: Callable[[sa.Connection], None], words: str) -> None:
    """Whatever row goes missing, the ledger says what and how many."""
    filled(world)
    with world.database.write() as connection:
        loss(connection)
    found = world.ledger()
    assert not found.balanced
    assert any(words in fault for fault in found.faults)


def test_an_article_in_no_known_state_is_found(world: World) -> None:
    """It is seen and has not ended."""
    filled(world)
    with world.database.write() as connection:
        lost = pick(connection, "extracted")
        connection.execute(sa.update(articles).where(articles.c.id == lost).values(state="lost"))
    found = world.ledger()
    assert found.faults == ()
    assert [line.source for line in found.lines if not line.balanced] == ["wire"]
    assert not found.balanced


def test_a_line_balances_only_exactly() -> None:
    """One too many is as wrong as one too few."""
    counts = {"extracted": 1, "duplicate": 1, "in_flight": 1, "rejected": {"empty": 2}, "dead": {"timeout": 1}}
    day = dt.date(1999, 1, 28)
    seen = [n for n in range(10) if Line("wire", day, seen=n, **counts).balanced]  # type: ignore[arg-type]
    assert seen == [6]


def test_a_day_is_that_of_utc(world: World) -> None:
    """On both databases, whatever zone the machine is in."""
    world.source("wire", "https://example.org/")
    late = dt.datetime(1999, 1, 28, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    with world.database.write() as connection:
        list_entry(connection, "wire", Entry("1", "https://example.org/1"), now=late)
        list_entry(connection, "wire", Entry("2", "2", refused="no address"), now=late - dt.timedelta(hours=12))
    days = [(line.day, line.seen, line.rejected) for line in world.ledger().lines]
    assert days == [
        (dt.date(1999, 1, 28), 1, {str(Reason.BAD_ADDRESS): 1}),
        (dt.date(1999, 1, 29), 1, {}),
    ]

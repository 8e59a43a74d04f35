"""The order of publication: one place a message, given once, whatever order rows are committed or told again in."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from tests.world import MORNING, World
from worker.consume import read
from worker.steps.publish import replay
from worker.store import migrations
from worker.store.articles import purging
from worker.store.database import Database
from worker.store.outgoing import outbox, published
from worker.store.outgoing.outbox import Chosen, Outgoing
from worker.store.tables import outbox as outbox_table

CONTENT = '{"data": {"n": "a"}}'


def put(database: Database, *names: str, subject: str = "article", now: dt.datetime = MORNING) -> list[int]:
    """Commits these messages; their places in the outbox."""
    messages = [
        Outgoing(f"{name}:1", "wireroom.event.created", subject, f'{{"data": {{"n": "{name}"}}}}') for name in names
    ]
    with database.write() as connection:
        outbox.put(connection, messages, now=now)
        query = sa.select(outbox_table.c.seq).where(outbox_table.c.message_id.in_([m.message_id for m in messages]))
        return list(connection.execute(query.order_by(outbox_table.c.seq)).scalars())


def mark(database: Database, seqs: list[int]) -> None:
    with database.write() as connection:
        outbox.mark(connection, seqs, now=MORNING)


def order(database: Database, after: int = 0) -> list[str]:
    with database.read() as connection:
        return [each.message_id.removesuffix(":1") for each in published.after(connection, after, limit=100)]


def last(database: Database) -> int:
    with database.read() as connection:
        return published.last(connection)


def test_a_message_that_was_committed_late_has_a_late_place(database: Database) -> None:
    """Whoever has read up to a place has missed nothing before it: a place in the outbox does not promise that."""
    first, late, third = put(database, "a", "late", "c")
    mark(database, [first, third])
    before = last(database)
    mark(database, [late])
    assert order(database) == ["a", "c", "late"]
    assert order(database, before) == ["late"]


def test_what_waits_has_no_place(world: World) -> None:
    """It is told when it is published, and then in the order of the outbox."""
    put(world.database, "a", "b", "c")
    assert (order(world.database), last(world.database)) == ([], 0)
    assert world.publish() == 3
    assert order(world.database) == ["a", "b", "c"]


def test_telling_again_changes_no_place(world: World) -> None:
    """Neither a replay nor a stream that was lost is news to those who follow this order."""
    put(world.database, "a", "b", "c")
    world.publish()
    replay(Chosen(), database=world.database, forget=world.stream.forget)
    world.publish()
    world.stream.client.flushall()
    put(world.database, "d")
    world.publish()
    assert order(world.database) == ["a", "b", "c", "d"]
    assert [m.id for m in read(world.stream.client)] == ["a:1", "b:1", "c:1", "d:1"]


def test_the_place_of_a_purged_message_is_not_given_again(database: Database) -> None:
    """Whoever had read up to it would miss the next one."""
    mark(database, put(database, "a"))
    mark(database, put(database, "b", subject="purged"))
    reader = last(database)
    with database.write() as connection:
        purging.erase(connection, "purged")
    mark(database, put(database, "c"))
    assert order(database) == ["a", "c"]
    assert order(database, reader) == ["c"]


def test_a_later_place_is_never_seen_before_an_earlier_one(database: Database) -> None:
    """Two processes that publish at once, as they may where one was thought dead, take turns."""
    first, second = put(database, "a", "b")
    begun, told = threading.Event(), threading.Event()

    def other() -> None:
        begun.set()
        mark(database, [second])
        told.set()

    with database.write() as connection:
        outbox.mark(connection, [first], now=MORNING)
        thread = threading.Thread(target=other)
        thread.start()
        begun.wait(5)
        assert not told.wait(0.2)
        assert order(database) == []
    thread.join(10)
    assert order(database) == ["a", "b"]


def test_only_what_is_asked_for_comes_with_content(database: Database) -> None:
    """By a type's beginning; nobody can ask for everything by a wildcard."""
    mark(database, put(database, "a"))
    with database.read() as connection:
        for types, content in ((["event"], CONTENT), (["article", "event.created"], CONTENT),
                               (["wireroom.event"], CONTENT), (["article"], None), (["ev_nt"], None)):  # fmt: skip
            (found,) = published.after(connection, 0, types=types, limit=9)
            assert found.payload == content, types


def test_a_time_has_a_place(database: Database) -> None:
    """That before the first message made since then."""
    mark(database, put(database, "a", "b"))
    mark(database, put(database, "c", now=MORNING + dt.timedelta(hours=1)))
    with database.read() as connection:
        found = [published.place_before(connection, MORNING + dt.timedelta(minutes=m)) for m in (-1, 30, 90)]
    assert [order(database, place) for place in found] == [["a", "b", "c"], ["c"], []]


def test_what_was_published_before_has_its_place_too(request: pytest.FixtureRequest, tmp_path) -> None:
    """The migration gives places to what an older version has published."""
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        told = "INSERT INTO outbox (message_id, type, subject, payload, created_at, published_at) VALUES "
        row = "(:id, 'wireroom.event.created', 's', '{}', '2002-03-11 08:00:00', :at)"
        for name, at in (("a:1", "2002-03-11 08:00:01"), ("b:1", None), ("c:1", "2002-03-11 08:00:02")):
            connection.execute(sa.text(told + row), {"id": name, "at": at})
    database.migrate()
    assert order(database) == ["a", "c"]
    database.close()

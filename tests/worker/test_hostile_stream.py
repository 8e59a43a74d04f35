"""What a stream may do to those who read it and write it: garbage, refusals, restarts, clocks that differ, and loss."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.faults.engine import serving, wait_for
from tests.world import MORNING
from worker.cli.show import message_lines
from worker.consume import DEAD, END, STREAM, Consumer, Message, follow, lag, read
from worker.engine.run import server_command
from worker.publication.stream import Stream
from worker.settings import Settings
from worker.steps.publish import publish
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing, Waiting

DEEP = "[" * 200_000
GARBAGE: list[dict[bytes, bytes]] = [
    {b"hello": b"world"},
    {b"\xff\xfe": b"\xff"},
    {b"id": b"x", b"type": b"t", b"subject": b"s", b"event": b"\xff{}"},
    {b"id": b"x", b"type": b"t", b"subject": b"s", b"event": b"{"},
    {b"id": b"x", b"type": b"t", b"subject": b"s", b"event": b"null"},
    {b"id": b"x", b"type": b"t", b"subject": b"s", b"event": b'{"data": []}'},
    {b"id": b"x", b"type": b"t", b"subject": b"s", b"event": DEEP.encode()},
]


def add(client: redis.Redis, *numbers: int) -> None:
    for n in numbers:
        client.xadd(STREAM, {"id": f"{n}:1", "type": "wireroom.t", "subject": "s", "event": json.dumps({"data": {}})})


def consumer(client: redis.Redis, found: list[str], **options: object) -> Consumer:
    quick = {"idle_seconds": 0.05, "backoff_seconds": 0.01, **options}
    return Consumer(client, "g", lambda message: found.append(message.id), **quick)  # type: ignore[arg-type]


def waiting(*numbers: int) -> list[Waiting]:
    return [Waiting(n, f"{n}:1", "wireroom.t", "s", '{"data": {}}') for n in numbers]


@pytest.mark.parametrize("protocol", [2, 3])
def test_garbage_stops_no_consumer(stream: Stream, redis_address: str, protocol: int) -> None:
    """Each piece is a dead letter with its reason, as it was; what stands behind it is handled."""
    with redis.Redis.from_url(redis_address, protocol=protocol) as client:
        for each in GARBAGE:
            client.xadd(STREAM, each)  # type: ignore[arg-type]
        add(client, 1)
        found: list[str] = []
        tally = consumer(client, found).run(until_empty=True)
        assert (found, tally.dead) == (["1:1"], len(GARBAGE))
        kept = [dict(fields) for _, fields in stream.client.xrange(DEAD)]
        assert all(sent.items() <= each.items() for sent, each in zip(GARBAGE, kept, strict=True))
        reasons = [each["reason"] for each in stream.dead_letters()]
        assert len(reasons) == len(GARBAGE)
        assert all(reason.startswith("unreadable") for reason in reasons)


def test_garbage_stops_nobody_who_follows(stream: Stream) -> None:
    """Neither where it fills whole answers nor at the end; and what only looks like a message is said to."""
    for _ in range(50):
        for each in GARBAGE[:6]:
            stream.client.xadd(STREAM, each)  # type: ignore[arg-type]
    add(stream.client, 1)
    stream.client.xadd(STREAM, GARBAGE[0])  # type: ignore[arg-type]
    assert [each.id for each in follow(stream.client, start="0", once=True)] == ["1:1"]
    assert [each.id for each in read(stream.client, count=1000)] == ["1:1"]
    for kind in ("wireroom.event.created", "wireroom.article.created", "t"):
        (line,) = message_lines.of_message(Message("1-0", "x:1", kind, "s", {"data": {}}))
        assert "is not as the contract says" in line.plain


def test_what_never_was_a_message_is_not_put_back(stream: Stream) -> None:
    """It stays among the dead letters until it is dropped."""
    stream.client.xadd(STREAM, GARBAGE[0])  # type: ignore[arg-type]
    consumer(stream.client, []).run(until_empty=True)
    assert stream.settle_dead(None, again=True) == 0
    assert len(stream.dead_letters()) == 1
    assert stream.settle_dead(None, again=False) == 1


def test_a_group_that_is_removed_in_the_middle_begins_again(stream: Stream) -> None:
    """What it had given out went with it, so that it begins at the beginning, also where it had begun at the end."""
    add(stream.client, 1)
    found: list[str] = []
    reader = consumer(stream.client, found, start=END, idle_seconds=60.0)
    reader.run(until_empty=True)
    add(stream.client, 2, 3, 4)

    def handle(message: Message) -> None:
        found.append(message.id)
        if message.id == "3:1" and found.count("3:1") == 1:
            stream.client.xgroup_destroy(STREAM, "g")

    reader.handler = handle
    reader.run(until_empty=True)
    assert found == ["2:1", "3:1", "4:1", "1:1", "2:1", "3:1", "4:1"]
    (group,) = lag(stream.client)
    assert (group.behind, group.pending) == (0, 0)


def test_a_consumer_that_ends_leaves_no_name_behind(stream: Stream) -> None:
    """Unless something is still noted under it."""
    add(stream.client, 1, 2)
    consumer(stream.client, []).run(until_empty=True)
    assert lag(stream.client)[0].consumers == 0
    add(stream.client, 3, 4)
    stopping = consumer(stream.client, [], name="stopping")
    stopping.handler = lambda _: stopping.stop()
    stopping.run()
    (group,) = lag(stream.client)
    assert (group.consumers, group.pending) == (1, 1)


def test_a_server_that_takes_no_writes_is_waited_for(stream: Stream, caplog: pytest.LogCaptureFixture) -> None:
    """Poison cannot be put aside while memory is full; once there is room, all goes on, and nothing is lost."""
    stream.client.xadd(STREAM, GARBAGE[0])  # type: ignore[arg-type]
    add(stream.client, 1)
    found: list[str] = []
    reader = consumer(stream.client, found)
    stream.client.xgroup_create(STREAM, "g", id="0")
    stream.client.config_set("maxmemory", 1)
    running = threading.Thread(target=reader.run)
    try:
        running.start()
        wait_for(lambda: "again in" in caplog.text, 10, "the consumer's warning")
    finally:
        stream.client.config_set("maxmemory", 0)
    wait_for(lambda: found == ["1:1"] and stream.dead_letters(), 10, "the message and the letter")
    reader.stop()
    running.join(10)
    assert len(stream.dead_letters()) == 1


def test_a_refused_entry_is_not_remembered_as_appended(stream: Stream) -> None:
    """Else it would be passed over when it is tried again, and lost."""
    stream.client.set(STREAM, "in the way")
    with pytest.raises(redis.ResponseError):
        stream.append(waiting(1))
    stream.client.delete(STREAM)
    stream.append(waiting(1))
    assert [each.id for each in read(stream.client)] == ["1:1"]


def test_a_full_server_loses_no_message_and_no_order(database: Database, stream: Stream) -> None:
    """They wait in the outbox."""
    put(database, range(20))
    stream.client.config_set("maxmemory", 1)
    try:
        assert bring(database, stream) == 0
    finally:
        stream.client.config_set("maxmemory", 0)
    assert bring(database, stream) == 20
    assert [each.id for each in read(stream.client)] == [f"{n}:1" for n in range(20)]


def test_relays_whose_clocks_differ_double_nothing_and_keep_the_order(database: Database, stream: Stream) -> None:
    """Each takes the other's lease for over, so that all of them publish at once."""
    put(database, range(3_000))
    hours = (-2, 0, 2, 4)
    relays = [threading.Thread(target=bring, args=(database, stream, each)) for each in hours]
    for each in relays:
        each.start()
    for each in relays:
        each.join()
    bring(database, stream)
    assert [each.id for each in read(stream.client, count=10_000)] == [f"{n}:1" for n in range(3_000)]


def put(database: Database, numbers: range) -> None:
    with database.write() as connection:
        messages = [Outgoing(f"{n}:1", "wireroom.t", "s", '{"data": {}}') for n in numbers]
        outbox.put(connection, messages, now=MORNING)


def bring(database: Database, stream: Stream, hours: int = 0) -> int:
    now = MORNING + dt.timedelta(hours=hours)
    return publish(database=database, sinks=[stream], settings=Settings(), owner=f"relay {hours}", now=now)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Settings]:
    """A server that a test may kill and start again on its data; its append-only file is written at once."""
    settings = Settings(data=tmp_path / "own")
    with serving([*server_command(settings), "--appendfsync", "always"], settings.redis_address):
        yield settings


def test_a_server_that_is_killed_while_it_is_read_is_read_on(own_server: Settings) -> None:
    """Its consumers wait for it; each message is handled, and those that were acknowledged are not handled again."""
    address = own_server.redis_address
    with redis.Redis.from_url(address) as client:
        add(client, *range(500))
        found: list[str] = []
        killed = threading.Event()

        def handle(message: Message) -> None:
            found.append(message.id)
            if message.id == "250:1" and not killed.is_set():
                killed.set()
                os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)

        reader = Consumer(client, "g", handle, idle_seconds=0.2, backoff_seconds=0.01, batch=20)
        running = threading.Thread(target=reader.run)
        running.start()
        wait_for(killed.is_set, 10, "the kill")
        with serving([*server_command(own_server), "--appendfsync", "always"], address):
            wait_for(lambda: len(set(found)) == 500, 20, "the rest")
            wait_for(lambda: lag(client)[0].pending == 0, 20, "the acknowledgements")
            reader.stop()
            running.join(10)
        again = [each for each in set(found) if found.count(each) > 1]
        assert len(again) <= 20, "only what was at hand when it went down"

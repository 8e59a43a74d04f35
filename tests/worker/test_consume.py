"""The reference reader: from the beginning, from a place, from now, once or for ever, over either protocol."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import redis

from worker.consume import (  # fmt: skip
    END,
    STREAM,
    Consumer,
    Filter,
    Handler,
    Message,
    Poison,
    follow,
    lag,
    last_place,
    once,
    read,
)
from worker.publication.stream import Stream


@pytest.fixture(params=["bytes", "text", "RESP3"])
def client(request: pytest.FixtureRequest, stream: Stream, redis_address: str) -> Iterator[redis.Redis]:
    """A client as consumers configure it."""
    options = {"bytes": {}, "text": {"decode_responses": True}, "RESP3": {"protocol": 3}}[request.param]
    with redis.Redis.from_url(redis_address, **options) as found:
        yield found


def put(client: redis.Redis, *numbers: int) -> None:
    for n in numbers:
        event = json.dumps({"data": {"n": n}})
        client.xadd(STREAM, {"id": f"{n}:1", "type": "t", "subject": "s", "event": event}, id=f"{n}-0")


def numbers(messages: object) -> list[int]:
    return [m.event["data"]["n"] for m in messages]  # type: ignore[attr-defined]


def test_reading_begins_behind_a_place(client: redis.Redis) -> None:
    """At most as many as asked for; an empty stream is no error."""
    assert read(client) == []
    put(client, 1, 2, 3)
    assert numbers(read(client)) == [1, 2, 3]
    assert numbers(read(client, count=2)) == [1, 2]
    assert numbers(read(client, after="1-0")) == [2, 3]
    assert read(client, after="3-0") == []
    assert read(client, after="3-0", block_ms=1) == []
    (first,) = read(client, count=1)
    assert (first.place, first.id, first.type, first.subject) == ("1-0", "1:1", "t", "s")


def test_following_once_ends_where_the_stream_ends(client: redis.Redis) -> None:
    """From the beginning or a place, however many batches that are."""
    put(client, *range(1, 451))
    assert numbers(follow(client, start="0", once=True)) == list(range(1, 451))
    assert numbers(follow(client, start="449-0", once=True)) == [450]
    assert numbers(follow(client, once=True)) == []


def test_the_last_place_is_that_of_the_last_entry(client: redis.Redis) -> None:
    """Before the first where there is none."""
    assert last_place(client) == "0-0"
    put(client, 1, 7)
    assert last_place(client) == "7-0"


def test_following_from_now_gives_what_comes(client: redis.Redis, stream: Stream) -> None:
    """Nothing of what stood there, and nothing that comes is missed while it waits."""
    put(client, 1)
    found: list[int] = []
    started = threading.Event()

    def listen() -> None:
        messages = follow(client, block_ms=50)
        started.set()
        found.extend(numbers(islice(messages, 3)))

    listener = threading.Thread(target=listen)
    listener.start()
    started.wait(5)
    while not stream.client.client_list(_type="normal") or not any(
        each["cmd"].startswith("xread") for each in stream.client.client_list()
    ):
        assert listener.is_alive()
    put(stream.client, 2, 3, 4)
    listener.join(10)
    assert found == [2, 3, 4]


def test_a_consumer_goes_on_where_it_stopped(client: redis.Redis) -> None:
    """The place of the last message handled is all that it has to remember."""
    put(client, 1, 2, 3)
    messages = follow(client, start="0", once=True)
    place = next(messages).place
    messages.close()  # type: ignore[attr-defined]
    assert numbers(follow(client, start=place, once=True)) == [2, 3]


def entry(n: int, kind: str = "t", **data: object) -> dict[str, str]:
    return {"id": f"{n}:1", "type": kind, "subject": "s", "event": json.dumps({"data": {"n": n, **data}})}


def publish(client: redis.Redis, *numbers: int) -> None:
    for n in numbers:
        client.xadd(STREAM, entry(n))  # type: ignore[arg-type]


def pending(client: redis.Redis, group: str = "g") -> int:
    return client.xpending(STREAM, group)["pending"]


def quick(client: redis.Redis, handler: Handler, **options: object) -> Consumer:
    return Consumer(client, "g", handler, **{"backoff_seconds": 0.001, "idle_seconds": 0.05, **options})  # type: ignore[arg-type]


def test_each_message_is_handled_and_acknowledged(client: redis.Redis) -> None:
    """From the beginning, in order, over as many batches as it takes."""
    publish(client, *range(1, 251))
    found: list[int] = []
    tally = quick(client, lambda m: found.append(m.event["data"]["n"])).run(until_empty=True)
    assert found == list(range(1, 251))
    assert (tally.handled, pending(client)) == (250, 0)
    publish(client, 251)
    quick(client, lambda m: found.append(m.event["data"]["n"])).run(until_empty=True)
    assert found[250:] == [251]


def test_a_new_group_may_begin_at_the_end(client: redis.Redis) -> None:
    """It is given what comes after its first consumer."""
    publish(client, 1)
    found: list[str] = []
    consumer = quick(client, lambda m: found.append(m.id), start=END)
    consumer.run(until_empty=True)
    publish(client, 2)
    consumer.run(until_empty=True)
    assert found == ["2:1"]


def test_two_groups_each_have_every_message(client: redis.Redis) -> None:
    """Consumers of one group share them."""
    publish(client, 1, 2)
    found: list[str] = []
    for group in ("one", "one", "other"):
        Consumer(client, group, lambda m: found.append(m.id)).run(until_empty=True)
    assert found == ["1:1", "2:1"] * 2


def test_a_message_that_fails_is_tried_again_in_its_place(client: redis.Redis) -> None:
    """So that what comes after it in its article does not overtake it."""
    publish(client, 1, 2)
    tries: list[str] = []

    def handle(message: Message) -> None:
        tries.append(message.id)
        if len(tries) < 3:
            raise OSError("the database is away")

    tally = quick(client, handle).run(until_empty=True)
    assert tries == ["1:1", "1:1", "1:1", "2:1"]
    assert (tally.handled, tally.failed, tally.dead, pending(client)) == (2, 2, 0, 0)


def test_poison_becomes_a_dead_letter_with_its_reason(client: redis.Redis, stream: Stream) -> None:
    """After its attempts, or at once where the handler knows; what comes after it is handled."""
    publish(client, 1, 2, 3)

    def handle(message: Message) -> None:
        if message.id == "1:1":
            raise ValueError("no such country")
        if message.id == "2:1":
            raise Poison("never")

    tally = quick(client, handle, attempts=3).run(until_empty=True)
    assert (tally.handled, tally.dead, pending(client)) == (1, 2, 0)
    first, second = stream.dead_letters()
    assert (first["id"], first["group"], first["reason"], first["attempts"]) == (
        "1:1", "g", "ValueError: no such country", "3",
    )  # fmt: skip
    assert (second["id"], second["reason"], second["attempts"]) == ("2:1", "Poison: never", "1")
    assert json.loads(first["event"])["data"]["n"] == 1


def test_dead_letters_are_put_back_or_dropped(client: redis.Redis, stream: Stream) -> None:
    """Put back, they come again like any other message."""
    publish(client, 1, 2)

    def refuse(message: Message) -> None:
        raise Poison("not yet")

    quick(client, refuse).run(until_empty=True)
    one, two = stream.dead_letters()
    assert stream.settle_dead([one["letter"]], again=True) == 1
    assert stream.settle_dead(None, again=False) == 1
    assert stream.dead_letters() == []
    found: list[str] = []
    quick(client, lambda m: found.append(m.id)).run(until_empty=True)
    assert (found, two["id"]) == (["1:1"], "2:1")


def test_what_is_no_message_is_a_dead_letter(client: redis.Redis, stream: Stream) -> None:
    """It stops nobody."""
    client.xadd(STREAM, {"id": "x", "event": "{"})
    client.xadd(STREAM, {"hello": "world"})
    publish(client, 1)
    tally = quick(client, lambda _: None).run(until_empty=True)
    assert (tally.handled, tally.dead) == (1, 2)
    assert [each["reason"].startswith("unreadable") for each in stream.dead_letters()] == [True, True]


def test_what_a_lost_consumer_held_is_taken_over(client: redis.Redis) -> None:
    """Once it has lain idle; before that it is left alone."""
    publish(client, 1, 2)
    client.xgroup_create(STREAM, "g", id="0")
    client.xreadgroup("g", "lost", {STREAM: ">"}, count=1)
    found: list[str] = []
    quick(client, lambda m: found.append(m.id), idle_seconds=60).run(until_empty=True)
    assert found == ["2:1"]
    client.xclaim(STREAM, "g", "lost", 0, [oldest(client)], idle=60, justid=True)
    quick(client, lambda m: found.append(m.id)).run(until_empty=True)
    assert (found, pending(client)) == (["2:1", "1:1"], 0)


def oldest(client: redis.Redis) -> str:
    return client.xpending(STREAM, "g")["min"]


def test_a_message_that_kills_its_consumers_is_a_dead_letter(client: redis.Redis, stream: Stream) -> None:
    """And is not handed to the next one for ever; its neighbours are not blamed."""
    publish(client, 1, 2)

    def die(_: Message) -> None:
        raise SystemExit

    for number in range(5):
        consumer = quick(client, die, name=f"victim-{number}", attempts=3)
        with contextlib.suppress(SystemExit):
            consumer.run(until_empty=True)
        for each in client.xpending_range(STREAM, "g", "-", "+", 10):
            client.xclaim(STREAM, "g", "victim", 0, [each["message_id"]], idle=100, justid=True)
    assert [(each["id"], each["reason"]) for each in stream.dead_letters()][:1] == [
        ("1:1", "given out 3 times and never acknowledged")
    ]
    found: list[str] = []
    quick(client, lambda m: found.append(m.id)).run(until_empty=True)
    assert found == ["2:1"]


def test_a_stop_gives_back_what_was_not_begun(client: redis.Redis) -> None:
    """The message at hand is finished; the others go to the next consumer without waiting."""
    publish(client, 1, 2, 3)
    found: list[str] = []
    consumer = quick(client, lambda m: (found.append(m.id), consumer.stop()), idle_seconds=60)  # type: ignore[arg-type]
    consumer.run()
    assert (found, pending(client)) == (["1:1"], 2)
    quick(client, lambda m: found.append(m.id), idle_seconds=60, name="next").run(until_empty=True)
    assert found == ["1:1", "2:1", "3:1"]


def test_an_emptied_server_is_no_end(client: redis.Redis, stream: Stream) -> None:
    """The group is made again, and what is published again is handled; ids tell what is known."""
    publish(client, 1)
    found: list[str] = []
    consumer = quick(client, lambda m: found.append(m.id))
    consumer.run(until_empty=True)
    stream.client.flushall()
    publish(stream.client, 1, 2)
    consumer.run(until_empty=True)
    assert found == ["1:1", "1:1", "2:1"]


def test_remembered_ids_make_it_once(client: redis.Redis, tmp_path: Path) -> None:
    """What the handler writes and the note of the id are one transaction: both or neither."""
    database = sqlite3.connect(tmp_path / "service.db")
    database.execute("CREATE TABLE seen (id TEXT)")
    failing = [True]

    def handle(message: Message) -> None:
        database.execute("INSERT INTO seen VALUES (?)", (message.id,))
        if failing.pop() if failing else False:
            raise OSError("halfway")

    publish(client, 1, 1, 2)
    quick(client, once(database, handle)).run(until_empty=True)
    assert [row[0] for row in database.execute("SELECT id FROM seen ORDER BY id")] == ["1:1", "2:1"]
    database.close()


def test_a_filter_lets_through_what_is_wanted(client: redis.Redis) -> None:
    """Types by their beginning; events by countries and confidence, but every retraction."""

    def message(kind: str, countries: tuple[str, ...] = (), confidence: float = 1.0) -> Message:
        parties = [{"country": each} for each in countries]
        event = {"actor": parties[:1], "recipient": parties[1:], "confidence": confidence}
        return Message("1-0", "1:1", f"wireroom.{kind}", "s", {"data": {"event": event}})

    created = message("event.created", ("RUS", "USA"), 0.8)
    assert Filter()(created)
    assert Filter(("event",))(created)
    assert Filter(("wireroom.event.created",))(created)
    assert not Filter(("event.updated", "article"))(created)
    assert Filter(between=("USA", "RUS"))(created)
    assert not Filter(between=("USA", "FRA"))(created)
    assert Filter(confidence=0.8)(created)
    assert not Filter(confidence=0.81)(created)
    assert Filter(between=("USA", "FRA"), confidence=1)(message("event.retracted"))
    assert Filter(between=("USA", "FRA"))(message("article.created"))
    publish(client, 1)
    assert quick(client, lambda _: None, wanted=Filter(("event",))).run(until_empty=True).passed == 1
    assert pending(client) == 0


def test_the_lag_says_how_far_a_group_is_behind(client: redis.Redis) -> None:
    """Not given yet, given and not acknowledged, and since when."""
    assert lag(client) == []
    publish(client, 1, 2, 3)
    client.xgroup_create(STREAM, "g", id="0")
    client.xreadgroup("g", "one", {STREAM: ">"}, count=1)
    (found,) = lag(client)
    assert (found.group, found.behind, found.pending, found.consumers) == ("g", 2, 1, 1)
    assert 0 <= found.oldest_seconds < 60

"""The reference reader: from the beginning, from a place, from now, once or for ever, over either protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from itertools import islice

import pytest
import redis

from worker.consume import STREAM, follow, last_place, read
from worker.stream import Stream


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

"""The stream: appended once each, in order, with a note that lives and dies with it."""

from __future__ import annotations

import redis

from worker.consume import STREAM, read
from worker.store.outbox import Waiting
from worker.stream import DEDUPE, POSITION, Stream


def message(seq: int, identity: str | None = None) -> Waiting:
    return Waiting(seq, identity or f"record:{seq}", "wireroom.event.created", "article", f'{{"n": {seq}, "w": "é"}}')


def ids(stream: Stream) -> list[str]:
    return [each.id for each in read(stream.client)]


def test_messages_stand_in_the_order_in_which_they_were_appended(stream: Stream) -> None:
    """With everything that a consumer reads."""
    stream.append([message(1), message(2)])
    stream.append([message(3)])
    found = read(stream.client)
    assert [m.event["n"] for m in found] == [1, 2, 3]
    assert (found[0].id, found[0].type, found[0].subject, found[0].event["w"]) == (
        "record:1", "wireroom.event.created", "article", "é",
    )  # fmt: skip
    assert stream.length() == 3


def test_a_message_is_appended_once(stream: Stream) -> None:
    """The same id again, in the same call or another, is passed over."""
    stream.append([message(1), message(1), message(2)])
    stream.append([message(2), message(3), message(9, "record:1")])
    assert ids(stream) == ["record:1", "record:2", "record:3"]


def test_two_relays_at_once_double_nothing(stream: Stream, redis_address: str) -> None:
    """Each of them appends the same messages."""
    other = Stream(redis_address, dedupe_days=7)
    for n in range(20):
        stream.append([message(n)])
        other.append([message(n)])
    other.close()
    assert stream.length() == 20


def test_an_id_is_remembered_for_its_days(stream: Stream) -> None:
    """And not for ever: memory is bounded."""
    stream.append([message(1)])
    assert 6 * 86_400 < stream.client.ttl(f"{DEDUPE}record:1") <= 7 * 86_400


def test_the_position_is_the_highest_place_that_was_told(stream: Stream) -> None:
    """It rises only, also over messages that the stream has had."""
    assert stream.position() == 0
    stream.append([message(5)])
    stream.append([message(3)])
    assert stream.position() == 5
    stream.append([message(8, "record:5")])
    assert (stream.position(), stream.length()) == (8, 2)


def test_a_flushed_stream_knows_of_nothing(stream: Stream) -> None:
    """That is how its loss is noticed; what is published again stands there again."""
    stream.append([message(1), message(2)])
    stream.client.flushall()
    assert (stream.position(), stream.length()) == (0, 0)
    stream.append([message(1)])
    assert ids(stream) == ["record:1"]


def test_a_server_that_forgot_its_scripts_is_told_again(stream: Stream) -> None:
    """As after its restart."""
    stream.append([message(1)])
    stream.client.script_flush()
    stream.append([message(2)])
    assert ids(stream) == ["record:1", "record:2"]


def test_appending_nothing_does_nothing(stream: Stream) -> None:
    """No empty batch reaches the server."""
    stream.append([])
    assert not stream.client.exists(STREAM, POSITION)


def test_the_queue_of_a_broker_is_counted(stream: Stream) -> None:
    """A queue that is not there is empty."""
    stream.client.rpush("fetch", "one", "two")
    assert (stream.waiting("fetch"), stream.waiting("poll")) == (2, 0)


def test_nothing_is_evicted_or_lost_by_default(stream: Stream) -> None:
    """The embedded server keeps every write on disk within a second and refuses rather than forgets."""
    config = {**stream.client.config_get("appendonly", "appendfsync", "maxmemory-policy", "port")}
    assert config == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
    assert isinstance(stream.client, redis.Redis)

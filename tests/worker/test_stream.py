"""The stream: appended once each, in order, with a note that lives and dies with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import redis

from worker.consume import STREAM, read
from worker.publication.stream import DEDUPE, POSITION, QUEUE_PREFIX, TRIMMED, Held, Stream
from worker.store.outgoing.outbox import Waiting


def message(seq: int, identity: str | None = None) -> Waiting:
    payload = f'{{"data": {{}}, "n": {seq}, "w": "é"}}'
    return Waiting(seq, identity or f"record:{seq}", "wireroom.event.created", "article", payload)


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
    stream.client.rpush(f"{QUEUE_PREFIX}fetch", "one", "two")
    assert (stream.waiting("fetch"), stream.waiting("poll")) == (2, 0)


def test_nothing_is_evicted_or_lost_by_default(stream: Stream) -> None:
    """The embedded server keeps every write on disk within a second and refuses rather than forgets."""
    config = {**stream.client.config_get("appendonly", "appendfsync", "maxmemory-policy", "port")}
    assert config == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
    assert isinstance(stream.client, redis.Redis)


LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def fill(stream: Stream, number: int, begin: int = 0) -> None:
    stream.append([message(n) for n in range(begin, begin + number)])


def look(stream: Stream, **options: Any) -> Held | None:
    """A trim that is due."""
    stream.client.delete(TRIMMED)
    return stream.trim(**{"limit": 100_000, "oldest": LONG_AGO, **options})


def test_old_messages_are_cut(stream: Stream) -> None:
    """By age, in whole blocks of the stream, so that cutting costs little."""
    fill(stream, 1000)
    assert look(stream) is None
    assert stream.length() == 1000
    assert look(stream, oldest=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)) is None
    assert stream.length() < 200


def test_nothing_is_cut_that_a_group_has_not_read(stream: Stream) -> None:
    """Neither what was not given to it nor what it has not acknowledged; once it has, it goes."""
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    fill(stream, 1000)
    stream.client.xgroup_create(STREAM, "slow", id="0")
    stream.client.xgroup_create(STREAM, "quick", id="$")
    look(stream, oldest=soon)
    assert stream.length() == 1000
    given: Any = stream.client.xreadgroup("slow", "one", {STREAM: ">"}, count=700)
    look(stream, oldest=soon)
    assert stream.length() == 1000
    places = [place for place, _ in given[0][1]]
    stream.client.xack(STREAM, "slow", *places[100:])
    look(stream, oldest=soon)
    assert stream.length() >= 900
    assert stream.client.xpending(STREAM, "slow")["pending"] == 100
    assert len(stream.client.xrange(STREAM, places[0], places[99])) == 100
    stream.client.xack(STREAM, "slow", *places)
    look(stream, oldest=soon)
    assert 300 <= stream.length() < 500


def test_a_full_stream_is_cut_before_its_time(stream: Stream) -> None:
    """As far as everybody has read; who has not is named."""
    fill(stream, 2000)
    assert look(stream, limit=1000) is None
    assert 800 <= stream.length() <= 1000
    stream.client.xgroup_create(STREAM, "lost", id="0")
    fill(stream, 1000, 2000)
    held = look(stream, limit=1000)
    assert held is not None
    assert (held.group, held.length) == ("lost", stream.length())
    assert held.length > 1000
    assert stream.trim(limit=1000, oldest=LONG_AGO) is None, "told twice a minute only"


def test_cutting_is_due_twice_a_minute(stream: Stream) -> None:
    """Whoever publishes."""
    fill(stream, 1000)
    look(stream)
    assert 0 < stream.client.ttl(TRIMMED) <= 30
    stream.trim(limit=100_000, oldest=dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
    assert stream.length() == 1000


def test_what_is_forgotten_may_be_appended_again(stream: Stream) -> None:
    """As a forced replay does."""
    stream.append([message(1), message(2)])
    stream.forget(["record:1"])
    stream.forget([])
    stream.append([message(1), message(2)])
    assert ids(stream) == ["record:1", "record:2", "record:1"]

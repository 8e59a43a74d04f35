"""The AMQP sink, on a real RabbitMQ: confirmed, in order, with everything that a consumer needs."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator

import pytest
from kombu import Connection, Queue
from kombu.simple import SimpleQueue

from tests.contract import keeps_the_contract
from tests.world import World, page, story
from worker.errors import StoreDown
from worker.publication.sinks import open_sinks
from worker.publication.sinks.amqp import EXCHANGE, AmqpSink
from worker.publication.sinks.redis import open_sink
from worker.settings import Settings
from worker.steps.publish import publish
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Waiting

RABBITMQ = os.environ.get("TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")


@pytest.fixture
def rabbitmq() -> Iterator[Connection]:
    """A connection to the broker."""
    connection = Connection(RABBITMQ, connect_timeout=3)
    try:
        connection.connect()
    except OSError as error:
        pytest.skip(f"no RabbitMQ at {RABBITMQ} (set TEST_AMQP): {error}")
    with connection:
        yield connection


@pytest.fixture
def queue(rabbitmq: Connection) -> SimpleQueue:
    """A consumer's queue that is bound to everything, and gone after the test."""
    bound = Queue("", EXCHANGE, routing_key="wireroom.#", exclusive=True, auto_delete=True)
    return SimpleQueue(rabbitmq, bound, no_ack=True)


@pytest.fixture
def sink(rabbitmq: Connection) -> Iterator[AmqpSink]:
    """The sink on that server."""
    found = AmqpSink(RABBITMQ)
    yield found
    found.close()


def message(n: int) -> Waiting:
    return Waiting(n, f"record:{n}", "wireroom.event.created", "article", json.dumps({"n": n, "w": "é"}))


def test_messages_come_in_order_with_their_attributes(queue: SimpleQueue, sink: AmqpSink) -> None:
    """As CloudEvents in the structured mode, durable, under their type."""
    sink.append([message(n) for n in range(1000)])
    found = [queue.get(timeout=5) for _ in range(1000)]
    assert [json.loads(each.body)["n"] for each in found] == list(range(1000))
    first = found[0]
    assert (first.content_type, first.content_encoding) == ("application/cloudevents+json", "utf-8")
    assert (first.properties["message_id"], first.properties["type"]) == ("record:0", "wireroom.event.created")
    assert first.delivery_info["routing_key"] == "wireroom.event.created"
    assert (first.headers["subject"], first.properties["delivery_mode"]) == ("article", 2)


def test_every_message_is_confirmed(queue: SimpleQueue, sink: AmqpSink) -> None:
    """Nothing is open when the call returns."""
    sink.append([message(n) for n in range(50)])
    assert (sink._tag, sink._unconfirmed) == (50, set())


def test_a_message_that_nobody_wants_is_no_failure(sink: AmqpSink) -> None:
    """Who binds a queue later has a replay."""
    sink.append([message(1)])


def test_a_server_that_is_away_is_said_so() -> None:
    """And the next call begins anew."""
    away = AmqpSink("amqp://guest:guest@127.0.0.1:1//")
    with pytest.raises(StoreDown, match="amqp"):
        away.append([message(1)])
    with pytest.raises(StoreDown, match="amqp"):
        away.append([message(1)])


def test_a_broken_connection_is_opened_again(queue: SimpleQueue, sink: AmqpSink) -> None:
    """The messages of the call that failed are told again by the next one."""
    sink.append([message(1)])
    assert sink.connection
    sink.connection._connection.transport.sock.shutdown(socket.SHUT_RDWR)
    with pytest.raises(StoreDown):
        sink.append([message(2)])
    sink.append([message(2)])
    assert [json.loads(queue.get(timeout=5).body)["n"] for _ in range(2)] == [1, 2]


def test_a_refusal_is_no_success(sink: AmqpSink, queue: SimpleQueue) -> None:
    """The broker says that it did not take a message."""
    sink.append([message(1)])
    with pytest.raises(Exception, match="refused message 7"):
        sink._on_nack(7, False)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_message_is_published_when_both_have_it(world: World, queue: SimpleQueue, sink: AmqpSink) -> None:
    """The same messages on the stream and in the queue; where one is down they wait, and neither loses any."""
    world.source("wire", world.site.feed("/feed.xml", [world.site.page("/a", page("Story", story()))]))
    world.settle()  # on the stream only
    with world.database.write() as connection:
        outbox.unmark(connection)
    world.stream.client.flushall()

    def bring(*sinks: object) -> int:
        return publish(database=world.database, sinks=sinks, settings=world.settings, owner="r", now=world.now)  # type: ignore[arg-type]

    assert bring(world.stream, AmqpSink("amqp://guest:guest@127.0.0.1:1//")) == 0
    with world.database.read() as connection:
        assert outbox.counts(connection)[0] == 0
    number = bring(world.stream, sink)
    assert number > 0
    ours = [each.id for each in world.messages()]
    found: list[dict[str, object]] = []
    while len(found) < number:  # there is one exchange: what other tests send comes here too
        each = json.loads(queue.get(timeout=5).body)
        found += [each] if each.get("id") in ours else []
    for each in found:
        keeps_the_contract(each)
    assert [each["id"] for each in found] == ours
    with world.database.read() as connection:
        assert outbox.counts(connection) == (number, 0)


def test_the_settings_choose_the_sinks(redis_address: str) -> None:
    """One, the other, or both."""
    settings = Settings(redis_url=redis_address, amqp_url=RABBITMQ, sinks="redis, amqp")  # type: ignore[arg-type]
    both = open_sinks(settings)
    assert [type(each).__name__ for each in both] == ["Stream", "AmqpSink"]
    for each in (*both, open_sink(settings)):
        each.close()


@pytest.mark.parametrize("sinks", ["kafka", "redis,,amqp", "amqp", ""])
def test_a_sink_that_cannot_be_is_refused_at_the_start(sinks: str) -> None:
    """Unknown ones, and AMQP without an address."""
    with pytest.raises(ValueError, match=r"sink|AMQP_URL"):
        Settings(sinks=sinks)


def test_publishing_does_not_hang_where_the_server_is_silent() -> None:
    """It answers nothing at all: the relay waits no longer than its deadline."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=silent.accept, daemon=True).start()
        sink = AmqpSink(f"amqp://guest:guest@127.0.0.1:{silent.getsockname()[1]}//", seconds=0.3)
        with pytest.raises(StoreDown):
            sink.append([message(1)])

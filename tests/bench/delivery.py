"""How fast messages leave the outbox and reach a consumer: rates by database and queue, and the time from a commit to
the handler at a steady rate, through the real `publish` task of a Celery worker."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import sqlalchemy as sa

from tests.contract import GOLDEN
from worker.consume import END, Consumer, Message
from worker.engine.run import role_commands, server_command
from worker.publication.sinks import Sink
from worker.publication.sinks.amqp import EXCHANGE, AmqpSink
from worker.publication.stream import Stream
from worker.settings import Settings
from worker.steps.publish import publish
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql+psycopg://127.0.0.1/postgres")
RABBITMQ = os.environ.get("TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")
MESSAGES = 10_000
STEADY = 200
STEADY_SECONDS = 20
TEMPLATE = (GOLDEN / "event.created.json").read_text(encoding="utf-8")
NOW = dt.datetime(2002, 3, 15, tzinfo=dt.UTC)

Say = Callable[[str], object]


def delivery(say: Say) -> None:
    """Says every number."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), stream_limit=10**9)
        with _server(settings):
            for name, database in _databases(Path(folder)):
                with _queue() as queue:
                    stream, amqp = Stream(settings.redis_address, dedupe_days=7), AmqpSink(RABBITMQ)
                    say(f"relay, {name} -> Redis{_relay(database, [stream], settings):>12,.0f} /s")
                    if name == "SQLite":
                        say(f"consumer, Redis{_consume(stream.client):>12,.0f} /s")
                    if queue:
                        say(f"relay, {name} -> RabbitMQ{_relay(database, [amqp], settings):>12,.0f} /s")
                        say(f"relay, {name} -> both{_relay(database, [stream, amqp], settings):>12,.0f} /s")
                        if name == "SQLite":
                            say(f"consumer, RabbitMQ{_drink(queue):>12,.0f} /s")
                    amqp.close()
                half, most = _latency(database, settings)
                say(f"commit to consumer at {STEADY} /s, {name}: p50 {half:.0f} ms, p99 {most:.0f} ms")
                stream.close()


def _fill(database: Database, number: int) -> None:
    mark = uuid.uuid4().hex[:8]
    for start in range(0, number, 1000):
        with database.write() as connection:
            messages = (_message(f"{mark}-{n}") for n in range(start, start + 1000))
            outbox.put(connection, messages, now=NOW)


def _message(name: str) -> Outgoing:
    return Outgoing(f"{name}:1", "wireroom.event.created", "article", TEMPLATE)


def _relay(database: Database, sinks: list[Sink], settings: Settings) -> float:
    _fill(database, MESSAGES)
    started, brought = time.perf_counter(), 0
    while brought < MESSAGES:
        brought += publish(
            database=database, sinks=sinks, settings=settings, owner="bench", now=dt.datetime.now(dt.UTC)
        )
    return brought / (time.perf_counter() - started)


def _consume(client: redis.Redis) -> float:
    started = time.perf_counter()
    tally = Consumer(client, f"bench-{uuid.uuid4().hex[:8]}", lambda _: None).run(until_empty=True)
    return tally.handled / (time.perf_counter() - started)


def _drink(queue: object) -> float:
    started, number = time.perf_counter(), 0
    connection = queue.channel.connection.client  # type: ignore[attr-defined]
    done = threading.Event()

    def take(message: object) -> None:
        nonlocal number
        json.loads(message.body)  # type: ignore[attr-defined]
        message.ack()  # type: ignore[attr-defined]
        number += 1
        if number == 2 * MESSAGES:
            done.set()

    with connection.Consumer(queue, on_message=take, prefetch_count=100):
        while not done.is_set():
            connection.drain_events(timeout=10)
    return number / (time.perf_counter() - started)


def _latency(database: Database, settings: Settings) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds, from the commit's end to the handler."""
    sent: dict[str, float] = {}
    took: list[float] = []

    def handle(message: Message) -> None:
        if message.id in sent:
            took.append(time.perf_counter() - sent[message.id])

    with redis.Redis.from_url(settings.redis_address) as client, _worker(database, settings) as wake:
        consumer = Consumer(client, "latency", handle, start=END)
        listener = threading.Thread(target=consumer.run, daemon=True)
        listener.start()
        begin = time.perf_counter()
        for n in range(STEADY * STEADY_SECONDS):
            time.sleep(max(0.0, begin + n / STEADY - time.perf_counter()))
            message = _message(f"steady-{uuid.uuid4().hex}")
            with database.write() as connection:
                outbox.put(connection, [message], now=NOW)
            sent[message.message_id] = time.perf_counter()
            wake()
        time.sleep(3)
        consumer.stop()
        listener.join(5)
    took.sort()
    assert len(took) > 0.99 * STEADY * STEADY_SECONDS, f"{len(took)} came"
    return took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000


@contextmanager
def _worker(database: Database, settings: Settings) -> Iterator[Callable[[], None]]:
    """The worker that publishes, as `wireroom run` starts it; gives what wakes it."""
    from celery import Celery

    address = database.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {"WIREROOM_DATA": str(settings.data), "WIREROOM_DATABASE_URL": address}
    command = [sys.executable, "-m", "celery", *role_commands(settings)["publish"]]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    app = Celery(broker=settings.broker_address)
    try:
        if not any(app.control.ping(timeout=1) for _ in range(60)):
            raise RuntimeError("the worker does not answer")
        yield lambda: app.send_task("publish", queue="publish", expires=2.0, ignore_result=True) and None
    finally:
        process.terminate()
        process.wait(20)


def _databases(folder: Path) -> Iterator[tuple[str, Database]]:
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    database.migrate()
    yield "SQLite", database
    database.close()
    name = f"wireroom_bench_{uuid.uuid4().hex[:8]}"
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError:
        return
    database = Database(sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))
    database.migrate()
    yield "PostgreSQL", database
    database.close()
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _server(settings: Settings) -> Iterator[None]:
    process = subprocess.Popen(server_command(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with redis.Redis.from_url(settings.redis_address) as client:
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield
    process.terminate()
    process.wait(10)


@contextmanager
def _queue() -> Iterator[object | None]:
    """A durable queue that takes every message; None where no RabbitMQ answers."""
    from kombu import Connection, Queue

    try:
        connection = Connection(RABBITMQ, connect_timeout=3)
        connection.connect()
    except OSError:
        yield None
        return
    with connection:
        queue = Queue(f"wireroom-bench-{uuid.uuid4().hex[:8]}", EXCHANGE, routing_key="wireroom.#", durable=True)
        bound = queue(connection.channel())
        bound.declare()
        yield bound
        bound.delete()


def main() -> None:
    """Prints every number."""
    delivery(lambda line: sys.stdout.write(line + "\n"))


if __name__ == "__main__":
    main()

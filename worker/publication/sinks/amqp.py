"""AMQP 0-9-1 (RabbitMQ): each message to a durable topic exchange under its type, confirmed by the broker.

Consumers declare their own queue and bind it (`wireroom.event.#`); what came before that is had by `wireroom replay`.
The broker remembers no ids: after a crash of ours a message may come twice, with the same `message_id`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from amqp import AMQPError
from kombu.connection import Connection
from kombu.entity import Exchange
from kombu.exceptions import OperationalError
from kombu.messaging import Producer

from worker.errors import StoreDown
from worker.settings import Settings
from worker.store.outgoing.outbox import Waiting

EXCHANGE = Exchange("wireroom", type="topic", durable=True, delivery_mode=2)
CONTENT_TYPE = "application/cloudevents+json"  # the CloudEvents AMQP binding, structured mode
CONFIRM_SECONDS = 30.0
FAILURES = (AMQPError, OperationalError, OSError)


def open_sink(settings: Settings) -> AmqpSink:
    """The broker of these settings."""
    return AmqpSink(settings.amqp_url.get_secret_value() if settings.amqp_url else "")


class AmqpSink:
    """One connection, opened when first needed, and again after a failure."""

    def __init__(self, address: str, *, seconds: float = CONFIRM_SECONDS) -> None:
        self.address, self.seconds = address, seconds
        self.connection: Connection | None = None
        self._producer: Any = None
        self._tag = 0  # delivery tags count what was published on a channel, from 1
        self._unconfirmed: set[int] = set()

    def append(self, messages: Sequence[Waiting]) -> None:
        """Publishes all, then waits until the broker has confirmed each: waiting after each message would cost a round
        trip, and with a durable queue a write to disk, for every one."""
        if not messages:
            return
        try:
            self._publish(messages)
        except FAILURES as error:
            self._drop()
            raise StoreDown("amqp", f"{type(error).__name__}: {error}"[:200]) from error

    def close(self) -> None:
        """Closes the connection."""
        self._drop()

    def _publish(self, messages: Sequence[Waiting]) -> None:
        producer = self._producer or self._opened()
        for each in messages:
            self._tag += 1
            self._unconfirmed.add(self._tag)
            producer.publish(
                each.payload.encode(), routing_key=each.type, content_type=CONTENT_TYPE, content_encoding="utf-8",
                message_id=each.message_id, type=each.type, headers={"subject": each.subject}, delivery_mode=2,
            )  # fmt: skip
        while self._unconfirmed and self.connection:
            self.connection.drain_events(timeout=self.seconds)

    def _opened(self) -> Any:
        timeouts = {"read_timeout": self.seconds, "write_timeout": self.seconds}
        # A new one each time: kombu's cannot be used again after it was closed by a failure.
        self.connection = Connection(self.address, connect_timeout=min(5, self.seconds), transport_options=timeouts)
        channel = self.connection.channel()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        self._tag, self._unconfirmed = 0, set()
        self._producer = Producer(channel, EXCHANGE, auto_declare=True)
        return self._producer

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._unconfirmed -= {each for each in self._unconfirmed if each <= tag} if multiple else {tag}

    def _on_nack(self, tag: int, multiple: bool) -> None:
        raise AMQPError(f"the broker refused message {tag}")

    def _drop(self) -> None:
        connection, self.connection, self._producer = self.connection, None, None
        with suppress(*FAILURES):
            if connection:
                connection.close()

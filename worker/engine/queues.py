"""The queues in Redis as kombu keeps them, under our prefix, and deaf to what is no wake-up of ours.

Whoever can write to the server can put anything into a queue, and another program may by mistake. kombu and Celery take
what they find for what they wrote: of thirteen kinds of rubbish eight ended a worker, some again at each start. What is
no task message with a body of arguments is dropped here, before anything keeps it, and counted.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from queue import Empty
from typing import Any

import redis
import structlog
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as redis_transport

from worker.publication.stream import DROPPED

log = structlog.get_logger()

MOST_BYTES = 100_000
"""Of one message; a wake-up has some hundred."""


def foreign(message: Any) -> str | None:
    """Why this is no wake-up; None where it is one."""
    properties, headers = _of(message, "properties"), _of(message, "headers")
    if not isinstance(properties.get("delivery_info"), Mapping) or not isinstance(properties.get("delivery_tag"), str):
        return "no message of kombu's"
    if not isinstance(headers.get("task"), str) or not isinstance(headers.get("id"), str):
        return "no task message"
    return None if _is_call(message.get("body"), properties.get("body_encoding")) else "no arguments of a task"


def _of(message: Any, name: str) -> Mapping[str, Any]:
    found = message.get(name) if isinstance(message, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _is_call(body: object, encoding: object) -> bool:
    """Whether a body holds arguments, named arguments and options, as Celery's second protocol has them."""
    if not isinstance(body, str) or len(body) > MOST_BYTES:
        return False
    try:
        found = json.loads(base64.b64decode(body) if encoding == "base64" else body)
    except (ValueError, binascii.Error, RecursionError):
        return False
    kinds = (list, dict, dict | None)
    return isinstance(found, list) and len(found) == len(kinds) and all(map(isinstance, found, kinds))


class Channel(redis_transport.Channel):
    """Passes over what is no JSON."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except (ValueError, RecursionError) as error:  # the message has left its list: it is gone
            _drop(self.client, "?", f"no JSON: {error}")
            raise Empty from error


class Transport(redis_transport.Transport):
    """Hands on wake-ups only."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str) -> None:
        if queue in self._callbacks and ".pidbox" not in queue and (why := foreign(message)):
            _drop(self.channels[0].client, queue, why)
            return
        super()._deliver(message, queue)


def _drop(client: Any, queue: str, why: str) -> None:
    log.warning("queue.dropped", queue=queue, why=why[:200])
    try:
        client.incr(DROPPED)  # under the prefix, as everything that this client writes
    except redis.RedisError:
        return  # the log has it


def use() -> None:
    """Makes kombu speak to Redis through these."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"

"""What is taken out of a queue: our wake-ups, and nothing else that may lie there."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from worker.engine.queues import MOST_BYTES, foreign


def message(body: object = ([], {}, {}), **changes: Any) -> dict[str, Any]:
    """A wake-up as kombu writes it, with these fields in place of its own."""
    return {
        "body": base64.b64encode(json.dumps(body).encode()).decode(),
        "content-type": "application/json",
        "headers": {"task": "poll", "id": "1"},
        "properties": {"delivery_info": {"exchange": "", "routing_key": "poll"}, "delivery_tag": "t",
                       "body_encoding": "base64"},
    } | changes  # fmt: skip


@pytest.mark.parametrize("found", [message(), message([["a"], {}, None]), message([["a"], {"b": 1}, {"chain": None}])])
def test_a_wake_up_is_ours(found: dict[str, Any]) -> None:
    """Whatever its arguments are; the task looks at those."""
    assert foreign(found) is None


@pytest.mark.parametrize(
    "found",
    [
        None,
        5,
        "text",
        [1],
        {},
        message({"a": 1}),
        message([]),
        message([{}, [], {}]),
        message([None, None, None]),
        message("x" * MOST_BYTES),
        message(body="%%%"),
        message(body=None),
        message(body={"a": 1}),
        message(headers=None),
        message(headers=[1]),
        message(headers={}),
        message(headers={"task": 1, "id": "1"}),
        message(properties=None),
        message(properties={"delivery_info": {}, "delivery_tag": None}),
        message(properties={"delivery_info": [], "delivery_tag": "t"}),
    ],
)
def test_what_is_no_wake_up_is_told(found: object) -> None:
    """Each of these ended a worker, or would have been kept to end the next."""
    assert foreign(found)

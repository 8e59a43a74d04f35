"""The Redis stream as a sink."""

from __future__ import annotations

from worker.publication.stream import Stream
from worker.settings import Settings


def open_sink(settings: Settings) -> Stream:
    """The stream of these settings."""
    return Stream(settings.redis_address, dedupe_days=settings.dedupe_days)

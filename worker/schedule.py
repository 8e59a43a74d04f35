"""What is due when, and why. Pure: every function can be tried with literals."""

from __future__ import annotations

import datetime as dt
import hashlib

BACKOFF_BASE_SECONDS = 60.0
BACKOFF_LIMIT_SECONDS = 6 * 3600.0
POLL_BACKOFF_LIMIT_SECONDS = 24 * 3600.0  # a source is never dead for good, only slower
ASKED_LIMIT_SECONDS = 7 * 24 * 3600.0  # no server makes us wait longer, whatever it asks for
JITTER = 0.1


def next_attempt(
    now: dt.datetime, attempt: int, *, asked_seconds: float | None = None, base_seconds: float = BACKOFF_BASE_SECONDS
) -> dt.datetime:
    """When an article whose `attempt`-th try failed is due again: the base, fourfold each time, at most six hours, but
    not before the server asked for."""
    delay = min(base_seconds * 4 ** min(attempt - 1, 20), BACKOFF_LIMIT_SECONDS)
    return now + dt.timedelta(seconds=max(delay, _granted(asked_seconds)))


def next_poll(
    now: dt.datetime, *, name: str, interval_seconds: int, failures: int, asked_seconds: float | None = None
) -> dt.datetime:
    """When a source is polled next: after its interval, times the failures in a row, at most a day, plus up to a tenth
    that depends on the source's name, so that sources added together drift apart."""
    delay = min(interval_seconds * (1 + failures), max(POLL_BACKOFF_LIMIT_SECONDS, interval_seconds))
    delay = max(delay, _granted(asked_seconds))
    return now + dt.timedelta(seconds=delay * (1 + JITTER * _fraction(name)))


def _granted(asked_seconds: float | None) -> float:
    return min(asked_seconds or 0.0, ASKED_LIMIT_SECONDS)


def _fraction(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32

"""Whether work stays linear: a text twice as long may take about twice as long."""

from __future__ import annotations

import time
from collections.abc import Callable


def once(work: Callable[[str], object], text: str) -> float:
    """One run, of processor time."""
    started = time.thread_time()
    work(text)
    return time.thread_time() - started


def seconds(work: Callable[[str], object], text: str) -> float:
    """The best of three runs, of processor time: other work on the machine does not count."""
    best = 60.0
    for _ in range(3):
        started = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - started)
    return best


def stays_linear(work: Callable[[str], object], unit: str, *, small: int = 2_000, doublings: int = 3) -> bool:
    """Whether `doublings` doublings of the text cost no more than twice their share, with room for noise."""
    few, many = unit * (small // len(unit)), unit * ((small << doublings) // len(unit))
    return seconds(work, many) <= 0.05 + 2 * (1 << doublings) * max(seconds(work, few), 0.001)

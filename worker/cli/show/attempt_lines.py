"""What each poll or fetch met, a line each, newest first; and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from worker.store.attempts import Fetch, Poll


def of_attempts(attempts: Sequence[Poll | Fetch]) -> Table:
    """A table for people."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("at", "status", "took", "received", "robots", "outcome"):
        table.add_column(name, justify="right" if name in ("took", "received") else "left")
    for each in attempts:
        answer = each.answer
        table.add_row(
            f"{each.at.astimezone():%Y-%m-%d %H:%M:%S}",
            str(answer.status or "-"),
            f"{answer.seconds:.2f} s" if answer.seconds is not None else "-",
            f"{answer.received:,} B" if answer.received else "-",
            answer.robots or "not asked",
            _outcome(each),
        )
    return table


def as_json(attempt: Poll | Fetch) -> dict[str, Any]:
    """The attempt with all that is kept of it."""
    found: dict[str, Any] = asdict(attempt)
    answer: dict[str, Any] = found.pop("answer")
    return found | answer | {"at": attempt.at.isoformat()}


def _outcome(attempt: Poll | Fetch) -> Text:
    if attempt.reason:
        return Text(f"{attempt.reason}: {attempt.detail or ''}", "red")
    said = f"{attempt.entries} entries, {attempt.new} new" if isinstance(attempt, Poll) else ""
    passed = [f"{status} {address}" for status, address in attempt.answer.redirects or ()]
    way = f"{' > '.join(passed)} > {attempt.answer.final_address}" if passed else ""
    return Text("   ".join(part for part in (said, way) if part) or "fine")

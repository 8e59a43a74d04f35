"""Why a source is polled when it is: the plan of its last poll, step by step, and how its polls went."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from worker.decide.schedule import spoken, weight
from worker.errors import Reason
from worker.http.polite.budget import CONCURRENCY, Budgeted
from worker.store.attempts import Poll
from worker.store.sources import Source


def of_source(
    source: Source, history: Sequence[Poll], budget: Budgeted | None, *, host: str, now: dt.datetime
) -> Table:
    """When the next poll is and each reason for it, then the last polls in a line."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_row(Text("next poll", "bold"), "", _next(source, now))
    for at, step in enumerate(source.plan):
        sign = "+" if at else ""
        table.add_row(f"  {step.name}", Text(sign + spoken(step.seconds), justify="right"), step.why)
    if budget:
        table.add_row("  host budget", "", _host(budget, host, now))
    table.add_row("  polls", "", _history(history))
    if source.last_reason:
        table.add_row("  last", "", Text(f"{source.last_reason}: {source.last_detail}", "red"))
    if source.moved_to and source.moved_since:
        since = spoken((now - source.moved_since).total_seconds())
        table.add_row("  moved", "", f"redirects for good to {source.moved_to} since {since}; followed after 7 days")
    if source.gone_since:
        since = spoken((now - source.gone_since).total_seconds())
        table.add_row("  gone", "", f"answers 410 since {since}; paused after 3 days")
    return table


def _next(source: Source, now: dt.datetime) -> str:
    if source.paused:
        return "never: it is paused"
    if source.due_at is None:
        return "never: it is not polled by the clock"
    if source.due_at <= now:
        return "now due"
    return f"{source.due_at.astimezone():%H:%M:%S} (in {spoken((source.due_at - now).total_seconds())})"


def _host(budget: Budgeted, host: str, now: dt.datetime) -> str:
    latency = f", latency {budget.latency_seconds * 1000:.0f} ms" if budget.latency_seconds is not None else ""
    blocked = ""
    if budget.blocked_until:
        blocked = f", left alone for {spoken((budget.blocked_until - now).total_seconds())}"
    return f"{host}: {budget.busy} of {CONCURRENCY} at once, a gap of {budget.gap_seconds:g} s{latency}{blocked}"


def _history(history: Sequence[Poll]) -> str:
    if not history:
        return "none yet"
    reasons = Counter(attempt.reason for attempt in history)
    fine = reasons.pop(None, 0)
    failed = ", ".join(f"{number} {reason} ({_class(reason)})" for reason, number in reasons.most_common())
    row = next((at for at, attempt in enumerate(history) if attempt.reason is None), len(history))
    streak = f", {row} in a row" if row else ", none in a row" if failed else ""
    return f"the last {len(history)}: {fine} fine" + (f", {failed}{streak}" if failed else "")


def _class(reason: str | None) -> str:
    counts = weight(Reason(reason or Reason.BROKEN))
    return "hard" if counts == 1 else "soft" if counts == 0.5 else "temporary"

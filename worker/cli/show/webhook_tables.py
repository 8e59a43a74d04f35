"""The tables of webhooks and of what their endpoints did not take."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from worker.decide.schedule import spoken
from worker.store.outgoing.webhooks import Letter, Webhook


def of_webhooks(
    hooks: Iterable[Webhook], dead: Sequence[Letter], behind: Mapping[str, int], *, now: dt.datetime
) -> Table:
    """A line a webhook: how many messages it is behind, and what its endpoint says."""
    table = _table("webhook", "address", "wants", "delivered", "behind", "dead", "state")
    letters = Counter(each.webhook for each in dead)
    for each in hooks:
        numbers = (f"{number:,}" for number in (each.delivered, behind[each.name], letters[each.name]))
        table.add_row(each.name, each.address, _wants(each), *numbers, _state(each, now))
    return table


def of_letters(letters: Iterable[Letter]) -> Table:
    """A line a message: which, whose, since when, and why."""
    table = _table("letter", "webhook", "type", "message", "attempts", "since", "reason")
    for each in letters:
        reason = f"{each.detail} (to be sent again)" if each.again else each.detail
        told = (each.webhook, each.type, each.message_id, str(each.attempts), f"{each.at:%d %b %H:%M:%S}")
        table.add_row(str(each.id), *told, reason)
    return table


def _wants(hook: Webhook) -> str:
    parts = [*hook.types, *(["-".join(hook.between)] if hook.between else [])]
    parts += [f"confidence {hook.confidence:g}"] if hook.confidence else []
    return ", ".join(parts) or "all"


def _state(hook: Webhook, now: dt.datetime) -> str:
    if hook.paused:
        return f"paused: {hook.detail}" if hook.detail else "paused"
    if hook.failing_since is None:
        return "fine" if hook.delivered_at else "new"
    wait = spoken(max(0.0, (hook.due_at - now).total_seconds()))
    since = spoken((now - hook.failing_since).total_seconds())
    return f"failing for {since}, attempt {hook.attempts + 1} in {wait}: {hook.detail}"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=column not in ("state", "reason"), overflow="fold")
    return table

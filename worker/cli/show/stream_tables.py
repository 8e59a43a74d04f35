"""The tables of who reads the stream, and of what could not be handled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from rich.table import Table

from worker.consume import Lag


def of_groups(groups: Iterable[Lag]) -> Table:
    """A line a group: how far it is behind."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("group", "behind", "given, not acknowledged", "the oldest of these", "consumers"):
        table.add_column(name, no_wrap=True)
    for each in groups:
        behind = "?" if each.behind is None else f"{each.behind:,}"
        oldest = f"{each.oldest_seconds:,.0f} s" if each.pending else "-"
        table.add_row(each.group, behind, f"{each.pending:,}", oldest, str(each.consumers))
    return table


def of_dead_letters(letters: Iterable[Mapping[str, str]]) -> Table:
    """A line a message: which, whose, since when, and why."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("letter", "type", "message", "group", "attempts", "since", "reason"):
        table.add_column(name, no_wrap=name != "reason", overflow="fold")
    for each in letters:
        since = dt.datetime.fromtimestamp(float(each.get("at", 0)), dt.UTC)
        told = [each.get(name, "?") for name in ("type", "id", "group", "attempts")]
        table.add_row(each["letter"], *told, f"{since:%d %b %H:%M:%S}", each.get("reason", "?"))
    return table

"""The tables of who reads the stream, and of what could not be handled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from rich.table import Table
from rich.text import Text

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


def of_dead_letters(letters: Iterable[Mapping[str, str]]) -> Iterator[Text]:
    """Three lines a message: its letter, which the other commands take, whose and since when; which it is; and why."""
    for each in letters:
        since = dt.datetime.fromtimestamp(float(each.get("at", 0)), dt.UTC)
        kind, message, group, attempts, reason = (
            each.get(name, "?") for name in ("type", "id", "group", "attempts", "reason")
        )
        yield Text.assemble((each["letter"], "bold"), f"  {group}, {attempts} attempts, {since:%d %b %H:%M:%S}")
        yield Text(f"  {kind.removeprefix('wireroom.')} {message}")
        yield Text(f"  {reason}", "red")

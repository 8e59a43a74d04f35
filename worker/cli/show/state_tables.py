"""The tables that the commands print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.table import Table
from rich.text import Text

from worker.cli.show.wording import count, short

if TYPE_CHECKING:
    from worker.store.articles.listed import Listed
    from worker.store.ledger import Ledger
    from worker.store.sources import Source
    from worker.store.status import Status

STATE_STYLES = {"extracted": "green", "rejected": "yellow", "dead": "red"}


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many messages a group of consumers has before it."""

    group: str
    behind: int


@dataclass(frozen=True, slots=True)
class StreamState:
    """How full the stream is, whether publication waits for room on it, and which group is `last`."""

    length: int
    limit: int
    full: bool
    last: Backlog | None
    dead_letters: int
    dropped: int = 0
    """What strange programs put into the queues, and nobody could read."""


def _table(*columns: str, right: Iterable[str] = (), fold: Iterable[str] = ()) -> Table:
    """A plain table; where the terminal is narrow, the columns of `fold` give way and the others stay whole."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column not in fold)
    return table


def of_ledger(ledger: Ledger) -> Iterator[Table | Text]:
    """A line a source and day: everything seen and how it ended; then the reasons of those that have any."""
    numbers = ("seen", "extracted", "duplicate", "rejected", "dead", "in flight")
    table = _table("source", "day", *numbers, right=numbers, fold=("source",))
    for line in ledger.lines:
        rejected, dead = sum(line.rejected.values()), sum(line.dead.values())
        cells = (line.seen, line.extracted, line.duplicate, rejected, dead, line.in_flight)
        table.add_row(line.source, str(line.day), *(f"{cell:,}" if cell else "-" for cell in cells))
    yield table
    for line in ledger.lines:
        if reasons := line.rejected | line.dead:
            told = ", ".join(f"{number} {reason}" for reason, number in reasons.items())
            yield Text(f"{line.source} {line.day}: {told}")


def of_sources(sources: Iterable[Source], *, now: dt.datetime) -> Table:
    """A line a source: what it is, when it is polled, how the last poll went."""
    table = _table(
        "name",
        "kind",
        "address",
        "next poll",
        "entries",
        "last poll",
        right=("entries",),
        fold=("address", "last poll"),
    )
    for source in sources:
        entries = "" if source.last_entries is None else f"{source.last_entries:,}"
        table.add_row(source.name, source.kind, short(source.address), _next(source, now), entries, _last(source, now))
    return table


def of_articles(articles: Iterable[Listed]) -> Table:
    """A line an article, with the short id that the other commands take."""
    table = _table("id", "state", "source", "title or reason", "address", fold=("title or reason", "address"))
    for each in articles:
        said = each.title or "(no title)" if each.state == "extracted" else f"{each.reason or ''} {each.detail or ''}"
        state = Text(each.state, STATE_STYLES.get(each.state, ""))
        table.add_row(each.id[:8], state, each.source, said.strip() or each.title or "", short(each.address))
    return table


def of_status(status: Status, alive: Mapping[tuple[str, str], dt.datetime], *, now: dt.datetime) -> Table:
    """The numbers that say whether everything runs."""
    table = _table("what", "how many", fold=("how many",))
    table.add_row("articles", _counts(status.articles))
    table.add_row("records", _counts(status.records))
    table.add_row("messages", f"{status.published:,} published, {status.waiting:,} waiting")
    table.add_row("next poll", "none" if status.next_poll is None else _until(status.next_poll, now))
    table.add_row("alive", ", ".join(f"{role}@{host}" for role, host in alive) or "no worker")
    return table


def of_stream(found: StreamState | None) -> Text:
    """The stream in one line; red where it is full and publication waits."""
    if found is None:
        return Text("stream      Redis does not answer", "yellow")
    last = f", {found.last.group} is {found.last.behind:,} behind" if found.last else ", no groups"
    dead = f", {count(found.dead_letters, 'dead letter')}" if found.dead_letters else ""
    strange = f", {found.dropped:,} foreign in the queues dropped" if found.dropped else ""
    full = "FULL, publication waits: " if found.full else ""
    line = f"stream      {full}{found.length:,} of {found.limit:,} messages{last}{dead}{strange}"
    return Text(line, "red" if found.full else "")


def of_settings(values: Mapping[str, tuple[str, str]]) -> Table:
    """Every setting with its effective value and what it means."""
    table = _table("setting", "value", "meaning", fold=("value", "meaning"))
    for name, (value, meaning) in values.items():
        table.add_row(name, value, Text(meaning, "dim"))
    return table


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) or "none"


def _next(source: Source, now: dt.datetime) -> Text:
    if source.paused:
        return Text("paused", "yellow")
    return Text("never" if source.due_at is None else _until(source.due_at, now))


def _last(source: Source, now: dt.datetime) -> Text:
    if source.polled_at is None:
        return Text("never" if source.due_at is not None else "", "dim")
    if source.last_reason:
        return Text(f"{source.last_reason}: {source.last_detail} ({source.failures} in a row)", "red")
    return Text(f"{_span(now - source.polled_at)} ago, {source.last_new or 0} new", "green")


def _until(when: dt.datetime, now: dt.datetime) -> str:
    return f"in {_span(when - now)}" if when > now else "due"


def _span(span: dt.timedelta) -> str:
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 2880 else f"{minutes // 1440} days"

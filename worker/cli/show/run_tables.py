"""Runs of re-extraction on the terminal: the list, one run with what it changed, and the diff of one article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from worker.cli.show import wording
from worker.decide.changes import Change, differences
from worker.decide.facts import Fact
from worker.publication.revision import Revision
from worker.store.runs import Run

SHOWN = 60
STYLES = {"created": "green", "updated": "yellow", "retracted": "red"}
SIGNS = {"created": "+", "updated": "~", "retracted": "-"}


def of_runs(runs: Iterable[Run]) -> Table:
    """A line a run."""
    table = _table("run", "state", "asked by", "at", "what", "done")
    for run in runs:
        what = selected(run.selection)
        table.add_row(str(run.id), run.state, run.asked_by, f"{run.asked_at:%d %b %H:%M}", what, progress(run))
    return table


def of_run(run: Run) -> Iterator[Table | Text]:
    """One run: what was asked, how far it is, and what it changed."""
    yield Text(f"run {run.id}: {run.state}, {progress(run)}, asked by {run.asked_by} at {run.asked_at:%d %b %Y %H:%M}")
    yield Text(f"  what      {selected(run.selection)}")
    yield Text("  versions  " + ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items())))
    yield of_tally(run.tally)


def of_tally(tally: Mapping[str, int]) -> Table:
    """What happened how often, by kind and extractor."""
    table = _table("kind", "extractor", "created", "updated", "retracted")
    articles = {key.split()[1]: number for key, number in tally.items() if key.startswith("article ")}
    by_extractor: dict[tuple[str, str], dict[str, int]] = {}
    for key, number in tally.items():
        if len(parts := key.split(" ")) == 3:
            by_extractor.setdefault((parts[0], parts[1]), {})[parts[2]] = number
    for (kind, extractor), counts in sorted(by_extractor.items()):
        table.add_row(kind, extractor, *(f"{counts[verb]:,}" if verb in counts else "-" for verb in SIGNS))
    table.caption = "articles: " + (", ".join(f"{number:,} {verb}" for verb, number in articles.items()) or "none")
    table.caption_justify = "left"
    return table


def of_revision(revision: Revision) -> Iterator[Text]:
    """A line a changed record of one article, and under it each field that changed."""
    before = {fact.id: fact for fact in revision.before.facts} if revision.before else {}
    now = {fact.id: fact for fact in revision.told.facts}
    if revision.verb:
        yield Text(f"article {revision.verb}, revision {revision.number}", "bold")
    for change in revision.changes:
        fact = before[change.id] if change.verb == "retracted" else now[change.id]
        yield Text(f"{SIGNS[change.verb]} {_line(change, fact)}", STYLES[change.verb])
        if change.verb == "updated":
            for field in differences(before[change.id].data, fact.data):
                yield Text(f"    {field.path}: {_short(field.before)} → {_short(field.now)}")


def selected(selection: Mapping[str, Any]) -> str:
    """A selection in words."""
    parts = [name if value is True else f"{name} {_short(value)}" for name, value in selection.items()]
    return ", ".join(parts) or "all"


def progress(run: Run) -> str:
    """How many of how many."""
    return f"{run.done:,} of {wording.count(run.total, 'article')}"


def _line(change: Change, fact: Fact) -> str:
    data = fact.data
    named = data.get("name") or data.get("type") or data.get("code") or data.get("text") or ""
    told = wording.parties(data) if change.kind == "event" else ""
    return "  ".join(part for part in (change.kind, str(named), told, f"({change.extractor})") if part)


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=column != "what", overflow="fold")
    return table

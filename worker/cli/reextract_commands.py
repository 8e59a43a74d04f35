"""The commands over what is stored: extract again, see to runs, and purge an article."""

from __future__ import annotations

import datetime as dt
import getpass
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extractors import FAMILY_NAMES, Verdict, choose_model, versions
from worker.cli.article_commands import one_article, source_names
from worker.cli.declared import commands
from worker.cli.show import wording
from worker.cli.show.console import AsJson, Refused, err, known, now_utc, out, print_json, wired
from worker.cli.show.run_tables import of_revision, of_run, of_runs, of_tally
from worker.engine.children import Children
from worker.engine.run import engine, server
from worker.engine.wiring import Wiring, host
from worker.logs import configure_logs
from worker.publication.revision import Revision
from worker.settings import Settings
from worker.steps import reextract as step
from worker.steps.purge import purge as purge_step
from worker.store import heartbeats, runs
from worker.store.articles import selection
from worker.store.articles.selection import Selection
from worker.store.runs import Run, RunState

app = commands()
runs_app = commands("runs", "What was extracted again, by whom, and what it changed.")
app.add_typer(runs_app)
LOOK_SECONDS = 0.5
ROLES = frozenset(("reextract", "beat"))

Day = Annotated[dt.datetime | None, typer.Option(help="By when it was first seen (UTC).")]


@app.command()
def reextract(
    article: Annotated[list[str], typer.Option(help="An id's beginning or an address's end; again for more.")] = [],  # noqa: B006
    source: Annotated[str, typer.Option(help="Listed by this source.")] = "",
    since: Day = None,
    until: Day = None,
    family: Annotated[str, typer.Option(help=f"{', '.join(FAMILY_NAMES[:-1])} or {FAMILY_NAMES[-1]}.")] = "",
    verdict: Annotated[str, typer.Option(help="As they were judged: article, teaser, paywall …")] = "",
    outdated: Annotated[bool, typer.Option(help="Extracted by other versions than today's.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Everything that is stored.")] = False,
    extractor: Annotated[str, typer.Option(help="Only where this extractor is outdated or failed.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Show what would change, and change nothing.")] = False,
    watch: Annotated[bool, typer.Option(help="Wait for it, and show how far it is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Extract stored articles again by today's extractors; only what changed is published."""
    known(family, FAMILY_NAMES, "family")
    known(verdict, Verdict, "verdict")
    settings, wiring = wired()
    known(extractor, versions(), "extractor")
    with wiring.database.read() as connection:
        known(source, source_names(connection), "source")
    chosen = Selection(
        tuple(one_article(wiring, each).id for each in article), source, _utc(since), _utc(until), family, verdict,
        extractor, outdated,
    )  # fmt: skip
    if not all_ and not chosen.to_json():
        raise Refused("say which articles: --article, --source, --since, --until, --family, --verdict, --outdated, "
                      "--extractor, or --all")  # fmt: skip
    if dry_run:
        _preview(chosen, wiring, as_json=as_json)
        return
    number = step.begin(chosen, asked_by=f"{getpass.getuser()}@{host()}", database=wiring.database, now=now_utc())
    if watch:
        _watch(number, settings, wiring, quiet=as_json)
    _show(number, wiring, as_json=as_json)


@runs_app.command("list")
def runs_list(limit: Annotated[int, typer.Option(min=1)] = 20, as_json: AsJson = False) -> None:
    """List the runs, newest first."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found = runs.newest(connection, limit)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        out.print(of_runs(found))


@runs_app.command("show")
def runs_show(number: int, as_json: AsJson = False) -> None:
    """Show one run: what was asked, how far it is, what it changed."""
    _show(number, wired()[1], as_json=as_json)


@runs_app.command("cancel")
def runs_cancel(number: int) -> None:
    """Stop a run; what it has done stays."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        stopped = runs.cancel(connection, number, now=now_utc())
    out.print(f"cancelled run {number}" if stopped else f"run {number} is not running")
    raise typer.Exit(0 if stopped else 1)


@app.command()
def purge(
    wanted: Annotated[str, typer.Argument(help="The id's beginning, or the address's end.", metavar="ARTICLE")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove an article everywhere, for good, and tell its consumers that it is withdrawn."""
    settings, wiring = wired()
    article = one_article(wiring, wanted).id
    if not yes:
        typer.confirm(f"Remove {article} and everything drawn from it?", abort=True)
    with server(settings):  # what its stream holds of the article goes too
        done = purge_step(
            article, database=wiring.database, snapshots=wiring.snapshots, stream=wiring.stream, now=now_utc()
        )
    if done is None:
        raise Refused(f"{article} was purged before")
    out.print(f"purged {article}: {wording.count(done.messages, 'message')} to consumers, "
              f"{wording.count(done.bodies, 'stored page')} deleted")  # fmt: skip


def _preview(chosen: Selection, wiring: Wiring, *, as_json: bool) -> None:
    configure_logs("warning")
    choose_model(wiring.settings.model)
    tally: Counter[str] = Counter()
    example: Revision | None = None
    with wiring.database.read() as connection:
        total = selection.count(connection, chosen, versions())
    with _bar() as bar:
        task = bar.add_task("comparing", total=total)
        for each in step.preview(chosen, database=wiring.database, snapshots=wiring.snapshots, now=now_utc()):
            tally += each.tally
            if example is None and each.revision and (each.revision.changes or each.revision.verb):
                example = each.revision
            bar.advance(task)
    if as_json:
        shown = [str(line) for line in of_revision(example)] if example else []
        print_json({"articles": total, "tally": tally, "example": example and example.told.article, "diff": shown})
        return
    out.print(of_tally(tally))
    if example:
        out.print(f"\nFor example {example.told.article[:8]}:", style="bold")
        for line in of_revision(example):
            out.print(line)


def _show(number: int, wiring: Wiring, *, as_json: bool) -> None:
    run = _run(number, wiring)
    if as_json:
        print_json(asdict(run))
        return
    for part in of_run(run):
        out.print(part)
    if run.state == RunState.RUNNING and not _working(wiring):
        out.print("No worker is running: `wireroom run`, or `wireroom reextract … --watch`, does it.", style="yellow")


def _watch(number: int, settings: Settings, wiring: Wiring, *, quiet: bool) -> None:
    configure_logs("warning")
    with nullcontext(None) if _working(wiring) else engine(settings, wiring.database) as children, _bar() as bar:
        task = bar.add_task(f"run {number}", total=_run(number, wiring).total, visible=not quiet)
        while (run := _run(number, wiring)).state == RunState.RUNNING:
            if isinstance(children, Children):
                children.watch()
            bar.update(task, completed=run.done)
            time.sleep(LOOK_SECONDS)


def _run(number: int, wiring: Wiring) -> Run:
    with wiring.database.read() as connection:
        found = runs.one(connection, number)
    if found is None:
        raise Refused(f"there is no run {number}")
    return found


def _working(wiring: Wiring) -> bool:
    with wiring.database.read() as connection:
        return heartbeats.working(connection, ROLES, now=now_utc())


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


def _utc(day: dt.datetime | None) -> dt.datetime | None:
    return day.replace(tzinfo=dt.UTC) if day else None

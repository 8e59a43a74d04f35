"""The commands that an installation runs on: `run` with all processes, or `migrate` and then the roles, `web` among
them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from worker.cli.declared import commands
from worker.cli.show import wording
from worker.cli.show.console import err, now_utc, out, wired
from worker.cli.show.watch import Watch
from worker.engine.children import Children
from worker.engine.run import engine, prepare, without_sources_file
from worker.engine.stopping import Stopped, stopping_on_signals
from worker.engine.wiring import Wiring
from worker.logs import configure_logs
from worker.settings import Settings, load_settings
from worker.store import runs, sources
from worker.store import status as status_rows
from worker.store.articles import listed
from worker.store.database import Database
from worker.store.outgoing.outbox import counts as outbox_counts

app = commands()
LOOK_SECONDS = 0.25
STILL_SECONDS = 3.0  # without news, before the display says what to try


Agreed = Annotated[
    bool, typer.Option("--yes", help="Also where the sources file pauses more than a few of what is polled now.")
]


@app.command()
def run(
    once: Annotated[bool, typer.Option(help="Stop when nothing is due any more, and sum up.")] = False,
    yes: Agreed = False,
) -> None:
    """Run everything on this machine, and show what comes."""
    configure_logs("warning")
    settings = load_settings()
    _tell_of_no_file(settings)
    wiring = Wiring(settings)
    started = now_utc()
    watch = Watch(wiring.database, wiring.stream.client, started)
    stopped = False
    with stopping_on_signals():
        try:
            with engine(settings, wiring.database, polling=True, agreed=yes) as children:
                watch.begin()
                out.print(_greeting(settings, wiring), style="bold")
                done = idle_of(wiring, started) if once else (lambda: False)
                _show(watch, children, out, done)
        except Stopped:
            stopped = True
    out.print(_sum(watch, stopped=stopped), style="bold")
    wiring.close()


@app.command()
def web() -> None:
    """Serve messages, contract and re-extraction over HTTP, until stopped."""
    from worker.web.serve import main as serve  # its libraries take half a second, which no other command needs

    wired()[1].close()
    serve()


@app.command()
def migrate(yes: Agreed = False) -> None:
    """Bring the database and its sources up to date: once, before the workers start."""
    settings = load_settings()
    _tell_of_no_file(settings)
    prepare(settings, Wiring(settings).database, samples=False, agreed=yes)
    out.print("The database is up to date.")


def _tell_of_no_file(settings: Settings) -> None:
    if without_sources_file(settings):
        err.print(f"There is no {_nearby(settings.sources)}: the sources stay as they are.", style="yellow")


def _show(watch: Watch, children: Children, console: Console, done: Callable[[], bool]) -> None:
    """Prints what comes until `done` says so twice; when it falls still for the first time, tells what to try."""
    told, still = False, 0
    while True:
        children.watch()
        news = list(watch.news(now_utc()))
        for line in news:
            console.print(line)
        still = 0 if news else still + 1
        if not told and still * LOOK_SECONDS >= STILL_SECONDS and watch.tally["wireroom.article.created"]:
            told = True
            console.print(_try_next(watch.database), style="dim")
        if done() and still > 1:
            return
        time.sleep(LOOK_SECONDS)


def idle_of(wiring: Wiring, started: dt.datetime) -> Callable[[], bool]:
    """Tells whether what was due at the start is done, all that came of it, and every run of re-extraction."""
    with wiring.database.read() as connection:
        every = sources.all_of(connection)
    now = now_utc()  # the workers are not up yet: nothing that is due has been touched
    due = [each.name for each in every if not each.paused and each.due_at and each.due_at <= now]

    def idle() -> bool:
        with wiring.database.read() as connection:
            return not (
                status_rows.polls_due(connection, due, since=started)
                or status_rows.busy(connection, now=now_utc())
                or outbox_counts(connection)[1]
                or runs.unplanned(connection)
                or runs.open_batches(connection)
            )

    return idle


def _greeting(settings: Settings, wiring: Wiring) -> str:
    with wiring.database.read() as connection:
        every = sources.all_of(connection)
    active = [source for source in every if not source.paused and source.due_at]
    paused = sum(source.paused for source in every)
    server = "valkey (child)" if settings.embedded_redis else "redis"
    database = wiring.database.engine.dialect.name
    listed = f"sources: {len(active)} active, {paused} paused"
    waits = [int((source.due_at - now_utc()).total_seconds()) for source in active if source.due_at]
    if min(waits, default=0) > 0:
        listed += f", next poll in {min(waits)} s"
    parts = (f"data {_nearby(settings.data)}", server, database, listed, settings.web_address, "stop: Ctrl-C")
    return "   ".join(("wireroom 0.1", *parts))


def _try_next(database: Database) -> str:
    with database.read() as connection:
        newest = listed.newest(connection, limit=1, state="extracted")
        next_poll = status_rows.status(connection).next_poll
    example = newest[0].id[:4] if newest else "ID"
    wait = f"Next poll in {max(0, int((next_poll - now_utc()).total_seconds()))} s.   " if next_poll else ""
    return (
        f"{wait}Try in another terminal   wireroom articles show {example}     wireroom tail --json --from start     "
        "wireroom sources add NAME ADDRESS     wireroom ledger"
    )


def _sum(watch: Watch, *, stopped: bool) -> str:
    tally = watch.tally
    parts = [
        f"{wording.count(tally['wireroom.article.created'], 'article')} in",
        f"{wording.count(tally['wireroom.event.created'], 'event')} out",
    ]
    parts += [f"{tally['rejected']} kept back"] if tally["rejected"] else []
    parts += [f"{tally['dead']} dead"] if tally["dead"] else []
    return ("Stopped.  " if stopped else "") + ", ".join(parts) + "."


def _nearby(path: Path) -> str:
    return f"./{path.relative_to(Path.cwd())}" if path.is_relative_to(Path.cwd()) else str(path)

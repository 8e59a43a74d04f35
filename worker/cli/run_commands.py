"""The two commands that keep processes running while they show something: `run` and `ingest`."""

from __future__ import annotations

import datetime as dt
import math
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from worker.cli.show import message_lines, wording
from worker.cli.show.watch import Watch
from worker.engine.children import Children
from worker.engine.run import AlreadyRunning, engine
from worker.engine.wiring import Wiring
from worker.logs import configure_logs
from worker.settings import Settings
from worker.steps.ingest import give
from worker.store import heartbeats, sources
from worker.store import status as status_rows
from worker.store.articles import listed as article_listed
from worker.store.ledger import Ledger
from worker.store.outgoing.outbox import counts as outbox_counts
from worker.store.status import Status
from worker.store.tables import IN_FLIGHT

log = structlog.get_logger()

LOOK_SECONDS = 0.25
LOOK_AGAIN_SECONDS = 10.0  # whether the other run still has the folder
WORKING_ROLES = frozenset(("fetch", "extract", "beat"))
REFUSALS_SHOWN = 20


class _Stopped(Exception):
    """Somebody asked us to stop."""


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """Ctrl-C, TERM and a closed terminal end the block; during the clean-up that follows they change nothing."""

    def stop(number: int, _: FrameType | None) -> None:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped(signal.Signals(number).name)

    before = {each: signal.signal(each, stop) for each in STOPPING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings, *, once: bool, console: Console) -> int:
    """Runs everything until it is stopped, or until nothing is due; the exit code."""
    configure_logs("warning")
    wiring = Wiring(settings)
    started = _now()
    watch = Watch(wiring.database, wiring.stream.client, started)
    stopped = False
    with _stopping_on_signals():
        try:
            with engine(settings, wiring.database, polling=True) as children:
                watch.begin()
                console.print(_greeting(settings, wiring), style="bold")
                done = _idle(wiring, started) if once else (lambda: False)
                _show(watch, children, console, done)
        except _Stopped:
            stopped = True
    _sum_up(watch, wiring, console, stopped=stopped)
    return 0


def _show(watch: Watch, children: Children, console: Console, done: Callable[[], bool]) -> None:
    """Prints what comes until `done` says so twice; when it falls still for the first time, tells what to try."""
    told, still = False, 0
    while True:
        children.watch()
        news = list(watch.news(_now()))
        for line in news:
            console.print(line)
        still = 0 if news else still + 1
        if not told and still * LOOK_SECONDS >= 3 and watch.tally["wireroom.article.created"]:
            told = True
            console.print(_try_next(watch.database), style="dim")
        if done() and still > 1:
            return
        time.sleep(LOOK_SECONDS)


def _idle(wiring: Wiring, started: dt.datetime) -> Callable[[], bool]:
    """Tells whether what was due at the start is done, and all that came of it."""
    with wiring.database.read() as connection:
        every = sources.all_of(connection)
    now = _now()  # the workers are not up yet: nothing that is due has been touched
    due = [each.name for each in every if not each.paused and each.due_at and each.due_at <= now]

    def idle() -> bool:
        with wiring.database.read() as connection:
            return not (
                status_rows.polls_due(connection, due, since=started)
                or status_rows.busy(connection, now=_now())
                or outbox_counts(connection)[1]
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
    waits = [int((source.due_at - _now()).total_seconds()) for source in active if source.due_at]
    if min(waits, default=0) > 0:
        listed += f", next poll in {min(waits)} s"
    parts = (f"data {_nearby(settings.data)}", server, database, listed, settings.web_address, "stop: Ctrl-C")
    return "   ".join(("wireroom 0.1", *parts))


def _try_next(database: Any) -> str:
    with database.read() as connection:
        newest = article_listed.newest(connection, limit=1, state="extracted")
        next_poll = status_rows.status(connection).next_poll
    example = newest[0].id[:4] if newest else "ID"
    wait = f"Next poll in {max(0, int((next_poll - _now()).total_seconds()))} s.   " if next_poll else ""
    return (
        f"{wait}Try in another terminal   wireroom articles show {example}     wireroom tail --json --from start     "
        "wireroom sources add NAME ADDRESS     wireroom ledger"
    )


def _sum_up(watch: Watch, wiring: Wiring, console: Console, *, stopped: bool) -> None:
    tally = watch.tally
    parts = [
        f"{wording.count(tally['wireroom.article.created'], 'article')} in",
        f"{wording.count(tally['wireroom.event.created'], 'event')} out",
    ]
    parts += [f"{tally['rejected']} kept back"] if tally["rejected"] else []
    parts += [f"{tally['dead']} dead"] if tally["dead"] else []
    console.print(("Stopped.  " if stopped else "") + ", ".join(parts) + ".", style="bold")
    wiring.close()


def ingest(settings: Settings, inputs: Sequence[str], *, local: bool, console: Console, errors: Console) -> int:
    """Brings the inputs in, on workers that run already or on our own, and waits; 1 where an input was nothing or an
    article died."""
    configure_logs("warning")
    wiring = Wiring(settings)
    wiring.database.migrate()
    given = give(inputs, local=local, database=wiring.database, now=_now())
    for fault in given.faults:
        errors.print(fault, style="red")
    if given.known:
        console.print(f"{wording.count(given.known, 'entry', 'entries')} known already, unchanged.")
    if given.due:
        with _stopping_on_signals():
            try:
                _wait(settings, wiring, given.due, console)
            except _Stopped:
                errors.print("Stopped; what is left goes on with the next wireroom run or ingest.", style="yellow")
                return 130
    code = _outcome(wiring, given.due, console)
    return 1 if given.faults else code


def _wait(settings: Settings, wiring: Wiring, due: Sequence[str], console: Console) -> None:
    """Waits on workers that run elsewhere, on those of a `wireroom run` that has this data folder, or on our own. With
    the embedded server whoever holds the folder has the workers; heartbeats may be those of one that was killed."""
    if not settings.embedded_redis and _working(wiring):
        _progress(wiring, due, console, None)
        return
    while True:
        try:
            with engine(settings, wiring.database) as children:
                _progress(wiring, due, console, children)
                return
        except AlreadyRunning:
            if _progress(wiring, due, console, None, within_seconds=LOOK_AGAIN_SECONDS):
                return


def _working(wiring: Wiring) -> bool:
    with wiring.database.read() as connection:
        return heartbeats.working(connection, WORKING_ROLES, now=_now())


def _progress(
    wiring: Wiring,
    due: Sequence[str],
    console: Console,
    children: Children | None,
    within_seconds: float = math.inf,
) -> bool:
    """Shows how far it is until all is done; False where that took longer."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("ingesting", total=len(due))
        give_up = time.monotonic() + within_seconds
        while time.monotonic() < give_up:
            if children:
                children.watch()
            with wiring.database.read() as connection:
                left = sum(each.state in IN_FLIGHT for each in article_listed.outcomes(connection, due))
                waiting = outbox_counts(connection)[1]
            progress.update(task, completed=len(due) - left)
            if not left and not waiting:
                return True
            time.sleep(LOOK_SECONDS)
    return False


def _outcome(wiring: Wiring, due: Sequence[str], console: Console) -> int:
    with wiring.database.read() as connection:
        ended = article_listed.outcomes(connection, due)
    refused = [each for each in ended if each.state in ("rejected", "dead")]
    for each in refused[:REFUSALS_SHOWN]:
        console.print(message_lines.of_refusal(each, clock=""))
    if len(refused) > REFUSALS_SHOWN:
        console.print(f"… and {len(refused) - REFUSALS_SHOWN} more: wireroom articles list --state rejected")
    numbers = {state: sum(each.state == state for each in ended) for state in ("extracted", "rejected", "dead")}
    duplicates = len(due) - len(ended)
    counts = ", ".join(f"{number} {state}" for state, number in numbers.items() if number or state == "extracted")
    console.print(counts + (f", {duplicates} duplicate" if duplicates else "") + ".", style="bold")
    return 1 if numbers["dead"] else 0


def ledger_json(found: Ledger) -> dict[str, Any]:
    """The ledger as JSON: lines, failed polls, faults, and whether it balances."""
    return asdict(found) | {"balanced": found.balanced}


def status_json(found: Status, alive: Mapping[tuple[str, str], dt.datetime]) -> dict[str, Any]:
    """The status as JSON, with who is alive."""
    return asdict(found) | {"alive": [f"{role}@{host}" for role, host in alive]}


def _nearby(path: Path) -> str:
    return f"./{path.relative_to(Path.cwd())}" if path.is_relative_to(Path.cwd()) else str(path)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

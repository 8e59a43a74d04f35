"""The commands that take files and addresses: `ingest` brings them in for good, `extract` keeps nothing."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from extractors import Reasons, choose_model, why, why_not
from extractors import extract as extract_bytes
from worker.cli.declared import commands
from worker.cli.show import message_lines, wording
from worker.cli.show.console import err, now_utc, out, print_json
from worker.engine.children import Children
from worker.engine.run import AlreadyRunning, engine
from worker.engine.stopping import Stopped, stopping_on_signals
from worker.engine.wiring import Wiring
from worker.errors import Reason, WireroomError
from worker.logs import configure_logs
from worker.settings import Settings, load_settings
from worker.sources.kinds.folder import read_file
from worker.steps.ingest import give
from worker.store import heartbeats
from worker.store.articles import listed
from worker.store.outgoing.outbox import counts as outbox_counts
from worker.store.tables import IN_FLIGHT

app = commands()
LOOK_SECONDS = 0.25
LOOK_AGAIN_SECONDS = 10.0  # whether the other run still has the folder
ROLES = frozenset(("fetch", "extract", "beat"))
REFUSALS_SHOWN = 20
INTERRUPTED = 130
STANDARD_INPUT = "-"


@app.command()
def ingest(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders or addresses.", metavar="PATH|URL")],
    local: Annotated[bool, typer.Option("--local", help="Addresses may be on this machine or network.")] = False,
) -> None:
    """Take files, folders and addresses through the whole path, and wait for them; exit code 1 where an input was
    nothing or an article died."""
    configure_logs("warning")
    settings = load_settings()
    wiring = Wiring(settings)
    wiring.database.migrate()
    given = give(inputs, local=local, database=wiring.database, now=now_utc())
    for fault in given.faults:
        err.print(fault, style="red")
    if given.known:
        out.print(f"{wording.count(given.known, 'entry', 'entries')} known already, unchanged.")
    if given.due:
        with stopping_on_signals():
            try:
                _wait(settings, wiring, given.due)
            except Stopped:
                err.print("Stopped; what is left goes on with the next wireroom run or ingest.", style="yellow")
                raise typer.Exit(INTERRUPTED) from None
    died = _sum_up(wiring, given.due)
    raise typer.Exit(1 if died or given.faults else 0)


@app.command()
def extract(
    paths: Annotated[list[str], typer.Argument(help="Files, or - for standard input.", metavar="PATH|-")],
    reasons: Annotated[
        bool, typer.Option("--why", help='Add "why": how the document and each event came about.')
    ] = False,
    lacks: Annotated[
        bool, typer.Option("--why-not", help='Add "why_not": the sentences without an event, and what they lacked.')
    ] = False,
) -> None:
    """Print document and records of files as JSON, without store and queue; several give a line each."""
    settings = load_settings()
    choose_model(settings.model)
    failed = False
    for path in paths:
        try:
            content, content_type = _read(path, settings)
        except WireroomError as error:
            err.print(f"{path}: {error.reason}: {error.detail}", style="red")
            failed = True
            continue
        found = extract_bytes(content, content_type=content_type).model_dump(mode="json")
        if reasons:
            found["why"] = TypeAdapter(Reasons).dump_python(why(content, content_type=content_type), mode="json")
        if lacks:
            found["why_not"] = [each.model_dump(mode="json") for each in why_not(content, content_type=content_type)]
        print_json(found, indent=2 if len(paths) == 1 else None)
    raise typer.Exit(1 if failed else 0)


def _read(path: str, settings: Settings) -> tuple[bytes, str | None]:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(), None
    response = read_file(Path(path).resolve().as_uri(), max_bytes=settings.fetch_max_bytes)
    return response.body, response.header("Content-Type")


def _wait(settings: Settings, wiring: Wiring, due: Sequence[str]) -> None:
    """Waits on workers that run elsewhere, on those of a `wireroom run` that has this data folder, or on our own. With
    the embedded server whoever holds the folder has the workers; heartbeats may be those of one that was killed."""
    with wiring.database.read() as connection:
        working = heartbeats.working(connection, ROLES, now=now_utc())
    if not settings.embedded_redis and working:
        _progress(wiring, due, None)
        return
    while True:
        try:
            with engine(settings, wiring.database) as children:
                _progress(wiring, due, children)
                return
        except AlreadyRunning:
            if _progress(wiring, due, None, within_seconds=LOOK_AGAIN_SECONDS):
                return


def _progress(wiring: Wiring, due: Sequence[str], children: Children | None, within_seconds: float = math.inf) -> bool:
    """Shows how far it is until all is done; False where that took longer."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("ingesting", total=len(due))
        give_up = time.monotonic() + within_seconds
        while time.monotonic() < give_up:
            if children:
                children.watch()
            with wiring.database.read() as connection:
                left = sum(each.state in IN_FLIGHT for each in listed.outcomes(connection, due))
                waiting = outbox_counts(connection)[1]
            progress.update(task, completed=len(due) - left)
            if not left and not waiting:
                return True
            time.sleep(LOOK_SECONDS)
    return False


def _sum_up(wiring: Wiring, due: Sequence[str]) -> int:
    """Prints how the inputs ended; how many died."""
    with wiring.database.read() as connection:
        ended = listed.outcomes(connection, due)
    refused = [each for each in ended if each.state in ("rejected", "dead")]
    for each in refused[:REFUSALS_SHOWN]:
        out.print(message_lines.of_refusal(each, clock=""))
    if any(each.reason == Reason.FORBIDDEN_ADDRESS for each in refused):
        out.print("What is on this machine or network is taken with --local.", style="yellow")
    if len(refused) > REFUSALS_SHOWN:
        out.print(f"… and {len(refused) - REFUSALS_SHOWN} more: wireroom articles list --state rejected")
    numbers = {state: sum(each.state == state for each in ended) for state in ("extracted", "rejected", "dead")}
    duplicates = len(due) - len(ended)
    counts = ", ".join(f"{number} {state}" for state, number in numbers.items() if number or state == "extracted")
    out.print(counts + (f", {duplicates} duplicate" if duplicates else "") + ".", style="bold")
    return numbers["dead"]

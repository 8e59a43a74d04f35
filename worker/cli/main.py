"""The commands. Each reads its arguments, calls a plain function, and prints what a person wants to see of it."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated

import redis
import typer
from sqlalchemy.exc import SQLAlchemyError

from extractors import extract as extract_bytes
from extractors.parse import pipeline
from worker.cli import (
    article_commands,
    export_command,
    reextract_commands,
    run_commands,
    source_commands,
    stream_commands,
    webhook_commands,
)
from worker.cli.show import state_tables, wording
from worker.cli.show.console import AsJson, Refused, err, now_utc, out, print_json, wired
from worker.engine.children import StartFailed
from worker.engine.run import AlreadyRunning, prepare
from worker.engine.wiring import Wiring, host
from worker.errors import WireroomError
from worker.settings import SettingsError, effective, load_settings
from worker.sources.catalogue import CatalogueError
from worker.sources.kinds.folder import read_file
from worker.store import heartbeats
from worker.store import ledger as ledger_rows
from worker.store import status as status_rows

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
                  help="News in, sourced events on a stream out.")  # fmt: skip
app.add_typer(source_commands.app, name="sources")
app.add_typer(article_commands.app, name="articles")
app.add_typer(webhook_commands.app, name="webhooks")
stream_commands.add_to(app)
reextract_commands.add_to(app, article_commands.app)
app.command()(export_command.export)
MAX_HEALTH_SECONDS = 60.0


def main() -> None:
    """Runs the command line; every expected failure is one clear message and exit code 2."""
    try:
        app()
    except (SettingsError, CatalogueError, AlreadyRunning, StartFailed, Refused, WireroomError) as error:
        err.print(str(error), style="red")
    except redis.RedisError as error:
        err.print(
            f"Redis does not answer: {str(error).rstrip('.')}. Is `wireroom run` (or your server) up?",
            style="red",
        )
    except SQLAlchemyError as error:
        err.print(f"The database does not answer as it should: {error}", style="red")
    sys.exit(2)


@app.command()
def run(once: Annotated[bool, typer.Option(help="Stop when nothing is due any more, and sum up.")] = False) -> None:
    """Run everything on this machine, and show what comes."""
    settings = load_settings()
    raise typer.Exit(run_commands.run(settings, once=once, console=out))


@app.command()
def ingest(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders or addresses.", metavar="PATH|URL...")],
    local: Annotated[bool, typer.Option(help="Addresses may be on this machine or network.")] = False,
) -> None:
    """Take files, folders and addresses through the whole path, and wait for them."""
    raise typer.Exit(run_commands.ingest(load_settings(), inputs, local=local, console=out, errors=err))


@app.command()
def extract(
    paths: Annotated[list[str], typer.Argument(help="Files, or - for standard input.", metavar="PATH|-")],
) -> None:
    """Print document and records of files as JSON, without store and queue; several give a line each."""
    settings = load_settings()
    pipeline.choose(settings.model)
    failed = False
    for path in paths:
        try:
            if path == "-":
                found = extract_bytes(sys.stdin.buffer.read())
            else:
                response = read_file(Path(path).resolve().as_uri(), max_bytes=settings.fetch_max_bytes)
                found = extract_bytes(response.body, content_type=response.header("Content-Type"))
        except WireroomError as error:
            err.print(f"{path}: {error.reason}: {error.detail}", style="red")
            failed = True
            continue
        indent = 2 if len(paths) == 1 else None
        sys.stdout.write(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=indent) + "\n")
    raise typer.Exit(1 if failed else 0)


@app.command()
def ledger(as_json: AsJson = False) -> None:
    """Account for every entry ever seen, and prove that none is missing."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found = ledger_rows.ledger(connection)
    if as_json:
        print_json(run_commands.ledger_json(found))
    else:
        out.print(state_tables.of_ledger(found))
        for source, reason, detail in found.polls:
            out.print(f"poll failed  {source}  {reason}: {detail}", style="yellow")
        for fault in found.faults:
            out.print(f"fault: {fault}", style="red")
        seen = wording.count(sum(line.seen for line in found.lines), "entry", "entries")
        out.print(f"balanced: {seen}" if found.balanced else "NOT balanced", style="green" if found.balanced else "red")
    raise typer.Exit(0 if found.balanced else 1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say where everything stands."""
    settings, wiring = wired()
    now, stream = now_utc(), stream_commands.stream_status(settings)
    with wiring.database.read() as connection:
        found = status_rows.status(connection)
        alive = heartbeats.seen(connection, since=now - dt.timedelta(seconds=MAX_HEALTH_SECONDS))
    if as_json:
        print_json(run_commands.status_json(found, alive) | {"stream": stream})
    else:
        out.print(state_tables.of_status(found, alive, now=now))
        stream_commands.print_stream(stream)


@app.command()
def settings() -> None:
    """Print the effective settings, secrets hidden."""
    out.print(state_tables.of_settings(effective(load_settings())))


@app.command()
def web() -> None:
    """Serve messages, contract and re-extraction over HTTP, until stopped."""
    from worker.web.serve import main as serve  # its libraries take half a second, which no other command needs

    serve()


@app.command()
def migrate() -> None:
    """Bring the database and its sources up to date: once, before the workers start."""
    settings = load_settings()
    prepare(settings, Wiring(settings).database, samples=False)
    out.print("The database is up to date.")


@app.command()
def health(role: Annotated[str, typer.Option(help="A line of the Procfile: poll, beat, web …")]) -> None:
    """Exit with 0 if this role was alive on this machine (beat: anywhere) within the last minute."""
    settings = load_settings()
    since = now_utc() - dt.timedelta(seconds=MAX_HEALTH_SECONDS)
    with Wiring(settings).database.read() as connection:
        seen = heartbeats.seen(connection, since=since)
    alive = any(name == role and (role == "beat" or machine == host()) for name, machine in seen)
    out.print(f"{role}: {'alive' if alive else 'not seen for a minute'}")
    raise typer.Exit(0 if alive else 1)

"""The commands by name, and what becomes of one that fails. Each is loaded when it is called."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from worker.cli.declared import Declared, Deferred

COMMANDS = (
    Declared("run", "run_commands", "Run everything on this machine, and show what comes."),
    Declared("ingest", "input_commands", "Take files and addresses through the whole path, and wait."),
    Declared("extract", "input_commands", "Print document and records of files as JSON; no store, no queue."),
    Declared("sources", "source_commands", "Where articles are listed."),
    Declared("articles", "article_commands", "What came of them, and why."),
    Declared("export", "export_command", "Write events as a table: JSON lines, CSV or Parquet."),
    Declared("tail", "stream_commands", "Show the stream, live."),
    Declared("consume", "stream_commands", "Run a command for each message of the stream."),
    Declared("replay", "stream_commands", "Publish again what was published."),
    Declared("groups", "stream_commands", "Who reads the stream, and how far behind."),
    Declared("dead", "stream_commands", "Messages that a consumer could not handle."),
    Declared("webhooks", "webhook_commands", "Who is told of what is published by signed HTTP requests."),
    Declared("reextract", "reextract_commands", "Extract stored articles again by today's extractors."),
    Declared("runs", "reextract_commands", "What was extracted again, by whom, and what it changed."),
    Declared("purge", "reextract_commands", "Remove an article everywhere, for good."),
    Declared("status", "status_commands", "Say where everything stands."),
    Declared("ledger", "status_commands", "Account for every entry ever seen; prove that none is missing."),
    Declared("health", "status_commands", "Exit with 0 if a role was alive within the last minute."),
    Declared("settings", "status_commands", "Print the effective settings, secrets hidden."),
    Declared("web", "run_commands", "Serve messages, contract and re-extraction over HTTP."),
    Declared("migrate", "run_commands", "Bring the database and its sources up to date, once."),
)
FAILED = 2


class Commands(TyperGroup):
    """All commands by name; a reader that goes away, as `head` does, ends each of them well."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for each in COMMANDS:
            self.add_command(Deferred(each))

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that the context names."""
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left over has nowhere to go
            raise typer.Exit(0) from None
        return found


app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None,
                  pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"wireroom {version('wireroom')}")
        raise typer.Exit


@app.callback()
def wireroom(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """News in, sourced events on a stream out."""


def main() -> None:
    """Runs the command line; every expected failure is one clear message and exit code 2."""
    try:
        app()
    except Exception as error:
        said = failure(error)
        if said is None:
            raise
        from worker.cli.show.console import err

        err.print(said, style="red")
        sys.exit(FAILED)


def failure(error: Exception) -> str | None:
    """What to tell of an expected failure; None where the error is a fault of ours."""
    import redis  # nothing of this is needed before something fails
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    from worker.cli.show.console import Refused
    from worker.engine.children import StartFailed
    from worker.engine.run import AlreadyRunning
    from worker.errors import SchemaMismatch, WireroomError
    from worker.settings import SettingsError
    from worker.sources.catalogue import CatalogueError

    match error:
        case SchemaMismatch():
            return f"{error.subject}: {error.detail}"
        case Refused() | SettingsError() | CatalogueError() | AlreadyRunning() | StartFailed() | WireroomError():
            return str(error)
        case redis.ResponseError():
            return f"Redis refuses: {error}"
        case redis.RedisError():
            return f"Redis does not answer: {str(error).rstrip('.')}. Is `wireroom run` (or your server) up?"
        case DBAPIError():
            return f"The database does not answer as it should: {str(error.orig).strip()}"
        case SQLAlchemyError():
            return f"The database does not answer as it should: {error}"
        case OSError() if error.filename is not None:
            return f"{error.filename}: {error.strerror}"
    return None

"""The command that writes events out for those who work with tables."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from extractors import country_codes
from worker.cli.declared import commands
from worker.cli.show import wording
from worker.cli.show.console import Refused, err, known, wired
from worker.publication.export import FORMATS, MissingExtra, Wanted, events

app = commands()


@app.command()
def export(
    format_: Annotated[str, typer.Option("--format", help="jsonl, csv or parquet.")] = "jsonl",
    since: Annotated[
        dt.datetime | None, typer.Option(help="Events of this day or later.", formats=["%Y-%m-%d"])
    ] = None,
    until: Annotated[dt.datetime | None, typer.Option(help="Events before this day.", formats=["%Y-%m-%d"])] = None,
    country: Annotated[list[str], typer.Option(help="Only where this country takes part; again: where both do.")] = [],  # noqa: B006
    out_: Annotated[Path | None, typer.Option("--out", help="A file; else standard output.", metavar="FILE")] = None,
) -> None:
    """Write events in the columns that users of POLECAT know (docs/export.md)."""
    known(format_, FORMATS, "format")
    countries = tuple(known(each.strip().upper(), country_codes(), "country") for each in country)
    wanted = Wanted(since and since.date(), until and until.date(), countries)
    _, wiring = wired()
    with out_.open("wb") if out_ else nullcontext(sys.stdout.buffer) as file:
        try:
            number = FORMATS[format_](events(wiring.database, wanted), file)
        except MissingExtra as error:
            raise Refused(str(error)) from error
        file.flush()
    err.print(f"{wording.count(number, 'event')} written{f' to {out_}' if out_ else ''}")

"""What every command prints with and refuses by, and how it gets at the parts."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from extractors.parse import pipeline
from worker.engine.wiring import Wiring
from worker.settings import Settings, load_settings

WIDTH = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160  # a pipe has no width, and folds nothing
out = Console(highlight=False, soft_wrap=True, width=WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


class Refused(Exception):
    """The command cannot do what was asked; the message says why and what to do."""


def now_utc() -> dt.datetime:
    """The time at which a command runs."""
    return dt.datetime.now(dt.UTC)


def wired() -> tuple[Settings, Wiring]:
    """The settings and the parts, the database up to date."""
    settings = load_settings()
    pipeline.choose(settings.model)
    wiring = Wiring(settings)
    wiring.database.migrate()
    return settings, wiring


def print_json(value: Any) -> None:
    """One line of JSON on standard output, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()

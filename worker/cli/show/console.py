"""What every command prints with and refuses by, and how it gets at the parts.

Whatever is printed passes here, and much of it was written by strangers: it is shown as it is, never as markup, and
without the characters by which a text could move the cursor, set the clipboard, or stand in another order than it is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from worker.engine.wiring import Wiring
from worker.settings import Settings, load_settings

WIDTH = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160  # a pipe has no width, and folds nothing

# What a terminal obeys or reorders by: C0 but for tab and line feed, DEL, C1, line separators, Unicode's direction
# marks, embeddings and isolates, and halves of surrogates, which cannot be written at all. One class.
# yes: "\x1b"  "\x9b"  "\u202e"  "\ud800"     no: "\n"  "é"  "\u200d" (joins emoji and Persian)
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


SHOWN_CHOICES = 12


class Terminal(Console):
    """A console on which texts are texts."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments to print, cleaned; those that are control codes are the console's own."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(UNSAFE.sub("", segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Who reads has gone: the command line decides what that means."""
        raise BrokenPipeError


out = Terminal(highlight=False, markup=False, emoji=False, soft_wrap=True, width=WIDTH)
err = Terminal(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


class Refused(Exception):
    """The command cannot do what was asked; the message says why and what to do."""


def known(name: str, names: Iterable[str], thing: str) -> str:
    """The name, where it is one of these or none was given; refuses any other, with the nearest."""
    choices = sorted(map(str, names))
    if not name or name in choices:
        return name
    from difflib import get_close_matches

    lower = {each.lower(): each for each in choices}
    if near := get_close_matches(name.lower(), lower, n=1):
        raise Refused(f"there is no {thing} {name!r}; did you mean {lower[near[0]]!r}?")
    listed = f"; there are {', '.join(choices)}" if 0 < len(choices) <= SHOWN_CHOICES else ""
    raise Refused(f"there is no {thing} {name!r}{listed}")


def now_utc() -> dt.datetime:
    """The time at which a command runs."""
    return dt.datetime.now(dt.UTC)


def wired() -> tuple[Settings, Wiring]:
    """The settings and the parts; refuses where there is no database of today's tables. Nothing is made or changed:
    that is for `run`, `ingest` and `migrate` alone."""
    settings = load_settings()
    if settings.database_url is None:
        _there(settings.data / "wireroom.db", settings)
    wiring = Wiring(settings)
    wiring.database.require_current()
    return settings, wiring


def stream_settings() -> Settings:
    """The settings, for a command over the stream; refuses where the embedded server has never run."""
    settings = load_settings()
    if settings.embedded_redis:
        _there(settings.data, settings)
    return settings


def _there(path: Path, settings: Settings) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise Refused(
            f"{settings.data} holds no Wireroom yet: `wireroom run`, `ingest` or `migrate` makes one; "
            "WIREROOM_DATA names another folder"
        ) from None


def print_json(value: Any, *, indent: int | None = None) -> None:
    """JSON on standard output, at once: one line unless indented; what a terminal would obey stands escaped."""
    text = json.dumps(value, ensure_ascii=False, default=str, indent=indent)
    sys.stdout.write(UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
    sys.stdout.flush()

"""Commands that are known before they are loaded: help needs no more of them than a name and a line each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_group


@dataclass(frozen=True, slots=True)
class Declared:
    """A command's name, the module of worker/cli that has it, and what it does in one line of a narrow terminal."""

    name: str
    module: str
    summary: str


def commands(name: str | None = None, about: str | None = None) -> typer.Typer:
    """What a module puts its commands into: a family under a name of its own, or single commands."""
    return typer.Typer(name=name, help=about, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


class Deferred(TyperCommand):
    """Stands for a declared command, and hands over to it when it is called."""

    def __init__(self, declared: Declared) -> None:
        super().__init__(declared.name, help=declared.summary, short_help=declared.summary, rich_markup_mode=None)
        self.declared = declared

    def make_context(self, *given: Any, **options: Any) -> Any:  # Typer's own types for these are private
        """The context of the command itself."""
        found = load(self.declared)
        if "structlog" in sys.modules:  # what logs would do so on standard output, among the answers
            from worker.logs import configure_logs

            configure_logs("warning")
        return found.make_context(*given, **options)


def load(declared: Declared) -> Any:
    """The command: the module's `app` where that goes by its name, else the one in it that does."""
    app: typer.Typer = import_module(f"{__package__}.{declared.module}").app
    group = get_group(app)
    found = group if group.name == declared.name else group.commands[declared.name]
    for command in (found, *getattr(found, "commands", {}).values()):
        _tell_plainly(command)
    return found


def _tell_plainly(command: Any) -> None:
    """Has help call each value by its option's name rather than by a type of Python's, and cut no summary short."""
    command.short_help = (command.help or "").partition("\n\n")[0]
    for each in command.params:
        if each.metavar is None and not getattr(each, "is_flag", False):
            each.metavar = max(each.opts, key=len).removeprefix("--").upper()

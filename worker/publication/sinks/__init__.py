"""Where messages are published: one module a sink, named in WIREROOM_SINKS.

To add one, put a module here with `open_sink(settings) -> Sink`; its file's name is the sink's name. Those of other
installed distributions are found by their entry points (`worker.plugins`); a name of ours stays ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from worker.plugins import opener_of, our_sinks
from worker.settings import Settings
from worker.store.outgoing.outbox import Waiting


class Sink(Protocol):
    """Takes messages; a message is published when all sinks have it."""

    def append(self, messages: Sequence[Waiting]) -> None:
        """Takes the messages in their order, and returns when they are safe; raises where it cannot say so. It may be
        given the same message again."""

    def close(self) -> None:
        """Closes the connections."""


def open_sinks(settings: Settings) -> list[Sink]:
    """The sinks that the settings name, in that order."""
    return [_open(name, settings) for name in settings.sink_names]


def _open(name: str, settings: Settings) -> Sink:
    opener = import_module(f"{__name__}.{name}").open_sink if name in our_sinks() else opener_of(name)
    sink: Sink = opener(settings)
    return sink

"""Where the command line begins: loads the commands, so that Ctrl-C while they load is no failure of theirs."""

from __future__ import annotations

import gc
import sys

INTERRUPTED = 130
OBJECTS = 50_000
"""New objects between two collections: what a module brings stays, so that looking through it at every 700 is a sixth
of the time that a command takes to load, and finds nothing."""


def main() -> None:
    """Runs the command line."""
    gc.set_threshold(OBJECTS)
    try:
        from worker.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)

"""Where the command line begins: loads the commands, so that Ctrl-C while they load is no failure of theirs."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Runs the command line."""
    try:
        from worker.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)

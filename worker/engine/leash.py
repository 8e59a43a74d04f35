"""Runs a command that ends when whoever started it ends, however that happens.

    python -m worker.engine.leash COMMAND …

A supervisor that is killed cannot stop its children any more; on Linux the kernel does it for it. It kills, since a
worker that is only asked to end may wait long for a silent server. Elsewhere the command runs without a leash.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Becomes the command of the arguments; never returns."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel was asked
            sys.exit(1)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()

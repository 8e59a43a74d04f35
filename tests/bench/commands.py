"""What a command costs before it does anything: CPU of the whole process, on a data folder that is settled."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

WIREROOM = Path(sys.executable).with_name("wireroom")
RUNS = 9
COMMANDS = (("--help",), ("status",))


def cpu_seconds(arguments: tuple[str, ...], folder: str) -> float:
    """User and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "WIREROOM_DATA": str(Path(folder) / "data")}
    subprocess.run([WIREROOM, *arguments], check=True, capture_output=True, cwd=folder, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """A line a command: the least and the middle of several runs."""
    with tempfile.TemporaryDirectory() as folder:
        cpu_seconds(("migrate",), folder)  # makes the database
        for arguments in COMMANDS:
            spent = [cpu_seconds(arguments, folder) for _ in range(RUNS)]
            name = f"CPU of wireroom {' '.join(arguments)}"
            sys.stdout.write(f"{name:<40}{min(spent):>12.2f} s least, {median(spent):.2f} s in the middle\n")


if __name__ == "__main__":
    main()

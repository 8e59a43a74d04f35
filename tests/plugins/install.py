"""Distributions of others for tests: built and installed by pip from the pages that tell how, or laid out by hand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
WIREROOM = Path(sys.executable).with_name("wireroom")
BLOCK = re.compile(r"^```\w+\n# (?P<file>\S+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
PIP = (
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--no-build-isolation",
    "--no-index",
)


def blocks(page: str) -> dict[str, str]:
    """The files that a page "how to add" shows, by the path in each block's first line."""
    text = (ROOT / "docs" / "how-to-add" / page).read_text(encoding="utf-8")
    return {found["file"]: found["text"] for found in BLOCK.finditer(text)}


def put(folder: Path, files: Mapping[str, str]) -> Path:
    """Writes the files into the folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def install(target: Path, *projects: Path) -> None:
    """Builds the projects and installs them into the target folder, from nothing but what is here."""
    command = [sys.executable, *PIP, "--target", str(target), *map(str, projects)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def environment(*paths: Path, **settings: str) -> dict[str, str]:
    """That of a process which finds these folders' modules and distributions beside ours."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT))), **settings}


def lay_out(folder: Path, name: str, module: str, group: str, points: Mapping[str, str]) -> None:
    """Puts a module into the folder, and beside it what an installer would write of its distribution."""
    lines = "".join(f"{point} = {value}\n" for point, value in points.items())
    about = f"{name.replace('-', '_')}-1.0.dist-info"
    put(folder, {
        f"{name.replace('-', '_')}.py": module,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/entry_points.txt": f"[{group}]\n{lines}",
    })  # fmt: skip

"""The passages of our own with their expectations, as data files beside the samples."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "samples" / "passages"


def passages(name: str) -> list[dict[str, Any]]:
    """The passages of one file."""
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["passage"]
    return found

"""The names of page families, read off the folder that holds one module for each: nowhere else are they written."""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal

FOLDER = Path(__file__).parent / "pages" / "families"
ANY_OTHER = "generic"
"""The family that takes every page that no other knows."""

_KNOWN = sorted(module.name for module in iter_modules([str(FOLDER)]) if module.name != ANY_OTHER)
FAMILY_NAMES = (*_KNOWN, ANY_OTHER)

if TYPE_CHECKING:
    FamilyName = str
else:
    FamilyName = Literal[FAMILY_NAMES]

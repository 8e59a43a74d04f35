"""One module a family of pages, called as the family is: how its pages are known, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from extractors.page_families import FAMILY_NAMES
from extractors.pages.family import Family


def _found() -> Mapping[str, Family]:
    """The `FAMILY` of each module here by the module's name, in the order in which they are asked."""
    families: dict[str, Family] = {name: import_module(f"{__name__}.{name}").FAMILY for name in FAMILY_NAMES}
    return MappingProxyType(dict(sorted(families.items(), key=lambda item: (item[1].turn, item[0]))))


FAMILIES = _found()

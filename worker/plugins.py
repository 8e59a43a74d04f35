"""Which sinks there are: ours, and those of other installed distributions, by their entry points in `wireroom.sinks`.

Below the settings, so that a sink that cannot be had is a fault of WIREROOM_SINKS, told at the start. Others are looked
for only where a sink is named that is not ours: whoever has none pays nothing. (Extractors of others load in
`extractors.registry`.)
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

GROUP = "wireroom.sinks"
OURS = Path(__file__).parent / "publication" / "sinks"


class PluginError(ValueError):
    """A sink of another distribution that cannot be had; the message says where it stands and why."""


def check_sinks(asked: Collection[str]) -> None:
    """Raises PluginError where one of the sinks that are asked for cannot be had."""
    others = set(asked) - our_sinks()
    if unknown := others - set(sinks_of_others() if others else ()):
        known = sorted(our_sinks() | set(sinks_of_others()))
        raise PluginError(f"no such sink as {', '.join(sorted(map(repr, unknown)))}; there are {', '.join(known)}")
    for name in sorted(others):
        opener_of(name)


def our_sinks() -> frozenset[str]:
    """The names of our own sinks: of the files in their folder."""
    return frozenset(module.name for module in pkgutil.iter_modules([str(OURS)]))


def sinks_of_others() -> tuple[str, ...]:
    """The names of the sinks that other installed distributions have, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def opener_of(name: str) -> Callable[[Any], Any]:
    """The function that opens the sink of this name, given the settings; raises PluginError where there is none, where
    two distributions have one, or where it cannot be loaded."""
    points = sorted(entry_points(group=GROUP, name=name), key=_place)
    if len(points) != 1:
        raise PluginError(f"sink {name!r} is {' and '.join(map(_place, points)) or 'nowhere'}")
    try:
        found = points[0].load()
    except Exception as error:
        raise PluginError(f"sink {name!r} of {_place(points[0])}: {type(error).__name__}: {error}"[:300]) from error
    if not callable(found):
        raise PluginError(f"sink {name!r} of {_place(points[0])} is no function that opens one")
    opener: Callable[[Any], Any] = found
    return opener


def _place(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version} ({point.value})" if point.dist else point.value

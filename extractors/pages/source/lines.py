"""The lines of a page as passes leave them: what is kept, in order, and of every other line the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.left_out import NOTHING, LeftOut
from extractors.pages.source.tree import Element

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
LEAD = -1
"""The number of the line that was read from a box of its own before the story's."""


class Line(NamedTuple):
    """One line of the page: its text, its place among those that were read, the tag that it stands in, and the share
    of it that is links to elsewhere."""

    text: str
    number: int = 0
    tag: str = "p"
    linked: float = 0.0

    @property
    def heading(self) -> bool:
        """Whether it stands as a heading."""
        return self.tag in HEADINGS


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that are left, in order, of all that were `read`; `left_out` has the reason of each other by number,
    and of one of which no more than the end is left.

    Lines of a tree know the `element` that they were read from, what was left out of it, and the box of their `lead`.
    """

    kept: tuple[Line, ...] = ()
    left_out: Mapping[int, Reason] = field(default_factory=dict)
    read: tuple[Line, ...] = ()
    element: Element | None = None
    elements: LeftOut = NOTHING
    lead: Element | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the lines that are left."""
        return tuple(line.text for line in self.kept)

    def without(self, at: Mapping[int, Reason]) -> Lines:
        """The lines without those at these places among the ones that are left."""
        if not at:
            return self
        kept = tuple(line for place, line in enumerate(self.kept) if place not in at)
        return self._left(kept, {self.kept[place].number: reason for place, reason in at.items()})

    def without_where(self, reason_of: Callable[[Line], Reason | None]) -> Lines:
        """The lines without those that have a reason to go."""
        reasons = (reason_of(line) for line in self.kept)
        return self.without({place: reason for place, reason in enumerate(reasons) if reason})

    def after(self, start: int, reason: Reason) -> Lines:
        """The lines from this place on."""
        return self._left(self.kept[start:], _all_for(self.kept[:start], reason)) if start else self

    def up_to(self, end: int, reason: Reason) -> Lines:
        """The lines before this place."""
        return self._left(self.kept[:end], _all_for(self.kept[end:], reason)) if end < len(self.kept) else self

    def opening_with(self, text: str, reason: Reason) -> Lines:
        """The lines with no more than this end of the first; what stands before it in the line goes for the reason."""
        first, *rest = self.kept
        return self._left((first._replace(text=text), *rest), {first.number: reason})

    def forgetful(self) -> Lines:
        """What is left, without whence it came."""
        return Lines(self.kept)

    def _left(self, kept: tuple[Line, ...], reasons: Mapping[int, Reason]) -> Lines:
        return replace(self, kept=kept, left_out={**self.left_out, **reasons})


NO_LINES = Lines()


def _all_for(lines: Iterable[Line], reason: Reason) -> dict[int, Reason]:
    return {line.number: reason for line in lines}


def lines_of(texts: Iterable[str]) -> Lines:
    """The lines that have these texts, none left out yet."""
    read = tuple(Line(text, number) for number, text in enumerate(texts))
    return Lines(read, read=read)

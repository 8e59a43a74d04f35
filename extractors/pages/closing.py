"""What stands after the story and between its paragraphs: rails, share bars, notices. Lines in, story lines out."""

from __future__ import annotations

from extractors.boilerplate import LABELS, RAILS, is_heading, is_notice, is_prose, key, keys

BUTTONS = keys(LABELS)
RAIL_HEADINGS = keys(RAILS)
SEE_ALSO = keys(("SEE ALSO", "ALSO READ", "READ ALSO", "READ MORE", "RELATED"))


def closing(lines: tuple[str, ...], tail: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The lines up to where the story ends: without the family's tail labels, rails and notices at the end."""
    lines = _without_rail(lines)
    while len(lines) > 1 and _is_tail(lines[-1], tail):
        lines = lines[:-1]
    return lines


def between(lines: tuple[str, ...], labels: frozenset[str] = BUTTONS) -> tuple[str, ...]:
    """The lines without buttons and without pointers to another story ("SEE ALSO:" and the headline after it)."""
    kept: list[str] = []
    pointing = False
    for line in lines:
        name = key(line)
        if pointing and is_heading(line) and not is_prose(line):
            pointing = False
        elif name in SEE_ALSO:
            pointing = True
        elif name not in labels or len(lines) == 1:
            kept.append(line)
            pointing = False
    return tuple(kept)


def _without_rail(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Cut before the first rail heading after which no prose comes."""
    last = max((i for i, line in enumerate(lines) if is_prose(line)), default=len(lines))
    for index in range(last + 1, len(lines)):
        if key(lines[index]) in RAIL_HEADINGS:
            return lines[:index]
    return lines


def _is_tail(line: str, tail: frozenset[str]) -> bool:
    name = key(line)
    return name in tail or name in BUTTONS or is_notice(line) or not name

"""What stands inside quotation marks: straight and curly, nested, and running on over paragraphs.

One pass over the marks of a paragraph; a mark that never closes stands for nothing unless the next paragraph goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.model import Span

# Every mark that can open or close a quotation; one character each.
# yes: "“"  "’"  "»"     no: "-"  "a"
MARK = re.compile(r"""["“”„«»‘’']""")

PAIRS = {"“": "”", "„": "“”", "«": "»", '"': '"', "‘": "’", "'": "'"}
"""What closes each opening mark."""
SINGLE = frozenset("‘'")
BLANKS = (" ", "\u00a0", "\u202f")
LONGEST_SINGLE = 600
"""Characters that a quotation in single marks may have: longer ones are two apostrophes."""
MOST_QUOTATIONS = 2_000
"""Quotations read in one paragraph; no writer has more, and hostile text could."""


def quoted(text: str, paragraphs: Sequence[Span]) -> tuple[Span, ...]:
    """The outermost stretches inside marks, in order, each within its paragraph, marks left out."""
    found: list[Span] = []
    for number, (start, end) in enumerate(paragraphs):
        following = paragraphs[number + 1][0] if number + 1 < len(paragraphs) else -1
        found.extend(_in_paragraph(text, start, end, following))
    return tuple(found)


def _in_paragraph(text: str, start: int, end: int, following: int) -> Iterator[Span]:
    at, count = start, 0
    unclosed: set[str] = set()  # marks that nothing closes up to the end of the paragraph: one look at it is enough
    while count < MOST_QUOTATIONS and (opening := _next_opening(text, at, end)) >= 0:
        closing = -1 if text[opening] in unclosed else _closing(text, opening, end)
        if closing < 0 and text[opening] in '"„«':
            unclosed.add(text[opening])
        if closing < 0:
            if text[opening] not in SINGLE and 0 <= following < len(text) and text[following] == text[opening]:
                yield (opening + 1, end)
                return
            at = opening + 1
            continue
        first, last = opening + 1, closing
        if text[opening] == "«":  # French sets blanks inside its marks
            first, last = first + text.startswith(BLANKS, first), last - text.endswith(BLANKS, first, last)
        if last > first:
            yield (first, last)
            count += 1
        at = closing + 1


def _next_opening(text: str, at: int, end: int) -> int:
    for match in MARK.finditer(text, at, end):
        if _opens(text, match.start(), end):
            return match.start()
    return -1


def _opens(text: str, at: int, end: int) -> bool:
    """Whether the mark can open: curly ones by their shape, straight ones by the blank before them."""
    mark = text[at]
    if mark in "”’»" or at + 1 >= end or (text[at + 1].isspace() and not (mark == "«" and text[at + 1] in BLANKS)):
        return False
    before = text[at - 1] if at else " "
    if mark in "“„«":
        return True
    free = before.isspace() or before in '([{—–-/“"‘'
    if mark == '"':
        return free or not (before.isalnum() or before in ".,;:!?")
    return free and text[at + 1].isalpha() and not ELISION.match(text, at + 1)


# What follows an apostrophe that stands for lost letters, not a quotation. Literal.
# yes: "tis"  "em "     no: "emerging"
ELISION = re.compile(r"(?:tis|twas|em|til|cause|n)\b", re.IGNORECASE)


def _closing(text: str, opening: int, end: int) -> int:
    """Where the quotation that opens here closes; -1 where it does not."""
    closers, single = PAIRS[text[opening]], text[opening] in SINGLE
    stop = min(end, opening + LONGEST_SINGLE) if single else end
    for match in MARK.finditer(text, opening + 1, stop):
        at = match.start()
        if match.group() in closers and _closes(text, at, end, single):
            return at
        if not single and match.group() == text[opening] and text[opening] == "“":
            return -1  # it opens again before it closed: the first was never closed
    return -1


def _closes(text: str, at: int, end: int, single: bool) -> bool:
    after = text[at + 1] if at + 1 < end else " "
    if single:
        return not after.isalnum() and not text[at - 1].isspace()
    return text[at] != '"' or not (text[at - 1].isspace() and after.isalnum())

"""A stripped page or plain text as lines: each a paragraph, label or headline; hard-wrapped paragraphs are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from extractors.pages.source.lines import Lines, lines_of
from extractors.text.decode import fold

WIDEST_WRAP = 132
"""Columns of the widest terminal; text with longer lines is not wrapped by hand or by a mailer."""

# What shows that text is HTML. The opening of a document, or tags that a page cannot do without.
# yes: "<!DOCTYPE html>"  "<html lang=en>"  "<p>"  "<div class='a'>"   no: "a < b", "<reporter@example.org>", "<3"
DOCUMENT = re.compile(
    r"""\s{0,999} (?: <\?xml [^>]{0,200} > \s{0,99} )? (?: <!-- .{0,2000}? --> \s{0,99} ){0,3}
        < (?: !doctype \s+ html | html | head | body ) \b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
TAG = re.compile(
    r"""</? (?: p | div | br | span | a | h[1-6] | table | td | ul | li | article | section | body | meta | title )
        (?: \s [^<>]{0,400} )? /? >""",
    re.IGNORECASE | re.VERBOSE,
)
_TAGS_NEEDED = 2
_LOOK = 100_000


@dataclass(frozen=True, slots=True)
class Dump:
    """The lines of a stripped page, folded, none empty, and its address."""

    lines: tuple[str, ...]
    url: str | None = None

    @property
    def story(self) -> Lines:
        """The lines, for passes that leave out what is not story."""
        return lines_of(self.lines)


def is_html(text: str, content_type: str | None) -> bool:
    """Whether the text is markup. A header of text/plain is believed unless the text opens like a document."""
    if DOCUMENT.match(text[:_LOOK]):
        return True
    if (content_type or "").strip().lower().startswith("text/plain"):
        return False
    found = TAG.finditer(text[:_LOOK])
    return sum(1 for _, _ in zip(range(_TAGS_NEEDED), found, strict=False)) == _TAGS_NEEDED


def dump(text: str, url: str | None = None) -> Dump:
    """The dump that the text is."""
    blocks = [[line for part in block if (line := fold(part))] for block in _blocks(text)]
    width = _wrap_width(blocks)
    lines = (line for block in blocks for line in (_unwrapped(block, width) if width else block))
    return Dump(tuple(lines), url)


def _blocks(text: str) -> Iterator[list[str]]:
    """The runs of lines between blank lines."""
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _wrap_width(blocks: list[list[str]]) -> int | None:
    """The column at which the text is wrapped: then nearly no line has room left for the next line's first word."""
    breaks = [pair for block in blocks for pair in pairwise(block)]
    width = max((len(line) for block in blocks for line in block), default=0)
    if not breaks or width > WIDEST_WRAP:
        return None
    full = sum(_is_wrap(line, following, width) for line, following in breaks)
    running = sum(following[0].islower() for _, following in breaks)  # a list of equal lines starts with capitals
    return width if full >= 0.8 * len(breaks) and running >= 0.4 * len(breaks) else None


def _is_wrap(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split(" ", 1)[0]) > width - 3


def _unwrapped(block: list[str], width: int) -> Iterator[str]:
    """The block's lines, each joined with the next where the break between them is a wrap."""
    held = block[:1]
    for line, following in pairwise(block):
        if not _is_wrap(line, following, width):
            yield " ".join(held)
            held = []
        held.append(following)
    if held:
        yield " ".join(held)

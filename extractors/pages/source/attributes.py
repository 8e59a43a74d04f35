"""The attributes of a tag, bounded before the parser sees them: it is quadratic in their number.

Forty thousand on one tag cost it a second, and a page of a few megabytes hours. What is met has a dozen.
"""

from __future__ import annotations

import re

MOST = 500
"""Attributes of one tag; the rest of them are dropped."""
HARMLESS = 60_000
"""Characters of a page that cannot hold enough of them to cost a tenth of a second."""

TAG = re.compile(r"<[A-Za-z][^\s/>]*+")
# One attribute with what stands before it. Each part is possessive, so that every character is looked at once; a quote
# that never closes takes the rest of the page, as it does for the parser.
# yes: ` class="a b"`  ` hidden`  `/ data-x='>'`   no: `>`
_ATTRIBUTE = r"""(?> [\s/]*+ (?: [^\s/>=]++ (?: \s*+ = \s*+ (?: "[^"]*+"? | '[^']*+'? | [^\s>]*+ ) )?+ | = ) )"""
ATTRIBUTE = re.compile(_ATTRIBUTE, re.VERBOSE)
# A tag with too many: asked in one go, so that a page as it should be pays little.
TOO_MANY = re.compile(rf"{TAG.pattern} {_ATTRIBUTE}{{{MOST + 1}}}", re.VERBOSE)


def bounded(source: str) -> str:
    """The page with at most so many attributes a tag."""
    if len(source) <= HARMLESS or not TOO_MANY.search(source):
        return source
    kept: list[str] = []
    start = place = 0
    while tag := TAG.search(source, place):
        first_left_out, place = _ends(source, tag.end())
        if first_left_out < place:
            kept.append(source[start:first_left_out])
            start = place
    return "".join([*kept, source[start:]]) if kept else source


def _ends(source: str, place: int) -> tuple[int, int]:
    """Where the attributes end that are kept, and where all of them do."""
    count, kept = 0, place
    while found := ATTRIBUTE.match(source, place):
        place, count = found.end(), count + 1
        if count <= MOST:
            kept = place
    return kept, place

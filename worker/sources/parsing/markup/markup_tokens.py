"""Markup of strangers -> its tags and words, one after the other: XML as the field writes it, well formed or not.

One pass that never goes back, so that any text takes time in proportion to its length: what does not end in time ends
where the next tag begins. Entities of a document's own are not read, and nothing is expanded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

MOST_ATTRIBUTES = 100  # of one tag that are kept: no list of stories needs a dozen
NAME = re.compile(r"[A-Za-z_][^\s<>/=\"']{0,200}+")
# An end tag, to the beginning of the next tag where it has no end of its own. yes: "</item>"  "</item <"
END_TAG = re.compile(r"</(?P<name>[A-Za-z_][^\s<>/=\"']{0,200}+)[^<>]*+>?")
# The end of a start tag. yes: ">"  " />"  " />" after what is no attribute   no: "<"
TAG_END = re.compile(r"[^<>/]*+(?:/(?!>)[^<>/]*+)*+(?P<empty>/)?>")
# One attribute and what stands before it. A value without its closing mark is read up to the next white space.
# yes: ' href="x"'  " rel=alternate"  ' checked'  " x:y='a>b'"   Bounded: possessive, and no value holds a "<".
ATTRIBUTE = re.compile(
    r"""[\s/"'=]*+(?P<name>[^\s<>/=\"']++)
        (?:\s*+=\s*+(?: "(?P<double>[^"<]*+)" | '(?P<single>[^'<]*+)' | ["']?(?P<bare>[^\s<>"']++) ))?+""",
    re.VERBOSE,
)
# Where a comment ends, with a blank too, as browsers are. yes: "-->"  "-- >"  "--!>"
COMMENT_END = re.compile(r"--!?\s{0,20}+>")
# An instruction, a document type with what it declares, or an end tag without a name: to its first ">" else.
# yes: "<?xml version='1.0'?>"  "<!DOCTYPE x [<!ENTITY y 'z'>]>"  "</>"   Bounded: what is declared by its length.
DECLARED = re.compile(r"<!DOCTYPE[^\[<>]{0,500}+\[[^\]]{0,20000}+\]\s{0,20}+>|<[!?/][^>]*+>?", re.IGNORECASE)
# A reference to a character, by its number or by a name of HTML. yes: "&#233;"  "&#xE9"  "&eacute;"   no: "AT&T"
REFERENCE = re.compile(r"&(?:#0*(?P<decimal>[0-9]+)|#[xX]0*(?P<hex>[0-9a-fA-F]+)|(?P<name>\w{1,30}(?=;)));?")
CDATA, CDATA_END = "<![CDATA[", "]]>"


class Opened(NamedTuple):
    """A start tag: names in lower case, as many programs do not keep to one; `empty`: it ends itself."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    empty: bool


class Closed(NamedTuple):
    """An end tag."""

    name: str


class Words(NamedTuple):
    """What stands between tags; `literal`: no references are in it."""

    text: str
    literal: bool

    def resolved(self) -> str:
        """The characters that it stands for."""
        return self.text if self.literal else resolved(self.text)


Token = Opened | Closed | Words


def tokens(text: str) -> Iterator[Token]:
    """The tags and words of the text in their order; comments, instructions and document types are passed over."""
    scan = _Scan(text)
    while scan.place < len(text):
        yield from scan.words()
        if scan.place < len(text):
            yield from scan.markup()


def resolved(text: str) -> str:
    """The text with its references replaced: those to no character by U+FFFD, names that nobody knows left alone."""
    return REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if name := found["name"]:
        return html5.get(f"{name};", found[0])
    digits = found["decimal"] or found["hex"]
    code = int(digits, 10 if found["decimal"] else 16) if len(digits) <= 7 else 0
    is_character = 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF
    return html.unescape(f"&#{code};") if is_character else "\ufffd"


class _Scan:
    """The place in the text up to which it is read."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        self.comments_end = True  # as long as nothing says that the text holds no further end of a comment

    def words(self) -> Iterator[Words]:
        """What stands before the next tag."""
        start = self.place
        self._pass("<", start, behind=False)
        if self.place > start:
            yield Words(self.text[start : self.place], literal=False)

    def markup(self) -> Iterator[Token]:
        """What begins with the mark at which the scan stands; a mark that begins nothing is a word."""
        text, start = self.text, self.place
        if found := NAME.match(text, start + 1):
            yield self._opened(found)
        elif found := END_TAG.match(text, start):
            self.place = found.end()
            yield Closed(found["name"].lower())
        elif text.startswith(CDATA, start):
            self._pass(CDATA_END, start)
            yield Words(text[start + len(CDATA) : self.place].removesuffix(CDATA_END), literal=True)
        elif text.startswith("<!--", start):
            self._pass_comment(start + 4)
        elif found := DECLARED.match(text, start):
            self.place = found.end()
        else:
            self.place = start + 1
            yield Words("<", literal=True)

    def _opened(self, name: re.Match[str]) -> Opened:
        """The tag up to its end, or to the beginning of the next where it has none."""
        text, place = self.text, name.end()
        kept: dict[str, str] = {}
        while found := ATTRIBUTE.match(text, place):
            place = found.end()
            if len(kept) < MOST_ATTRIBUTES:
                value = found["double"] or found["single"] or found["bare"] or ""
                kept.setdefault(found["name"].lower(), resolved(value))
        end = TAG_END.match(text, place)
        self.place = end.end() if end else place
        return Opened(name[0].lower(), tuple(kept.items()), bool(end and end["empty"]))

    def _pass_comment(self, start: int) -> None:
        """To the comment's end; one that has none hides nothing."""
        found = COMMENT_END.search(self.text, start) if self.comments_end else None
        self.comments_end = found is not None
        self.place = found.end() if found else start

    def _pass(self, mark: str, start: int, *, behind: bool = True) -> None:
        """To the next such mark or behind it, to the end of the text where none comes."""
        found = self.text.find(mark, start)
        self.place = len(self.text) if found < 0 else found + len(mark) * behind

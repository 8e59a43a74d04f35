"""The head of an answer, put into a form that a strict reader takes: junk lines go, framing that means nothing goes.

Browsers pass over a line that is no header, and so do we, for many servers send one. Where the framing itself would be
a guess (RFC 9112, 6.3 and 11.2: two readers of one answer must not see two bodies) the answer is refused.
"""

from __future__ import annotations

import re

# A header line. Bounded: each character is looked at once.
# yes: b"X-Cache: HIT"   no: b"X Cache Status: HIT"  b"this line is no header"  b": none"
FIELD = re.compile(rb"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?P<value>[^\r]*)")
STATUS = re.compile(rb"HTTP/\d\.\d\s\d{3}(?: |$)")
MARKS = (b"\n\n", b"\n\r\n")
LONGEST_MARK = 3
FRAMING = (b"content-length", b"transfer-encoding")
CODINGS = frozenset((b"chunked", b"identity"))


class Ambiguous(Exception):
    """Two readers could take the head for two different ones."""


def end_of_head(received: bytes | bytearray, start: int = 0) -> int | None:
    """Behind the empty line that ends the head, looked for from `start`; None where it has not come."""
    ends = [at + len(mark) for mark in MARKS if (at := received.find(mark, start)) >= 0]
    return min(ends, default=None)


def mended(head: bytes) -> bytes:
    """The head with its status line, and of its other lines those that are headers; raises Ambiguous."""
    if not STATUS.match(head):
        return head  # no HTTP, as whoever reads it will say
    if b"\0" in head:
        raise Ambiguous("a NUL in the head of an answer")
    first, *lines = [line.removesuffix(b"\r") for line in head.split(b"\n")]  # a bare CR ends no line
    kept, passed_over = [first], False
    for line in filter(None, lines):
        if line[:1] not in b" \t":  # else the rest of the field before it, in the old way (RFC 9112, 5.2)
            passed_over = not _is_field(line)
        if not passed_over:
            kept.append(line)
    return b"\r\n".join([*_framed(kept), b"", b""])


def _is_field(line: bytes) -> bool:
    if FIELD.fullmatch(line):
        return True
    if any(name in line.lower() for name in FRAMING):
        raise Ambiguous(f"a line in the head, about the length of the body, that is no header: {line[:60]!r}")
    return False


def _framed(lines: list[bytes]) -> list[bytes]:
    """The lines with one Transfer-Encoding at most: "identity" says nothing, and "chunked" twice says it once."""
    named = [line for line in lines if line.lower().startswith(b"transfer-encoding:")]
    if not named:
        return lines
    codings = [each.strip().lower() for line in named for each in line.partition(b":")[2].split(b",")]
    codings = [each for each in codings if each]
    if not set(codings) <= CODINGS:
        return lines
    others = [line for line in lines if line not in named]
    return [*others, b"Transfer-Encoding: chunked"] if b"chunked" in codings else others

"""Content encodings undone in small pieces, so that a bomb is seen before it goes off (RFC 9110, 8.4.1; RFC 8878).

Every decoder takes what came and yields pieces of bounded size; none keeps more than its window. Servers name encodings
that are none ("UTF-8", "none", "aws-chunked"), or one that the body does not have: such a body is read as it is.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Protocol

import brotli
import zstandard

ACCEPTED = "gzip, deflate, br, zstd"
PIECE_BYTES = 1_048_576
GZIP_OR_ZLIB = 47  # zlib: 32 (tell by the header) + 15 (largest window)
RAW_DEFLATE = -15  # what some servers send as deflate (RFC 9110, 8.4.1.2)
ZSTD_WINDOW = 1 << 23  # the largest that HTTP may use (RFC 9659)
# zstandard cannot bound what one call puts out. Four bytes of input hold a block of at most 128 KiB (RFC 8878),
# so that so many make 2 MiB; a page is as fast in such slices as whole, within 0.2 ms.
ZSTD_SLICE = 64
# What a body of that encoding begins with (RFC 1952, 2.3.1; RFC 8878, 3.1.1 and 3.1.2).
GZIP_BEGINS = b"\x1f"
MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
ZSTD_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
# Brotli and bare deflate have no mark, but what they put out does not begin with so many characters of plain text.
PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?[\t\r\n\x20-\x7e]{16}")
LOOKED_AT = 19
"""Bytes of a body by which it is told."""
MOST_MEMBERS = 1_000  # gzip members or zstd frames; each costs time even where it is empty


class Damaged(Exception):
    """The body is not what its Content-Encoding says, or ends in the middle."""


class Decoder(Protocol):
    """One body's decoder."""

    def pieces(self, part: bytes) -> Iterator[bytes]:
        """What this part of the body stands for."""

    def whole(self) -> bool:
        """True where the body may end here."""


class UnknownEncoding(Exception):
    """A stack of encodings, which was not asked for."""


def decoded(parts: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces of the body; raises UnknownEncoding or Damaged. A stack of encodings is not undone: no server needs
    one, and each layer multiplies what a byte may stand for."""
    named = [name for each in encoding.split(",") if (name := each.strip().lower()) in DECODERS]
    if len(named) > 1:
        raise UnknownEncoding(f"content encodings {encoding.strip()[:40]!r}, one on another, which were not asked for")
    whole = iter(parts)
    start = _start(whole)
    if not named or not _may_be(named[0], start):
        yield start
        yield from whole
        return
    yield from _undone(named[0], chain((start,), whole))


def _undone(name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    decoder = DECODERS[name]()
    try:
        for part in filter(None, parts):
            yield from decoder.pieces(part)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise Damaged(f"{name}: {error}") from error
    if not decoder.whole():
        raise Damaged(f"{name}: the compressed body ends early")


def _start(parts: Iterator[bytes]) -> bytes:
    """The first bytes of a body, enough to tell what it is."""
    start = b""
    for part in parts:
        start += part
        if len(start) >= LOOKED_AT:
            break
    return start


def _may_be(name: str, start: bytes) -> bool:
    """Whether a body that begins so may have that encoding; an empty one has any."""
    if not start:
        return True
    if name == "zstd" and ZSTD_SKIPPABLE.match(start):
        return True
    return start.startswith(MAGIC[name]) if name in MAGIC else not PLAIN.match(start)


class _Inflate:
    """gzip, of one or more members, and deflate, with its header or without."""

    def __init__(self, *, deflate: bool = False) -> None:
        self.deflate, self.members, self.over = deflate, 0, False
        self.current: zlib._Decompress | None = None

    def pieces(self, part: bytes) -> Iterator[bytes]:
        while part and not self.over:
            self.current = self.current or self._member(part)
            yield self.current.decompress(part, PIECE_BYTES)
            part = self.current.unconsumed_tail
            if self.current.eof:
                yield self.current.flush()
                part, self.current = self.current.unused_data, None
                if part and not part.startswith(GZIP_BEGINS):
                    self.over = True  # padding, or something that was not meant for us: browsers pass over it too

    def whole(self) -> bool:
        return self.current is None

    def _member(self, start: bytes) -> zlib._Decompress:
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise Damaged(f"more than {MOST_MEMBERS:,} members")
        has_header = len(start) > 1 and start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
        return zlib.decompressobj(RAW_DEFLATE if self.deflate and not has_header else GZIP_OR_ZLIB)


class _Brotli:
    def __init__(self) -> None:
        self.decompressor = brotli.Decompressor()
        self.begun = False

    def pieces(self, part: bytes) -> Iterator[bytes]:
        self.begun = True
        while piece := self.decompressor.process(part, output_buffer_limit=PIECE_BYTES):
            yield piece
            part = b""  # what does not fit into one piece comes without further input

    def whole(self) -> bool:
        return not self.begun or bool(self.decompressor.is_finished())


class _Zstd:
    def __init__(self) -> None:
        self.frames = 0
        self.current: zstandard.ZstdDecompressionObj | None = None

    def pieces(self, part: bytes) -> Iterator[bytes]:
        view = iter(part)
        while piece := bytes(islice(view, ZSTD_SLICE)):
            yield from self._slice(piece)

    def _slice(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            self.current = self.current or self._frame()
            yield self.current.decompress(piece)
            piece = b""
            if self.current.eof:
                piece, self.current = self.current.unused_data, None

    def whole(self) -> bool:
        return self.current is None

    def _frame(self) -> zstandard.ZstdDecompressionObj:
        self.frames += 1
        if self.frames > MOST_MEMBERS:
            raise Damaged(f"more than {MOST_MEMBERS:,} frames")
        return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _Inflate,
    "x-gzip": _Inflate,
    "deflate": lambda: _Inflate(deflate=True),
    "br": _Brotli,
    "zstd": _Zstd,
}

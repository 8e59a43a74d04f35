"""WARC files (ISO 28500), plain or compressed record by record: their records in order, or the one at an offset.

Reads one record at a time and of each no more than asked for, so that a file of any size takes the same memory.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from worker.errors import Unreadable
from worker.sources.parsing.cleaning import storable_pairs

GZIP = b"\x1f\x8b\x08"
GZIP_MEMBER = 31  # zlib: 16 (gzip only) + 15 (largest window)
CHUNK_BYTES = 262_144
HEAD_BYTES = 65_536  # of a record, when listing: its own header, and that of the answer in it
MOST_BREAKS = 100  # of one file that are mended: each may cost a look at much of what follows
VERSION = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
HEADER_END = re.compile(rb"\r?\n\r?\n")
LINE_END = re.compile(r"\r?\n")
# Where a record may begin behind a damaged one, packed or not.
PACKED_START, PLAIN_START = GZIP, b"WARC/1."
ARC = (b"filedesc:",)  # what the form before WARC begins with


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record: where it begins in the file, its fields by name in lower case, and the first bytes of its block."""

    offset: int
    fields: Mapping[str, str]
    block: bytes

    @property
    def length(self) -> int:
        """Bytes that its block has."""
        return int(self.fields["content-length"])


class Cut(Exception):
    """The record ends early, or what stands there is none."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place at which the file is damaged, in words; what follows is read as far as a record can be found in it."""

    detail: str


def records(path: Path) -> Iterator[WarcRecord | Break]:
    """The records in their order with the beginnings of their blocks, and the breaks between them; raises Unreadable
    where it is no WARC file."""
    with path.open("rb") as file:
        start = file.read(16)
        if start.startswith(ARC) or path.name.lower().endswith((".arc", ".arc.gz")):
            raise Unreadable(str(path), "an ARC file, the form before WARC: convert it with `warcio recompress`")
        packed = start.startswith(GZIP) or (path.name.lower().endswith(".gz") and not start.startswith(PLAIN_START))
        read, mark = (_packed, PACKED_START) if packed else (_plain, PLAIN_START)
        place: int | None = 0
        found, breaks = False, 0
        while place is not None and breaks < MOST_BREAKS:
            try:
                for record in read(path, file, place):
                    found = True
                    yield record
                return
            except _Damaged as damaged:
                place, breaks = _next_start(file, mark, damaged.offset + 1), breaks + 1
                if place is None and not found:
                    raise Unreadable(str(path), f"no WARC file: {damaged}") from damaged
                yield Break(f"{path.name} at {damaged.offset}: {damaged}")


def record_at(path: Path, offset: int, max_bytes: int) -> WarcRecord:
    """The record that begins there, with its block up to so many bytes; raises Cut or Unreadable."""
    with path.open("rb") as file:
        file.seek(offset)
        packed = file.read(len(GZIP)) == GZIP
        file.seek(offset)
        if not packed:
            return _whole(path, offset, file.read(max_bytes + HEAD_BYTES), max_bytes)
        inflate = zlib.decompressobj(GZIP_MEMBER)
        parts, size = [], 0
        try:
            while not inflate.eof and size < max_bytes + HEAD_BYTES and (part := file.read(CHUNK_BYTES)):
                parts.append(inflate.decompress(part, max_bytes + HEAD_BYTES - size))
                size += len(parts[-1])
        except zlib.error as error:
            raise Cut(f"{path.name} at {offset}: {error}") from error
        return _whole(path, offset, b"".join(parts), max_bytes)


def _whole(path: Path, offset: int, data: bytes, max_bytes: int) -> WarcRecord:
    fields, start = _header(path, data)
    record = WarcRecord(offset, fields, data[start : start + min(int(fields["content-length"]), max_bytes)])
    if len(record.block) < min(record.length, max_bytes):
        raise Cut(f"{path.name} at {offset}: {len(record.block):,} of {record.length:,} bytes are there")
    return record


class _Damaged(Exception):
    """No record can be read at this place of the file."""

    def __init__(self, offset: int, detail: str) -> None:
        super().__init__(detail)
        self.offset = offset


def _next_start(file: BinaryIO, mark: bytes, offset: int) -> int | None:
    """The next place from there on at which a record seems to begin; None where none does."""
    before = b""
    file.seek(offset)
    while part := file.read(CHUNK_BYTES):
        window = before + part
        base = file.tell() - len(window)
        place = window.find(mark)
        while place >= 0:
            if _begins_record(file, base + place):
                return base + place
            place = window.find(mark, place + 1)
        file.seek(base + len(window))
        before = window[-len(mark) :] if len(window) > len(mark) else b""
    return None


def _begins_record(file: BinaryIO, offset: int) -> bool:
    """Whether the few bytes there are the beginning of a record's header, packed or not."""
    file.seek(offset)
    data = file.read(1_024)
    if data.startswith(GZIP):
        try:
            data = zlib.decompressobj(GZIP_MEMBER).decompress(data, 64)
        except zlib.error:
            return False
    return bool(VERSION.match(data))


def _packed(path: Path, file: BinaryIO, offset: int) -> Iterator[WarcRecord]:
    file.seek(offset)
    rest = b""
    while True:
        try:
            head, size, used, rest, blank = _member(file, rest)
            offset += blank
            if not used:
                return
            fields, start = _header(path, head)
        except (zlib.error, EOFError, Unreadable) as error:
            detail = error.detail if isinstance(error, Unreadable) else str(error)
            raise _Damaged(offset, detail) from error
        if size > start + int(fields["content-length"]) + 64:
            raise Unreadable(str(path), "not compressed record by record: pack it anew with `warcio recompress`")
        yield WarcRecord(offset, fields, head[start : start + int(fields["content-length"])])
        offset += used


def _member(file: BinaryIO, rest: bytes) -> tuple[bytes, int, int, bytes, int]:
    """The next gzip member: its first bytes, its size, the compressed bytes that it took, those read beyond it, and the
    number of zero bytes before it, with which tapes and some programs fill up."""
    blank = 0
    while not (rest := (rest or file.read(CHUNK_BYTES))).lstrip(b"\x00") and rest:
        blank, rest = blank + len(rest), b""
    blank, rest = blank + len(rest) - len(rest.lstrip(b"\x00")), rest.lstrip(b"\x00")
    inflate = zlib.decompressobj(GZIP_MEMBER)
    head, size, used = bytearray(), 0, 0
    while not inflate.eof:
        part = rest or file.read(CHUNK_BYTES)
        if not part:
            if used:
                raise EOFError("the file ends in the middle of a record")
            return b"", 0, 0, b"", blank
        piece = inflate.decompress(part, CHUNK_BYTES)
        rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        used += len(part) - len(rest)
        size += len(piece)
        head += piece[: HEAD_BYTES - len(head)]
    return bytes(head), size, used, rest, blank


def _plain(path: Path, file: BinaryIO, offset: int) -> Iterator[WarcRecord]:
    size = path.stat().st_size
    while offset < size:
        file.seek(offset)
        data = file.read(HEAD_BYTES)
        blank = len(data) - len(data.lstrip(b"\r\n\x00"))
        offset += blank
        if not data[blank:]:
            continue
        try:
            fields, start = _header(path, data[blank:])
        except Unreadable as error:
            raise _Damaged(offset, error.detail) from error
        length = int(fields["content-length"])
        if offset + start + length > size:
            raise _Damaged(offset, "the file ends in the middle of a record")
        yield WarcRecord(offset, fields, data[blank + start : blank + start + length])
        offset += start + length


def _header(path: Path, data: bytes) -> tuple[dict[str, str], int]:
    """The record's fields, and where its block begins."""
    version, end = VERSION.match(data), HEADER_END.search(data, 0, HEAD_BYTES)
    if not version or not end:
        raise Unreadable(str(path), "no record header where one must be")
    lines = LINE_END.split(data[version.end() : end.start()].decode("utf-8", "replace"))
    named = storable_pairs((name, value) for name, colon, value in (line.partition(":") for line in lines) if colon)
    fields = {name.strip().lower(): value.strip() for name, value in named}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise Unreadable(str(path), f"a record of the length {length[:20]!r}")
    return fields, end.end()

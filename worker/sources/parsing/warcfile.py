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

GZIP = b"\x1f\x8b"
GZIP_MEMBER = 31  # zlib: 16 (gzip only) + 15 (largest window)
CHUNK_BYTES = 262_144
HEAD_BYTES = 65_536  # of a record, when listing: its own header, and that of the answer in it
VERSION = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
HEADER_END = re.compile(rb"\r?\n\r?\n")


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
    """The file ends within a record, or what follows is none: what came before is whole."""


def records(path: Path) -> Iterator[WarcRecord]:
    """The records in their order with the beginnings of their blocks; raises Cut where the file breaks off, Unreadable
    where it is no WARC file."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        yield from _packed(path, file) if packed else _plain(path, file)


def record_at(path: Path, offset: int, max_bytes: int) -> WarcRecord:
    """The record that begins there, with its block up to so many bytes; raises Cut or Unreadable."""
    with path.open("rb") as file:
        file.seek(offset)
        packed = file.read(2) == GZIP
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


def _packed(path: Path, file: BinaryIO) -> Iterator[WarcRecord]:
    offset, rest, found = 0, b"", False
    while True:
        try:
            head, size, used, rest = _member(file, rest)
        except (zlib.error, EOFError) as error:
            if found:
                raise Cut(f"{path.name} at {offset}: {error}") from error
            raise Unreadable(str(path), f"no WARC file: {error}") from error
        if not used:
            return
        fields, start = _header(path, head)
        if size > start + int(fields["content-length"]) + 64:
            raise Unreadable(str(path), "not compressed record by record: pack it anew with `warcio recompress`")
        yield WarcRecord(offset, fields, head[start : start + int(fields["content-length"])])
        offset, found = offset + used, True


def _member(file: BinaryIO, rest: bytes) -> tuple[bytes, int, int, bytes]:
    """The next gzip member: its first bytes, its size, the compressed bytes that it took, and those read beyond it."""
    inflate = zlib.decompressobj(GZIP_MEMBER)
    head, size, used = bytearray(), 0, 0
    while not inflate.eof:
        part = rest or file.read(CHUNK_BYTES)
        if not part:
            if used:
                raise EOFError("the file ends in the middle of a record")
            return b"", 0, 0, b""
        piece = inflate.decompress(part, CHUNK_BYTES)
        rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        used += len(part) - len(rest)
        size += len(piece)
        head += piece[: HEAD_BYTES - len(head)]
    return bytes(head), size, used, rest


def _plain(path: Path, file: BinaryIO) -> Iterator[WarcRecord]:
    offset, size, found = 0, path.stat().st_size, False
    while offset < size:
        file.seek(offset)
        data = file.read(HEAD_BYTES)
        blank = len(data) - len(data.lstrip(b"\r\n"))
        offset += blank
        if not data[blank:]:
            return
        try:
            fields, start = _header(path, data[blank:])
        except Unreadable as error:
            if found:
                raise Cut(error.detail) from error
            raise
        length = int(fields["content-length"])
        if offset + start + length > size:
            raise Cut(f"{path.name} at {offset}: the file ends in the middle of a record")
        yield WarcRecord(offset, fields, data[blank + start : blank + start + length])
        offset, found = offset + start + length, True


def _header(path: Path, data: bytes) -> tuple[dict[str, str], int]:
    """The record's fields, and where its block begins."""
    version, end = VERSION.match(data), HEADER_END.search(data)
    if not version or not end:
        raise Unreadable(str(path), "no WARC file: no record header where one must be")
    lines = data[version.end() : end.start()].decode("utf-8", "replace").splitlines()
    named = (line.partition(":") for line in lines if ":" in line)
    fields = {name.strip().lower(): value.strip() for name, _, value in named}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise Unreadable(str(path), f"no WARC file: a record of the length {length[:20]!r}")
    return fields, end.end()

"""WARC files as a source, one or a folder of them: an entry for each page, read from the file and not from the network.

An entry's address names its record, `warc:///path/file.warc.gz?offset=…`; the answer in the record says at which
address the page stood, and there the article is known, as after a redirect.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

import structlog

from worker.errors import NotFound, TooLarge, Unreadable
from worker.http.canonical import canonical
from worker.http.client import Response
from worker.http.decoding import Damaged, UnknownEncoding, decoded
from worker.sources.kinds.conditional_get import Getter
from worker.sources.kinds.folder import Found, search
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.cleaning import storable_pairs
from worker.sources.parsing.warcfile import HEAD_BYTES, HEADER_END, LINE_END, Break, Cut, WarcRecord, record_at, records
from worker.store.articles.entries import Entry
from worker.store.sources import Source

log = structlog.get_logger()

SCHEME = "warc:"
ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz")  # the older form is known by name, to say that it is not read
PAGES = ("text/html", "application/xhtml", "text/plain")
CHUNK_SIZE = re.compile(rb"0{0,64}(?P<digits>[0-9a-fA-F]{1,8})[ \t]{0,8}(?:;[^\r\n]{0,256})?\r\n")
STATUS = re.compile(r"HTTP/\S{1,8} +(?P<status>[0-9]{3})(?: |$)")


def is_warc(path: Path) -> bool:
    """True for the name of a WARC file, or of one in the form before it, which is refused when it is read."""
    return path.name.lower().endswith(ENDINGS)


def list_warc(source: Source, _: Getter, _now: dt.datetime) -> Listing:
    """The pages in the file, or in the WARC files below the folder; unchanged where no file is new or changed. Raises
    Unreadable where there are none."""
    place = Path(source.address)
    found = Found((place,)) if place.is_file() else search(place)
    files = [path for path in found.paths if is_warc(path)]
    if not files:
        raise Unreadable(source.address, "there is no WARC file")
    digest = hashlib.sha256()
    for path in files:
        stat = path.stat()
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    if digest.hexdigest() == source.sha256:
        return Listing(unchanged=True, sha256=source.sha256)
    entries: list[Entry] = []
    why = Counter(dict(found.passed_over) | ({"links to files elsewhere": len(found.links)} if found.links else {}))
    for path in files:
        try:
            entries += pages_in(path)
        except Unreadable as error:
            if len(files) == 1:
                raise
            log.warning("poll.unreadable", path=str(path), detail=error.detail)
            why[f"in files that cannot be read: {error.detail}"] += 1
    return Listing(tuple(entries), sha256=digest.hexdigest(), why_left_out=tuple(sorted(why.items())))


def pages_in(path: Path) -> Iterator[Entry]:
    """An entry for each answer that brought a page; what is damaged is left out, with a warning."""
    base = path.resolve().as_uri().replace("file:", SCHEME, 1)
    try:
        for record in records(path):
            if isinstance(record, Break):
                log.warning("poll.cut", path=str(path), detail=record.detail)
            elif _holds_page(record):
                address = f"{base}?offset={record.offset}"
                yield Entry(address, address)
    except OSError as error:
        raise Unreadable(str(path), error.strerror or str(error)) from error


def read_record(address: str, *, max_bytes: int) -> Response:
    """The answer that the record holds, with its own status and headers; raises NotFound, TooLarge or Unreadable."""
    parts = urlsplit(address)
    path = Path(os.fsdecode(unquote_to_bytes(parts.path)))
    try:
        record = record_at(path, int(parse_qs(parts.query)["offset"][0]), max_bytes + 65_536)
    except FileNotFoundError as error:
        raise NotFound(address, "the WARC file is no longer there") from error
    except (Cut, OSError, KeyError, ValueError) as error:
        raise Unreadable(address, f"the record cannot be read: {error}"[:300]) from error
    if record.length > max_bytes + 65_536:
        raise TooLarge(address, f"{record.length:,} bytes, {max_bytes:,} allowed")
    status, headers, body = _answer(record.block)
    body = _decoded(body, headers, max_bytes)
    if len(body) > max_bytes:
        raise TooLarge(address, f"more than {max_bytes:,} bytes once decompressed")
    return Response(address, canonical(_target(record)), status, headers, (), body)


def _holds_page(record: WarcRecord) -> bool:
    """True for a whole answer with status 200 that is HTML or text by its header, or has none."""
    if record.fields.get("warc-type") != "response" or not _target(record).lower().startswith(("http:", "https:")):
        return False
    if "warc-segment-number" in record.fields or not record.block.startswith(b"HTTP/"):
        return False
    status, headers, _ = _answer(record.block)
    kind = next((value for name, value in headers if name.lower() == "content-type"), "text/html")
    return status == 200 and kind.strip().lower().startswith(PAGES) and not _target(record).endswith("/robots.txt")


def _target(record: WarcRecord) -> str:
    return record.fields.get("warc-target-uri", "").strip("<>")  # in brackets by an example in WARC 1.0


def _answer(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and body of an HTTP answer as it was kept."""
    end = HEADER_END.search(block, 0, HEAD_BYTES)
    first, *lines = LINE_END.split(block[: end.start() if end else HEAD_BYTES].decode("latin-1"))
    status = STATUS.match(first)
    named = (line.partition(":") for line in lines if ":" in line)
    headers = storable_pairs((name.strip(), value.strip()) for name, _, value in named)
    return int(status["status"]) if status else 0, headers, block[end.end() :] if end else b""


def _decoded(body: bytes, headers: Iterable[tuple[str, str]], max_bytes: int) -> bytes:
    """The body without the codings that its headers name. Many archives keep the headers and undo the codings: a body
    that is not coded as they say is as it should be."""
    named = {name.lower(): value for name, value in headers}
    if named.get("transfer-encoding", "").lower() == "chunked":
        body = _joined(body)
    parts: list[bytes] = []
    size = 0
    try:
        for piece in decoded((body,), named.get("content-encoding", "")):
            parts.append(piece)
            size += len(piece)
            if size > max_bytes:
                break
    except (Damaged, UnknownEncoding):
        return body
    return b"".join(parts)


def _joined(body: bytes) -> bytes:
    """The chunks (RFC 9112, 7.1) put together, or the body as it is where it holds none."""
    parts: list[bytes] = []
    place = 0
    while found := CHUNK_SIZE.match(body, place):
        size = int(found["digits"], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[found.end() : found.end() + size])
        place = found.end() + size + len(b"\r\n")
    return b"".join(parts) or body

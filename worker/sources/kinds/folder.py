"""Folders of files: every regular file below one, known again by its path, new again when its size or time changes.

What a link leads to outside of the folder is not the folder's, and what is no file at rest has no end: neither is read.
A link to a file elsewhere is listed under its own address, so that its refusal is counted like every other.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
import os
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from worker.errors import NotFound, TooLarge, Unreadable
from worker.http.client import Response
from worker.sources.kinds.conditional_get import Getter
from worker.sources.kinds.listing import Listing
from worker.store.articles.entries import Entry
from worker.store.sources import Source

OUTSIDE = "folders that links lead to elsewhere"
NO_FILE = "neither files nor folders"
OF_THE_SYSTEM = (Path("/proc"), Path("/sys"))  # files without an end or a size, and what they tell is the machine's


@dataclass(frozen=True, slots=True)
class Found:
    """The regular files below a folder, in the order of paths; links to files elsewhere; and what else was passed over:
    reasons and numbers."""

    paths: tuple[Path, ...]
    links: tuple[Path, ...] = ()
    passed_over: tuple[tuple[str, int], ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """An entry for each, links under their own addresses."""
        listed = {path: file_entry(path) for path in self.paths} | {path: _link_entry(path) for path in self.links}
        return tuple(listed[path] for path in sorted(listed))


def list_folder(source: Source, _: Getter, _now: dt.datetime) -> Listing:
    """The files below the folder, by path, hidden ones left out; raises Unreadable where it is none."""
    folder = path_of(source.address) if source.address.startswith("file:") else Path(source.address)
    if not folder.is_dir():
        raise Unreadable(source.address, "there is no such folder")
    found = search(folder)
    return Listing(
        found.entries, left_out=sum(number for _, number in found.passed_over), why_left_out=found.passed_over
    )


def search(folder: Path) -> Found:
    """What is below the folder, hidden files and folders not counted."""
    folder = folder.resolve()
    paths: list[Path] = []
    links: list[Path] = []
    passed_over: Counter[str] = Counter()
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        inside = _is_inside(path, folder)
        if path.is_file():
            (paths if inside else links).append(path)
        elif not (inside and path.is_dir()):
            passed_over[OUTSIDE if path.is_dir() else NO_FILE] += 1
    return Found(tuple(paths), tuple(links), tuple(sorted(passed_over.items())))


def file_entry(path: Path) -> Entry:
    """The entry of one file: its address is its own, its fingerprint its size and time of change."""
    address = path.resolve().as_uri()
    try:
        found = path.stat()
    except OSError:
        return Entry(address, address)  # the fetch will say what is wrong with it
    return Entry(address, address, fingerprint=f"{found.st_size}-{found.st_mtime_ns}")


def read_file(address: str, *, max_bytes: int) -> Response:
    """A file as if it were an answer, with status 0; raises NotFound, TooLarge or Unreadable. An entry's address has no
    link in it, so that one which stands there now was put there since."""
    path = path_of(address)
    try:
        if not path.is_file():
            raise NotFound(address, "it is no regular file" if path.exists() else "the file is no longer there")
        if path.resolve() != path:
            raise Unreadable(address, "a link stands where a file or folder was")
        body = _read(path, address, max_bytes)
    except OSError as error:
        raise Unreadable(address, f"{error.strerror or error}") from error
    kind = mimetypes.guess_type(path.name)[0]
    return Response(address, address, 0, (("Content-Type", kind),) if kind else (), (), body)


def path_of(address: str) -> Path:
    """The path of a file: address, also where it is no UTF-8."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(address).path)))


def of_the_system(path: Path) -> bool:
    """True for what the machine tells of itself in the form of files."""
    return any(path.is_relative_to(each) for each in OF_THE_SYSTEM)


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # links in a circle
        return False


def _link_entry(path: Path) -> Entry:
    address = path.absolute().as_uri()
    return Entry(address, address)


def _read(path: Path, address: str, max_bytes: int) -> bytes:
    """Its bytes. The file that is looked at is the one that is read, and opening waits for nobody."""
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or of_the_system(path):
            raise NotFound(address, "it is no regular file")
        body = file.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge(address, f"more than the {max_bytes:,} bytes that are allowed")
    return body

"""From a folder and a path to the page that is served there: which file, what type, which validators.

Takes the path of a request and gives a `Page` or None; `server.py` does the talking.
"""

from __future__ import annotations

import hashlib
import html
import mimetypes
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

HOST = b"{host}"
"""Stands in feeds and pages for the address served, as feeds must hold absolute links."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is sent for one path. The ETag comes from the bytes, so that it is the same after a restart."""

    body: bytes
    content_type: str
    last_modified: int

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def last_modified_text(self) -> str:
        return formatdate(self.last_modified, usegmt=True)


def find(folder: Path, path: str, host: str) -> Page | None:
    """The page at this path of a request (query allowed), or None if there is none or it lies outside the folder."""
    path = path.partition("?")[0]
    try:
        file = locate(folder, path)
    except OSError:  # a name longer than the file system takes, links in a circle
        return None
    if file is not None:
        return read(file, host)
    return listing(folder) if path == "/" else None


def locate(folder: Path, path: str) -> Path | None:
    """The file meant by a request path; a folder stands for its index.html. Hidden files and ways out are refused."""
    parts = [part for part in urllib.parse.unquote(path).split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    root = folder.resolve()
    file = root.joinpath(*parts).resolve()  # follows links: one that leads outside is caught by the next line
    if not file.is_relative_to(root):
        return None
    if file.is_dir():
        file = file / "index.html"
    elif path.endswith("/"):
        return None
    return file if file.is_file() else None


def read(file: Path, host: str) -> Page:
    """The file as it is served: with the address put in, its type, and the time of its last change."""
    body = file.read_bytes()
    if file.suffix in {".xml", ".html", ".json"}:
        body = body.replace(HOST, host.encode("ascii"))
    return Page(body, content_type(file.name, body), int(file.stat().st_mtime))


def content_type(name: str, body: bytes) -> str:
    """The media type of a file. A page that is not UTF-8 is sent without a charset: it declares its own."""
    suffix = Path(name).suffix
    if suffix == ".xml":
        start = body[:1000]
        if b"<rss" in start:
            return "application/rss+xml"
        return "application/atom+xml" if b"<feed" in start else "application/xml"
    if suffix == ".html":
        return "text/html; charset=utf-8" if is_utf8(body) else "text/html"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def is_utf8(body: bytes) -> bool:
    """Whether these bytes are UTF-8 from end to end."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def unchanged(page: Page, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether the asker already holds this page: the ETag decides; without one, the time (RFC 9110, 13.1.3)."""
    if if_none_match is not None:
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in known or page.etag in known
    if if_modified_since is None:
        return False
    try:
        return page.last_modified <= parsedate_to_datetime(if_modified_since).timestamp()
    except ValueError:
        return False


def listing(folder: Path) -> Page:
    """The front page of a folder that has none of its own: feeds first, then pages."""
    files = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    feeds = [name for name in files if name.endswith(".xml")]
    stories = [name for name in files if name.endswith(".html")]
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Sample newsroom</title></head>\n<body>\n'
        "<h1>Sample newsroom</h1>\n<p>All people and events here are invented.</p>\n"
        f"<h2>Feeds</h2>\n{links(feeds)}\n<h2>Pages</h2>\n{links(stories)}\n</body>\n</html>\n"
    )
    return Page(text.encode(), "text/html; charset=utf-8", int(folder.stat().st_mtime))


def links(names: Iterable[str]) -> str:
    """An HTML list with a link to each of these files."""
    items = (f'<li><a href="/{urllib.parse.quote(name)}">{html.escape(name)}</a></li>' for name in names)
    return "<ul>\n" + "\n".join(items) + "\n</ul>"

"""Snapshots: the bytes as fetched, compressed, immutable, under their SHA-256 in a folder or any fsspec address."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import fsspec
import sqlalchemy as sa
import zstandard
from fsspec.implementations.local import LocalFileSystem

from worker.errors import SnapshotLost, StoreDown
from worker.store.tables import IN_FLIGHT, articles, snapshots

ZSTD_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was fetched, from where, when, and with which answer. `headers` as received, `status` None for a file."""

    sha256: str
    size: int
    address: str
    final_address: str
    status: int | None
    headers: Sequence[Sequence[str]]
    redirects: Sequence[Sequence[str]]
    fetched_at: dt.datetime

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case of letters."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class SnapshotFolder:
    """Bodies by digest. A body is whole or not there: it is written aside and moved into its place."""

    def __init__(self, address: str) -> None:
        self.fs, self.root = fsspec.core.url_to_fs(address)

    def keep(self, body: bytes) -> str:
        """The SHA-256 of the body, once it is stored; raises StoreDown where it cannot be."""
        digest = hashlib.sha256(body).hexdigest()
        path = self._path(digest)
        try:
            if not self._intact(digest):
                self._write(path, zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body))
        except OSError as error:
            raise StoreDown(path, f"{error.strerror or error}") from error
        except Exception as error:  # each kind of store fails in its own words
            raise StoreDown(path, f"{type(error).__name__}: {error}"[:300]) from error
        return digest

    def load(self, digest: str) -> bytes:
        """The body of that digest; raises SnapshotLost where it is missing or not what was stored, OSError or StoreDown
        where the store cannot tell."""
        try:
            body = zstandard.ZstdDecompressor().decompress(self.fs.cat_file(self._path(digest)))
        except (FileNotFoundError, zstandard.ZstdError) as error:
            raise SnapshotLost(digest, f"{type(error).__name__}: {error}") from error
        except OSError:
            raise
        except Exception as error:
            raise StoreDown(digest, f"{type(error).__name__}: {error}"[:300]) from error
        if hashlib.sha256(body).hexdigest() != digest:
            raise SnapshotLost(digest, "the stored bytes have another digest")
        return body

    def _intact(self, digest: str) -> bool:
        """True where the body is stored whole: one that was damaged is written again when it comes again."""
        try:
            return self.fs.exists(self._path(digest)) and self.load(digest) is not None
        except SnapshotLost:
            return False

    def forget(self, digest: str) -> None:
        """Removes the body of that digest; nothing where there is none."""
        try:
            self.fs.rm_file(self._path(digest))
        except FileNotFoundError:
            return

    def _path(self, digest: str) -> str:
        return f"{self.root}/{digest[:2]}/{digest[2:4]}/{digest}.zst"

    def _write(self, path: str, data: bytes) -> None:
        if not isinstance(self.fs, LocalFileSystem):
            self.fs.pipe_file(path, data)  # object stores show an object only when it is whole
            return
        aside = f"{path}.{os.getpid()}-{threading.get_ident()}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            with open(aside, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except OSError:
            if os.path.exists(aside):
                os.unlink(aside)
            raise


def record(connection: sa.Connection, article: str, snapshot: Snapshot) -> int:
    """The id of the snapshot's row; that of the article's newest one where it has the same bytes and answer."""
    newest = connection.execute(
        sa.select(snapshots).where(snapshots.c.article_id == article).order_by(snapshots.c.id.desc()).limit(1)
    ).one_or_none()
    same = newest and (newest.sha256, newest.status, newest.final_address) == (
        snapshot.sha256, snapshot.status, snapshot.final_address,
    )  # fmt: skip
    if newest and same:
        if not newest.kept:  # its bytes were too old, and are here again
            connection.execute(sa.update(snapshots).where(snapshots.c.id == newest.id).values(kept=True))
        return int(newest.id)
    values = {name: getattr(snapshot, name) for name in Snapshot.__slots__}
    query = sa.insert(snapshots).values(article_id=article, **values).returning(snapshots.c.id)
    return int(connection.execute(query).scalar_one())


def one(connection: sa.Connection, snapshot_id: int) -> Snapshot:
    """The snapshot of that id."""
    columns = (snapshots.c[name] for name in Snapshot.__slots__)
    return Snapshot(**connection.execute(sa.select(*columns).where(snapshots.c.id == snapshot_id)).one()._mapping)


def let_go(connection: sa.Connection, *, before: dt.datetime, limit: int) -> list[str]:
    """The digests of at most so many bodies that were last fetched before then and that no article on its way needs;
    their rows say from now on that the bytes are gone."""
    other = snapshots.alias()
    waits = sa.exists().where(articles.c.id == other.c.article_id, articles.c.state.in_(IN_FLIGHT))
    needed = sa.exists().where(other.c.sha256 == snapshots.c.sha256, (other.c.fetched_at >= before) | waits)
    old = sa.select(snapshots.c.sha256).distinct().where(snapshots.c.kept, snapshots.c.fetched_at < before, ~needed)
    digests = list(connection.execute(old.order_by(snapshots.c.sha256).limit(limit)).scalars())
    connection.execute(sa.update(snapshots).where(snapshots.c.sha256.in_(digests)).values(kept=False))
    return digests

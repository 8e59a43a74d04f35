"""Snapshots: what was fetched is kept once, whole and unchanged, or its loss is told."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import World
from worker.errors import SnapshotLost, StoreDown
from worker.store import snapshots as rows
from worker.store.snapshots import Snapshot, SnapshotFolder

PAGE = b"<html><body>A story</body></html>"
NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder:
    return SnapshotFolder(str(tmp_path / "snapshots"))


def files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("body", [b"", PAGE, bytes(1_000_000), random.Random(1).randbytes(300_000)])
def test_what_is_kept_comes_back(folder: SnapshotFolder, body: bytes) -> None:
    """Byte for byte, under its SHA-256."""
    digest = folder.keep(body)
    assert digest == hashlib.sha256(body).hexdigest()
    assert folder.load(digest) == body


@given(st.binary(max_size=2000))
def test_any_bytes_come_back(body: bytes) -> None:
    """On any fsspec address; here one in memory."""
    folder = SnapshotFolder("memory://wireroom-test")
    assert folder.load(folder.keep(body)) == body


def test_the_same_bytes_are_kept_once(folder: SnapshotFolder, tmp_path: Path) -> None:
    """The file of the first time is not written again."""
    folder.keep(PAGE)
    (path,) = files(tmp_path)
    before = path.stat()
    folder.keep(PAGE)
    assert [each.stat().st_mtime_ns for each in files(tmp_path)] == [before.st_mtime_ns]
    assert path.stat().st_ino == before.st_ino


def test_a_snapshot_is_smaller_than_its_page(folder: SnapshotFolder, tmp_path: Path) -> None:
    """It is compressed."""
    folder.keep(PAGE * 1000)
    assert files(tmp_path)[0].stat().st_size < len(PAGE) * 10


def test_many_threads_keep_the_same_bytes_at_once(folder: SnapshotFolder, tmp_path: Path) -> None:
    """One whole file, and none left aside."""
    barrier = threading.Barrier(8)
    digests: list[str] = []

    def keep() -> None:
        barrier.wait()
        digests.append(folder.keep(PAGE))

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 8
    assert len(files(tmp_path)) == 1
    assert folder.load(digests[0]) == PAGE


def other_bytes(path: Path) -> None:
    folder = SnapshotFolder(str(path.parents[3] / "others"))
    digest = folder.keep(b"something else")
    path.write_bytes(next((path.parents[3] / "others").rglob(f"{digest}.zst")).read_bytes())


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-3]),
        lambda path: path.write_bytes(b"not zstd at all"),
        lambda path: path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\0"),
        other_bytes,
    ],
    ids=["missing", "empty", "cut", "nonsense", "changed", "other bytes"],
)
def test_a_damaged_snapshot_is_lost_and_never_taken_for_the_page(
    folder: SnapshotFolder, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    """Whatever happened to the file, nothing is extracted from it."""
    digest = folder.keep(PAGE)
    damage(files(tmp_path)[0])
    with pytest.raises(SnapshotLost):
        folder.load(digest)


def test_a_damaged_snapshot_is_mended_when_its_page_comes_again(folder: SnapshotFolder, tmp_path: Path) -> None:
    """What is kept is looked at, not only for."""
    digest = folder.keep(b"the page")
    (path,) = (each for each in tmp_path.rglob("*.zst"))
    path.write_bytes(b"damaged")
    assert folder.keep(b"the page") == digest
    assert folder.load(digest) == b"the page"


def test_a_missing_snapshot_in_an_object_store_is_lost() -> None:
    """As in a folder."""
    with pytest.raises(SnapshotLost):
        SnapshotFolder("memory://wireroom-empty").load("0" * 64)


def test_a_full_disk_is_our_own_outage(folder: SnapshotFolder, tmp_path: Path) -> None:
    """The page is not at fault, and no half of it stays behind."""
    _, hard = soft_hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StoreDown):
            folder.keep(random.Random(1).randbytes(300_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft_hard)
    assert files(tmp_path) == []
    assert folder.load(folder.keep(PAGE)) == PAGE


@pytest.mark.parametrize("place", ["root", "below"])
def test_a_file_in_place_of_the_folder_is_our_own_outage(tmp_path: Path, place: str) -> None:
    """A wrong path or a mount that is gone does not cost an article."""
    digest = hashlib.sha256(PAGE).hexdigest()
    blocked = tmp_path / "snapshots" / ("" if place == "root" else digest[:2])
    blocked.parent.mkdir(exist_ok=True)
    blocked.write_text("in the way")
    with pytest.raises(StoreDown):
        SnapshotFolder(str(tmp_path / "snapshots")).keep(PAGE)


@contextmanager
def with_ordinary_rights() -> Iterator[None]:
    """Root writes everywhere, so it is somebody else for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_that_may_not_be_written_is_our_own_outage(tmp_path: Path) -> None:
    """So is a wrong owner."""
    (tmp_path / "snapshots").mkdir(mode=0o500)
    folder = SnapshotFolder(str(tmp_path / "snapshots"))
    with with_ordinary_rights(), pytest.raises(StoreDown):
        folder.keep(PAGE)


def test_the_same_answer_again_is_one_row(world: World) -> None:
    """Another status, end or body is another snapshot of the article."""
    world.source("wire", world.site.feed("/feed.xml", [world.site.page("/a", PAGE)]))
    world.poll("wire")
    (article,) = [each.id for each in world.articles()]
    kept = Snapshot("0" * 64, 3, "http://a/", "http://a/", 200, [["Content-Type", "text/html"]], [], world.now)
    with world.database.write() as connection:
        first = rows.record(connection, article, kept)
        assert rows.record(connection, article, kept) == first
        moved = Snapshot("0" * 64, 3, "http://a/", "http://b/", 200, [], [["301", "http://a/"]], world.now)
        second = rows.record(connection, article, moved)
        assert rows.record(connection, article, kept) > second > first
        found = rows.one(connection, first)
    assert (found.header("content-type"), found.header("x"), found.fetched_at) == ("text/html", None, world.now)

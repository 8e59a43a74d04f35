"""Folders of files: which of them are entries, and when one is new again."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from worker.errors import Unreadable
from worker.http.client import Fetcher
from worker.sources.kinds.folder import file_entry, files_below, list_folder, path_of
from worker.store.sources import Source

NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a story")


def names(folder: Path) -> list[str]:
    return [path_of(entry.address).relative_to(folder).as_posix() for entry in files_below(folder)]


def test_every_file_below_is_listed_by_path(tmp_path: Path) -> None:
    """In one order, whatever the file system's."""
    put(tmp_path, "b.txt", "a/z.html", "a/b/c.txt", "A.txt")
    assert names(tmp_path) == ["A.txt", "a/b/c.txt", "a/z.html", "b.txt"]


def test_hidden_and_special_files_are_left_out(tmp_path: Path) -> None:
    """What an editor, a version control or a pipe leaves there is no article."""
    put(tmp_path, "story.txt", ".swp", ".git/HEAD", "a/.DS_Store")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert names(tmp_path) == ["story.txt"]


def test_a_hidden_folder_above_hides_nothing(tmp_path: Path) -> None:
    """Only what is below the folder counts."""
    folder = tmp_path / ".inbox"
    put(folder, "story.txt")
    assert names(folder) == ["story.txt"]


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    """A link to a folder above is not followed for ever."""
    put(tmp_path, "a/story.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert "a/story.txt" in names(tmp_path)


@pytest.mark.parametrize(
    "name", ["with space.txt", "Встреча.txt", "a#b?c%20d.txt", "100%.txt", os.fsdecode(b"\xff.txt")]
)
def test_a_file_of_any_name_is_found_again_by_its_address(tmp_path: Path, name: str) -> None:
    """The address is ASCII and leads back to the file, even where its name is no text."""
    put(tmp_path, name)
    (entry,) = files_below(tmp_path)
    assert entry.address.isascii()
    assert path_of(entry.address) == tmp_path / name
    assert path_of(entry.address).read_text() == "a story"


def test_a_file_is_new_again_when_its_size_or_time_changes(tmp_path: Path) -> None:
    """And only then."""
    put(tmp_path, "story.txt")
    path = tmp_path / "story.txt"
    os.utime(path, ns=(1, 1))
    first = file_entry(path)
    assert file_entry(path) == first
    os.utime(path, ns=(1, 2))
    touched = file_entry(path)
    path.write_text("longer than before")
    os.utime(path, ns=(1, 2))
    grown = file_entry(path)
    assert len({first.fingerprint, touched.fingerprint, grown.fingerprint}) == 3
    assert {first.key, touched.key, grown.key} == {first.address}


def test_a_file_that_is_gone_is_still_an_entry(tmp_path: Path) -> None:
    """The fetch says what is wrong with it."""
    assert file_entry(tmp_path / "gone.txt").fingerprint is None


@pytest.mark.parametrize("as_address", [False, True])
def test_a_folder_source_may_be_a_path_or_an_address(tmp_path: Path, fetcher: Fetcher, as_address: bool) -> None:
    """Both ways to write it list the same files."""
    put(tmp_path, "my stories/1.txt")
    folder = tmp_path / "my stories"
    source = Source("files", "folder", folder.as_uri() if as_address else str(folder))
    assert [path_of(entry.address) for entry in list_folder(source, fetcher, NOW).entries] == [folder / "1.txt"]


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_what_is_no_folder_cannot_be_read(tmp_path: Path, fetcher: Fetcher, kind: str) -> None:
    """The poll fails and says so."""
    path = tmp_path / "inbox"
    if kind == "file":
        path.write_text("a file")
    with pytest.raises(Unreadable, match="no such folder"):
        list_folder(Source("files", "folder", str(path)), fetcher, NOW)

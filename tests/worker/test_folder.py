"""Folders of files: which of them are entries, and when one is new again."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from tests.world import World, story
from worker.errors import NotFound, TooLarge, Unreadable, WireroomError
from worker.http.client import Fetcher
from worker.sources.kinds.folder import file_entry, list_folder, path_of, read_file, search
from worker.store.sources import Source
from worker.store.tables import State

NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a story")


def names(folder: Path) -> list[str]:
    return [path_of(entry.address).relative_to(folder).as_posix() for entry in search(folder).entries]


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
    (entry,) = search(tmp_path).entries
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


def test_what_a_link_leads_to_outside_is_not_the_folders(tmp_path: Path, fetcher: Fetcher) -> None:
    """A file, a folder, the machine's own words, by any number of steps; links within the folder are followed."""
    folder, secret = tmp_path / "inbox", tmp_path / "secret.txt"
    put(folder, "story.txt", "a/other.txt")
    secret.write_text("not for the wire")
    outside = {"one": secret, "two": "/proc/self/environ", "three": "../secret.txt", "four": "one", "five": tmp_path}
    for name, target in outside.items():
        (folder / name).symlink_to(target)
    (folder / "within").symlink_to("a/other.txt")
    os.mkfifo(folder / "pipe")
    found = list_folder(Source("files", "folder", str(folder)), fetcher, NOW)
    assert dict(found.why_left_out) == {"folders that links lead to elsewhere": 1, "neither files nor folders": 1}
    assert found.left_out == 2
    links = [each for each in found.entries if path_of(each.address).is_symlink()]
    assert {path_of(each.address).name for each in links} == {"one", "two", "three", "four"}
    for each in links:
        with pytest.raises(Unreadable, match="a link stands"):
            read_file(each.address, max_bytes=100)
    files = [each for each in found.entries if each not in links]
    assert {read_file(each.address, max_bytes=100).body for each in files} == {b"a story"}


def test_a_link_out_of_a_watched_folder_is_rejected_and_counted(world: World) -> None:
    """What it leads to is never published, and the story beside it is."""
    folder, secret = world.settings.data / "in", world.settings.data / "secret.txt"
    folder.mkdir()
    (folder / "story.txt").write_text(story())
    secret.write_text(story("Not for the wire"))
    (folder / "leak.txt").symlink_to(secret)
    world.source("inbox", str(folder), "folder")
    world.settle()
    assert {path_of(each.address).name: each.state for each in world.articles()} == {
        "story.txt": State.EXTRACTED, "leak.txt": State.REJECTED,
    }  # fmt: skip
    assert world.ledger().balanced


def test_a_folder_that_is_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    """The operator named it."""
    put(tmp_path / "real", "story.txt")
    (tmp_path / "inbox").symlink_to("real")
    assert [path_of(entry.address) for entry in search(tmp_path / "inbox").entries] == [tmp_path / "real" / "story.txt"]


def test_a_file_is_read_up_to_the_bound(tmp_path: Path) -> None:
    """And not beyond, whatever its size is said to be."""
    put(tmp_path, "story.html")
    found = read_file((tmp_path / "story.html").as_uri(), max_bytes=7)
    assert (found.body, found.status, found.headers) == (b"a story", 0, (("Content-Type", "text/html"),))
    with pytest.raises(TooLarge):
        read_file((tmp_path / "story.html").as_uri(), max_bytes=6)


@pytest.mark.parametrize(
    "path", ["/dev/zero", "/dev/null", "/proc/self/environ", "/proc/1/status", "/proc/kmsg", "/sys/kernel", "/tmp"]
)
def test_what_is_no_file_at_rest_is_not_read(path: str) -> None:
    """Devices have no end, and what the machine tells of itself is nobody's article."""
    with pytest.raises(WireroomError) as refused:
        read_file(Path(path).as_uri(), max_bytes=1_000_000)
    assert isinstance(refused.value, NotFound | Unreadable)


def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Also where it stands instead of a file that was listed."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotFound, match="no regular file"):
        read_file((tmp_path / "pipe").as_uri(), max_bytes=1_000)


def test_a_link_that_was_put_there_since_is_not_followed(tmp_path: Path) -> None:
    """In the place of the file, or of a folder above it."""
    put(tmp_path, "a/story.txt", "b/story.txt")
    address = file_entry(tmp_path / "a" / "story.txt").address
    assert read_file(address, max_bytes=100).body == b"a story"
    (tmp_path / "a" / "story.txt").unlink()
    (tmp_path / "a" / "story.txt").symlink_to(tmp_path / "b" / "story.txt")
    with pytest.raises(Unreadable, match="a link stands"):
        read_file(address, max_bytes=100)
    (tmp_path / "a" / "story.txt").unlink()
    (tmp_path / "a").rmdir()
    (tmp_path / "a").symlink_to("b")
    with pytest.raises(Unreadable, match="a link stands"):
        read_file(address, max_bytes=100)

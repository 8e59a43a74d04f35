"""`sources.toml`: what it may say, that all its faults are told at once, and that the database follows it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from worker.decide.schedule import Plan
from worker.settings import Settings
from worker.sources.catalogue import CatalogueError, read_catalogue, synchronise
from worker.store import sources
from worker.store.database import Database
from worker.store.sources import Source

NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
SAMPLES = Path(__file__).parents[2] / "sources.toml"

TWO = """
[[source]]
name = "wire"
kind = "feed"
address = "https://example.org/feed.xml"
interval = 60
note = "A note."

[[source]]
name = "sample"
kind = "feed"
address = "{newsroom}/feed.xml"
local = true
sample = true
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, newsroom_port=9999)


def read(tmp_path: Path, text: str, settings: Settings) -> list[Source]:
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    return read_catalogue(tmp_path / "sources.toml", settings)


def faults(tmp_path: Path, text: str, settings: Settings) -> list[str]:
    with pytest.raises(CatalogueError) as raised:
        read(tmp_path, text, settings)
    path = f"{tmp_path / 'sources.toml'}: "
    lines = str(raised.value).splitlines()
    assert lines[0].startswith(path)
    return [line.removeprefix(path) for line in lines]


def bring(
    database: Database, listed: list[Source], *, samples: bool = True, now: dt.datetime = NOW
) -> dict[str, Source]:
    with database.write() as connection:
        synchronise(connection, listed, samples=samples, now=now)
        return {source.name: source for source in sources.all_of(connection)}


def test_what_is_listed_is_a_source(tmp_path: Path, settings: Settings) -> None:
    """An interval that it does not say is left to the schedule."""
    wire, sample = read(tmp_path, TWO, settings)
    assert (wire.name, wire.address, wire.interval_seconds, wire.local) == (
        "wire", "https://example.org/feed.xml", 60, False,
    )  # fmt: skip
    assert (sample.address, sample.interval_seconds, sample.sample) == ("http://127.0.0.1:9999/feed.xml", None, True)


def test_a_folder_is_local_and_absolute(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the workers are started."""
    monkeypatch.chdir(tmp_path)
    (inbox,) = read(tmp_path, '[[source]]\nname = "in"\nkind = "folder"\naddress = "inbox"', settings)
    assert (inbox.address, inbox.local) == (str(tmp_path / "inbox"), True)


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file_lists_nothing(tmp_path: Path, settings: Settings, text: str) -> None:
    assert read(tmp_path, text, settings) == []


def test_a_file_that_is_not_there_is_told(tmp_path: Path, settings: Settings) -> None:
    """It does not pass for an empty one, which would pause every source."""
    with pytest.raises(CatalogueError, match=r"missing\.toml: no such file"):
        read_catalogue(tmp_path / "missing.toml", settings)


def test_the_file_of_the_checkout_can_be_used(settings: Settings) -> None:
    """What a newcomer starts with has samples, and nothing that polls strangers unasked."""
    found = read_catalogue(SAMPLES, settings)
    assert any(source.sample for source in found)
    assert all(source.sample or source.paused for source in found)


def test_every_fault_is_told_at_once(tmp_path: Path, settings: Settings) -> None:
    """Each with the name of its source, or its place where it has none."""
    found = faults(
        tmp_path,
        """
        title = "My sources"
        [[source]]
        name = "wire"
        kind = "carrier pigeon"
        address = "https://example.org/"
        [[source]]
        kind = "feed"
        address = ""
        [[source]]
        name = "typo"
        kind = "feed"
        adress = "https://example.org/"
        interval = 0
        paused = "perhaps"
        [[source]]
        name = "twice"
        kind = "feed"
        address = "https://example.org/1"
        [[source]]
        name = "twice"
        kind = "feed"
        address = "https://example.org/2"
        """,
        settings,
    )
    found = [line.partition("feed, ")[0] for line in found]
    told = {line.partition(": ")[0] + ": " + line.partition(": ")[2].partition(":")[0] for line in found}
    assert told == {
        "'title': only [[source]] tables stand here",
        "wire: kind 'carrier pigeon' is none of ",
        "source 2: name",
        "source 2: address",
        "typo: address",
        "typo: adress",
        "typo: interval",
        "typo: paused",
        "'twice' is listed more than once: ",
    }


@pytest.mark.parametrize(
    "text", ['[source]\nname = "a"', "source = 7", 'source = ["a", "b"]', "[[sources]]\nname = 'a'"]
)
def test_a_table_of_the_wrong_shape_is_told(tmp_path: Path, settings: Settings, text: str) -> None:
    """Single brackets or a plural do not pass for an empty list, which would pause every source."""
    assert any("[[source]]" in line for line in faults(tmp_path, text, settings))


@pytest.mark.parametrize("content", [b"[[source", b"name = \xff\xfe", b'a = "b" "c"'])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, settings: Settings, content: bytes) -> None:
    """With its path."""
    path = tmp_path / "sources.toml"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"sources\.toml: "):
        read_catalogue(path, settings)


def test_a_line_without_its_quotes_is_shown(tmp_path: Path, settings: Settings) -> None:
    (line,) = faults(tmp_path, '[[source]]\nname = wire\nkind = "feed"', settings)
    assert line.endswith(": name = wire (texts stand in quotes)")


@pytest.mark.parametrize("address", ["example.org/feed", "htps://example.org/feed", "https://", "https://u:p@x.org/"])
def test_an_address_that_no_poll_could_ask_is_told(tmp_path: Path, settings: Settings, address: str) -> None:
    (line,) = faults(tmp_path, f'[[source]]\nname = "wire"\nkind = "feed"\naddress = "{address}"', settings)
    assert line.startswith(f"wire: address {address!r}: ")
    assert ("write https:// before it" in line) == ("://" not in address)


def test_a_folder_in_its_place_is_told(tmp_path: Path, settings: Settings) -> None:
    """A container engine makes one where a file to mount is missing."""
    (tmp_path / "sources.toml").mkdir()
    with pytest.raises(CatalogueError, match="directory"):
        read_catalogue(tmp_path / "sources.toml", settings)


def test_the_database_follows_the_file(database: Database, tmp_path: Path, settings: Settings) -> None:
    """What is listed is there, what changed is changed, what is gone is paused and comes back as it was."""
    first = bring(database, read(tmp_path, TWO, settings))
    assert [(s.name, s.origin, s.paused, s.due_at) for s in first.values()] == [
        ("sample", "file", False, NOW),
        ("wire", "file", False, NOW),
    ]
    changed = read(
        tmp_path, TWO.replace("interval = 60", "interval = 90").partition('[[source]]\nname = "sample')[0], settings
    )
    second = bring(database, changed, now=LATER)
    assert (second["wire"].interval_seconds, second["wire"].due_at) == (90, NOW)
    assert second["sample"].paused
    assert not bring(database, read(tmp_path, TWO, settings), now=LATER)["sample"].paused


def test_what_was_learned_of_a_source_stays_unless_it_moves(
    database: Database, tmp_path: Path, settings: Settings
) -> None:
    """A start forgets no validators and hurries no poll; another address starts anew."""
    bring(database, read(tmp_path, TWO, settings))
    with database.write() as connection:
        learned = {"etag": '"a"', "last_modified": "then"}
        sources.polled(connection, "wire", now=NOW, plan=Plan(LATER, ()), **learned)
    same = bring(database, read(tmp_path, TWO, settings))["wire"]
    assert (same.etag, same.last_modified, same.due_at, same.polls) == ('"a"', "then", LATER, 1)
    moved = bring(database, read(tmp_path, TWO.replace('feed.xml"\ninterval', 'new.xml"\ninterval'), settings))["wire"]
    assert (moved.etag, moved.last_modified, moved.due_at) == (None, None, NOW)


def test_samples_are_paused_where_they_are_not_served(database: Database, tmp_path: Path, settings: Settings) -> None:
    """In production nobody serves the sample newsroom."""
    listed = read(tmp_path, TWO, settings)
    assert {s.name for s in bring(database, listed, samples=False).values() if s.paused} == {"sample"}
    assert {s.paused for s in bring(database, listed, samples=True).values()} == {False}


def test_a_source_that_was_added_by_hand_is_left_alone(database: Database, tmp_path: Path, settings: Settings) -> None:
    """The file pauses only what came from it."""
    with database.write() as connection:
        sources.put(connection, Source("mine", "feed", "https://example.org/mine.xml", due_at=NOW))
    found = bring(database, read(tmp_path, TWO, settings))
    assert (found["mine"].origin, found["mine"].paused) == ("added", False)
    assert not bring(database, [])["mine"].paused

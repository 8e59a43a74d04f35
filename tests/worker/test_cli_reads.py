"""Only `run`, `ingest` and `migrate` make a database or bring it in step; all else leaves it as it is."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.core import TyperGroup

from worker.cli.declared import load
from worker.cli.main import COMMANDS, main
from worker.settings import Settings
from worker.store import sources
from worker.store.database import Database
from worker.store.sources import Source

MAKING = {"run", "ingest", "migrate"}
NEEDS_NO_DATABASE = {"extract", "settings", "sources check"}
GIVEN = {
    "articles retry": "a", "articles show": "a", "articles attempts": "a", "purge": "a --yes", "reextract": "--all",
    "consume": "--exec true --once", "tail": "--once", "dead drop": "all", "dead retry": "all", "groups drop": "g",
    "health": "--role poll", "runs show": "1", "runs cancel": "1", "sources add": "x https://x.example/f --kind feed",
    "sources import": "x.opml", "sources learned": "x", "sources attempts": "x", "sources why": "x",
    "sources pause": "x", "sources set": "x --interval 9", "sources rename": "x y", "sources poll": "x",
    "sources remove": "x", "sources resume": "x", "webhooks add": "x https://x.example/ --secret-file s",
    "webhooks drop": "all", "webhooks retry": "all", "webhooks pause": "x", "webhooks resume": "x",
    "webhooks remove": "x", "webhooks replay": "x --from start", "webhooks rotate": "x --secret-file s",
}  # fmt: skip
OPML = '<opml version="2.0"><body><outline text="a" xmlUrl="https://a.example/feed"/></body></opml>'
Run = Callable[..., tuple[int, str]]


def commands() -> Iterator[str]:
    """Every command that may make nothing, with the words that call it."""
    for each in COMMANDS:
        found = load(each)
        names = [f"{each.name} {name}" for name in found.commands] if isinstance(found, TyperGroup) else [each.name]
        yield from (name for name in names if name not in MAKING | NEEDS_NO_DATABASE)


EVERY = [f"{name} {GIVEN.get(name, '')}".strip() for name in commands()]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a folder of its own: its exit code, and all that it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREROOM_DATA", str(tmp_path / "data"))

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["wireroom", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def everything(folder: Path) -> dict[str, bytes | None]:
    """Each path below the folder, with the bytes of a file."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def database_in(folder: Path) -> Database:
    return Database(Settings(data=folder / "data").database_address)


@pytest.mark.parametrize("words", EVERY)
def test_where_there_is_nothing_nothing_is_made(run: Run, tmp_path: Path, words: str) -> None:
    """One line says what makes a Wireroom."""
    (tmp_path / "x.opml").write_text(OPML)
    before = everything(tmp_path)
    code, said = run(*words.split())
    assert everything(tmp_path) == before
    assert (code, len(said.splitlines())) == (2, 1), said
    assert "holds no Wireroom yet: `wireroom run`, `ingest` or `migrate` makes one" in said


@pytest.mark.parametrize(
    "words", [each for each in EVERY if not each.startswith(("tail", "consume", "dead", "groups"))]
)
@pytest.mark.parametrize(
    ("revision", "what"), [("0001", "run `wireroom migrate`"), ("9999", "is older than its database")]
)
def test_another_schema_is_refused_in_one_line(run: Run, tmp_path: Path, words: str, revision: str, what: str) -> None:
    """Neither read with wrong eyes nor migrated by the way."""
    (tmp_path / "x.opml").write_text(OPML)
    database = database_in(tmp_path)
    database.migrate()
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    code, said = run(*words.split())
    assert (code, len(said.splitlines())) == (2, 1), said
    assert said.startswith(f"database: it has the tables of {revision}, the code ")
    assert what in said
    assert not (tmp_path / "s").exists()
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == revision
    database.close()


def sources_in(folder: Path, *names: str) -> Database:
    """A database that polls these sources, which came from a file."""
    database = database_in(folder)
    database.migrate()
    now = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    with database.write() as connection:
        for name in names:
            sources.put(connection, Source(name, "feed", f"https://{name}.example/", origin="file", due_at=now))
    return database


def polled(database: Database) -> list[str]:
    with database.read() as connection:
        return [each.name for each in sources.all_of(connection) if not each.paused]


FILE = '[[source]]\nname = "sample"\nkind = "feed"\naddress = "{newsroom}/f"\nlocal = true\nsample = true\n'


def test_a_list_of_sources_reads_no_file(run: Run, tmp_path: Path) -> None:
    """From a checkout it switched its samples on, and paused what another file lists."""
    database = sources_in(tmp_path, "a", "b")
    (tmp_path / "sources.toml").write_text(FILE)
    code, said = run("sources", "list")
    assert (code, polled(database)) == (0, ["a", "b"])
    assert "sample" not in said


def test_a_file_that_is_not_there_pauses_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was named is an error; without the default one all stays, and that is told."""
    database = sources_in(tmp_path, "a", "b")
    code, said = run("migrate")
    assert code == 0
    assert "There is no ./sources.toml: the sources stay as they are." in said
    monkeypatch.setenv("WIREROOM_SOURCES", str(tmp_path / "other.toml"))
    code, said = run("migrate")
    assert (code, said) == (2, f"{tmp_path}/other.toml: no such file or directory\n")
    assert polled(database) == ["a", "b"]


def test_a_few_sources_are_paused_by_a_file_without_them(run: Run, tmp_path: Path) -> None:
    """As an operator takes one out."""
    database = sources_in(tmp_path, "a", "b", "c")
    (tmp_path / "sources.toml").write_text(FILE)
    assert run("migrate")[0] == 0
    assert polled(database) == []


@pytest.mark.parametrize("command", ["migrate", "run --once"])
def test_many_sources_are_paused_only_where_that_is_meant(run: Run, tmp_path: Path, command: str) -> None:
    """It may be the wrong file: it says which, changes none, and leaves."""
    names = [f"s{number}" for number in range(4)]
    database = sources_in(tmp_path, *names)
    (tmp_path / "sources.toml").write_text(FILE)
    code, said = run(*command.split())
    assert (code, len(said.splitlines())) == (2, 1)
    assert "sources.toml would pause 4 sources that are polled now: s0, s1, s2, s3. " in said
    assert "--yes" in said
    assert polled(database) == names
    if command == "migrate":
        assert run("migrate", "--yes")[0] == 0
        assert polled(database) == []

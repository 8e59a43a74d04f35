"""The commands by name: what is loaded for them, what their help says, and how they are refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.testing import CliRunner

from worker.cli.declared import load
from worker.cli.main import COMMANDS, app

WIREROOM = Path(sys.executable).with_name("wireroom")
HEAVY = {
    "spacy",
    "numpy",
    "celery",
    "sqlalchemy",
    "feedparser",
    "bs4",
    "lxml",
    "redis",
    "pydantic_settings",
    "extractors",
}
LOADED = """
import sys
from worker.cli.entry import main
sys.argv = ["wireroom", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    print(ended.code or 0, *sorted({each.partition(".")[0] for each in sys.modules}))
"""
LINE = 80


def loaded(tmp_path: Path, *arguments: str) -> set[str]:
    """The packages that a command has loaded when it ends well."""
    environment = {**os.environ, "WIREROOM_DATA": str(tmp_path / "data")}
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], cwd=tmp_path, env=environment, check=True,
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    code, *packages = done.stdout.splitlines()[-1].split()
    assert code == "0", done.stderr
    assert "worker" in packages
    return set(packages)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]])
def test_help_loads_no_command(tmp_path: Path, arguments: list[str]) -> None:
    """What it shows stands in one table."""
    assert not loaded(tmp_path, *arguments) & HEAVY


def test_status_loads_the_database_and_nothing_of_the_path(tmp_path: Path) -> None:
    """No engine, no parser, no model; Alembic and Redis only where there is something for them to do."""
    loaded(tmp_path, "migrate")
    unneeded = HEAVY | {"alembic", "fsspec", "h11", "structlog"}
    assert loaded(tmp_path, "status") & unneeded <= {"sqlalchemy", "pydantic_settings", "extractors"}


def commands() -> Iterator[tuple[str, object]]:
    """Every command with the words that call it."""
    for each in COMMANDS:
        found = load(each)
        yield each.name, found
        if isinstance(found, TyperGroup):
            yield from ((f"{each.name} {name}", inner) for name, inner in found.commands.items())


EVERY = dict(commands())


def test_every_module_is_declared_whole() -> None:
    """A command that nobody declares cannot be called."""
    names = {each.name for each in COMMANDS}
    modules = {each.module for each in COMMANDS}
    assert len(names) == len(COMMANDS) > 20
    assert modules == {path.stem for path in Path("worker/cli").glob("*_command*.py")}
    for module in modules:
        app = __import__(f"worker.cli.{module}", fromlist=["app"]).app
        groups = [each.name or each.typer_instance.info.name for each in app.registered_groups]
        single = [each.name or each.callback.__name__ for each in app.registered_commands]
        assert set([app.info.name] if app.info.name else [*groups, *single]) <= names


@pytest.mark.parametrize("called", EVERY)
def test_help_fits_a_narrow_terminal(called: str) -> None:
    """No line is cut off, and none breaks where a word goes on."""
    said = CliRunner().invoke(app, [*called.split(), "-h"], prog_name="wireroom", env={"COLUMNS": str(LINE)}).stdout
    assert f"Usage: wireroom {called} " in said
    assert not re.search(r"\w\.\.\.", said)
    assert max(map(len, said.splitlines())) <= LINE


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("wireroom so", {"sources"}), ("wireroom sources re", {"resume", "remove", "rename"}),
     ("wireroom articles list --s", {"--state", "--source"})],
)  # fmt: skip
def test_a_shell_completes_what_is_begun(tmp_path: Path, typed: str, offered: set[str]) -> None:
    """Also within a family, which is loaded for that."""
    asked = {"_WIREROOM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    done = subprocess.run([WIREROOM], cwd=tmp_path, env={**os.environ, **asked}, check=True, capture_output=True,
                          text=True, timeout=60)  # fmt: skip
    assert set(done.stdout.split()) == offered


def test_the_list_of_commands_fits_a_narrow_terminal() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": str(LINE)}).stdout
    assert all(each.summary in said for each in COMMANDS)


def test_a_slip_in_a_name_is_answered_with_the_nearest() -> None:
    done = CliRunner().invoke(app, ["sorces"])
    assert done.exit_code == 2
    assert "Did you mean 'sources'?" in done.stderr

"""The layers, read off the imports: the core knows nothing of the shell, and no module one above its own floor."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import extractors

ROOT = Path(__file__).parents[1]
PACKAGES = ("extractors", "worker", "samples")
SHELL_ONLY = {
    "worker", "celery", "kombu", "billiard", "redis", "feedparser", "sqlalchemy", "alembic", "httpx", "httpcore", "h11",
    "brotli", "requests", "urllib.request", "http", "socket", "ssl", "asyncio", "subprocess", "multiprocessing",
    "threading", "time", "random", "uuid.uuid4", "secrets", "os", "fsspec", "structlog", "logging", "pydantic_settings",
    "typer", "rich",
}  # fmt: skip
CLOCK = {"now", "utcnow", "today", "fromtimestamp"}

# The floors, the ground first: a module imports only what stands below it, or beside it in its own room.
# The longest name that fits counts, so that a room's own module can stand higher or lower than the room.
FLOORS = (
    "extractors.ids",
    "extractors.page_families",
    "extractors.model",
    "extractors.lexicon",
    "extractors.text",
    "extractors.parse",
    "extractors.pages.boilerplate",
    "extractors.pages.source",
    "extractors.pages.page",
    "extractors.pages.head",
    "extractors.pages.body",
    "extractors.pages.family",
    "extractors.pages.families",
    "extractors.pages",
    "extractors.reading",
    "extractors.registry",
    "extractors.dates",
    "extractors.people",
    "extractors.speech",
    "extractors.places",
    "extractors.organisations",
    "extractors.brackets",
    "extractors.citations",
    "extractors.instruments",
    "extractors.topics",
    "extractors.publication",
    "extractors.events.predications",
    "extractors.events.participants",
    "extractors.events.article",
    "extractors.events",
    "extractors.explain",
    "extractors.extraction",
    "extractors.reasons",
    "extractors",
    "worker",
    "worker.errors",
    "worker.plugins",
    "worker.server_addresses",
    "worker.settings",
    "worker.logs",
    "worker.consume",
    "worker.decide",
    "worker.http",
    "worker.http.polite",
    "worker.store.tables",
    "worker.store.migrations",
    "worker.store.database",
    "worker.store.learning",
    "worker.store.articles",
    "worker.store.outgoing",
    "worker.store",
    "worker.sources.parsing",
    "worker.sources.kinds",
    "worker.sources",
    "worker.publication.messages",
    "worker.publication.stream",
    "worker.publication.sinks",
    "worker.publication",
    "worker.steps",
    "worker.engine.leash",
    "worker.engine.wiring",
    "worker.engine",
    "worker.web",
    "worker.cli.show",
    "worker.cli",
    "samples",
)
MOST = 12
"""Modules that a folder may hold, and each that holds more, with the reason."""
LARGER: dict[str, str] = {}


@cache
def modules() -> dict[str, Path]:
    """Every module of both packages by its dotted name."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths}
    return {name: path for path, name in names.items()}


def source_files() -> list[Path]:
    """The modules that have a name of their own: what opens a room has not, nor has what a migration is called."""
    return [path for path in modules().values() if not path.name.startswith("__") and "migrations" not in path.parts]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def imports(name: str) -> Iterator[str]:
    """What a module imports, with the names taken out of it: `from a import b` gives a and a.b."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from found
            if not set(found) <= set(modules()):  # else the package is only where its modules are
                yield node.module or ""


def ours(name: str) -> set[str]:
    """The modules of ours that a module imports."""
    return {each for each in imports(name) if each in modules() and each != name}


def within(name: str, packages: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in packages)


def floor(name: str) -> int:
    """The place of a module in the list of floors."""
    parts = name.split(".")
    known = [each for n in range(len(parts), 0, -1) if (each := ".".join(parts[:n])) in FLOORS]
    assert known, f"{name} stands on no floor: give it one in {Path(__file__).name}"
    return FLOORS.index(known[0])


CORE = sorted(name for name in modules() if within(name, {"extractors"}))
SHELL = sorted(name for name in modules() if within(name, {"worker"}))


@pytest.mark.parametrize("name", CORE)
def test_the_core_is_pure(name: str) -> None:
    """No module of extractors/ knows the shell, a network, a clock, a process or chance."""
    assert {each for each in imports(name) if within(each, SHELL_ONLY)} == set()
    asked = {f"{n.value.id}.{n.attr}" for n in ast.walk(tree(name))
             if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.attr in CLOCK}  # fmt: skip
    assert not asked & {f"{owner}.{word}" for owner in ("dt", "datetime", "date") for word in CLOCK}
    assert not any(isinstance(n, ast.Attribute) and n.attr in ("now", "utcnow", "today") for n in ast.walk(tree(name)))


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_knows_nothing_above_its_floor(name: str) -> None:
    """Imports go down, or stay in the room."""
    above = {each for each in ours(name) if floor(each) > floor(name)}
    assert above == set(), f"{name} stands on the floor of {FLOORS[floor(name)]}"


@pytest.mark.parametrize("name", FLOORS)
def test_every_floor_has_a_room(name: str) -> None:
    """A floor without a module is a word that nobody needs."""
    assert name in modules()


def test_a_folder_holds_what_an_eye_can_take_in() -> None:
    """More than twelve modules are two rooms, or one with a reason."""
    held = Counter(path.parent.relative_to(ROOT).as_posix() for path in source_files())
    assert {folder for folder, count in held.items() if count > MOST} == set(LARGER)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_name_is_one_files(package: str) -> None:
    """Whoever reads a name in a log or a message knows the file."""
    held = Counter(path.name for path in source_files() if path.relative_to(ROOT).parts[0] == package)
    assert held
    assert {name for name, count in held.items() if count > 1} == set()


def test_no_imports_run_in_a_circle() -> None:
    """Every module can be read after those that it stands on."""
    graph = {name: {each for each in ours(name) if not name.startswith(f"{each}.")} for name in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def core_names(name: str) -> Iterator[str]:
    """What a module takes of extractors/, and any room of it that it names."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "extractors":
            inner = (node.module or "").removeprefix("extractors").lstrip(".")
            yield from ([inner] if inner else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            rooms = [alias.name for alias in node.names if alias.name.startswith("extractors.")]
            yield from (each.removeprefix("extractors.") for each in rooms)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "extractors":
            yield node.attr


@pytest.mark.parametrize("name", SHELL)
def test_the_shell_takes_only_what_the_core_offers(name: str) -> None:
    """Whatever is behind the public names may move."""
    assert set(core_names(name)) <= set(extractors.__all__)


def test_what_the_core_offers_is_there_and_is_used() -> None:
    """No public name is a room's own, which would stand before it once loaded; and what the shell takes is found, so
    that the test above sees something."""
    rooms = {each.split(".")[1] for each in CORE if each.count(".") == 1}
    assert not rooms & set(extractors.__all__)
    assert all(hasattr(extractors, each) for each in extractors.__all__)
    assert {"extract", "Verdict", "article_id"} <= {each for name in SHELL for each in core_names(name)}


def test_only_two_modules_know_celery() -> None:
    """Whoever wants another engine writes those two again; kombu is also what speaks AMQP to consumers."""
    assert {name for name in SHELL if any(within(each, {"celery"}) for each in imports(name))} == {
        "worker.engine.app", "worker.engine.tasks",
    }  # fmt: skip
    assert {name for name in SHELL if any(within(each, {"kombu", "amqp"}) for each in imports(name))} == {
        "worker.engine.queues", "worker.engine.tasks", "worker.publication.sinks.amqp",
    }  # fmt: skip
    assert {name for name in SHELL if ours(name) & {"worker.engine.app", "worker.engine.tasks"}} == {
        "worker.engine.tasks"
    }


def test_the_reader_for_others_stands_alone() -> None:
    """It can be copied into any program that has redis-py."""
    names = {each.split(".")[0] for each in imports("worker.consume")}
    assert names - sys.stdlib_module_names == {"redis"}


def test_the_leash_needs_nothing() -> None:
    """It starts every child, so it must start fast."""
    assert {each.split(".")[0] for each in imports("worker.engine.leash")} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", sorted(modules()))
def test_nothing_is_unpickled_or_evaluated(name: str) -> None:
    """A stranger's bytes are never code."""
    assert {each for each in imports(name) if within(each, {"pickle", "marshal", "shelve", "dill"})} == set()
    calls = {n.func.id for n in ast.walk(tree(name)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & {"eval", "exec", "__import__"}


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_opens_with_its_place(name: str) -> None:
    """A docstring in every module that holds anything."""
    assert not tree(name).body or ast.get_docstring(tree(name))

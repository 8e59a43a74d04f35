"""The layers, read off the imports: the core knows nothing of the shell, and no module one above its own floor."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHELL_ONLY = {
    "worker", "celery", "kombu", "billiard", "redis", "feedparser", "sqlalchemy", "alembic", "httpx", "httpcore", "h11",
    "brotli", "requests", "urllib.request", "http", "socket", "ssl", "asyncio", "subprocess", "multiprocessing",
    "threading", "time", "random", "uuid.uuid4", "secrets", "os", "fsspec", "structlog", "logging", "pydantic_settings",
    "typer", "rich",
}  # fmt: skip
CLOCK = {"now", "utcnow", "today", "fromtimestamp"}

# The floors of DESIGN.md, section 3; the longest prefix that fits counts.
FLOORS = {
    "worker": 1,
    "worker.errors": 1,
    "worker.settings": 1,
    "worker.decide.schedule": 1,
    "worker.decide.changes": 1,
    "worker.logs": 1,
    "worker.engine.leash": 1,
    "worker.consume": 2,
    "worker.http": 2,
    "worker.store": 2,
    "worker.sources": 2,
    "worker.publication.messages": 2,
    "worker.publication.stream": 2,
    "worker.publication.sinks": 2,
    "worker.publication.asyncapi": 3,
    "samples": 2,
    "worker.engine.wiring": 3,
    "worker.steps": 4,
    "worker.engine.children": 5,
    "worker.steps.ingest": 5,
    "worker.publication.export": 5,
    "worker.engine.app": 5,
    "worker.engine.tasks": 5,
    "worker.engine.run": 5,
    "worker.cli.show": 5,
    "worker.cli.run_commands": 6,
    "worker.cli.show.watch": 6,
    "worker.web": 6,
    "worker.cli.main": 7,
    "worker.cli.entry": 8,
}


@cache
def modules() -> dict[str, Path]:
    """Every module of both packages by its dotted name."""
    paths = [path for package in ("worker", "extractors") for path in (ROOT / package).rglob("*.py")]
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths}
    return {name: path for path, name in names.items()}


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
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module or ""


def ours(name: str) -> set[str]:
    """The modules of ours that a module imports."""
    return {each for each in imports(name) if each in modules() and each != name}


def within(name: str, packages: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in packages)


def floor(name: str) -> int:
    parts = name.partition("_")[0].split(".") if name.startswith("worker.cli_") else name.split(".")
    known = [".".join(parts[:n]) for n in range(len(parts), 1, -1) if ".".join(parts[:n]) in FLOORS]
    assert known or name == "worker", f"{name} stands on no floor: give it one in {Path(__file__).name}"
    return FLOORS[known[0] if known else name]


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


@pytest.mark.parametrize("name", CORE)
def test_the_core_reads_pages_before_it_knows_of_facts(name: str) -> None:
    """Pages and analysis know nothing of extractors; events stand on all."""
    facts = {"citations", "people", "places", "quotes", "topics", "events"}
    found = {each.split(".")[1] for each in ours(name) if each.startswith("extractors.")}
    if within(name, {"extractors.pages", "extractors.parse.analysis", "extractors.lexicon", "extractors.model"}):
        assert found & facts == set()
    elif name != "extractors" and not within(name, {"extractors.events"}):
        assert "events" not in found


@pytest.mark.parametrize("name", SHELL)
def test_a_module_knows_nothing_above_its_floor(name: str) -> None:
    """Imports go down, or stay on the floor."""
    above = {each: floor(each) for each in ours(name) if within(each, {"worker"}) and floor(each) > floor(name)}
    assert above == {}, f"{name} stands on floor {floor(name)}"


def test_no_imports_run_in_a_circle() -> None:
    """Every module can be read after those that it stands on."""
    graph = {name: {each for each in ours(name) if not name.startswith(f"{each}.")} for name in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def test_only_two_modules_know_celery() -> None:
    """Whoever wants another engine writes those two again; kombu is also what speaks AMQP to consumers."""
    assert {name for name in SHELL if any(within(each, {"celery"}) for each in imports(name))} == {
        "worker.engine.app", "worker.engine.tasks",
    }  # fmt: skip
    assert {name for name in SHELL if any(within(each, {"kombu", "amqp"}) for each in imports(name))} == {
        "worker.engine.tasks", "worker.publication.sinks.amqp",
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

"""Sinks of other distributions: named in WIREROOM_SINKS like ours; what cannot be had is refused at the start."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins.install import lay_out
from worker.plugins import GROUP, our_sinks
from worker.publication.sinks import open_sinks
from worker.settings import Settings, SettingsError, load_settings

SINK = """
class Kept:
    def __init__(self, settings): self.settings = settings
    def append(self, messages): ...
    def close(self): ...
"""

Others = Callable[..., None]


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Others]:
    """Lays distributions out where this process looks for them, and no others."""
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    def add(name: str, module: str = SINK, point: str = "", value: str = "Kept") -> None:
        stem = name.replace("-", "_")
        lay_out(tmp_path, name, module, GROUP, {point or name: f"{stem}:{value}"})

    yield add
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", None)):
            del sys.modules[name]


def fault_of(monkeypatch: pytest.MonkeyPatch, sinks: str) -> str:
    monkeypatch.setenv("WIREROOM_SINKS", sinks)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    return str(raised.value)


def test_a_sink_is_opened_with_the_settings_in_the_order_that_they_name(others: Others, redis_address: str) -> None:
    """Beside ours."""
    others("journal")
    settings = Settings(redis_url=redis_address, sinks="journal, redis")  # type: ignore[arg-type]
    first, second = open_sinks(settings)
    assert (type(first).__name__, type(second).__name__) == ("Kept", "Stream")
    assert first.settings is settings  # type: ignore[attr-defined]
    second.close()


def test_one_that_is_not_there_is_told_with_those_that_are(others: Others, monkeypatch: pytest.MonkeyPatch) -> None:
    others("journal")
    told = "WIREROOM_SINKS: no such sink as 'kafka'; there are amqp, journal, redis (it is 'redis, kafka')"
    assert fault_of(monkeypatch, "redis, kafka") == told


def test_one_that_does_not_import_stops_the_start(others: Others, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only where it is asked for."""
    others("journal", "import nothing_of_the_kind")
    assert load_settings().sinks == "redis"
    told = "sink 'journal' of journal 1.0 (journal:Kept): ModuleNotFoundError: No module named 'nothing_of_the_kind'"
    assert told in fault_of(monkeypatch, "journal")


def test_one_that_opens_nothing_stops_the_start(others: Others, monkeypatch: pytest.MonkeyPatch) -> None:
    others("journal", "Kept = 3")
    assert "sink 'journal' of journal 1.0 (journal:Kept) is no function that opens one" in fault_of(
        monkeypatch, "journal"
    )


def test_one_that_two_distributions_have_is_nobodys(others: Others, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of them would have the messages would hang on the order of folders."""
    others("first", point="journal")
    others("second", point="journal")
    told = "sink 'journal' is first 1.0 (first:Kept) and second 1.0 (second:Kept)"
    assert told in fault_of(monkeypatch, "journal")


def test_our_names_stay_ours(others: Others, redis_address: str) -> None:
    """Whatever is installed."""
    others("thief", point="redis")
    (sink,) = open_sinks(Settings(redis_url=redis_address))  # type: ignore[arg-type]
    assert type(sink).__name__ == "Stream"
    sink.close()


def test_ours_are_the_files_in_their_folder() -> None:
    assert our_sinks() == {"amqp", "redis"}

"""Extractors of other distributions: their order, what they may give, and what becomes of those that fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from extractors import extract, registry, versions
from extractors.ids import article_id, record_id
from extractors.model import Kind, Record
from extractors.registry import DATA_OF_KIND, GROUP, UnfitExtractor, extractor, plugins, registered
from tests.plugins.install import WIREROOM, environment, lay_out
from tests.world import World, page, story
from worker.store.tables import records

TEXT = b"Chilean Foreign Minister Ana Rojas met Peruvian President Rosa Diaz in Lima on Monday (Reuters, May 12)."
HEAD = """
from extractors.model import Data, Draft, Person, Topic
from extractors.registry import extractor
class Word(Data):
    word: str
def words(reading, kind, data=None, key="w"):
    yield Draft(kind=kind, span=(0, 7), key=key, data=data or Word(word=reading.document.text[:7]))
"""
OURS = list(versions())[1:]

Others = Callable[..., None]


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Others]:
    """Lays distributions out where this process looks for them; afterwards it knows none of them."""
    before = set(sys.modules)
    monkeypatch.setattr(registry, "_EXTRACTORS", dict(registry._EXTRACTORS))
    monkeypatch.syspath_prepend(tmp_path)
    plugins.cache_clear()

    def add(name: str, module: str, **points: str) -> None:
        stem = name.replace("-", "_")
        named = {point: f"{stem}:{value}" for point, value in points.items()} or {name: f"{stem}:run"}
        lay_out(tmp_path, name, HEAD + module, GROUP, named)

    yield add
    plugins.cache_clear()
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]


def finding(name: str, kind: str = "", needs: str = "()", data: str = "None", key: str = '"w"') -> str:
    """A module with one extractor, which gives one record."""
    return f"""
@extractor("{name}", version=3, needs={needs})
def run(reading):
    return words(reading, "{kind or name + ".word"}", {data}, {key})
"""


def found_by(name: str) -> list[Record]:
    return [record for record in extract(TEXT).records if record.extractor == name]


def test_they_run_after_ours_whatever_their_names_and_needs(others: Others) -> None:
    """Each after those it needs; ours stay in their order, and find the same."""
    plain = extract(TEXT)
    plugins.cache_clear()
    others("aaa", finding("aaa", needs='("events", "quotes", "zzz")'))
    others("zzz", finding("zzz", needs='("topics",)'))
    others("mmm", finding("mmm", needs='("aaa",)'))
    assert list(registered()) == [*OURS, "zzz", "aaa", "mmm"]
    found = extract(TEXT)
    assert found.extractors == {**plain.extractors, "aaa": 3, "mmm": 3, "zzz": 3}
    assert [record.extractor for record in found.records[len(plain.records) :]] == ["zzz", "aaa", "mmm"]
    assert found.records[: len(plain.records)] == plain.records
    assert plain.records


def test_one_that_does_not_import_stops_nobody(others: Others) -> None:
    """It says why in each extraction, and leaves nothing behind."""
    others("broken", finding("broken") + 'raise RuntimeError("no dictionary")')
    others("sound", finding("sound"))
    found = extract(TEXT)
    (error,) = found.errors
    assert (error.extractor, error.version) == ("broken", 0)
    assert error.error == "not loaded from broken 1.0, broken:run: RuntimeError: no dictionary"
    assert set(found.extractors) == {"pages", *OURS, "sound"}
    assert [(each.name, each.fault is None) for each in plugins()] == [("broken", False), ("sound", True)]


def test_operators_see_it_at_the_start_and_among_the_settings(others: Others, tmp_path: Path) -> None:
    """Not only in what is stored."""
    others("broken", "import nothing_of_the_kind")
    from worker.engine import app  # reads the settings when it is loaded

    with capture_logs() as logs:
        app._tell_of_plugins(SimpleNamespace(hostname="fetch@here"))
        assert logs == []
        app._tell_of_plugins(SimpleNamespace(hostname="extract@here"))
    fault = "ModuleNotFoundError: No module named 'nothing_of_the_kind'"
    assert logs == [{
        "event": "plugin.failed", "log_level": "error", "extractor": "broken", "place": "broken 1.0, broken:run",
        "fault": fault,
    }]  # fmt: skip
    env = environment(tmp_path, COLUMNS="200")
    done = subprocess.run(
        [str(WIREROOM), "settings"], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert f"extractor broken of broken 1.0, broken:run; not loaded: {fault}" in done.stdout


def test_a_name_that_is_taken_stays_with_whom_it_is(others: Others) -> None:
    """Ours with us, another with the first by its place; the fault names both."""
    others("people-too", finding("people"), people="run")
    others("first", finding("colours"), colours="run")
    others("second", finding("colours"), colours="run")
    faults = {each.place: each.fault for each in plugins()}
    assert faults == {
        "first 1.0, first:run": None,
        "second 1.0, second:run": "DuplicateExtractor: extractor 'colours' of second is defined in first already",
        "people-too 1.0, people_too:run":
            "DuplicateExtractor: extractor 'people' of people_too is defined in extractors.people.people already",
    }  # fmt: skip
    assert registered()["people"].run.__module__ == "extractors.people.people"
    assert len(found_by("colours")) == 1


def test_one_that_needs_what_is_not_there_is_told(others: Others) -> None:
    """So are two that need one another, and what needs one that failed."""
    others("alone", finding("alone", needs='("nobody", "people")'))
    others("hen", finding("hen", needs='("egg",)'))
    others("egg", finding("egg", needs='("hen",)'))
    others("chick", finding("chick", needs='("broken",)'))
    others("broken", "import nothing_of_the_kind")
    assert {each.name: each.fault for each in plugins()} == {
        "alone": "it needs nobody, which cannot run before it",
        "broken": "ModuleNotFoundError: No module named 'nothing_of_the_kind'",
        "chick": "it needs broken, which cannot run before it",
        "egg": "it needs hen, which cannot run before it",
        "hen": "it needs egg, which cannot run before it",
    }
    found = extract(TEXT)
    assert len(found.errors) == 5
    assert set(found.extractors) == {"pages", *OURS}


def test_an_entry_point_that_names_no_extractor_is_told(others: Others) -> None:
    """A function that is not registered, or under another name."""
    others("plain", "def run(reading): return ()")
    others("other", finding("another"))
    assert [each.fault for each in plugins()] == [
        "UnfitExtractor: other:run is no extractor that is registered as 'other'",
        "UnfitExtractor: plain:run is no extractor that is registered as 'plain'",
    ]
    assert list(registered()) == OURS


def test_two_extractors_of_one_module_have_an_entry_point_each(others: Others) -> None:
    """The module is imported once."""
    second = '@extractor("blue", version=1)\ndef blue(reading): return words(reading, "blue.word")\n'
    others("paint", finding("red") + second, red="run", blue="blue")
    assert [each.fault for each in plugins()] == [None, None]
    assert {"red", "blue"} < set(registered())


def test_one_that_fails_on_a_text_is_told_with_its_version(others: Others) -> None:
    """As ours are."""
    others("shaky", '@extractor("shaky", version=2)\ndef run(reading): raise KeyError("word")\n')
    (error,) = extract(TEXT).errors
    assert (error.extractor, error.version, error.error) == ("shaky", 2, "KeyError: 'word'")


def test_one_that_would_end_the_process_does_not(others: Others) -> None:
    """As a script would that was meant to be run."""
    others("quitter", 'raise SystemExit("no dictionary")')
    assert [each.fault for each in plugins()] == ["SystemExit: no dictionary"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("tints.word", "UnfitExtractor: kind 'tints.word' is not of 'paint': its own kinds begin with \"paint.\""),
        ("person", "UnfitExtractor: kind 'person' is told in Person, not in Word"),
        ("colour", "ValidationError: 2 validation errors for Draft\nkind."),
        ("paint.a-word-too-long", "ValidationError: 2 validation errors for Draft\nkind."),
    ],
)
def test_what_is_not_its_to_give_is_refused(others: Others, kind: str, told: str) -> None:
    """Nothing of it is a record; the others' are."""
    others("paint", finding("paint", kind))
    found = extract(TEXT)
    (error,) = found.errors
    assert error.extractor == "paint"
    assert error.error.startswith(told)
    assert found.records
    assert "paint" not in {record.extractor for record in found.records}


def test_a_record_of_our_kind_has_an_id_of_its_own(others: Others) -> None:
    """Also where it says what ours say: the store has each id once."""
    plain = extract(TEXT)
    ours = next(record for record in plain.records if record.kind == "person")
    key = ours.data.model_dump()["name"]
    assert ours.id == record_id(article_id(f"sha256:{plain.document.sha256}"), "person", key)
    plugins.cache_clear()
    person = repr(ours.data.model_dump()).replace("'", '"')
    others("faces", finding("faces", "person", data=f"Person.model_validate({person})", key=repr(key)))
    found = extract(TEXT)
    assert not found.errors
    (theirs,) = [record for record in found.records if record.extractor == "faces"]
    assert (theirs.kind, theirs.data) == ("person", ours.data)
    assert len({record.id for record in found.records}) == len(found.records)


def test_their_records_are_told_to_consumers(others: Others, world: World) -> None:
    """Inside the article's message, by the contract as it stands, and stored as it is told."""
    others("colours", finding("colours"))
    address = world.site.feed("/feed.xml", [world.site.page("/a", page("Story", story()))])
    world.source("wire", address)
    world.settle()
    (created,) = [each for each in world.messages() if each.type == "wireroom.article.created"]
    (record,) = [each for each in created.event["data"]["records"] if each["extractor"] == "colours"]
    assert (record["kind"], record["version"], record["data"]) == ("colours.word", 3, {"word": "Finnish"})
    with world.database.read() as connection:
        (stored,) = connection.execute(sa.select(records.c.data).where(records.c.kind == "colours.word")).scalars()
    assert stored == record


def test_every_kind_of_ours_has_its_model() -> None:
    """A new kind is in both lists."""
    assert set(DATA_OF_KIND) == set(get_args(Kind))


@pytest.mark.parametrize("name", ["", "Colours", "two words", "a.b", "9th", "x" * 41])
def test_a_name_that_the_store_cannot_hold_is_refused(name: str) -> None:
    """Where it is given, and not when the first record is written."""
    with pytest.raises(UnfitExtractor):
        extractor(name, version=1)(lambda reading: ())
    assert name not in registry._EXTRACTORS

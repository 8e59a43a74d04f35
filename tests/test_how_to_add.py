"""What the pages "how to add" show is taken out of them and run: each example does what its page says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from extractors import extract
from tests.plugins.install import ROOT, WIREROOM, blocks, environment, install, put
from tests.world import Site

PAGES = ("extractor.md", "frame.md", "sink.md", "source-kind.md")
TEXT = (
    "Chilean Foreign Minister Ana Rojas met her Peruvian counterpart in Lima on Monday (Reuters, May 12).\n\n"
    "The Peruvian congress approved the border treaty by 61 votes to 20 after a debate of nine hours, and a motion to "
    "put it off was lost by 20 votes to 61. Peru's side had won by 3 goals to 2 on the day before."
)

PUBLISH = """
import datetime as dt, json
from worker.engine.wiring import Wiring
from worker.logs import configure_logs
from worker.settings import load_settings
from worker.steps.publish import publish
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing
configure_logs("info")
now, settings = dt.datetime.now(dt.UTC), load_settings()
wiring = Wiring(settings)
wiring.database.migrate()
with wiring.database.write() as connection:
    messages = [Outgoing(f"{n}:1", "wireroom.event.created", "a", f'{{"n": {n}}}') for n in range(3)]
    outbox.put(connection, messages, now=now)
brought = publish(database=wiring.database, sinks=wiring.sinks, settings=settings, owner="test", now=now)
print(json.dumps(brought))
"""

CODE = """
import json, sys
from extractors import extract  # all extractors are loaded
from extractors.registry import run_all
from tests.extractors.documents import a_document
found = []
for sentence in json.load(sys.stdin):
    records, errors = run_all(a_document(sentence), "6f1d7f0a-52a5-5b51-9a6e-0d5a3f1f6c27")
    assert not errors, errors
    found.append([record.data.type for record in records if record.kind == "event"])
print(json.dumps(found))
"""

LIST = """
import datetime as dt, json, pathlib
from worker.http.client import Fetcher
from worker.settings import Settings
from worker.sources import KINDS
from worker.sources.catalogue import read_catalogue
fetcher = Fetcher(user_agent="wireroom-tests", timeout_seconds=3, max_bytes=100_000, max_redirects=5)
(source,) = read_catalogue(pathlib.Path("sources.toml"), Settings())
found = KINDS[source.kind](source, fetcher, dt.datetime.now(dt.UTC))
print(json.dumps([entry.address for entry in found.entries]))
"""


def run(code: str, *, cwd: Path, env: Mapping[str, str], given: str = "") -> Any:
    """What the code prints as JSON."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=cwd, env=env, input=given, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which pip has installed the extractor and the sink of the pages."""
    folder, target = tmp_path_factory.mktemp("projects"), tmp_path_factory.mktemp("installed")
    pages = ("extractor", "sink")
    install(target, *(put(folder / page, blocks(f"{page}.md")) for page in pages))
    return target


@pytest.fixture(scope="module")
def extraction(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `wireroom extract` prints of the text where they are installed."""
    path = tmp_path_factory.mktemp("story") / "story.txt"
    path.write_text(TEXT, encoding="utf-8")
    command, env = [str(WIREROOM), "extract", str(path)], environment(installed)
    done = subprocess.run(command, cwd=path.parent, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_one_page(page: str) -> None:
    """When, what, which tests, what to raise: on at most a hundred lines, its code included."""
    text = (ROOT / "docs" / "how-to-add" / page).read_text(encoding="utf-8")
    assert text.startswith("# How to add ")
    assert len(text.splitlines()) <= 100
    assert all(f"**{part}" in text for part in ("When.", "What to write.", "Tests.", "What to raise."))
    assert blocks(page)


def test_an_installed_extractor_finds_its_records(extraction: Any) -> None:
    """With its name and version on them; all others are as they are without it."""
    plain = json.loads(extract(TEXT.encode(), content_type="text/plain; charset=utf-8").model_dump_json())
    votes = [record for record in extraction["records"] if record["kind"] == "tallies.vote"]
    text = extraction["document"]["text"]
    assert [text[slice(*vote["span"])] for vote in votes] == ["by 61 votes to 20", "by 20 votes to 61"]
    assert [vote["data"] for vote in votes] == [{"ayes": 61, "noes": 20}, {"ayes": 20, "noes": 61}]
    assert {(vote["extractor"], vote["version"]) for vote in votes} == {("tallies", 1)}
    assert (extraction["errors"], extraction["extractors"]) == ([], {**plain["extractors"], "tallies": 1})
    assert [record for record in extraction["records"] if record not in votes] == plain["records"]
    assert {"event", "citation", "person"} <= {record["kind"] for record in plain["records"]}


def test_an_installed_sink_has_the_messages(installed: Path, tmp_path: Path) -> None:
    """In their order, published when they are there; where it cannot write they wait."""
    settings = {"WIREROOM_SINKS": "journal", "WIREROOM_DATA": str(tmp_path)}
    nowhere = environment(installed, JOURNAL=str(tmp_path / "none" / "journal.jsonl"), **settings)
    assert run(PUBLISH, cwd=tmp_path, env=nowhere) == 0
    assert run(PUBLISH, cwd=tmp_path, env=environment(installed, **settings)) == 3
    lines = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["n"] for line in lines] == [0, 1, 2]


def test_what_is_installed_is_shown(installed: Path, tmp_path: Path) -> None:
    """Among the settings, with the distribution that it is of."""
    env = environment(installed, WIREROOM_SINKS="redis, journal", COLUMNS="200")
    done = subprocess.run(
        [str(WIREROOM), "settings"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60
    )
    assert "extractor tallies of tallies-wireroom 1.0, tallies_wireroom:tallies" in done.stdout
    assert "redis, journal" in done.stdout


def copied(folder: Path, *packages: str) -> Path:
    """The folder, with these packages of ours in it."""
    for package in packages:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    return folder


def test_a_frame_codes_its_yes_and_not_its_no(tmp_path: Path) -> None:
    """The code as it is, over a table with one frame more; without it nothing is coded."""
    ((name, frame),) = blocks("frame.md").items()
    (table,) = tomllib.loads(frame)["frame"]
    assert len(table["yes"]) >= 2
    assert len(table["no"]) >= 2
    sentences = json.dumps(table["yes"] + table["no"])
    env = {**environment(), "PYTHONPATH": str(copied(tmp_path, "extractors", "tests"))}
    before = run(CODE, cwd=tmp_path, env=env, given=sentences)
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{frame}")
    after = run(CODE, cwd=tmp_path, env=env, given=sentences)
    assert not any(table["type"] in types for types in before)
    assert [table["type"] in types for types in after] == [True] * len(table["yes"]) + [False] * len(table["no"])


def test_a_kind_of_source_lists_what_a_site_has(tmp_path: Path, site: Site) -> None:
    """The code as it is, with one module and one line more, over HTTP on loopback."""
    files = blocks("source-kind.md")
    table, listed = files.pop("worker/sources/__init__.py"), files.pop("sources.toml")
    put(copied(tmp_path, "extractors", "worker"), files)
    place = tmp_path / "worker" / "sources" / "__init__.py"
    place.write_text(_with(place.read_text(encoding="utf-8"), table), encoding="utf-8")
    site.page("/releases.txt", "# of May\n/a/1\n\n https://ministry.example/a/2 \nmailto:press\n/a/1\n", "text/plain")
    listed = listed.replace("https://ministry.example", site.url("")) + "local = true\n"
    put(tmp_path, {"sources.toml": listed})
    found = run(LIST, cwd=tmp_path, env={**environment(), "PYTHONPATH": str(tmp_path)})
    assert found[:2] == [site.url("/a/1"), "https://ministry.example/a/2"]
    assert len(found) == 3  # the third is listed and refused


def _with(module: str, shown: str) -> str:
    """The table of kinds with what the page adds to it: an import, and a line below the table's first."""
    imported, opening, line = (each for each in shown.splitlines() if each)
    assert module.count(opening) == 1
    first = module.index("from worker.")
    return (module[:first] + f"{imported}\n" + module[first:]).replace(opening, f"{opening}\n{line}")

"""The tables of facts: each tells where its lines come from, and knowing more is an edit of data alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import extractors
from extractors.lexicon.gazetteer import entries
from extractors.lexicon.towns import town_of

CORE = Path(extractors.__file__).parent
TABLES = sorted((CORE / "lexicon").rglob("*.toml"))

TEXT = (
    "The harbour reeve of Vesland, Ana Rojas, met Peru’s foreign minister in Veshaven (Vesk Courier One, May 3). "
    "The Veslandic reeve signed the Vesk Compact and left."
)
LINES = {
    "offices.toml": ("[offices]\n", '[offices]\n"harbour reeve" = { sector = "GOV" }\n'),
    "countries.toml": (
        "AFG = {",
        'VES = { name = ["Vesland"], adjective = ["Veslandic"], capital = "Veshaven" }\nAFG = {',
    ),
    "agencies.toml": ('names = [\n  "AFP"', 'names = [\n  "Vesk Courier One", "AFP"'),
    "instruments.toml": ("treaties = [\n", 'treaties = [\n  ["Vesk Compact", "VC", 1999, ["Vesk Compact"]],\n'),
    "cities.toml": ("AFG = [", 'VES = [\n  "Veshaven 1.5 2.5",\n]\nAFG = ['),
}
ASKED = """
import json, sys
from extractors import extract
found = extract(sys.stdin.buffer.read(), content_type="text/plain; charset=utf-8", published="2003-05-15")
print(json.dumps([record.model_dump(mode="json") for record in found.records]))
"""


@pytest.mark.parametrize("table", TABLES, ids=lambda path: str(path.relative_to(CORE)))
def test_a_table_tells_its_origin(table: Path) -> None:
    text = table.read_text(encoding="utf-8")
    head = text[: next(at for at, line in _lines(text) if not line.startswith("#"))]
    assert "Origin" in head
    assert tomllib.loads(text)


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        found.append((at, line))
        at += len(line)
    return found


def test_a_country_with_its_office_agency_town_and_treaty_is_an_edit_of_data(tmp_path: Path) -> None:
    """The code as it is, over tables with a few lines more, reads what it did not know."""
    shutil.copytree(CORE, tmp_path / "extractors", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (old, new) in LINES.items():
        path = tmp_path / "extractors" / "lexicon" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ASKED], input=TEXT.encode(), capture_output=True, check=True, cwd=tmp_path, timeout=120
    )
    records = [(record["kind"], record["data"]) for record in json.loads(done.stdout)]
    assert ("Ana Rojas", "harbour reeve", "VES") in [
        (data["name"], data["office"], data["country"]) for kind, data in records if kind == "person"
    ]
    assert [item["agency"] for kind, data in records if kind == "citation" for item in data["items"]] == [
        "Vesk Courier One"
    ]
    assert [(data["name"], data["year"]) for kind, data in records if kind == "instrument"] == [("Vesk Compact", 1999)]
    assert ("Veshaven", "VES", 1.5) in [
        (data["name"], data["country"], data["latitude"]) for kind, data in records if kind == "place"
    ]


def test_capitals_and_breakaway_regions_have_coordinates() -> None:
    missing = [
        name for name, entry in entries().items() if entry.sort == "capital" and town_of(name, entry.code) is None
    ]
    assert missing == []

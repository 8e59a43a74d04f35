"""The tables of facts: each tells where its lines come from, and knowing more is an edit of data alone."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import extractors
from extractors.lexicon import table as read_table
from extractors.lexicon import word_list, word_set
from extractors.lexicon.cues import forms, speech_verbs
from extractors.lexicon.gazetteer import entries
from extractors.lexicon.times import MONTH_ABBREVIATIONS, MONTH_NAMES, counts, with_capital
from extractors.lexicon.towns import town_of
from extractors.lexicon.words import abbreviations, either

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


def test_a_list_is_asked_for_by_table_and_key() -> None:
    """Whether the table has it as a list, as a text or as the names of a table of its own."""
    assert word_list("frames", "facts")[:2] == ("rule", "type")
    assert word_list("times", "month_ahead")[2] == "this coming"
    assert word_list("times", "parts.early")[0] == "early"
    assert "twenties" in word_set("times", "decades")


def test_a_list_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(KeyError, match=r"lexicon/times.toml has no 'parts.erly'; beside it stand early, middle, late"):
        word_list("times", "parts.erly")


@pytest.mark.parametrize(("name", "told"), [("speech_verbs", "verbs"), ("abbreviations", "words")])
def test_a_word_is_good_for_known_uses_and_a_use_for_some_word(name: str, told: str) -> None:
    uses = {use for each in read_table(name)[told].values() for use in each.split()}
    assert uses == set(read_table(name)["uses"])
    assert all(read_table(name)[told].values())


def test_verbs_of_speech_are_told_by_what_they_are_good_for() -> None:
    assert {"say", "tell"} <= speech_verbs("binding") & speech_verbs("telling") & speech_verbs("clause")
    assert "accuse" in speech_verbs("fragment") - speech_verbs("clause")
    assert {"said", "denied", "stresses"} <= forms("clause")
    with pytest.raises(KeyError, match="not told by 'speaking': clause, fragment, binding"):
        speech_verbs("speaking")


def test_abbreviations_are_told_by_what_they_are_good_for() -> None:
    assert "Hon" in abbreviations("rule").split("|")
    assert "Hon" not in abbreviations("token").split("|")
    with pytest.raises(KeyError, match="not told by 'title': rule, parse, token, quote"):
        abbreviations("title")


def test_of_alternatives_the_longest_comes_first() -> None:
    assert either(["a", "U.S.", "a", "ab c"]) == r"U\.S\.|ab\ c|a"


def test_words_of_time_are_those_of_english_wherever_it_runs() -> None:
    assert (MONTH_NAMES[0], MONTH_NAMES[4], MONTH_NAMES[11]) == ("January", "May", "December")
    assert MONTH_ABBREVIATIONS[4:9] == ("Jun", "Jul", "Aug", "Sept", "Sep")
    assert counts(11, 13) == "eleven|twelve|thirteen"
    assert with_capital("a|two") == "[Aa]|[Tt]wo"


# Yes: "nsubj"  "this past"  "U.S."     no: "…"  "name_of"  Bounded by the word.
WORD = re.compile(r"[A-Za-z' .-]*[A-Za-z][A-Za-z' .-]*")
MOST_WORDS = 4
"""Words that a list in Python may have; longer ones are facts, and stand in a table."""
ELSEWHERE = ("cast.py",)
"""What is rebuilt with the participants of events, and its lists with it."""
ALLOWED = {
    "pipeline.py": "the columns that spaCy's arrays are asked for",
    "__init__.py": "the public names, and where each stands",
    "states_around.py": "sorts of names, a closed type of the gazetteer",
}


def lists_of_words(tree: ast.Module) -> Iterator[list[str]]:
    """The lists of words of a module, but for closed types, exported names and what a decorator is given."""
    closed = [n.slice for n in ast.walk(tree) if isinstance(n, ast.Subscript)]
    closed += [d for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) for d in n.decorator_list]
    closed += [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"]
    inside = {id(n) for each in closed for n in ast.walk(each)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and id(node) not in inside:
            words = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            if len(words) == len(node.elts) and all(WORD.fullmatch(word) for word in words):
                yield words


def test_words_stand_in_tables() -> None:
    """Who looks for a word finds it in the lexicon, with what it is for."""
    found, seen = {}, 0
    for path in CORE.rglob("*.py"):
        lists = list(lists_of_words(ast.parse(path.read_text(encoding="utf-8"))))
        seen += len(lists)
        long = [words for words in lists if len(words) > MOST_WORDS]
        if long and not set(ELSEWHERE) & set(path.relative_to(CORE).parts):
            found[path.name] = long
    assert seen > len(found)
    assert {name: words for name, words in found.items() if name not in ALLOWED} == {}
    assert set(ALLOWED) <= set(found)

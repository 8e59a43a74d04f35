"""What the docs say is what the code does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors import extract
from extractors.model import Event
from tests.docs import CODEBOOK, README, ROOT, codebook, readme

ARCHITECTURE, CONTRIBUTING = ROOT / "docs" / "architecture.md", ROOT / "CONTRIBUTING.md"
HOW_TO_ADD = sorted((ROOT / "docs" / "how-to-add").glob("*.md"))
GUIDES = (README, ARCHITECTURE, CONTRIBUTING, *HOW_TO_ADD)
FENCED = re.compile(r"^ {0,4}```.*?^ {0,4}```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`(?P<path>[\w.-]+(?:/[\w.-]*)+|[\w-]+\.(?:toml|md|py|lock))`")
LINK = re.compile(r"\]\((?P<path>[^)#:\s]+)\)")
MADE = {".venv", "data"}
"""Folders that appear when something runs."""


def test_the_settings_table_is_that_of_the_code() -> None:
    """A new setting is in the README; `make docs` writes it."""
    assert README.read_text(encoding="utf-8") == readme()


def test_the_codebook_is_that_of_the_frames() -> None:
    """A new frame is in the codebook; `make docs` writes it."""
    assert CODEBOOK.read_text(encoding="utf-8") == codebook()


def paths_in(page: Path) -> Iterator[Path]:
    """The places of this tree that a page names or links to, outside of its blocks of code."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    for found in NAMED.finditer(text):
        if found["path"].split("/")[0] not in MADE:
            yield ROOT / found["path"]
    for found in LINK.finditer(text):
        yield (page.parent / found["path"]).resolve()


@pytest.mark.parametrize("page", GUIDES, ids=lambda path: path.name)
def test_every_place_that_a_guide_names_is_there(page: Path) -> None:
    """Who moves a room finds here which pages led to it."""
    named = list(paths_in(page))
    assert len(named) >= 3
    assert [str(path.relative_to(ROOT)) for path in named if not path.exists()] == []


def test_a_place_that_is_not_there_is_found(tmp_path: Path) -> None:
    """The guard guards."""
    page = tmp_path / "guide.md"
    page.write_text("See `worker/nowhere/`, `extractors/nothing.py` and [this](gone.md).\n```\n`worker/none`\n```\n")
    assert [path.name for path in paths_in(page) if not path.exists()] == ["nowhere", "nothing.py", "gone.md"]


def test_contributing_leads_to_every_page_on_adding() -> None:
    """A page that nobody is led to is not read."""
    led = {path for path in paths_in(CONTRIBUTING) if path.parent == HOW_TO_ADD[0].parent}
    assert led == set(HOW_TO_ADD)


def test_every_make_target_is_explained() -> None:
    """And every one that is explained is there."""
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    told = set(re.findall(r"^\| `make (\w+)` \|", CONTRIBUTING.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == set(phony[1].split()) - {"clean"}


def test_every_room_of_the_core_answers_a_question() -> None:
    """Each folder and module right below extractors/ is on the page of a sentence's path."""
    rooms = {each for each in (ROOT / "extractors").iterdir() if each.suffix == ".py" or each.is_dir()}
    rooms = {each for each in rooms if not each.name.startswith("__")}
    assert len(rooms) > 10
    told = set(paths_in(ARCHITECTURE))
    lost = {each for each in rooms if each not in told and not any(each in path.parents for path in told)}
    assert {each.name for each in lost} == set()


def test_every_step_is_on_the_path() -> None:
    """Each module of worker/steps is told of."""
    steps = {path.name for path in (ROOT / "worker" / "steps").glob("[a-z]*.py")}
    told = {path.name for path in paths_in(ARCHITECTURE) if path.parent.name == "steps"}
    assert len(steps) > 10
    assert steps - told == set()


def test_the_sentence_of_the_page_is_read_as_the_page_says() -> None:
    """The picture is no fancy."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    quoted = re.search(r'^"(Albright .+)"$', text, re.MULTILINE)
    assert quoted
    story = f"Publication: Monitor Volume: 5 Issue: 19\n\n{quoted[1]}".encode()
    found = extract(story, url="https://jamestown.org/program/1999/01/", content_type="text/plain")
    assert found.document.published
    assert found.document.published.basis == "latest cited date, next working day"
    (event,) = (record.data for record in found.records if isinstance(record.data, Event))
    assert (event.type, event.rule, event.status) == ("CONSULT", "consult.meet", "actual")
    assert [party.country for party in event.actor] == ["USA", "RUS"]
    assert (event.date.start, event.date.end) == (dt.date(1999, 1, 26), dt.date(1999, 1, 27))
    assert all(word in text for word in ("CONSULT by consult.meet", "26-27 January", "28 January 1999"))

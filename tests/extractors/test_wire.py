"""Agency copy comes out of its envelope with title, place, agency and day; all copy written for this test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.pages import read_page
from extractors.pages.head.agencies import agency_of

SAMPLES = Path(__file__).parent.parent / "samples" / "wire"


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_copy_comes_out_of_its_envelope(name: str) -> None:
    wanted = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    page = read_page((SAMPLES / f"{name}.txt").read_bytes(), url=None, content_type="text/plain")
    assert list(page.paragraphs) == wanted["paragraphs"]
    assert {field: getattr(page, field) for field in wanted["page"]} == wanted["page"]
    assert [clue.start.isoformat() for clue in page.clues][:1] == wanted.get("published", [])[:1]


@pytest.mark.parametrize(
    ("line", "byline", "agency"),
    [
        ("RIGA (AP) — Talks began.", None, "Associated Press"),
        ("Talks began.", "Reuters", "Reuters"),
        ("The AP said that talks began.", "Anna Example", None),
    ],
)
def test_agency_is_told_by_dateline_or_byline(line: str, byline: str | None, agency: str | None) -> None:
    assert agency_of((line,), byline) == agency

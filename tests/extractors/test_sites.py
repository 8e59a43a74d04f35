"""Pages in the manner of the world's news systems, old and new, in two dozen languages; texts and names are invented.

What stands in each was written down before the reader saw it, except where docs/quality.md says otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractors import Document, Verdict, read

SAMPLES = Path(__file__).parent.parent / "samples" / "sites"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))


def test_there_are_samples() -> None:
    assert len(NAMES) >= 40


def sample(name: str) -> tuple[Document, dict[str, Any]]:
    wanted = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return read((SAMPLES / f"{name}.html").read_bytes(), url=wanted["url"], content_type="text/html"), wanted


@pytest.mark.parametrize("name", NAMES)
def test_story_comes_out_whole_and_alone(name: str) -> None:
    document, wanted = sample(name)
    assert document.verdict is Verdict.ARTICLE, document.reason
    assert [document.text[start:end] for start, end in document.paragraphs] == wanted["paragraphs"]


@pytest.mark.parametrize("name", NAMES)
def test_page_tells_its_headline_day_and_writers(name: str) -> None:
    document, wanted = sample(name)
    assert document.title in (wanted["title"], wanted.get("title_also"))
    assert document.published is not None
    assert document.published.start.isoformat() == wanted["published"]
    for field in ("authors", "language", "image"):
        if wanted.get(field) is not None:
            told = getattr(document, field)
            assert (list(told) if field == "authors" else told) == wanted[field]
    if wanted.get("modified"):
        assert document.modified is not None
        assert document.modified.start.isoformat() == wanted["modified"]

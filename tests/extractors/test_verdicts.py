"""Pages that answer 200 and are no articles, and articles that look like such pages; all written for this test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractors.model import Verdict
from extractors.pages import read_page

SAMPLES = Path(__file__).parent.parent / "samples" / "verdicts"
HEAD = re.compile(r"^<!-- === (?P<name>[^|\n]+) \| (?P<url>\S+) -->\n", re.MULTILINE)


def pages() -> list[tuple[str, str, str, str]]:
    """Verdict, name, address and markup of each page; a file holds the pages of one verdict."""
    found = []
    for path in sorted(SAMPLES.glob("*.html")):
        _, *parts = HEAD.split(path.read_text("utf-8"))
        found += [(path.stem, *parts[at : at + 3]) for at in range(0, len(parts), 3)]
    return found


PAGES = pages()


def test_there_are_enough_of_each_kind() -> None:
    kinds = [verdict for verdict, *_ in PAGES if verdict != "article"]
    assert len(kinds) >= 40
    assert set(kinds) == set(Verdict) - {"article", "not-html"}


@pytest.mark.parametrize(("verdict", "name", "url", "markup"), PAGES, ids=[f"{v}: {n}" for v, n, *_ in PAGES])
def test_page_is_judged(verdict: str, name: str, url: str, markup: str) -> None:
    page = read_page(markup.encode(), url=url, content_type="text/html; charset=utf-8")
    assert page.verdict == verdict, page.reason
    assert (page.reason is None) == (verdict == "article")

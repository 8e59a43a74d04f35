"""Each paragraph knows where it stood, and each line that is not in the document says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors import read
from extractors.explain import explain

SAMPLES = Path(__file__).parent.parent / "samples" / "pages"
PROSE = "The ministers met again on Tuesday and agreed to open the border before the end of the month."
PAGE = f"""<html><head><title>Border to open</title></head><body>
<nav><a href="/">Home</a></nav>
<div class="article-body"><h1>Border to open</h1>
<p>{PROSE}</p>
<p>Share</p>
<div class="related-box">Another story</div>
<p>It opens in May, {PROSE}</p></div>
<footer>Imprint</footer></body></html>"""


def test_paragraphs_have_places_and_the_rest_has_reasons() -> None:
    found = explain(PAGE.encode(), content_type="text/html")
    assert [(place.line, place.path) for place in found.origins if place] == [
        (4, "body > div.article-body > p"),
        (7, "body > div.article-body > p"),
    ]
    assert {each.text: each.reason for each in found.stripped} == {
        "Border to open": "the headline",
        "Home": "in <nav>",
        "Share": "a label",
        "Another story": "in an element named 'related-box'",
        "Imprint": "in <footer>",
    }


def test_lines_of_a_dump_have_numbers() -> None:
    text = f"Accessibility links\n\nBreaking News\n\nBorder To Open\n\n{PROSE}\n\n{PROSE[:-1]} too.\n"
    found = explain(text.encode(), content_type="text/plain")
    assert [place.line for place in found.origins if place] == [7, 9]
    assert [each.place.line for each in found.stripped] == [1, 3, 5]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.html")), ids=lambda path: path.stem)
def test_every_paragraph_of_the_samples_has_a_place(path: Path) -> None:
    document = read(path.read_bytes(), content_type="text/html")
    found = explain(path.read_bytes(), content_type="text/html")
    assert len(found.origins) == len(document.paragraphs)
    assert [bool(place) for place in found.origins].count(False) <= 1  # a table's row is put together from its cells
    assert found.stripped


def test_what_is_no_text_has_nothing_to_explain() -> None:
    assert explain(b"%PDF-1.7") == explain(b"")

"""Each paragraph knows where it stood, and each line that is not in the document says why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from extractors import Learned, read
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
    found = explain(b"%PDF-1.7")
    assert (found.origins, found.stripped, found.dates, found.decoded) == ((), (), (), "no text: PDF")
    assert explain(b"").origins == ()


def test_every_date_says_its_words_its_basis_and_why_it_was_taken_or_not() -> None:
    page = PAGE.replace(
        "<title>",
        '<meta property="article:published_time" content="2019-06-21T08:00:00Z">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2031-01-01"}</script><title>',
    )
    found = explain(
        page.encode(), url="https://x.example/2019/06/20/border", content_type="text/html", published="2019-06-21",
        fetched_at=dt.datetime(2019, 6, 22, tzinfo=dt.UTC),
    )  # fmt: skip
    assert [(each.date.start.isoformat(), each.date.basis, each.taken, each.why) for each in found.dates] == [
        ("2031-01-01", "json-ld datePublished", False, "it lies after the fetch of 2019-06-22"),
        ("2019-06-21", "meta article:published_time", True, "the first in the order of trust"),
        ("2019-06-20", "address", False, "meta article:published_time comes first"),
        ("2019-06-21", "stated by the source", False, "meta article:published_time comes first, and says the same"),
    ]
    assert found.dates[1].date.text == "2019-06-21T08:00:00Z"
    assert found.decoded == "utf-8: valid UTF-8"


def test_a_monitor_says_which_rule_dated_it() -> None:
    text = f"Publication: Monitor Volume: 7 Issue: 94\n\n{PROSE} Something else (PAP, May 14).\n"
    found = explain(text.encode(), content_type="text/plain")
    assert [(each.date.basis, each.taken) for each in found.dates] == [
        ("latest cited date, next working day", True),
        ("issue number counted in working days", False),
        ("volume", False),
    ]
    assert found.dates[0].date.text == "(PAP, May 14)"


def test_a_learned_line_says_so() -> None:
    table = Learned(frozenset({"it opens in may the ministers said again"}), 3)
    page = PAGE.replace("</div>\n<footer>", "<p>It opens in May, the ministers said again.</p></div>\n<footer>")
    found = explain(page.encode(), content_type="text/html", learned=table)
    reasons = {each.text: each.reason for each in found.stripped}
    assert reasons["It opens in May, the ministers said again."] == "comes again in this source's articles"
    assert len(found.origins) == 2

"""Each paragraph knows where it stood, and each line that is not in the document says why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from extractors import Learned, read
from extractors.explain import explain
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.tree import UNSEEN
from extractors.text.decode import decode, fold

SAMPLES = Path(__file__).parent.parent / "samples"
PAGES = sorted(
    path for folder in ("pages", "sites") for path in (SAMPLES / folder).iterdir() if path.suffix in (".html", ".txt")
)
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
    assert [(each.text, each.reason) for each in found.stripped] == [
        ("Border to open", Reason.ELSEWHERE),  # in the head
        ("Home", Reason.TAG),
        ("Border to open", Reason.HEADLINE),
        ("Share", Reason.LABEL),
        ("Another story", Reason.NAME),
        ("Imprint", Reason.TAG),
    ]


def test_lines_of_a_dump_have_numbers() -> None:
    text = f"Accessibility links\n\nBreaking News\n\nBorder To Open\n\n{PROSE}\n\n{PROSE[:-1]} too.\n"
    found = explain(text.encode(), content_type="text/plain")
    assert [place.line for place in found.origins if place] == [7, 9]
    assert [each.place.line for each in found.stripped] == [1, 3, 5]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_word_that_can_be_seen_is_in_the_document_or_has_one_reason(path: Path) -> None:
    """Counted by its letters in an independent reading of the page: none is lost, none is told twice."""
    kind = "text/html" if path.suffix == ".html" else "text/plain"
    document, found = (each(path.read_bytes(), content_type=kind) for each in (read, explain))
    assert found.stripped
    if any(each.reason is Reason.STATED for each in found.stripped):  # then the document is what cannot be seen
        assert letters(seen(path)) == letters(*(each.text for each in found.stripped))
        return
    assert letters(seen(path)) == letters(document.text, *(each.text for each in found.stripped))
    assert len(found.origins) == len(document.paragraphs)
    assert None not in found.origins


def seen(path: Path) -> str:
    """What a reader of the page can see of it."""
    text = decode(path.read_bytes(), None).text
    if path.suffix != ".html":
        return text
    soup = BeautifulSoup(text, "lxml")
    for each in soup(UNSEEN):
        each.decompose()
    return soup.get_text(" ")


def letters(*texts: str) -> Counter[str]:
    return Counter(c for text in texts for c in fold(text) if not c.isspace())


STORY = "".join(f"<p>{PROSE} Part {n} follows in {n} weeks.</p>" for n in range(1, 5))
DUMP = f"{PROSE}\n\n{PROSE[:-1]} too."
PANGEA = f"Accessibility links\n\nBreaking News\n\n{{}}\n\n{DUMP}\n\n{{}}"
MONITOR = f"{{}}Publication: Monitor Volume: 2 Issue: 3\n\n{{}}{DUMP}\n\n{{}}"


def body(inside: str, outside: str = "", head: str = "<title>Border to open</title>") -> str:
    return f'<html><head>{head}</head><body>{outside}<div class="article-body">{inside}</div></body></html>'


PANGEA_BOX = '<div id="article-content"><div class="wsw">{}</div></div><i class="responsive-indicator"></i>'
CUT = "Only the beginning of it can be read here, said the minister."
JSON_LD = (
    f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{(PROSE + " ") * 5}"}}</script>'
)
LEFT_OUT = {
    Reason.TAG: (body(STORY, "<nav>Home</nav>"), "Home"),
    Reason.HIDDEN: (body(STORY + '<p style="display: none">Seen by nobody</p>'), "Seen by nobody"),
    Reason.COMMENTS: (body(STORY, '<div id="comment-list">I agree</div>'), "I agree"),
    Reason.NAME: (body(STORY + '<div class="related-box">Another story</div>'), "Another story"),
    Reason.LINKS: (body(STORY + '<ul><li><a href="/a">Bread</a></li><li><a href="/b">Games</a></li></ul>'), "Bread"),
    Reason.LABEL_ALONE: (
        body(f'{STORY}<div><h3>Related stories</h3><ul><li><a href="/a">Bread</a></ul></div><p>{PROSE}</p>'),
        "Related stories",
    ),
    Reason.CAPTION: (body(f'<div><img src="a"><span>The bridge in May</span></div>{STORY}'), "The bridge in May"),
    Reason.EMBED: (
        body(PANGEA_BOX.format(f'{STORY}<div class="wsw__embed">Watch the bridge</div>')),
        "Watch the bridge",
    ),
    Reason.UNREAD: ('{"error": "no page"}', '{"error": "no page"}'),
    Reason.ELSEWHERE: (body(STORY, "<p>The Example Courier</p>"), "The Example Courier"),
    Reason.STATED: (body(f"<p>{CUT}</p>", head=JSON_LD), CUT),
    Reason.BEYOND: (body("<p>word</p>" * 40_000 + "<p>It ended.</p>"), "It ended."),
    Reason.HEADLINE: (
        body(f"<h1>Border to open</h1>{STORY}", head="<title>Border to open | Courier</title>"),
        "Border to open",
    ),
    Reason.SECTION: (PANGEA.format("Europe\n\nBorder To Open", ""), "Europe"),
    Reason.DAY: (body(f"<p>4 May 1997, 10:30</p>{STORY}"), "4 May 1997, 10:30"),
    Reason.BYLINE: (body(f"<p>By Anna Example</p>{STORY}"), "By Anna Example"),
    Reason.DATELINE: (PANGEA.format("Border To Open\n\nRIGA —", ""), "RIGA —"),
    Reason.HEAD: (PANGEA.format("Border To Open\n\nMinisters agree after a year", ""), "Ministers agree after a year"),
    Reason.LABEL: (body(f"{STORY}<p>Share</p><p>{PROSE}</p>"), "Share"),
    Reason.NOTICE: (body(f"{STORY}<p>Read more: Talks resume</p><p>{PROSE}</p>"), "Read more: Talks resume"),
    Reason.RULE: (body(f"{STORY}<p>* * *</p><p>{PROSE}</p>"), "* * *"),
    Reason.POINTER: (f"{PROSE}\n\nSEE ALSO\n\nTalks Resume\n\n{PROSE}", "Talks Resume"),
    Reason.RAIL: (f"{DUMP}\n\nMost popular\n\nBread and games", "Bread and games"),
    Reason.CARD: (body(f"{STORY}<p>Bread and games</p><p>4 May 1997, 10:30</p><p>{PROSE}</p>"), "Bread and games"),
    Reason.LOST_HEADING: (body(f"{STORY}<h3>What else there was</h3>"), "What else there was"),
    Reason.FILING: (f"{DUMP}\n\nTags: talks, harbour", "Tags: talks, harbour"),
    Reason.SIGNATURE: (body(f"{STORY}<p>Anna Example</p>"), "Anna Example"),
    Reason.TAIL: (PANGEA.format("Border To Open", "XS\n\nSM\n\nMD\n\nLG"), "XS"),
    Reason.MASTHEAD: (MONITOR.format("THE BORDER OPENS\n\n", "", ""), "THE BORDER OPENS"),
    Reason.IMPRINT: (
        MONITOR.format("", "", "The Monitor is a publication of the Example Foundation."),
        "The Monitor is a publication of the Example Foundation.",
    ),
    Reason.NEXT_STORY: (MONITOR.format("", "", "Bread and Games in Rome"), "Bread and Games in Rome"),
    Reason.ENVELOPE: (f"BC-EX--Lake Talks,350\n\nLake Talks Go On\n\n{DUMP}", "BC-EX--Lake Talks,350"),
    Reason.GLOSSARY: (
        PANGEA.format("Border To Open", "_____________\n\nborder - n. where two states meet"),
        "border - n. where two states meet",
    ),
    Reason.SIGN_OFF: (PANGEA.format("Border To Open", "I'm Anna Example."), "I'm Anna Example."),
    Reason.LEARNED: (f"{DUMP}\n\nThe Courier is read in forty countries.", "The Courier is read in forty countries."),
}


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_each_reason_is_noted_by_the_pass_that_left_the_line_out(reason: Reason) -> None:
    content, line = LEFT_OUT[reason]
    table = Learned(frozenset({"the courier is read in forty countries"}), 1)
    kind = "text/html" if content.startswith("<html") else "text/plain"
    found = explain(content.encode(), content_type=kind, learned=table)
    assert [each.reason for each in found.stripped if each.text == line] == [reason]
    assert line not in read(content.encode(), content_type=kind, learned=table).text.split("\n\n")


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
    assert reasons["It opens in May, the ministers said again."] is Reason.LEARNED
    assert len(found.origins) == 2

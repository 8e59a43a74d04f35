"""Pages of each family, as HTML and as what a stripper leaves of them, against the expectation beside each."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Document, Verdict
from extractors.page_families import FAMILY_NAMES
from extractors.pages import FAMILIES, Page, read_page
from extractors.pages.boilerplate import key

SAMPLES = Path(__file__).parent.parent / "samples" / "pages"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))
SUFFIXES = {"html": ".html", "dump": ".txt"}
BOTH = [(name, form) for name in NAMES for form, suffix in SUFFIXES.items() if (SAMPLES / f"{name}{suffix}").exists()]
"""Each sample in each form that it is there in: agency copy comes as text only."""
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
GOLD = SEEDS.parent / "gold"


def wanted_of(name: str) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return wanted


def sample(name: str, form: str) -> tuple[Page, dict[str, Any]]:
    wanted = wanted_of(name)
    content = (SAMPLES / f"{name}{SUFFIXES[form]}").read_bytes()
    return read_page(content, url=wanted["url"], content_type="text/html" if form == "html" else "text/plain"), wanted


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_sample_and_what_should_come_out_of_it(family: str) -> None:
    """Called NAME-….json, with the page beside it in each form that the family reads."""
    forms = {form for name, form in BOTH if name.startswith(f"{family}-") and sample(name, form)[0].family == family}
    reads = {"html": FAMILIES[family].read_html, "dump": FAMILIES[family].read_dump}
    assert forms == {form for form, read in reads.items() if read}


def test_a_family_is_called_as_its_module_and_the_contract_knows_it() -> None:
    assert set(FAMILIES) == set(FAMILY_NAMES)
    assert [*FAMILIES][-1] == FAMILY_NAMES[-1] == "generic"
    assert Document.model_json_schema()["properties"]["family"]["enum"] == [*FAMILY_NAMES]


def plain(text: str) -> Page:
    return read_page(text.encode(), url=None, content_type="text/plain")


def html(text: str) -> Page:
    return read_page(text.encode(), url=None, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(("name", "form"), BOTH)
def test_story_comes_out_whole_and_alone(name: str, form: str) -> None:
    page, wanted = sample(name, form)
    assert list(page.paragraphs) == wanted["paragraphs"]


@pytest.mark.parametrize(("name", "form"), BOTH)
def test_page_tells_what_it_says_of_itself(name: str, form: str) -> None:
    page, wanted = sample(name, form)
    fields = wanted["page"] | (wanted.get("html_only", {}) if form == "html" else {})
    assert {field: getattr(page, field) for field in fields} == fields
    assert page.form == form


DATED = [(name, form) for name, form in BOTH if "published" in wanted_of(name)]
BASED = [name for name, form in BOTH if form == "html" and "html_basis" in wanted_of(name)]


def test_there_are_samples_of_each_kind() -> None:
    """Else the tests over them pass on nothing."""
    assert len(BOTH) >= 35
    assert len(DATED) >= 20
    assert len(BASED) >= 5


@pytest.mark.parametrize(("name", "form"), DATED)
def test_best_clue_is_the_day_of_publication(name: str, form: str) -> None:
    page, wanted = sample(name, form)
    best = [page.clues[0].start.isoformat(), page.clues[0].end.isoformat()] if page.clues else None
    assert best == wanted["published"]


@pytest.mark.parametrize("name", BASED)
def test_best_clue_of_a_tree_says_its_basis(name: str) -> None:
    page, wanted = sample(name, "html")
    assert page.clues[0].basis == wanted["html_basis"]


@pytest.mark.parametrize(("name", "form"), BOTH)
def test_cleaning_the_clean_text_changes_nothing(name: str, form: str) -> None:
    page, _ = sample(name, form)
    assert plain("\n\n".join(page.paragraphs)).paragraphs == page.paragraphs


@pytest.mark.parametrize(("name", "form"), BOTH)
def test_no_word_is_invented_and_order_is_kept(name: str, form: str) -> None:
    """Each paragraph's words stand in the source's words, one paragraph after the other."""
    page, _ = sample(name, form)
    source = key((SAMPLES / f"{name}.txt").read_text("utf-8"))
    at = 0
    assert page.paragraphs
    for paragraph in page.paragraphs:
        at = source.index(key(paragraph), at)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles (../shared/seeds) are not here")
@pytest.mark.parametrize("number", range(5))
def test_seed_text_is_the_body(number: int) -> None:
    path = sorted(SEEDS.glob("*.txt"))[number]
    raw = path.read_text("utf-8")
    page = read_page(path.read_bytes(), url=None, content_type="text/plain")
    if (gold := GOLD / f"{path.stem}.json").exists():
        body = json.loads(gold.read_text("utf-8"))["body"]
        raw = raw[body["start"] : body["end"]]
    else:
        raw = raw.split("\n\n", 1)[1]
    assert "\n\n".join(page.paragraphs) == raw.strip()
    assert page.verdict is Verdict.ARTICLE


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles (../shared/seeds) are not here")
def test_seeds_give_volume_and_issue_or_title_and_byline() -> None:
    pages = [read_page(path.read_bytes(), url=None, content_type=None) for path in sorted(SEEDS.glob("*.txt"))]
    assert [(page.volume, page.issue) for page in pages] == [(5, 19), (5, 177), (6, 36), (None, None), (5, 144)]
    assert pages[3].title == "Despite Difficulties, Kremlin Sees Better Ties With US"
    assert pages[3].byline == "Peter Fedynsky"
    assert not any(page.clues for page in pages)


SENTENCES = (
    "Example and Sample signed a treaty on Monday.",
    "no capital and no full stop",
    "Police detained eleven people in Riga, Tallinn and Vilnius … the ministry said",
    "Share",
    "By Monday they had left",
    "BAGHDAD (Reuters) - Gunmen killed two people.",
    "XS SM MD LG",
    "He said: “Read more”",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_one_sentence_of_plain_text_is_an_article_as_it_stands(sentence: str) -> None:
    page = plain(sentence)
    assert page.paragraphs == (sentence,)
    assert page.verdict is Verdict.ARTICLE


PROSE = "The ministers met again on Tuesday and agreed to open the border before the end of the month."
NOT_ARTICLES = {
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(200), Verdict.NOT_HTML, "PNG image"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", Verdict.NOT_HTML, "PDF"),
    "feed": (b'<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>', Verdict.NOT_HTML, "RSS feed"),
    "json": (b'{"error": "not found"}', Verdict.NOT_HTML, "JSON"),
    "nothing": (b"", Verdict.EMPTY, "0 bytes"),
    "blanks": (b" \n\t ", Verdict.EMPTY, "4 bytes"),
    "comment": (b"<!doctype html><!-- nothing here -->", Verdict.EMPTY, None),
    "scripts": (b"<html><body><script>var a = 1;</script></body></html>", Verdict.EMPTY, "no text"),
    "lost": (b"<html><title>Page not found</title><body><h1>Page not found</h1></body></html>", Verdict.SOFT_404, None),
    "lost text": (
        b"<html><title>404 - Example</title><p>Try the search.</p></html>",
        Verdict.SOFT_404,
        "404 - Example",
    ),
    "robot": (b"<html><title>Just a moment...</title><p>Enable it.</p></html>", Verdict.CHALLENGE, "Just a moment"),
    "cookies": (b"<html><body><h2>We value your privacy</h2><p>Ok</p></body></html>", Verdict.CONSENT, "privacy"),
    "teaser": (b"Talks on the lake resumed on Monday after a month, officials said ... MORE", Verdict.TEASER, "MORE"),
    "index": (
        b"Latest Monitor Articles\n" + b"Talks go on in many places today ... MORE\n" * 5,
        Verdict.INDEX,
        "5 teasers",
    ),
    "front": (
        b"<html><title>Latest Monitor Articles</title>"
        + b"".join(b'<li><a href="/%d">Ministers meet again on border</a>' % n for n in range(9)),
        Verdict.INDEX,
        "title 'Latest Monitor Articles'",
    ),
    "menu": (b"\n\n".join(b"Headline number %d stands here" % n for n in range(20)), Verdict.INDEX, "20 lines"),
}


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_verdict_names_what_is_no_article(name: str) -> None:
    content, verdict, reason = NOT_ARTICLES[name]
    page = read_page(content, url=None, content_type=None)
    assert page.verdict is verdict, page.reason
    assert page.reason is not None
    assert (reason or "") in page.reason


def test_page_that_talks_of_cookies_in_its_story_is_an_article() -> None:
    page = html(
        f"<html><title>Law</title><p>{PROSE}</p><p>Sites must now ask users to accept cookies, says the law.</p></html>"
    )
    assert page.verdict is Verdict.ARTICLE


def test_bbc_page_with_accessibility_links_is_not_pangea() -> None:
    page = plain(
        f"Accessibility links\nSkip to content\nAccessibility Help\nBreaking News\nBorder To Open\n{PROSE}\n{PROSE}"
    )
    assert page.family == "generic"
    assert page.title == "Border To Open"
    assert page.paragraphs == (PROSE, PROSE)


def test_labels_inside_a_sentence_of_the_story_stay() -> None:
    first = "Breaking News was the name of the ship that the ministers boarded on Tuesday afternoon in Riga."
    page = plain(f"Accessibility links\n\nBreaking News\n\nMinisters Board A Ship\n\n{first}\n\n{PROSE}")
    assert page.paragraphs == (first, PROSE)


def test_next_headline_is_left_alone_in_later_volumes() -> None:
    lines = f"Publication: Monitor Volume: 5 Issue: 3\n\n{PROSE}\n\nMinisters Meet Again."
    assert plain(lines).paragraphs == (PROSE, "Ministers Meet Again.")
    assert plain(lines.replace("Volume: 5", "Volume: 2")).paragraphs == (PROSE,)


def test_masthead_in_pieces_or_on_the_storys_line_is_read() -> None:
    for lines in (
        f"Publication:\nMonitor\nVolume: 6\nIssue: 36\n{PROSE}",
        f"Publication: Monitor Volume: 6 Issue: 36 {PROSE}",
    ):
        page = plain(lines)
        assert (page.volume, page.issue, page.paragraphs) == (6, 36, (PROSE,))


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        ("https://www.voanews.com/a/a-13-2008-03-17-voa27/404981.html", "2008-03-17", "2008-03-17"),
        ("https://x.example/2019/jun/21/talks", "2019-06-21", "2019-06-21"),
        ("https://x.example/news/20190621/talks", "2019-06-21", "2019-06-21"),
        ("https://x.example/2019/06/talks", "2019-06-01", "2019-06-30"),
        ("https://x.example/a/404981.html", None, None),
        ("https://x.example/2019/13/45/talks", None, None),
    ],
)
def test_address_states_a_day_or_month(address: str, first: str | None, last: str | None) -> None:
    clues = read_page(PROSE.encode(), url=address, content_type="text/plain").clues
    assert (clues[0].start.isoformat(), clues[0].end.isoformat()) == (first, last) if first else clues == ()


def test_time_of_change_is_no_clue() -> None:
    page = html(
        f'<html><meta property="article:modified_time" content="2024-01-02"><script type="application/ld+json">'
        f'{{"@type": "NewsArticle", "dateModified": "2024-01-02", "datePublished": "0001-01-01 00:00:00Z"}}</script>'
        f"<p>{PROSE}</p></html>"
    )
    assert page.clues == ()


def test_text_is_not_lost_when_the_named_box_is_empty() -> None:
    """A redesign leaves the old box in place, empty: the cascade must look further."""
    story = "".join(f"<p>{PROSE} Part {n}.</p>" for n in range(5))
    page = html(f'<html><div id="article-content"><div class="wsw"></div></div><div class="x">{story}</div></html>')
    assert len(page.paragraphs) == 5


HOSTILE = {
    "deep": b"<html><body>" + b"<div>" * 100_000 + b"text" + b"</div>" * 100_000,
    "deep lists": b"<ul><li>" * 50_000 + b"text",
    "many": b"<p>word</p>" * 200_000,
    "long": b"<p>" + b"word " * 2_000_000,
    "open tags": b"<p" * 1_000_000,
    "nulls": b"<html>\x00<p>te\x00xt</p>" * 1000,
    "broken": b"<p>\xff\xfe\xfa caf\xe9</p>" * 1000,
    "brackets": b"[" * 1_000_000,
    "json-ld": b'<script type="application/ld+json">' + b"[" * 400_000 + b"</script><p>text</p>",
    "lines": b"word\n" * 1_000_000,
    "headlines": b"The Quick Brown Fox Jumps\n\n" * 100_000,
    "commas": b"Publication: " + b"A, " * 100_000,
    "digits": b"1:" * 1_000_000,
    "underscores": b"Accessibility links\nBreaking News\n" + b"_" * 1_000_000 + b"\nVOA",
    "entities": b"<p>&#0;&#x80;&#xD800;&#99999999;&bogus;</p>",
    "frames": b"<html><frameset><frame src=a></frameset></html>",
    "attributes": b"<p " + b"".join(b'a%d="b" ' % n for n in range(1_000_000)) + b">The ministers met.</p>",
    "script like text": b"<body><script>document.write('<p>The ministers met.</p>');"
    + b"// prose. " * 200_000
    + b"</script>",
    "breaks": b"<div>" + b"text.<br>" * 500_000,
    "20 MB dump": b"The ministers met again on Tuesday in Riga, and they agreed on all points.\n\n" * 260_000,
    "20 MB": b"<html><body><div class=article>" + b"<p>The ministers met again on Tuesday in Riga.</p>" * 420_000,
}


# What each is, where it is no article: markup nested deeper than 255 is cut, as every parser of libxml2 cuts it.
HOSTILE_VERDICTS = {
    "deep": Verdict.EMPTY,
    "deep lists": Verdict.EMPTY,
    "nulls": Verdict.NOT_HTML,
    "headlines": Verdict.INDEX,
    "frames": Verdict.EMPTY,
    "script like text": Verdict.EMPTY,
}
MOST_MEGABYTES = 1_000  # 500 for the worst of them on a quiet machine, with the pages themselves


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_is_read_in_time(name: str) -> None:
    start = time.process_time()
    page = read_page(HOSTILE[name], url=None, content_type="text/html")
    assert time.process_time() - start < 15  # 0.01 to 3 s on a quiet machine
    assert page.verdict is HOSTILE_VERDICTS.get(name, Verdict.ARTICLE)
    assert (page.reason is None) == (page.verdict is Verdict.ARTICLE)


def test_hostile_content_is_read_in_bounded_memory() -> None:
    """In a process of its own, as memory that was once taken is not given back."""
    done = subprocess.run([sys.executable, "-c", READ_ALL], capture_output=True, text=True, check=True, timeout=300)
    assert int(done.stdout) < MOST_MEGABYTES


READ_ALL = """
import resource
from extractors.pages import read_page
from tests.extractors.test_pages import HOSTILE
for content in HOSTILE.values():
    read_page(content, url=None, content_type="text/html")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@given(st.binary(max_size=2000), st.sampled_from([None, "text/html", "text/plain", "text/html; charset=utf-16", ""]))
def test_any_bytes_are_read(content: bytes, content_type: str | None) -> None:
    page = read_page(content, url="https://x.example/", content_type=content_type)
    assert all(paragraph.strip() and "\n" not in paragraph for paragraph in page.paragraphs)


RAILS_AROUND = st.lists(
    st.sampled_from(
        [
            '<div class="share-bar"><a href="/s">Share</a></div>',
            '<aside><h3>Most read</h3><a href="/m">Another headline that is read by many</a></aside>',
            '<nav><ul><li><a href="/n">World</a></li></ul></nav>',
            '<div class="newsletter-signup"><p>Sign up for our newsletter, delivered each morning.</p></div>',
            '<div class="related"><ul><li><a href="/r">A related story of last week</a></li></ul></div>',
            "<footer><p>© 2024 Example Media. All rights reserved.</p></footer>",
            '<section id="comments"><p>A reader writes that all of this is wrong.</p></section>',
            '<div style="display:none"><p>Words that nobody on the page can see.</p></div>',
        ]
    ),
    min_size=100,
    max_size=100,
)


@settings(max_examples=15, deadline=None)
@given(RAILS_AROUND, st.integers(0, 100))
def test_a_hundred_boilerplate_blocks_around_a_story_change_nothing(blocks: list[str], before: int) -> None:
    story = "".join(f"<p>{PROSE} Part {n} of the accord follows later.</p>" for n in range(5))
    main = f'<div class="article-body"><h1>Border to open</h1>{story}</div>'
    bare = html(f"<html><title>Border to open</title><body>{main}</body></html>")
    body = "".join([*blocks[:before], main, *blocks[before:]])
    page = html(f"<html><title>Border to open</title><body>{body}</body></html>")
    assert page.paragraphs == bare.paragraphs
    assert page.verdict is bare.verdict is Verdict.ARTICLE


LINES = st.lists(
    st.sampled_from(
        [
            PROSE,
            "A Title In Capitals",
            "Share",
            "Related",
            "By Anna Example",
            "May 4, 1997",
            "a small heading",
            "XS",
            "It ended.",
        ]
    ),
    min_size=1,
    max_size=12,
)


@given(LINES)
def test_cleaning_any_lines_twice_is_cleaning_once(lines: list[str]) -> None:
    once = plain("\n\n".join(lines)).paragraphs
    assert plain("\n\n".join(once)).paragraphs == once

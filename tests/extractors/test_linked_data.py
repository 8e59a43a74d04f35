"""JSON-LD in the wrappings that pages put it in, and whom it names; all pages written for this test."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.pages import Page, read_page
from extractors.pages.head.linked_data import linked_nodes

STORY = (
    "<p>The council of the port of Ventspils agreed on Friday to deepen the channel, its chairman said.</p>"
    "<p>Work will begin after the ice has gone, and the first ships of the new class are awaited in autumn.</p>"
    "<p>Fishermen had asked for another year, as the spawning grounds lie where the mud is to be put.</p>"
)
ARTICLE = (
    '{"@type": "NewsArticle", "headline": "Port to deepen channel", "datePublished": "2019-09-20T08:00:00+03:00",'
    ' "url": "https://news.example/port // not a comment", "author": {"@type": "Person", "name": "Inga Ozola"}}'
)
LIST = '{"@type": "BreadcrumbList", "itemListElement": []}'

WRAPPED = {
    "as it is": ARTICLE,
    "CDATA": f"<![CDATA[\n{ARTICLE}\n]]>",
    "CDATA behind slashes": f"\n//<![CDATA[\n{ARTICLE}\n//]]>\n",
    "CDATA on one line": f"//<![CDATA[{ARTICLE}//]]>",
    "CDATA in comments": f"/* <![CDATA[ */ {ARTICLE} /* ]]> */",
    "HTML comment": f"<!-- {ARTICLE} -->",
    "HTML comment behind slashes": f"<!--\n{ARTICLE}\n// -->",
    "line comment": f"// written by the system, {{ as it says }}\n{ARTICLE} // the end",
    "block comment": ARTICLE.replace("{", '{ /* of the story: "x" */', 1),
    "comma after the last": ARTICLE[:-1] + " , }",
    "comma in a list": ARTICLE[:-1] + ', "keywords": ["port", "ice", ] }',
    "escape that JSON lacks": ARTICLE[:-1] + r', "description": "The port\'s plan \- and C:\new\x" }',
    "line break in a text": ARTICLE[:-1] + ', "description": "One line\nand another" }',
    "two in one script": f"{LIST}\n{ARTICLE}",
    "two with a comma": f"{LIST},\n{ARTICLE}",
    "the second is broken": f'{ARTICLE}\n{{"@type": NewsArticle}}',
    "semicolon": f"{ARTICLE};",
}


def with_script(script: str, body: str = STORY, head: str = "") -> Page:
    page = (
        f'<html lang="en"><head><title>Port to deepen channel</title>{head}<script type="application/ld+json">{script}'
        f"</script></head><body><article><h1>Port to deepen channel</h1>{body}</article></body></html>"
    )
    return read_page(page.encode(), url="https://news.example/port", content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("name", WRAPPED)
def test_an_article_is_read_in_its_wrapping(name: str) -> None:
    page = with_script(WRAPPED[name])
    assert [(str(clue.start), clue.basis) for clue in page.clues[:1]] == [("2019-09-20", "json-ld datePublished")]
    assert (page.byline, page.authors) == ("Inga Ozola", ("Inga Ozola",))


def test_what_stands_in_a_string_is_left_as_it_is() -> None:
    said = {"@type": "Article", "a": "// no comment", "b": "/* none */, }", "c": "<!-- none -->", "d": 'a \\ "b" ,]'}
    assert linked_nodes([("application/ld+json", f"<!-- {json.dumps(said)} -->")]) == [said]


@pytest.mark.parametrize(
    "script",
    [
        *(each * 300_000 for each in ("{", "[", "/*", '"\\', "//", "<!--", "{} ", ", ")),
        '{"a": "' + "\\'" * 300_000,
        '{"@graph": [' + "{}," * 300_000,
    ],
)
def test_a_script_made_to_harm_is_read_in_time(script: str) -> None:
    start = time.process_time()
    linked_nodes([("application/ld+json", script)])
    assert time.process_time() - start < 3  # 0.1 s on a quiet machine


@given(st.text(alphabet='{}[]"\\/*,:<!->ab \n', max_size=60))
def test_any_script_is_read(script: str) -> None:
    assert all(isinstance(node, dict) for node in linked_nodes([("application/ld+json", script)]))


def by(author: object, *more: object, body: str = STORY, head: str = "") -> Page:
    article = {"@type": "NewsArticle", "headline": "Port to deepen channel", "author": author}
    return with_script(json.dumps({"@graph": [article, *more]}), body, head)


INGA = {"@type": "Person", "@id": "#inga", "name": "Inga Ozola"}
PAPER = {"@type": "NewsMediaOrganization", "@id": "https://news.example/#paper", "name": "Amber Coast Tidings"}


@pytest.mark.parametrize(
    "author",
    [
        INGA,
        [INGA, PAPER],
        [PAPER, INGA],
        "Inga Ozola",
        {"@id": "#inga"},
        "#inga",
        {"name": ["Inga Ozola"]},
        [{"@id": PAPER["@id"]}, {"@id": "#inga"}],
    ],
)
def test_an_author_is_told_by_name_by_type_or_by_id(author: object) -> None:
    page = by(author, INGA, PAPER)
    assert (page.byline, page.authors) == ("Inga Ozola", ("Inga Ozola",))


@pytest.mark.parametrize("author", [PAPER, {"@id": PAPER["@id"]}])
def test_a_paper_is_no_author(author: object) -> None:
    page = by(author, PAPER, head='<meta name="author" content="Amber Coast Tidings">')
    assert (page.byline, page.authors) == (None, ())


def test_an_id_that_nothing_describes_is_nobody() -> None:
    assert by({"@id": "#nobody"}).byline is None


@pytest.mark.parametrize(
    "shown",
    [
        '<p class="byline">By Inga Ozola, Amber Coast News, harbour correspondent</p>',
        '<p class="byline">By Inga Ozola, maritime editor, in Ventspils</p>',
        '<span class="author">Inga Ozola</span>',
    ],
)
def test_a_byline_that_is_shown_beats_a_field_that_names_nobody(shown: str) -> None:
    for page in (
        by(PAPER, body=shown + STORY),
        by([], body=shown + STORY, head='<meta name="author" content="admin">'),
    ):
        assert (page.byline, page.authors) == ("Inga Ozola", ("Inga Ozola",))
        assert page.paragraphs[0].startswith("The council of the port")


@pytest.mark.parametrize("name", ["admin", "Webmaster", "N/A", "Site Admin"])
def test_an_account_is_nobody(name: str) -> None:
    assert by({"@type": "Person", "name": name}).byline is None
    assert by([], head=f'<meta name="author" content="{name}">').byline is None


def test_an_agency_that_is_named_as_author_is_the_agency() -> None:
    page = by({"@type": "Organization", "name": "Associated Press"})
    assert (page.byline, page.agency) == (None, "Associated Press")


def test_a_desk_that_a_field_names_stays_the_byline() -> None:
    page = by([], head='<meta name="author" content="Harbour desk">')
    assert (page.byline, page.authors) == ("Harbour desk", ())

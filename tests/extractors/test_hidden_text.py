"""What a page hides is no text of it, unless it is the story, which waits for a script."""

from __future__ import annotations

import pytest

from extractors import read
from extractors.pages import Page, read_page

STORY = tuple(
    f"Crews of the northern fleet of trawlers {done} on the {day}, the union of deckhands told the court in Narvik."
    for done, day in (("laid down their work", "first"), ("voted to go on", "second"), ("came back", "third"))
)
BESIDE = tuple(
    f"The paper was founded in {year} by a printer and two teachers, and has been read in every village since then."
    for year in range(1870, 1880)
)


def paragraphs(texts: tuple[str, ...], mark: str = "") -> str:
    return "".join(f"<p{mark}>{each}</p>" for each in texts)


def page_of(body: str) -> Page:
    source = f"<html><head><title>Trawlers stay in port</title></head><body>{body}</body></html>"
    return read_page(source.encode(), url="https://fjord.example/a", content_type="text/html; charset=utf-8")


TALE = f'<div class="text"><h1>Trawlers stay in port</h1>{paragraphs(STORY)}</div>'


@pytest.mark.parametrize(
    "mark",
    ['style="display: none"', 'style="DISPLAY:NONE;"', 'style="visibility: hidden"', "hidden", 'aria-hidden="true"'],
)
@pytest.mark.parametrize("box", ['div class="sidebar"', 'div id="right-rail"', "aside"])
def test_a_hidden_sidebar_is_no_text_however_long_it_is(mark: str, box: str) -> None:
    tag = box.split()[0]
    aside = f"<{box} {mark}>{paragraphs(BESIDE)}</{tag}>"
    assert page_of(aside + TALE).paragraphs == STORY
    assert page_of(TALE + aside).paragraphs == STORY


@pytest.mark.parametrize("mark", ['style="display:none"', 'style="visibility: hidden"', "hidden"])
def test_a_hidden_paragraph_is_no_text(mark: str) -> None:
    box = f'<div class="text">{paragraphs(STORY)}{paragraphs(BESIDE[:1], " " + mark)}</div>'
    assert page_of(box).paragraphs == STORY


@pytest.mark.parametrize("mark", ['style="display:none"', 'style="visibility: hidden"', "hidden"])
def test_a_story_that_waits_for_its_script_is_read(mark: str) -> None:
    whole = f'<div class="text" {mark}>{paragraphs(STORY)}</div>'
    each = f'<div class="text">{paragraphs(STORY, " " + mark)}</div>'
    for body in (whole, each, f"<div {mark}>{whole}</div>", f'<div class="sidebar-page" {mark}>{whole}</div>'):
        assert page_of(body).paragraphs == STORY


def test_what_is_struck_out_is_no_text() -> None:
    """The writer took it back; what was put in its place stands."""
    said = (
        "Spain <del>hit</del> <ins>praised</ins> Portugal on Monday, <s>two</s> <strike>four</strike> officials said."
    )
    text = read(f"<article><h1>Iberian talks</h1><p>{said}</p></article>".encode(), content_type="text/html").text
    assert text == "Spain praised Portugal on Monday, officials said."

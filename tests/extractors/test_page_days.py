"""Days that pages state: whose time an element holds, and which figure is the month."""

from __future__ import annotations

import pytest

from extractors.pages import Page, read_page

PROSE = (
    "<p>Divers found the wreck of a coaster off the cape on Sunday, the coast guard of the islands said.</p>"
    "<p>She lies in forty metres of water, upright, with her hatches closed and her anchor down.</p>"
    "<p>Nobody knows yet why she sank, and the owner has not answered any question in writing.</p>"
)
CARD = '<li><time datetime="2022-08-01">1 August</time> <a href="/b">Cable ship leaves the bay for good</a></li>'


def page_of(before: str = "", head: str = "", after: str = "", top: str = 'lang="en"', fields: str = "") -> Page:
    source = (
        f"<html {top}><head><title>Wreck found off the cape</title>{fields}</head><body>{before}<article>"
        f"<h1>Wreck found off the cape</h1>{head}{PROSE}</article>{after}</body></html>"
    )
    return read_page(source.encode(), url="https://isles.example/wreck", content_type="text/html; charset=utf-8")


def day_of(page: Page) -> str | None:
    return next((str(clue.start) for clue in page.clues if clue.precision == "day"), None)


ANOTHERS = {
    "rail after it": {"after": f"<aside><ul>{CARD}</ul></aside>"},
    "rail before it": {"before": f'<div class="latest-stories"><ul>{CARD}</ul></div>'},
    "list of cards": {"after": f"<div><ul>{CARD}</ul></div>"},
    "cards that are articles": {"after": '<article><time datetime="2022-08-01"></time><a href="/b">Bay</a></article>'},
    "comment": {"after": '<div id="comments"><p>Ann, <time datetime="2022-08-01">1 August 2022</time></p></div>'},
    "footer": {"after": '<footer><time datetime="2022-08-01">1 August 2022</time></footer>'},
    "change, by its words": {"head": '<p>Last updated: <time datetime="2022-08-01">1 August 2022</time></p>'},
    "change, by its class": {"head": '<time class="updated" datetime="2022-08-01">1 August 2022</time>'},
    "change, by a label": {"head": '<dl><dt>Aktualisiert</dt><dd><time datetime="2022-08-01"></time></dd></dl>'},
    "event to come": {"after": '<div class="upcoming-event"><time datetime="2022-08-01">1 August</time> Regatta</div>'},
    "event in the text": {
        "after": "<p>The inquiry that the ministry has promised to the families will open on "
        '<time datetime="2022-08-01">1 August</time> in the old customs house.</p>'
    },
}


@pytest.mark.parametrize("name", ANOTHERS)
def test_a_time_of_something_else_is_no_date(name: str) -> None:
    assert day_of(page_of(**ANOTHERS[name])) is None


@pytest.mark.parametrize("own", ['<p class="when">6 May 2021</p>', '<time datetime="2021-05-06T07:00Z">6 May</time>'])
@pytest.mark.parametrize("name", ANOTHERS)
def test_the_day_under_the_headline_beats_it(name: str, own: str) -> None:
    around = ANOTHERS[name] | {"head": own + ANOTHERS[name].get("head", "")}
    assert day_of(page_of(**around)) == "2021-05-06"


@pytest.mark.parametrize(
    "own",
    [
        '<p>Published <time datetime="2021-05-06"></time>, updated <time datetime="2022-08-01"></time></p>',
        '<p>Updated <time datetime="2022-08-01"></time>, first published <time datetime="2021-05-06"></time></p>',
        '<time class="entry-date published updated" datetime="2021-05-06"></time>',
        '<footer class="entry-meta"><time class="entry-date" datetime="2021-05-06"></time></footer>',
    ],
)
def test_a_time_of_publication_beside_one_of_a_change_is_taken(own: str) -> None:
    assert day_of(page_of(head=own)) == "2021-05-06"


WAYS = {
    "line": {"head": "<p>{}</p>"},
    "signed line": {"head": "<p>By Ann Reed | {} 07:30</p>"},
    "field": {"fields": '<meta name="date" content="{}">'},
    "element": {"head": '<time datetime="{}">lately</time>'},
    "JSON-LD": {
        "fields": '<script type="application/ld+json">{{"@type": "Article", "datePublished": "{} 07:30"}}</script>'
    },
}
REGIONS = [
    ('lang="en-US"', "", "2021-05-06"),
    ('lang="en"', '<meta property="og:locale" content="en_US">', "2021-05-06"),
    ('lang="en-GB"', "", "2021-06-05"),
    ('lang="en"', '<meta property="og:locale" content="en_IE">', "2021-06-05"),
    ('lang="fr"', "", "2021-06-05"),
    ('lang="es-419"', "", "2021-06-05"),
    ('lang="en"', "", None),
    ("", "", None),
]


@pytest.mark.parametrize(("top", "fields", "day"), REGIONS)
@pytest.mark.parametrize("way", WAYS)
def test_figures_are_read_as_the_pages_region_writes_them(way: str, top: str, fields: str, day: str | None) -> None:
    for figures in ("05/06/2021", "5/6/2021", "05-06-2021"):
        around = {place: text.format(figures) for place, text in WAYS[way].items()}
        around["fields"] = fields + around.get("fields", "")
        assert day_of(page_of(top=top, **around)) == day, figures


@pytest.mark.parametrize("top", ['lang="en-US"', 'lang="en-GB"', ""])
@pytest.mark.parametrize("way", WAYS)
def test_figures_of_which_one_can_be_no_month_are_read_everywhere(way: str, top: str) -> None:
    for figures in ("05/26/2021", "26/05/2021", "26.05.2021"):
        around = {place: text.format(figures) for place, text in WAYS[way].items()}
        assert day_of(page_of(top=top, **around)) == "2021-05-26", figures


def test_a_line_of_figures_in_doubt_is_still_none_of_the_story() -> None:
    assert page_of(head="<p>05/06/2021</p>").paragraphs[0].startswith("Divers found")
    dump = f"Wreck Found Off The Cape\n\n05/06/2021\n\n{PROSE.replace('<p>', '').replace('</p>', chr(10) * 2)}"
    page = read_page(dump.encode(), url=None, content_type="text/plain")
    assert (page.paragraphs[0][:12], page.clues) == ("Divers found", ())

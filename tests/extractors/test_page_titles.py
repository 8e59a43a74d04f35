"""What a page is called: no part of a headline is taken for the site's name without a sign."""

from __future__ import annotations

import pytest

from extractors.pages import read_page

PROSE = "<p>The chamber of deputies voted on Thursday for the new tariff, the speaker of the house said.</p>" * 3
CALLED = "Deputies vote for tariff"
SITE = '<meta property="og:site_name" content="Valley Herald">'


@pytest.mark.parametrize(
    ("title", "head", "body", "wanted"),
    [
        ("Deputies vote for tariff - Farmers object", "", "", "Deputies vote for tariff - Farmers object"),
        (f"{CALLED} – Farmers object | Valley Herald", SITE, "", f"{CALLED} – Farmers object"),
        ("Deputies vote for tariff - Valley Herald", SITE, "", CALLED),
        ("Deputies vote for tariff - Politics - Valley Herald", SITE, "", CALLED),
        ("Deputies vote for tariff — Valleyherald", "", "", CALLED),
        ("Deputies vote for tariff - The Valley Herald", "", "", CALLED),
        ("Deputies vote for tariff - Farmers", "", "<h1>Deputies vote for tariff</h1>", CALLED),
        ("", "", "<h1> </h1><h2>Deputies vote for tariff</h2>", CALLED),
        ("Valley Herald", SITE, "<h1></h1><h2>Deputies vote for tariff</h2>", CALLED),
        ("", "", '<h1></h1><nav><h2>All the news</h2></nav><h2>Deputies vote for tariff</h2>', CALLED),
    ],
)  # fmt: skip
def test_a_title_loses_the_name_of_its_site_and_nothing_else(title: str, head: str, body: str, wanted: str) -> None:
    source = f"<html><head><title>{title}</title>{head}</head><body><article>{body}{PROSE}</article></body></html>"
    page = read_page(source.encode(), url="https://www.valleyherald.example/a", content_type="text/html; charset=utf-8")
    assert page.title == wanted

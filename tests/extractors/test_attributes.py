"""Tags with more attributes than any page has: read in step with their length, and otherwise as they are."""

from __future__ import annotations

import pytest

from extractors import read
from extractors.pages.source.attributes import HARMLESS, MOST, bounded
from tests.extractors.timing import seconds

STORY = "<article><h1>Ferries sail again</h1>" + "<p>The ferry line to Riga was opened again on Monday.</p>" * 4
PROSE = f"<body>{STORY}</article>" + "<!-- " + "x " * (HARMLESS // 2) + "--></body>"
TAGS = {
    "with values": lambda n: "<div " + " ".join(f"a{i}='{i}'" for i in range(n // 10)) + ">",
    "without": lambda n: "<div " + " ".join(f"a{i}" for i in range(n // 7)) + ">",
    "with marks of tags": lambda n: "<div " + " ".join(f'a{i}="<>"' for i in range(n // 12)) + ">",
    "a quote that never closes": lambda n: '<div a="' + "b='c' " * (n // 6),
    "quotes that never close": lambda n: "<a b=\"<a b='" * (n // 12),
    "equal signs": lambda n: "<div " + "=" * n + ">",
    "slashes": lambda n: "<div " + "/" * n + ">",
    "tags in a tag": lambda n: "<div " * (n // 5),
}


def _read(page: str) -> object:
    return read(page.encode(), content_type="text/html")


def test_a_page_with_a_dozen_is_as_it_was() -> None:
    """However long it is."""
    page = PROSE + '<div class="a b" id=c hidden data-x=\'{"y": "<p>"}\' / checked>end</div>'
    assert len(page) > HARMLESS
    assert bounded(page) == page


def test_the_first_stay_and_the_rest_go() -> None:
    """Values and all; what follows the tag stands."""
    many = " ".join(f'a{n}="{n} > {n}"' for n in range(MOST + 50))
    found = bounded(f"{PROSE}<p {many}>behind</p>")
    assert found.endswith(f'a{MOST - 1}="{MOST - 1} > {MOST - 1}">behind</p>')
    assert found.startswith(PROSE)


@pytest.mark.parametrize("kind", TAGS)
def test_a_hostile_tag_takes_time_in_step_with_its_length(kind: str) -> None:
    """Whatever stands in it, and the story before it is read."""
    few, many = (PROSE + TAGS[kind](size) for size in (200_000, 800_000))
    assert seconds(_read, many) <= 0.1 + 6 * seconds(_read, few)
    assert "Riga" in read((PROSE + TAGS[kind](200_000)).encode(), content_type="text/html").text

"""When a page says it was published: in its fields, elements, address, and failing these a line under the headline.

A time of change is never taken for it: it is the wrong day on 11 to 51 % of pages (pages.md, section 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractors.lexicon import table
from extractors.pages.head.clues import address_clue, field_clue, line_clue, ranked, stamp_clue, title_clue
from extractors.pages.head.days import is_stamp
from extractors.pages.head.markup import Markup
from extractors.pages.head.time_elements import Head, is_anothers, says_change, story_times
from extractors.pages.page import DateClue
from extractors.pages.source.tree import Element
from extractors.text.decode import fold

PUBLISHED = tuple(table("page_fields")["date"]["published"])
MODIFIED = tuple(table("page_fields")["date"]["modified"])
_LOOKED_AT = 4_000
"""Elements looked at for a visible date: a headline's line stands near it."""
_LONGEST = 160


def modified_of(page: Markup) -> DateClue | None:
    """When the page says that it was changed last."""
    fields = (
        ("json-ld dateModified", page.meta.ld("dateModified")),
        *((name, page.meta.meta.get(name)) for name in MODIFIED),
    )
    found = (
        field_clue(
            value, basis if basis.startswith("json") else f"meta {basis}", "meta", month_first=page.meta.month_first
        )
        for basis, value in fields
        if value
    )
    return next((clue for clue in found if clue), None)


def clues_of(page: Markup, *more: DateClue | None) -> tuple[DateClue, ...]:
    """All dates that the page states, the best first; `more` are those that its family found."""
    published = page.meta.ld("datePublished") or page.meta.page_date
    order = page.meta.month_first
    stated = ((f"meta {name}", page.meta.meta.get(name)) for name in PUBLISHED)
    fields = [field_clue(value, basis, "meta", month_first=order) for basis, value in stated if value]
    head = Head.of(page)
    near, far = story_times(page, head)
    clues = ranked(
        field_clue(published, "json-ld datePublished", month_first=order) if published else None,
        *[clue for clue in fields if clue][:3],
        _utag_clue(page.meta.utag),
        _element_clue(near, "time element", order),
        title_clue(page.meta.title)[1],
        address_clue(page.meta.canonical or page.url),
        address_clue(page.url),
        *more,
    )
    if any(clue.precision == "day" for clue in clues):
        return clues
    return ranked(_visible_clue(page, head), _element_clue(far, "far time element", order), *clues)


def _utag_clue(utag: Mapping[str, str]) -> DateClue | None:
    if not utag.get("pub_year"):
        return None
    parts = (utag["pub_year"], utag.get("pub_month", "").zfill(2), utag.get("pub_day", "").zfill(2))
    return field_clue("-".join(parts), "utag_data")


def _element_clue(elements: list[Element], trust: str, order: bool | None) -> DateClue | None:
    """The first day that these elements hold as data."""
    stated = (each.get(name, "") for each in elements[:5] for name in ("datetime", "content", "title"))
    found = (field_clue(value, "time element", trust, month_first=order) for value in stated if value)
    return next((clue for clue in found if clue), None)


def _visible_clue(page: Markup, head: Head) -> DateClue | None:
    """A line after the headline that holds nothing but a date, else one that dates and signs the page.

    A header's date is that of the visit, so what stands before the headline counts only where nothing follows it.
    """
    lines = [*_lines_with_figures(page, head)]
    order = page.meta.month_first
    for read in (_date_line, _signed_line):
        for after in (True, False):
            for line in (line for line, follows in lines if follows is after):
                if clue := read(line, order):
                    return clue
    return None


def _date_line(line: str, order: bool | None) -> DateClue | None:
    return line_clue(line, month_first=order)


def _signed_line(line: str, order: bool | None) -> DateClue | None:
    return stamp_clue(line, month_first=order) if is_stamp(line) else None


def _lines_with_figures(page: Markup, head: Head) -> Iterator[tuple[str, bool]]:
    """Short texts with a figure in them that can be the story's date, and whether each stands after the headline."""
    after = not page.headings
    for element, _ in zip(page.left.kept(page.root.iter()), range(_LOOKED_AT), strict=False):
        after = after or element.tag == "h1"
        for said, follows in ((element.text, False), (element.tail, True)):
            if said and any(map(str.isdigit, said[:_LONGEST])):
                line = fold(said[:_LONGEST])
                box = element.getparent() if follows else element
                anothers = box is not None and is_anothers(box, head, named=False)
                if not anothers and not says_change(element, line, after=follows):
                    yield line, after

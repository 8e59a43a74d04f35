"""When a page says it was published: in its fields, elements, address, and failing these a line under the headline.

A time of change is never taken for it: it is the wrong day on 11 to 51 % of pages (pages.md, section 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractors.lexicon import table
from extractors.pages.head.clues import address_clue, field_clue, line_clue, ranked, stamp_clue, title_clue
from extractors.pages.head.days import is_stamp
from extractors.pages.head.markup import Markup
from extractors.pages.page import DateClue
from extractors.pages.source.tree import Element, dated, words
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
        field_clue(value, basis if basis.startswith("json") else f"meta {basis}", "meta")
        for basis, value in fields
        if value
    )
    return next((clue for clue in found if clue), None)


def clues_of(page: Markup, *more: DateClue | None) -> tuple[DateClue, ...]:
    """All dates that the page states, the best first; `more` are those that its family found."""
    published = page.meta.ld("datePublished") or page.meta.page_date
    fields = [field_clue(value, f"meta {name}", "meta") for name in PUBLISHED if (value := page.meta.meta.get(name))]
    clues = ranked(
        field_clue(published, "json-ld datePublished") if published else None,
        *[clue for clue in fields if clue][:3],
        _utag_clue(page.meta.utag),
        *_element_clues(page),
        title_clue(page.meta.title)[1],
        address_clue(page.meta.canonical or page.url),
        address_clue(page.url),
        *more,
    )
    return clues if any(clue.precision == "day" for clue in clues) else ranked(_visible_clue(page), *clues)


def _utag_clue(utag: Mapping[str, str]) -> DateClue | None:
    if not utag.get("pub_year"):
        return None
    parts = (utag["pub_year"], utag.get("pub_month", "").zfill(2), utag.get("pub_day", "").zfill(2))
    return field_clue("-".join(parts), "utag_data")


def _element_clues(page: Markup) -> list[DateClue]:
    """Elements marked as the time of publication, else the first <time> with a day: later ones are other stories'."""
    times = list(page.left.kept(dated(page.root)))
    marked = [t for t in times if "pubdate" in t.attrib or "datePublished" in t.get("itemprop", "") or _published(t)]
    stated = (each.get(name, "") for each in (marked or times)[:5] for name in ("datetime", "content", "title"))
    found = (field_clue(value, "time element") for value in stated if value)
    return [clue for clue in found if clue][:1]


def _published(element: Element) -> bool:
    said = words(element).lower()
    return "publish" in said or "entry-date" in said or "dt-published" in said


def _visible_clue(page: Markup) -> DateClue | None:
    """A line after the headline that holds nothing but a date, else one that dates and signs the page.

    A header's date is that of the visit, so what stands before the headline counts only where nothing follows it.
    """
    lines = [*_lines_with_figures(page)]
    english = page.meta.language in (None, "en")
    for exact in (True, False):
        for after in (True, False):
            for line in (line for line, follows in lines if follows is after):
                clue = line_clue(line) if exact else stamp_clue(line, english) if is_stamp(line) else None
                if clue:
                    return clue
    return None


def _lines_with_figures(page: Markup) -> Iterator[tuple[str, bool]]:
    """Short texts with a figure in them, and whether each stands after the headline."""
    after = not page.headings
    for element, _ in zip(page.left.kept(page.root.iter()), range(_LOOKED_AT), strict=False):
        after = after or element.tag == "h1"
        for said in (element.text, element.tail):
            if said and any(map(str.isdigit, said[:_LONGEST])):
                yield fold(said[:_LONGEST]), after

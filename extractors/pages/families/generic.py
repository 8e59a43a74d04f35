"""Any page that no family knows, and plain text."""

from __future__ import annotations

from extractors.pages.body.closing import settled
from extractors.pages.body.story import story_lines
from extractors.pages.boilerplate import BEFORE_TITLE, keys
from extractors.pages.family import LAST, Family
from extractors.pages.head.agencies import agency_of
from extractors.pages.head.bylines import announced, byline_of, dateline_line, inline_dateline
from extractors.pages.head.clues import address_clue, field_clue, line_clue, ranked, title_clue
from extractors.pages.head.dating import clues_of, modified_of
from extractors.pages.head.markup import Markup
from extractors.pages.head.opening import Rules, opening
from extractors.pages.head.titles import title_of
from extractors.pages.page import DateClue, Page
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.dump import Dump
from extractors.pages.source.lines import Lines

RULES = Rules(keys(BEFORE_TITLE))


def read_html(page: Markup, story: Lines | None = None) -> Page:
    """The page as its tree tells; `story` are its lines where the family that asks has found them."""
    title, _ = title_clue(title_of(page))
    byline = byline_of(page)
    story, alone = _without_dateline(story or story_lines(page))
    lines = story.texts
    place, clue = first_dateline(lines)
    return Page(
        lines=story,
        title=title,
        byline=byline or announced(lines),
        dateline=alone or place,
        agency=agency_of(lines, byline or next(iter(page.meta.bodies), None)),
        section=page.meta.first("article:section", "section", "parsely-section") or page.meta.ld("articleSection"),
        publication=page.meta.first("og:site_name", "application-name"),
        language=page.meta.language,
        canonical_url=page.meta.canonical,
        image=page.meta.image,
        modified=modified_of(page),
        clues=ranked(*clues_of(page), clue),
    )


def read_dump(page: Dump) -> Page:
    """The page as its lines tell: a headline before the prose, dates and bylines between, rails after it."""
    found = opening(page.story, RULES)
    story = settled(found.lines)
    lines = story.texts
    title, day = title_clue(found.title)
    place, clue = first_dateline(lines)
    return Page(
        lines=story,
        title=title,
        byline=found.byline or announced(lines),
        dateline=found.dateline or place,
        agency=agency_of(lines, found.byline),
        section=found.section,
        clues=ranked(day, clue, address_clue(page.url), *map(line_clue, found.stated)),
    )


def _without_dateline(lines: Lines) -> tuple[Lines, str | None]:
    """The lines without a dateline that stands alone before the story, and that dateline."""
    place = dateline_line(lines.kept[0].text) if len(lines.kept) > 1 else None
    return (lines.after(1, Reason.DATELINE), place) if place else (lines, None)


def first_dateline(lines: tuple[str, ...]) -> tuple[str | None, DateClue | None]:
    """The dateline that the first paragraph begins with, and its day as a clue."""
    place, day = inline_dateline(lines[0]) if lines else (None, None)
    return place, field_clue(day, "dateline") if day else None


FAMILY = Family(read_html, read_dump, turn=LAST)

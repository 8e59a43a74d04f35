"""Agency copy with its envelope: slugs, takes, marks of versions ("Ld-Writethru", "PICKS UP 3rd graf"), filing lines.

The form of the ANPA and IPTC wire services, as text and as such text inside a <pre>; described by their own manuals
(ANPA 1312, IPTC 7901). Only dumps are known by it: agencies' web pages are read as any page.
"""

from __future__ import annotations

import re

from extractors.pages.boilerplate import is_heading, is_prose
from extractors.pages.family import Family
from extractors.pages.head.agencies import agency_of
from extractors.pages.head.bylines import byline_line, inline_dateline
from extractors.pages.head.clues import field_clue, ranked
from extractors.pages.head.days import is_day
from extractors.pages.page import Page
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.dump import Dump
from extractors.pages.source.lines import Line

# The slug: ^BC-country--subject, take and version, word count. The headline line begins with a caret too.
# yes: "BC-EX--Lake Talks,1st Ld-Writethru,350"  "AM-Harbor Talks, Bjt, 0600"   no: "BC is a province."
SLUG = re.compile(
    r"""\^? (?: BC | AM | PM | a\d{4} | [A-Z]{2,4} \s? \d{2,5} )? [-:]? \s?
        (?: BC | AM | PM ) - [\w&.’'/-]{2,60} (?: [ ,-]{1,3} [\w./&’'-]{1,30} ){0,10}""",
    re.VERBOSE,
)
# Marks of a version, a take or an insert: lines to the desk.
# yes: "Eds: PICKS UP 3rd graf, The minister said."  "1st Ld-Writethru"  "(more)"   no: "He picks up."
MARK = re.compile(
    r"""(?: (?: Eds? | Editors? ) \s? [:.] \s? .{0,300}
        | .{0,40} \b (?: PICK (?: S | ING )? \s UP | SUBS? | INSERTS? | INCORPORATES | UPDATES | RECASTS | CORRECTS
              | ADDS | TRIMS | LEADS | DELETES )
            \b .{0,200}
        | \W{0,3} (?: \d{1,2} (?:st|nd|rd|th) )? \s? Ld - (?: Writethru | Rewrite ) .{0,80}
        | [([]? \s? (?: more | MORE | end | END | ends | -30- | 30 ) \s? [)\]]?
        | (?: TAKE | Take | Add | ADD ) \s? \d{1,2} \b .{0,60}
        | (?: With | For ) \s (?: AP | BC ) \s (?: Photos? | Graphics? | Video ) .{0,80}
        | \W{1,6}
        | For \s (?: use | release ) \s .{0,80}
        | (?: URGENT | BULLETIN | FLASH | ADVISORY | EMBARGOED .{0,60} ) )""",
    re.VERBOSE,
)
# The filing line at the end. yes: "AP-NY-03-17-99 1412EST"  "REUTER 1412 170399"   no: "AP reported"
FILED = re.compile(
    r"""(?: [A-Z]{2,4} - [A-Z]{2,3} - (?P<m>\d{2}) - (?P<d>\d{2}) - (?P<y>\d{2,4}) \s \d{4} [A-Z]{0,4}
          | (?: REUTER | AFP | UPI | TASS ) S? \s [\w/]{2,6} \s? \d{4,6} .{0,30}
          | (?: \d{2}/\d{2}/\d{2,4} \s \d{1,2} : \d{2} .{0,8} ) )""",
    re.VERBOSE,
)
# The line that says whose writer it was. yes: "Associated Press Writer"  "AP Diplomatic Writer"
WRITER = re.compile(
    r"(?: The \s )? (?: Associated \s Press | AP | Reuters | AFP ) \s (?: [A-Z]\w{1,20} \s ){0,2} Writers? .{0,20}",
    re.VERBOSE,
)
_ENVELOPE = 14
"""Lines that an envelope has at most."""


def read_dump(page: Dump) -> Page | None:
    """The story without its envelope, of which the line that is no slug and no mark is the headline; None where neither
    a slug nor two marks to the desk stand before the prose."""
    head = _head(page.lines)
    if not any(map(SLUG.fullmatch, head)) and sum(map(_is_mark, head)) < 2:
        return None
    rest = [line for line in head if not _is_mark(line) and not SLUG.fullmatch(line)]
    byline = next((name for line in rest if (name := byline_line(line))), None)
    stated = next((line for line in rest if is_day(line)), None)
    title = next((line.strip("^<> ") for line in rest if _is_title(line)), None)
    filed = _filed(page.lines[len(head) :])
    story = page.story.after(len(head), Reason.ENVELOPE).without_where(_envelope)
    body = story.texts
    place, day = inline_dateline(body[0]) if body else (None, None)
    clues = (
        field_clue(filed, "filing line", "dateline") if filed else None,
        field_clue(day, "dateline") if day else None,
    )
    clue = field_clue(stated, "line") if stated else None
    return Page(
        lines=story,
        title=title,
        byline=byline.title() if byline and byline.isupper() else byline,
        dateline=place,
        agency=agency_of((*body, *page.lines[-1:]), byline),
        clues=ranked(*clues, clue),
    )


def _head(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines before the first paragraph of prose."""
    for index, line in enumerate(lines[:_ENVELOPE]):
        if is_prose(line) and not _is_mark(line) and not SLUG.fullmatch(line):
            return lines[:index]
    return lines[:_ENVELOPE] if len(lines) > _ENVELOPE else ()


def _envelope(line: Line) -> Reason | None:
    """Why a line after the head of the envelope is none of the story's."""
    found = _is_mark(line.text) or SLUG.fullmatch(line.text) or FILED.fullmatch(line.text)
    return Reason.ENVELOPE if found else None


def _filed(lines: tuple[str, ...]) -> str | None:
    """The day of the filing line, as ISO 8601."""
    filed = next((found for line in lines[-4:] if (found := FILED.fullmatch(line)) and found["y"]), None)
    if filed is None:
        return None
    year = filed["y"] if len(filed["y"]) == 4 else f"{'19' if filed['y'] > '60' else '20'}{filed['y']}"
    return f"{year}-{filed['m']}-{filed['d']}"


def _is_mark(line: str) -> bool:
    return len(line) <= 340 and (MARK.fullmatch(line) is not None or WRITER.fullmatch(line) is not None)


def _is_title(line: str) -> bool:
    return is_heading(line) and not byline_line(line) and not is_day(line) and len(line.split()) >= 3


FAMILY = Family(read_dump=read_dump, turn=20)

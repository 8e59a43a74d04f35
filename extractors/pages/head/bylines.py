"""Who wrote it and from where: bylines, sign-offs and datelines, each read from one line; and whom a page names."""

from __future__ import annotations

import re

from extractors.lexicon import table
from extractors.pages.boilerplate import key
from extractors.pages.head.markup import Markup
from extractors.pages.source.tree import signed, words

# A name as bylines write it: two to four capitalised words, initials and particles among them. At most 60 characters.
# yes: "Peter Fedynsky"  "J. M. van der Berg"  "Jean-Luc O'Neill"   no: "Staff", "the ministry"
NAME = r"[^\W\d_][\w'’.-]{0,20}(?:[ ](?:(?:van|von|der|de|la|al|bin|el)[ ])?[^\W\d_a-z][\w'’.-]{0,20}){1,3}"

# A line that is a byline, in the languages of Europe.
# yes: "By Anna Example"  "by Anna Example and Ben Sample, Reuters"  "Von Karl Probe"   no: "By Monday they had left."
BY = re.compile(
    rf"""(?: (?: by | By | BY | Von | Par | Por | Di | di | Door | Av | Af | Автор ) [ :]{{1,3}} | Text: [ ] )
        (?P<names> {NAME} (?: [ ,&|] [^.!?]{{0,80}} )? )""",
    re.VERBOSE,
)


# The announcer's sentence of VOA radio texts; the words stay in the story, the name is the byline.
# yes: "VOA Moscow Correspondent Peter Fedynsky reports."  "VOA's Anna Example reports from Riga."
# no:  "VOA reports that talks failed."   Bounded: at most four words between agency and name.
REPORTS = re.compile(
    r"""\b (?: VOA | RFE/RL ) (?: ['’]s )? [ ]
        (?: (?: [A-Z][\w.-]{0,20} [ ] ){0,3} (?: [Cc]orrespondent | [Rr]eporter ) [ ] )?
        (?P<name> [A-Z][\w'’.-]{1,20} (?: [ ] [A-Z][\w'’.-]{0,20} ){1,2} ) [ ]
        (?: reports | has [ ] (?: more | details | the [ ] story ) | filed | takes [ ] a [ ] look | narrates ) \b""",
    re.VERBOSE,
)

# The sign-off of VOA radio texts, a line at the very end.
# yes: "Anna Example, VOA News, Riga."  "Anna Example for VOA News, Riga"   no: "She told VOA News of it."
SIGN_OFF = re.compile(
    r"""(?P<name> [A-Z][\w'’.-]{1,20} (?: [ ] [A-Z][\w'’.-]{0,20} ){1,3} ) ,? [ ]
        (?: for [ ] )? VOA [ ] News \b [^.!?]{0,60} [.]?""",
    re.VERBOSE,
)

# A dateline alone on a line: place in capitals or capitalised words, perhaps an agency, and a dash that leads nowhere.
# yes: "AUBURN, Wash. —"  "MOSCOW —"  "Washington/Belgrade; 3 May 1999 (RFE/RL) --"   no: "He paused —" (small words)
DATELINE = re.compile(
    r"""(?P<place> [A-Z][\w'’./;-]{0,30}
            (?: ,? [ ] (?: [A-Z][\w'’./;-]{0,30} | \d{1,2} | \d{4} | \([\w/ ]{2,20}\) ) ){0,8} )
        [ ]? (?: — | – | -- | - )""",
    re.VERBOSE,
)

# The same before a paragraph's first words.
# yes: "Moscow, 26 January 1999 (RFE/RL) -- The talks"  "RIGA, Latvia (AP) — The"
# no: "Talks in Riga — the third round — failed."  "Putin - the president - left."
INLINE_DATELINE = re.compile(
    r"""(?P<place> [A-Z][\w'’./-]{1,30} (?: [ ] [A-Z][\w'’./-]{1,30} ){0,2}
            (?: [,;] [ ] [A-Z][\w'’. -]{1,30}? )? )
        (?: [,;]? [ ] (?P<day> \d{1,2} [ ] [A-Z][a-z]{2,8} [ ] \d{4} ) )?
        (?: [ ] \( (?P<agency> AP | AFP | Reuters | RFE/RL | VOA | UPI | TASS | Xinhua ) \) )?
        [ ] (?: -- | — | – | - ) [ ]""",
    re.VERBOSE,
)


# What parts the names in a byline. yes: "Anna Example and Ben Sample, Reuters"   no: "Anders Andersen"
PARTS = re.compile(
    r"""[ ]? [,;|&、，،・•] [ ]?
      | [ ] (?: and | und | et | y | e | og | och | en | i | и | та | й | ve | و | [-–—/] ) [ ]""",
    re.VERBOSE,
)
# What stands about a name: "By" before it, the place, office or body after it.
# yes: "By "  " in Riga"  " for VOA News"  "記者"   no: "Inga"
OF_A_NAME = re.compile(
    r"""^ (?: by | von | par | por | di | da | door | av | af | автор | text | story [ ] by | written [ ] by
          | edited [ ] by | reported [ ] by | reporting [ ] by | 文 | 记者 | 記者 | بقلم | كتب ) [ :：]{1,3}
      | [ ] (?: in | at | for | of | from | aus | für | à | en | в ) [ ] .{1,60} $
      | [ ]? (?: 記者 | 记者 | 기자 | 特派員 ) $ | [ ]? \( .{0,60} \) $""",
    re.IGNORECASE | re.VERBOSE,
)
PARTICLES = frozenset(table("bylines")["name"]["particles"])
NO_PERSON = frozenset(table("bylines")["no_person"]["words"])
"""Words of a byline that name no person."""
NOBODY = frozenset(map(key, table("bylines")["nobody"]["names"]))
"""Bylines that are an account's name or a gap in a form, and tell nobody's name."""
LONGEST_BYLINE = 300
# Names of what is signed by somebody else. yes: "comment-author"  "related-authors"   no: "article-author"
COMMENTER = re.compile(r"comment|related|sidebar|widget|popular|bio|avatar|image|photo|caption", re.IGNORECASE)


def byline_of(page: Markup) -> str | None:
    """Whom the page names as its author: in its fields, unless these name no person and its text names one."""
    stated = page.meta.authors()
    if people_of(stated):
        return stated
    return visible_byline(page) or (stated if stated and key(stated) not in NOBODY else None)


def visible_byline(page: Markup) -> str | None:
    """The byline that the page shows: an element called so, or said to be the author's, after the headline."""
    nobody = NOBODY | frozenset(map(key, page.meta.bodies))
    for element in page.left.kept(signed(page.root)):
        line = page.left.text(element)[:200]
        if line and key(line) not in nobody and not COMMENTER.search(words(element)):
            if named := byline_line(line):
                return _to_last_person(named, nobody)
            if people := people_of(line):
                return ", ".join(people)
    return None


def _to_last_person(named: str, nobody: frozenset[str]) -> str:
    """The names without the office, paper and place after them, where one of these is told in small letters."""
    people = [name for name in people_of(named) if key(name) not in nobody]
    end = named.find(people[-1]) + len(people[-1]) if people else len(named)
    return named[:end] if people and any(part.strip()[:1].islower() for part in named[end:].split(",")) else named


def byline_line(line: str) -> str | None:
    """The names in a line that is nothing but a byline."""
    found = BY.fullmatch(line) if len(line) <= 120 else None
    return found["names"].strip(" ,|-–—") if found else None


def people_of(byline: str | None) -> tuple[str, ...]:
    """The people in a byline, in order, without agencies, desks, offices and places."""
    parts = PARTS.split(byline[:LONGEST_BYLINE]) if byline else ()
    names = (OF_A_NAME.sub("", part).strip(" .,|-–—") for part in parts)
    return tuple(dict.fromkeys(name for name in names if _is_person(name)))


def _is_person(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or any(c.isdigit() or c in "@/:()" for c in name):
        return False
    if any(word.casefold().strip(".") in NO_PERSON for word in words):
        return False
    cased = [word for word in words if word[:1].isupper() or word.casefold() in PARTICLES]
    if any(word[:1].islower() or word[:1].isupper() for word in words):
        return len(words) >= 2 and len(cased) == len(words) and name != name.lower()
    return len(words) >= 2 or 2 <= len(name) <= 6  # scripts without case: two words, or a few characters


def announced(lines: tuple[str, ...]) -> str | None:
    """The reporter whom one of the story's first or last sentences announces ("VOA's … reports")."""
    for line in (*lines[:3], *lines[-1:]):
        if found := REPORTS.search(line):
            return found["name"]
    return None


def sign_off(line: str) -> str | None:
    """The reporter's name in a closing line such as "…, VOA News, Moscow"."""
    found = SIGN_OFF.fullmatch(line) if len(line) <= 120 else None
    return found["name"] if found else None


def dateline_line(line: str) -> str | None:
    """The dateline that is all the line has, without its dash."""
    found = DATELINE.fullmatch(line) if len(line) <= 100 else None
    return found["place"] if found else None


def inline_dateline(paragraph: str) -> tuple[str | None, str | None]:
    """The place and the day in figures that a first paragraph begins with; the words stay in the story."""
    found = INLINE_DATELINE.match(paragraph[:160])
    if (
        not found
        or found["place"] == "FILE"
        or not (found["day"] or found["agency"] or found["place"].split(",")[0].isupper())
    ):
        return None, None
    return found["place"], found["day"]

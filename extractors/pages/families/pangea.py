"""Pangea, the system of VOA, RFE/RL, Polygraph and their language services (pages.md, section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from extractors.lexicon import table
from extractors.pages.body.closing import closing, settled
from extractors.pages.body.story import element_lines
from extractors.pages.boilerplate import BEFORE_TITLE, LABELS, key, keys, label_key
from extractors.pages.families import generic
from extractors.pages.family import Family
from extractors.pages.head.agencies import agency_of
from extractors.pages.head.bylines import announced, dateline_line, sign_off
from extractors.pages.head.clues import address_clue, line_clue, ranked, title_clue
from extractors.pages.head.markup import Markup
from extractors.pages.head.opening import Rules, opening
from extractors.pages.page import Page
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.dump import Dump
from extractors.pages.source.left_out import leaving_out
from extractors.pages.source.lines import Lines
from extractors.pages.source.tree import Element, by_class, by_id, text

_STRIPPED, _MARKUP = table("pangea")["stripped"], table("pangea")["markup"]
LABEL, TICKER = key(_STRIPPED["label"]), key(_STRIPPED["ticker"])
HEAD = keys(BEFORE_TITLE)
TAIL = keys(tuple(_STRIPPED["tail"]))
PLAYER = keys(tuple(_STRIPPED["player"]))
NO_MEDIA = key(_STRIPPED["player"][0])
BUTTON = keys(LABELS) | PLAYER
# "Print" and the like stand in the dialogues before the title and in the share bar after it: no sign of either.
SKIP = keys(tuple(_STRIPPED["skip"]))
RULES = Rules((HEAD | SKIP) - BUTTON, BUTTON, keys(tuple(_STRIPPED["sections"])), captions=True)
EMBEDS = tuple(_MARKUP["embeds"])
"""In-body blocks that are no story."""
SIGNS = tuple(_MARKUP["signs"])
"""What the signs by which a tree is known are written with."""
HOSTS: tuple[tuple[str, list[str]], ...] = tuple(table("pangea")["hosts"].items())  # the narrower host first
# Agencies that a text names as its own. yes: "MOSCOW (RFE/RL) --", "VOA's Anna Example"   no: "Savoa"
OWN_NAME = re.compile(
    r"\b (?P<name> VOA | Voice \s of \s America | RFE/RL | Radio \s? Free \s? Europe/Radio \s? Liberty ) \b", re.VERBOSE
)
# The line over a Learning English glossary. yes: "_____________"   no: "__"
RULE = re.compile(r"[_\s]{5,120}")
# A Learning English presenter's goodbye. yes: "I'm Anna Example."  "And I'm Ben Sample."
GOODBYE = re.compile(r"(?:And\s)?I['’]m\s[A-Z][\w.'’ -]{1,50}\.")
# Learning English credits. yes: "Anna Example wrote this story for VOA Learning English. Ben Sample was the editor."
CREDIT = re.compile(
    r".{2,120}\b(?:wrote|adapted|reported|produced) (?:this|it|the) .{0,80}\b(?:Learning English|VOA)\b.{0,200}"
)
_HEAD_LINES = 40
_SIGNS_NEEDED = 2


def read_html(page: Markup) -> Page | None:
    """The page as Pangea lays it out; as any other page where its content box is missing or empty."""
    if not _is_pangea(page):
        return None
    datelines = [text(element) for element in by_class(page.root, "dateline")]
    section = next((text(link) for box in by_class(page.root, "category") for link in box.iter("a")), None)
    byline = _listed_byline(page) or page.meta.utag.get("byline") or None
    page = _without_embeds(page)
    found = generic.read_html(page, _content(page))
    story, names = _tail(found.lines)
    lines = story.texts
    dateline = next((dateline_line(line) or line for line in datelines if line), None)
    return replace(
        found,
        lines=story,
        byline=_byline(byline or found.byline, lines, names),
        agency=agency_of(lines, byline or found.byline),
        dateline=dateline or found.dateline,
        section=section or found.section,
        publication=_publication(page.url or page.meta.canonical, found.publication, lines),
    )


def _is_pangea(page: Markup) -> bool:
    """Whether the tree is Pangea's: by its content box, its probes, its utag_data, its stylesheets; two of these."""
    if sum(word in page.source for word in SIGNS) < _SIGNS_NEEDED:  # a hundred times cheaper than the tree
        return False
    article = by_id(page.root, "article-content")
    signs = (
        article is not None and bool(by_class(article, "wsw")),
        bool(by_class(page.root, "responsive-indicator")),
        bool(page.meta.utag.get("pub_year")),
        any("/Content/responsive/" in link.get("href", "") for link in page.root.iter("link")),
        bool(by_class(page.root, "pg-title", "print-lay-article", "pg-article")),
    )
    return sum(signs) >= _SIGNS_NEEDED


def read_dump(page: Dump) -> Page | None:
    """The page as its lines tell: labels, section, title, date, byline, caption, dateline, story, rails, probes."""
    if not _is_pangea_dump(page):
        return None
    found = opening(page.story, RULES)
    story, names = _tail(found.lines)
    lines = story.texts
    title, day = title_clue(found.title)
    place, clue = generic.first_dateline(lines)
    return Page(
        lines=story,
        title=title,
        byline=_byline(found.byline, lines, names),
        dateline=found.dateline or place,
        agency=agency_of(lines, found.byline),
        section=found.section,
        publication=_publication(page.url, None, page.lines),
        clues=ranked(day, clue, address_clue(page.url), *map(line_clue, found.stated)),
    )


def _is_pangea_dump(page: Dump) -> bool:
    """Whether the lines are a Pangea page's: labels of its head, probes at its end, a player's lines; two of these."""
    names = [label_key(line) for line in page.lines]
    head = frozenset(names[:_HEAD_LINES])
    if "accessibility help" in head:  # BBC pages have "Accessibility links" too
        return False
    signs = (
        LABEL in head or bool((HEAD - {LABEL, TICKER}) & head),
        len(HEAD & head) >= 2,
        names[-len(_STRIPPED["tail"]) :] == [key(line) for line in _STRIPPED["tail"]],
        NO_MEDIA in names,
        bool({"skip to main content", "skip to main navigation", "skip to search"} & head),
        any(OWN_NAME.search(line) for line in page.lines),
    )
    return sum(signs) >= _SIGNS_NEEDED


def _without_embeds(page: Markup) -> Markup:
    """The page with what is set into its text boxes left out."""
    embeds = [each for box in _boxes(page) for each in by_class(box, *EMBEDS) if each is not box]
    return replace(page, left=leaving_out(page.left, lambda left: ((each, Reason.EMBED) for each in embeds)))


def _boxes(page: Markup) -> list[Element]:
    article = by_id(page.root, "article-content")
    return [] if article is None else by_class(article, "wsw")


def _content(page: Markup) -> Lines | None:
    """The lines of the longest text box in the article; the first can be the quoted claim of a fact check."""
    found = (element_lines(box, page) for box in page.left.kept(_boxes(page)))
    longest = max(found, key=lambda lines: sum(map(len, lines.texts)), default=None)
    return longest if longest and longest.kept else None


def _tail(lines: Lines) -> tuple[Lines, str | None]:
    """The story without glossary, credits, goodbye and sign-off at its end, and the name in the sign-off."""
    cut = next((at for at, line in enumerate(lines.kept) if at and _opens_glossary(line.text)), len(lines.kept))
    lines = settled(lines.up_to(cut, Reason.GLOSSARY), TAIL | PLAYER, BUTTON)
    name = None
    while len(lines.kept) > 1 and ((signed := sign_off(lines.kept[-1].text)) or _is_farewell(lines.kept[-1].text)):
        name = signed or name
        lines = closing(lines.up_to(len(lines.kept) - 1, Reason.SIGN_OFF), TAIL | PLAYER)
    return lines, name


def _opens_glossary(line: str) -> bool:
    return RULE.fullmatch(line) is not None or key(line) == "words in this story"


def _is_farewell(line: str) -> bool:
    return GOODBYE.fullmatch(line) is not None or CREDIT.fullmatch(line) is not None


def _byline(stated: str | None, lines: tuple[str, ...], signed: str | None) -> str | None:
    """The reporter: as stated, unless that is only the station; as announced; as signed."""
    own = stated is None or OWN_NAME.fullmatch(stated.strip()) is not None or stated.strip() in ("VOA News", "RFE/RL")
    return (announced(lines) or signed or stated) if own else stated


def _listed_byline(page: Markup) -> str | None:
    names = [
        text(link) for box in by_class(page.root, "publishing-details") for link in by_class(box, "links__item-link")
    ]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _publication(url: str | None, site: str | None, lines: tuple[str, ...]) -> str | None:
    """The station: by host, else by the site's own name, else by the name that the text gives itself."""
    host = _host(url)
    if named := next((name for name, hosts in HOSTS for each in hosts if host and _under(host, each)), None):
        return named
    return next(_named((site,) if site else lines), site)


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url and "//" in url[:10] else None
    except ValueError:  # "Invalid IPv6 URL" and the like
        return None


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _named(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        if found := OWN_NAME.search(line):
            yield "VOA News" if found["name"].startswith("V") else "Radio Free Europe/Radio Liberty"


FAMILY = Family(read_html, read_dump, turn=30)

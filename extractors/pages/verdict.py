"""What a page is, judged before its text is used: an article, or what servers give in place of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from extractors.lexicon import table as lexicon
from extractors.model import Verdict
from extractors.pages.boilerplate import DENSE_WEIGHT, is_dense, is_prose, key, keys
from extractors.pages.page import Page
from extractors.pages.surroundings import MIN_PICTURES, Around

SHORT_BODY = 600
"""Characters of text under which a page's own words about itself can be all that it says."""

# Titles and only lines of pages that answer 200 and have nothing.
# yes: "Page not found - Example News"  "404"  "Sorry, this page is no longer available"   no: "404 soldiers return"
NOT_FOUND = re.compile(
    r"""(?: (?: (?: error | fehler | erreur | errore | erro | ошибка | błąd | hata | fel ) \s )? 404
            (?: \s (?: error | not \s found | page ) \b .{0,100} | \s? [-–—|:] .{0,100} )?
        | (?: sorry ,? \s | oops [!.,]? \s )? (?: (?: the | this ) \s )? (?: page | article | story ) \b .{0,40}
          \b (?: not \s found | no \s longer \s (?: available | exists ) | does \s? n[o'’]t \s exist
               | cannot \s be \s found | can['’]t \s be \s found ) .{0,100}
        | not \s found (?: \s? [-–—|:] .{0,100} )? )""",
    re.IGNORECASE | re.VERBOSE,
)
# yes: "Just a moment..."  "Attention Required! | Cloudflare"  "Checking your browser before accessing"
# no: "A moment just before the vote"
CHALLENGE = re.compile(
    r"""\b (?: just \s a \s moment\.\.\. | attention \s required!
        | checking \s (?: your | if \s the \s site ) .{0,40} (?: browser | secure )
        | verify (?:ing)? \s (?: that \s )? you \s are \s (?: a \s )? (?: human | not \s a \s robot )
        | are \s you \s a \s robot | enable \s javascript \s and \s cookies \s to \s continue
        | access \s (?: to \s this \s page \s has \s been \s )? denied
        | complete \s the \s (?: security \s check | captcha ) | unusual \s traffic \s from \s your )""",
    re.IGNORECASE | re.VERBOSE,
)
# yes: "Before you continue to Example"  "We value your privacy"   no: "The law on privacy"
CONSENT = re.compile(
    r"""\b (?: before \s you \s continue \b | we \s (?: value | care \s about ) \s your \s privacy
        | your \s privacy \s (?: choices | matters ) | accept \s (?: all \s )? cookies
        | consent \s to \s (?: the \s use \s of \s )? cookies
        | manage \s (?: your \s )? (?: cookie | consent | privacy ) )""",
    re.IGNORECASE | re.VERBOSE,
)
# yes: "Subscribe to continue reading"  "This article is for subscribers only"   no: "Subscribers of the gas utility"
PAYWALL = re.compile(
    r"""\b (?: (?: subscribe | register | sign \s in | log \s in ) \s (?: now \s )? to \s
            (?: continue | keep | read \s the \s (?: full | rest ) )
        | (?: for | available \s to ) \s (?: paid \s | our \s )? subscribers \s only )""",
    re.IGNORECASE | re.VERBOSE,
)
# The end of a text that goes on elsewhere.
# yes: "… agreed on Monday ... MORE"  "[Read more]"   no: "They want more"
CONTINUED = re.compile(
    r"""(?: (?: \.{3} | … | \[ (?: … | \.{3} ) \] ) \s? \(? (?: MORE | more | Read \s [Mm]ore ) \)?
        | [\[(]? Read \s (?: [Mm]ore | full \s story ) [\])]? \s? (?: [»>→…] | \.{3} )? ) $""",
    re.VERBOSE,
)
# A page that is nothing but the number of an error, or that and its name.
# yes: "error code: 1020"  "Error 503 Backend fetch failed"  "502 Bad Gateway"   no: "404 soldiers return"
ERROR_CODE = re.compile(
    r"""(?: (?: http \s )? (?: error | fehler | erreur | errore | erro | ошибка | błąd | hata | fel ) (?: \s code )?
            \s? [:#]? \s? (?P<code> [45]\d\d | 1\d{3} ) \b .{0,60}
        | [45]\d\d \s (?: bad \s gateway | service \s .{0,12} unavailable | gateway \s time-?out | forbidden
            | internal \s server \s error | bad \s request | unauthorized | too \s many \s requests ) .{0,40} )""",
    re.IGNORECASE | re.VERBOSE,
)
# What parts a title from the site's name. yes: "404 | Example"   no: "Denied: the story"
TITLE_PARTS = re.compile(r" \s [|–—-] \s", re.VERBOSE)
MANY_HEADLINES = 5
MANY_CARDS = 8
MANY_LINES = 8
CARD_LENGTH = 250
"""Characters of text for each linked heading under which a page is made of teasers."""
INDEX_TITLES = keys(tuple(lexicon("verdicts")["index"]["titles"]))
PHRASES = {
    kind: tuple(lexicon("verdicts")[kind.value]["phrases"])
    for kind in (Verdict.SOFT_404, Verdict.CHALLENGE, Verdict.CONSENT, Verdict.PAYWALL, Verdict.TEASER)
}
SERVER_ERRORS = tuple(lexicon("verdicts")["server-error"]["phrases"])
ANSWERS = frozenset(map(str.casefold, lexicon("verdicts")["server-error"]["answers"]))
MOST_OF_AN_ERROR = 400
"""Characters of text that a server's words about its own failure have at most."""
MOST_SHOWN, ALONE = 60, 1
BRIEF = 2
"""Paragraphs of prose that are a story, though a short one."""
LOOK_UNDER = 1500
"""Characters of story under which the rest of the page is asked what it is."""
CUT_UNDER = 1200
MEDIA_UNDER = 450
MOST_OF_A_WALL = 12
_AROUND_LABEL = " .…»›>→[]()"
_TAIL = 40
_CUT_ENDS = ("…", "...", "[…]", "[...]")


def judged(page: Page, look: Callable[[], Around] | None = None, declared: bool = True) -> Page:
    """The page with its verdict and, where it is no article, the reason in words.

    `look` gives what stands around the story: asked for where the story is short, or where the page does not declare
    itself an article.
    """
    text = " ".join(page.paragraphs)
    seen = look() if look and (not declared or _weight(text) < LOOK_UNDER) else None
    # Of a stripped page every line may have been a link.
    headlines = len(page.paragraphs) if look is None else 0 if seen is None or seen.declared else seen.headlines
    failed = None if declared and look else _server_error(page, text, seen)
    verdict, reason = failed or _verdict(page, text, seen) or _list_or_article(page.paragraphs, headlines)
    return replace(page, verdict=verdict, reason=reason)


def _weight(text: str) -> int:
    """The length of the text, as if it were in a script of letters."""
    return len(text) * (DENSE_WEIGHT if is_dense(text[:2000]) else 1)


def _verdict(page: Page, text: str, seen: Around | None) -> tuple[Verdict, str | None] | None:
    """What the page is, if it is no article, by its words and what stands around them."""
    title, paragraphs = page.title or "", page.paragraphs
    short = _weight(text) < SHORT_BODY
    return (
        (_says(title, paragraphs) if short else None)
        or (_nothing(title, seen) if not text else None)
        or _privacy_text(paragraphs)
        or (_gate(paragraphs, text, seen) if seen else None)
        or _index(title, paragraphs, text, seen)
        or (_media(text, seen) if seen else None)
        or (_teaser(paragraphs, seen) if short else None)
    )


def _says(title: str, paragraphs: tuple[str, ...]) -> tuple[Verdict, str] | None:
    """What a short page says of itself, in its title or a line of its own."""
    if NOT_FOUND.fullmatch(title) or (not title and len(paragraphs) <= 2 and any(map(NOT_FOUND.fullmatch, paragraphs))):
        return Verdict.SOFT_404, f"title {title!r}, no body" if title else f"nothing but {paragraphs[0]!r}"
    for verdict, pattern in ((Verdict.CHALLENGE, CHALLENGE), (Verdict.CONSENT, CONSENT), (Verdict.PAYWALL, PAYWALL)):
        for line, share in _weighed(title, paragraphs):
            if (found := pattern.search(line)) and len(found[0]) * share > len(line):
                return verdict, f"says {found[0]!r}"
    for verdict in (Verdict.SOFT_404, Verdict.CHALLENGE, Verdict.CONSENT, Verdict.PAYWALL):
        for line, share in _weighed(title, paragraphs[:6]):
            if phrase := _phrase(verdict, line, share):
                return verdict, f"says {phrase!r}"
    return None


def _server_error(page: Page, text: str, seen: Around | None) -> tuple[Verdict, str] | None:
    """A server's or proxy's words about its own failure, or its answer to a machine, in place of a page."""
    if _weight(text) > MOST_OF_AN_ERROR:
        return None
    parts = [part for part in (*TITLE_PARTS.split(page.title or ""), *page.paragraphs[:6]) if part]
    alone = seen is None or len(seen.lines) <= ALONE
    if alone and (text or page.title or "").casefold() in ANSWERS:
        return Verdict.SOFT_404, f"nothing but {text or page.title!r}"
    for part in parts[:3]:
        if found := ERROR_CODE.fullmatch(part):
            refused = (found["code"] or "").startswith("1")  # a proxy's own codes: it refuses whoever asks
            return Verdict.CHALLENGE if refused else Verdict.SOFT_404, f"says {part!r}"
    prose = sum(map(is_prose, page.paragraphs))
    shown = seen.lines[:MOST_SHOWN] if seen and not prose else ()
    for line, share in _weighed(page.title or "", (*page.paragraphs[:6], *shown)) if prose < BRIEF else ():
        said = line.casefold().replace("’", "'")
        if phrase := next((each for each in SERVER_ERRORS if each in said and len(each) * share > len(said)), None):
            return Verdict.SOFT_404, f"says {phrase!r}"
    return None


def _weighed(title: str, paragraphs: tuple[str, ...]) -> list[tuple[str, int]]:
    """The parts of the title and the paragraphs, and how many times as long as a telling phrase each may be."""
    return [*((part, 2) for part in TITLE_PARTS.split(title)), *((line, 4) for line in paragraphs)]


def _phrase(verdict: Verdict, line: str, share: int = 4) -> str | None:
    """The telling phrase that makes up a good part of the line."""
    said = line.casefold().replace("’", "'")
    return next((phrase for phrase in PHRASES[verdict] if len(phrase) * share > len(said) and phrase in said), None)


def _anywhere(verdict: Verdict, lines: tuple[str, ...]) -> str | None:
    """The telling phrase of the first line that has one; asked of the whole page first, which most often has none."""
    page = "\n".join(lines).casefold().replace("’", "'")
    if not any(phrase in page for phrase in PHRASES[verdict]):
        return None
    return next((phrase for line in lines if (phrase := _phrase(verdict, line))), None)


def _nothing(title: str, seen: Around | None) -> tuple[Verdict, str]:
    """What a page without a story is, by what it shows besides."""
    for verdict in (Verdict.SOFT_404, Verdict.CHALLENGE, Verdict.PAYWALL, Verdict.CONSENT):
        if phrase := _anywhere(verdict, seen.lines if seen else ()):
            return verdict, f"no story, and says {phrase!r}"
    if seen and seen.headlines >= MANY_HEADLINES:
        return Verdict.INDEX, f"{seen.headlines} links to other pages and no story"
    if seen and (seen.media or seen.players or seen.pictures >= MIN_PICTURES):
        return Verdict.EMPTY, f"{seen.media or 'pictures or a player'} and no text of a story"
    return Verdict.EMPTY, f"no text of a story{f', title {title!r}' if title else ''}"


def _privacy_text(paragraphs: tuple[str, ...]) -> tuple[Verdict, str] | None:
    """A consent wall can be long: then most of what it says is of cookies and partners."""
    if len(paragraphs) > MOST_OF_A_WALL:
        return None
    saying = sum(any(p in said for p in PHRASES[Verdict.CONSENT]) for said in map(str.casefold, paragraphs))
    if saying >= 2 and saying * 2 >= len(paragraphs):
        return Verdict.CONSENT, f"{saying} of {len(paragraphs)} paragraphs ask for consent"
    return None


def _gate(paragraphs: tuple[str, ...], text: str, seen: Around) -> tuple[Verdict, str] | None:
    """A paywall behind a story that is short for one: by what the page says, or declares and shows."""
    weight = _weight(text)
    if weight < LOOK_UNDER and (phrase := _anywhere(Verdict.PAYWALL, seen.lines)):
        return Verdict.PAYWALL, f"{len(text)} characters, and the page says {phrase!r}"
    cut = bool(paragraphs) and paragraphs[-1].endswith(_CUT_ENDS)
    if seen.free is False and (weight < CUT_UNDER or (cut and weight < 2 * CUT_UNDER)):
        return Verdict.PAYWALL, f"{len(text)} characters of an article that is not free"
    return None


def _index(title: str, paragraphs: tuple[str, ...], text: str, seen: Around | None) -> tuple[Verdict, str] | None:
    continued = [line for line in paragraphs if CONTINUED.search(line[-_TAIL:])]
    if key(title) in INDEX_TITLES:
        return Verdict.INDEX, f"title {title!r}"
    if len(continued) >= 3:
        return Verdict.INDEX, f"{len(continued)} teasers that end in a link to more"
    if seen is None or seen.declared:
        return None
    if seen.front and seen.headlines >= MANY_HEADLINES:
        return Verdict.INDEX, f"the front page's address and {seen.headlines} links to other pages"
    if seen.cards >= MANY_CARDS and _weight(text) < CARD_LENGTH * seen.cards:
        return Verdict.INDEX, f"{seen.cards} linked headings over {len(text)} characters"
    return None


def _media(text: str, seen: Around) -> tuple[Verdict, str] | None:
    """A gallery or player with a caption for a text."""
    shows = seen.players or seen.pictures >= MIN_PICTURES
    if seen.media and shows and _weight(text) < MEDIA_UNDER:
        return Verdict.TEASER, f"a page of kind {seen.media!r} with {len(text)} characters"
    return None


def _teaser(paragraphs: tuple[str, ...], seen: Around | None) -> tuple[Verdict, str] | None:
    """A beginning that goes on elsewhere."""
    continued = [line for line in paragraphs if CONTINUED.search(line[-_TAIL:])]
    if len(paragraphs) > 2:
        return None
    if continued:
        return Verdict.TEASER, f"ends {continued[-1][-12:]!r}"
    cut = bool(paragraphs) and (paragraphs[-1].endswith(_CUT_ENDS) or not is_prose(paragraphs[-1]))
    for line in seen.lines if seen and cut else ():
        if phrase := next((p for p in PHRASES[Verdict.TEASER] if line.casefold().strip(_AROUND_LABEL) == p), None):
            return Verdict.TEASER, f"ends {paragraphs[-1][-12:]!r}, and {phrase!r} follows"
    return None


def _list_or_article(paragraphs: tuple[str, ...], headlines: int) -> tuple[Verdict, str | None]:
    """Many lines and next to no prose among them are a menu or a list of headlines, if the page has as many links."""
    prose = sum(map(is_prose, paragraphs))
    if len(paragraphs) >= MANY_LINES and headlines >= 0.7 * len(paragraphs) and prose * 8 < len(paragraphs):
        return Verdict.INDEX, f"{len(paragraphs)} lines, {prose} of them prose"
    return Verdict.ARTICLE, None

"""What a page is, judged before its text is used: an article, or what servers give in place of one."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.boilerplate import is_prose, key, keys
from extractors.model import Verdict
from extractors.pages.page import Page

SHORT_BODY = 600
"""Characters of text under which a page's own words about itself can be all that it says."""

# Titles and only lines of pages that answer 200 and have nothing.
# yes: "Page not found - Example News"  "404"  "Sorry, this page is no longer available"   no: "404 soldiers return"
NOT_FOUND = re.compile(
    r"""(?: (?: error \s )? 404 (?: \s (?: error | not \s found | page ) \b .{0,100} | \s? [-–—|:] .{0,100} )?
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
        | (?: for | available \s to ) \s (?: paid \s | our \s )? subscribers \s only
        | already \s a \s subscriber\? )""",
    re.IGNORECASE | re.VERBOSE,
)
# The end of a text that goes on elsewhere.
# yes: "… agreed on Monday ... MORE"  "[Read more]"   no: "They want more"
CONTINUED = re.compile(
    r"""(?: (?: \.{3} | … | \[ (?: … | \.{3} ) \] ) \s? \(? (?: MORE | more | Read \s [Mm]ore ) \)?
        | [\[(]? Read \s (?: [Mm]ore | full \s story ) [\])]? \s? (?: [»>→…] | \.{3} )? ) $""",
    re.VERBOSE,
)
MANY_HEADLINES = 5
INDEX_TITLES = keys(("Latest Monitor Articles", "Latest articles", "Latest news", "Archive", "Archives"))
_TAIL = 40


def judged(page: Page, headlines: int = 0) -> Page:
    """The page with its verdict and, where it is no article, the reason in words; `headlines` are links to others."""
    text = " ".join(page.paragraphs)
    verdict, reason = _verdict(page.title or "", page.paragraphs, text, headlines)
    return replace(page, verdict=verdict, reason=reason)


def _verdict(title: str, paragraphs: tuple[str, ...], text: str, headlines: int) -> tuple[Verdict, str | None]:
    short = len(text) < SHORT_BODY
    if short and (said := _says(title, paragraphs)):
        return said
    if not text and headlines >= MANY_HEADLINES:
        return Verdict.INDEX, f"{headlines} links to other pages and no story"
    if not text:
        return Verdict.EMPTY, f"no text of a story{f', title {title!r}' if title else ''}"
    continued = [line for line in paragraphs if CONTINUED.search(line[-_TAIL:])]
    if key(title) in INDEX_TITLES:
        return Verdict.INDEX, f"title {title!r}"
    if len(continued) >= 3:
        return Verdict.INDEX, f"{len(continued)} teasers that end in a link to more"
    if continued and len(paragraphs) <= 2 and short:
        return Verdict.TEASER, f"ends {continued[-1][-12:]!r}"
    return _list_or_article(paragraphs)


def _says(title: str, paragraphs: tuple[str, ...]) -> tuple[Verdict, str] | None:
    """What a short page says of itself, in its title or a line of its own."""
    if NOT_FOUND.fullmatch(title) or (not title and len(paragraphs) <= 2 and any(map(NOT_FOUND.fullmatch, paragraphs))):
        return Verdict.SOFT_404, f"title {title!r}, no body" if title else f"nothing but {paragraphs[0]!r}"
    for verdict, pattern in ((Verdict.CHALLENGE, CHALLENGE), (Verdict.CONSENT, CONSENT), (Verdict.PAYWALL, PAYWALL)):
        for line in (title, *paragraphs):
            if (found := pattern.search(line)) and (line == title or len(found[0]) * 4 > len(line)):
                return verdict, f"says {found[0]!r}"
    return None


def _list_or_article(paragraphs: tuple[str, ...]) -> tuple[Verdict, str | None]:
    """Many lines and next to no prose among them are a list of headlines or a menu."""
    prose = sum(map(is_prose, paragraphs))
    if len(paragraphs) >= 8 and prose * 8 < len(paragraphs):
        return Verdict.INDEX, f"{len(paragraphs)} lines, {prose} of them prose"
    return Verdict.ARTICLE, None

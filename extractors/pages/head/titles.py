"""The headline of a page: the h1 that its metadata confirms, else what the metadata says without the site's name.

Measured on three public page sets: right on .81 to .83 of the pages, where og:title alone is on .50 to .69 (pages.md,
section 6).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.pages.boilerplate import key
from extractors.pages.head.markup import Markup
from extractors.pages.source.tree import text

# The part of a <title> that names the site.
# yes: "Talks Resume | Example News"  "Talks Resume - VOA"   no: "US-Russian Talks"
SITE_SUFFIX = re.compile(r"(?P<title> .{8,300}? ) \s (?: [|»·•] | [-–—] | :: ) \s (?P<site> [^|»]{2,60} )", re.VERBOSE)
# The same before the title. yes: "Example News | Talks Resume"
SITE_PREFIX = re.compile(r"(?P<site> [^|»]{2,60}? ) \s (?: [|»·•] | [-–—] | :: ) \s (?P<title> .{8,300} )", re.VERBOSE)
DASHES = "-–—"
MIN_LABEL = 3
_MAX_SITE_WORDS = 5
MIN_WORDS = 3


def title_of(page: Markup) -> str | None:
    """The headline, None where the page has none."""
    meta = page.meta
    sites = {key(name) for name in (meta.first("og:site_name", "application-name"), *_suffixes(meta.title)) if name}
    stated = [t for t in (meta.first("og:title", "twitter:title"), meta.ld("headline"), meta.title) if t]
    headings = [heading for heading in page.headings if key(heading) not in sites]
    for heading in headings:
        name = key(heading)
        if name and any(_confirms(key(each), name) for each in stated):
            return heading
    for heading in page.other_headings:
        name = key(heading)
        if len(name.split()) >= MIN_WORDS and any(_parts(key(each), name) for each in stated):
            return heading
    host = _host(meta.canonical or page.url)
    cuts = (cut for each in stated if (cut := without_site(each, frozenset(sites), host)) and key(cut) not in sites)
    return next(cuts, None) or next(iter(headings), None) or _second_heading(page) or (stated[0] if stated else None)


def without_site(title: str, sites: frozenset[str], host: str) -> str:
    """The title without the site's name: what is after the last bar, or after a dash or before either where it is known
    for the site's, by its own word or by its host."""
    before = SITE_PREFIX.fullmatch(title)
    if before and key(before["site"]) in sites:
        return before["title"]
    found = SITE_SUFFIX.fullmatch(title)
    if not found or len(found["site"].split()) > _MAX_SITE_WORDS:
        return title
    cut, known = found["title"], _names_site(found["site"], sites, host)
    if not known and title[len(cut) :].strip()[:1] in DASHES:
        return title
    # "Talks Resume - World - Example News": the section goes with a name that is known to be the site's.
    again = SITE_SUFFIX.fullmatch(cut) if known and key(found["site"]) in sites else None
    return again["title"] if again and _short(again) else cut


def _names_site(name: str, sites: frozenset[str], host: str) -> bool:
    """Whether the name is the site's, as the site has it, in part or with more, or as its host has it."""
    said = key(name)
    if any(said == site or f" {said} " in f" {site} " or f" {site} " in f" {said} " for site in sites):
        return True
    letters = "".join(re.findall(r"[^\W_]", said))
    initials = "".join(word[0] for word in said.split())
    labels = [label for label in re.split(r"[.-]", host) if len(label) >= MIN_LABEL and label != "www"]
    return any(label in letters or letters in label or initials == label for label in labels) and bool(letters)


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").rpartition(".")[0]
    except ValueError:  # "Invalid IPv6 URL" and the like
        return ""


def _second_heading(page: Markup) -> str | None:
    """The first heading of the second order, where there is none of the first with words in it: one that is no link
    and stands in no menu."""
    if page.headings:
        return None
    for heading in page.left.kept(page.root.iter("h2")):
        said = text(heading)
        elsewhere = any(True for _ in (*heading.iter("a"), *heading.iterancestors("nav", "aside", "footer")))
        if len(key(said).split()) >= MIN_WORDS and not elsewhere:
            return said
    return None


def _short(found: re.Match[str]) -> bool:
    return len(found["site"].split()) <= 1


def _suffixes(title: str | None) -> list[str]:
    """What a <title> has after its last bar, which next to no headline has in it."""
    parts = re.split(r" [|»] ", title or "")
    return parts[1:][-1:] if len(parts) > 1 and len(parts[-1].split()) <= _MAX_SITE_WORDS else []


def _parts(stated: str, heading: str) -> bool:
    """Whether the stated title is the heading with a few words before or after it."""
    more = len(stated.split()) - len(heading.split())
    return 0 < more <= _MAX_SITE_WORDS and (stated.startswith(f"{heading} ") or stated.endswith(f" {heading}"))


def _confirms(stated: str, heading: str) -> bool:
    """Whether the stated title is the heading with the site's name before or after it, or the heading's beginning."""
    return stated.startswith(heading) or stated.endswith(heading) or (bool(stated) and heading.startswith(stated))

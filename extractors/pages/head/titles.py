"""The headline of a page: the h1 that its metadata confirms, else what the metadata says without the site's name.

Measured on three public page sets: right on .81 to .83 of the pages, where og:title alone is on .50 to .69 (pages.md,
section 6).
"""

from __future__ import annotations

import re

from extractors.pages.boilerplate import key
from extractors.pages.head.markup import Markup

# The part of a <title> that names the site.
# yes: "Talks Resume | Example News"  "Talks Resume - VOA"   no: "US-Russian Talks"
SITE_SUFFIX = re.compile(r"(?P<title> .{8,300}? ) \s (?: [|»·•] | [-–—] | :: ) \s (?P<site> [^|»]{2,60} )", re.VERBOSE)
# The same before the title. yes: "Example News | Talks Resume"
SITE_PREFIX = re.compile(r"(?P<site> [^|»]{2,60}? ) \s (?: [|»·•] | [-–—] | :: ) \s (?P<title> .{8,300} )", re.VERBOSE)
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
    return next((cut for each in stated if (cut := without_site(each, sites))), None) or next(iter(headings), None)


def without_site(title: str, sites: set[str] | None = None) -> str:
    """The title without the site's name: what is after the last bar or dash, or before the first where it is known."""
    before = SITE_PREFIX.fullmatch(title)
    if before and key(before["site"]) in (sites or ()):
        return before["title"]
    found = SITE_SUFFIX.fullmatch(title)
    if not found or len(found["site"].split()) > _MAX_SITE_WORDS:
        return title
    cut = found["title"]
    known = key(found["site"]) in (sites or ())
    # "Talks Resume - World - Example News": the section goes with a name that is known to be the site's.
    return without_site(cut, set()) if known and (again := SITE_SUFFIX.fullmatch(cut)) and _short(again) else cut


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

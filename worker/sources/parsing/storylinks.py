"""Which links of an index page lead to stories: rules over address and words, for sites that nobody described."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

# Parts of a path that stand in front of lists and services, never of stories.
_LISTS = """
    about account advertise author authors careers category contact contact-us cookies faq feed feeds
    help imprint jobs login newsletter newsletters page podcast podcasts privacy profile register rss
    search section shop signin sitemap staff subscribe tag tags terms topic topics user video videos
"""
NO_STORY = frozenset(_LISTS.split())
FILE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|pdf|mp[34]|zip|xml|rss|json|css|js|docx?)$", re.IGNORECASE)
# yes: "/2024/05/01/"  "/2024-05-01-summit"  "/20240501/"   no: "/2024/"
DATED = re.compile(r"(?:19|20)\d\d[/-]?(?:0[1-9]|1[0-2])(?:[/-]?(?:0[1-9]|[12]\d|3[01]))?(?!\d)")
# A whole day in a path. yes: "/2024/05/01/x"  "/summit-20240501.html"   no: "/2024/05/x"  "/a-1202405019"
DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[/_-]?)(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<d>0?[1-9]|[12]\d|3[01])(?!\d)"
)
# A slug of words. yes: "leaders-meet-in-ankara"  "leaders_meet_again.html"   no: "world-news"
SLUG = re.compile(r"(?:[^\W_]+[-_]){3,40}[^\W_]+(?:\.\w{1,5})?")
# yes: "7412036.html"  "a-7412036"  "story123456"   no: "page-2"
NUMBERED = re.compile(r"(?:^|[^\d])\d{5,12}(?:\.\w{1,5})?$")
MIN_WORDS = 4
LONGEST_ADDRESS = 2_048


def base_of(soup: BeautifulSoup, address: str) -> str:
    """What the links of a page at this address are read against; a base that is longer than any address is none."""
    base = soup.select_one("base[href]")
    href = str(base["href"]) if base else ""
    try:
        return urljoin(address, href) if len(href) <= LONGEST_ADDRESS else address
    except ValueError:
        return address


def day_in(address: str) -> str:
    """The day in the path of an address, ISO 8601; "" where none stands there."""
    try:
        path = urlsplit(address[:LONGEST_ADDRESS]).path
    except ValueError:
        return ""
    for found in DAY.finditer(path):
        if found["sep"] or len(found[0]) == 8:  # 2024111 could be two days
            return f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}"
    return ""


def is_story_link(href: str, base: str, words: str) -> bool:
    """True for a link on the same site whose path carries two of: a date, a slug of words, a number, a headline."""
    if len(href) > LONGEST_ADDRESS:
        return False
    try:
        target, page = urlsplit(urljoin(base, href)), urlsplit(base)
    except ValueError:
        return False
    if target.scheme not in ("http", "https") or _site(target.hostname) != _site(page.hostname):
        return False
    parts = [part for part in target.path.split("/") if part]
    if not parts or FILE.search(parts[-1]) or NO_STORY & {part.lower() for part in parts}:
        return False
    signs = (
        bool(DATED.search(target.path)),
        bool(SLUG.fullmatch(parts[-1])) or (len(parts) > 1 and bool(SLUG.fullmatch(parts[-2]))),
        bool(NUMBERED.search(parts[-1])),
        len(words.split()) >= MIN_WORDS,
    )
    return sum(signs) >= 2


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.")

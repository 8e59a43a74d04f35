"""A page as HTML: its tree and what it says of itself. What a family is given to read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from extractors.boilerplate import key
from extractors.decode import fold
from extractors.pages.clues import address_clue, field_clue, line_clue, ranked, title_clue
from extractors.pages.metadata import Metadata, metadata
from extractors.pages.page import DateClue
from extractors.pages.tree import UNSEEN, Element, content, drop, parse, text

# The part of a <title> that names the site.
# yes: "Talks Resume | Example News"  "Talks Resume - VOA"   no: "US-Russian Talks"
SITE_SUFFIX = re.compile(r"(?P<title> .{8,300}? ) \s (?: [|»·•] | [-–—] | :: ) \s (?P<site> [^|»]{2,60} )", re.VERBOSE)

# Meta fields that hold the time of publication; never one of change (pages.md, section 6: wrong day on up to 51 %).
PUBLISHED = (
    *("article:published_time", "og:article:published_time", "datepublished", "article.published", "parsely-pub-date"),
    *("pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "date.issued", "dc.date.issued"),
    *("dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "sailthru.date", "cxenseparse:recs:publishtime"),
    *("citation_publication_date", "originalpublicationdate", "article_date_original", "bt:pubdate", "ptime", "date"),
)


@dataclass(frozen=True, slots=True)
class Markup:
    """The tree of a page without scripts and the like, its metadata and its address."""

    root: Element
    source: str
    meta: Metadata
    url: str | None
    headings: tuple[str, ...]
    headlines: int  # links that read like other pages' headlines


def markup(source: str, url: str | None) -> Markup | None:
    """The page that the source is, None where it has no element."""
    if (root := parse(source)) is None:
        return None
    meta = metadata(root, url)
    drop(root, *UNSEEN)
    headings = tuple(heading for element in root.iter("h1") if (heading := text(element)))
    return Markup(root, source, meta, url, headings, _headlines(root))


def _headlines(root: Element) -> int:
    """How many addresses are linked under the words of a headline, four at least."""
    return len({link.get("href", "") for link in root.iter("a") if len(content(link).split()) >= 4} - {""})


def title_of(page: Markup) -> str | None:
    """The headline: the h1 that the metadata confirms, else the metadata's without the site's name, else the h1."""
    stated = [t for t in (page.meta.first("og:title", "twitter:title"), page.meta.ld("headline"), page.meta.title) if t]
    for heading in page.headings:
        name = key(heading)
        if name and any(_confirms(key(each), name) for each in stated):
            return heading
    return next((cut for each in stated if (cut := without_site(each))), None) or next(iter(page.headings), None)


def _confirms(stated: str, heading: str) -> bool:
    """Whether the stated title is the heading with the site's name before or after it, or the heading's beginning."""
    return stated.startswith(heading) or stated.endswith(heading) or heading.startswith(stated)


def without_site(title: str) -> str:
    """The title without the site's name after the last bar or dash."""
    found = SITE_SUFFIX.fullmatch(title)
    return found["title"] if found and len(found["site"].split()) <= 5 else title


def clues_of(page: Markup, *more: DateClue | None) -> tuple[DateClue, ...]:
    """All dates that the page states, the best first; `more` are those that its family found."""
    published = page.meta.ld("datePublished")
    fields = [field_clue(value, f"meta {name}", "meta") for name in PUBLISHED if (value := page.meta.meta.get(name))]
    clues = ranked(
        field_clue(published, "json-ld datePublished") if published else None,
        *fields[:3],
        _utag_clue(page.meta.utag),
        *_time_clues(page.root),
        title_clue(page.meta.title)[1],
        address_clue(page.meta.canonical or page.url),
        address_clue(page.url),
        *more,
    )
    return clues or ranked(_visible_clue(page))


def _visible_clue(page: Markup) -> DateClue | None:
    """The first element after the headline that holds nothing but a date; a header's date is that of the visit."""
    after = not page.headings
    for element in page.root.iter():
        after = after or element.tag == "h1"
        said = element.text
        if after and said and any(c.isdigit() for c in said[:200]) and (clue := line_clue(fold(said[:200]))):
            return clue
    return None


def _utag_clue(utag: Mapping[str, str]) -> DateClue | None:
    if not utag.get("pub_year"):
        return None
    parts = (utag["pub_year"], utag.get("pub_month", "").zfill(2), utag.get("pub_day", "").zfill(2))
    return field_clue("-".join(parts), "utag_data")


def _time_clues(root: Element) -> list[DateClue]:
    """<time> elements marked as published, else the first that has a day in it: later ones are other stories'."""
    times = [element for element in root.iter("time") if element.get("datetime", "")]
    marked = [t for t in times if "pubdate" in t.attrib or "datePublished" in t.get("itemprop", "")]
    found = (field_clue(element.get("datetime", ""), "time element") for element in (marked or times)[:5])
    return [clue for clue in found if clue][:1]

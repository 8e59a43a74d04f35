"""Pages that send their readers on by themselves: a `Refresh` header, or `<meta http-equiv="refresh">`, without delay.

Such a page is a redirect that the server could not make. One that waits is a page that is shown, and stays one.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

LOOKED_AT = 4_096
"""Bytes of a body in which the element is looked for; such pages hold little else."""
MOST_DELAY = 1.0
"""Seconds: who may read for longer is shown something."""

# The value, by the steps of WHATWG HTML ("shared declarative refresh"), bounded by the length of a header.
# yes: "0; url='/a'"  "0;URL=/a"  "0, /a"   no: "30; url=/a" (told by the delay)  "5"
VALUE = re.compile(
    r"""\s{0,9} (?P<delay>\d{0,6}(?:\.\d{0,6})?) \s{0,9} [;,\s] \s{0,9} (?: url \s{0,9} = \s{0,9} )?
        (?: "(?P<double>[^"]{1,2048}) | '(?P<single>[^']{1,2048}) | (?P<plain>[^"'\s][^\s]{0,2047}) )""",
    re.IGNORECASE | re.VERBOSE,
)


def refresh_of(value: str) -> str | None:
    """Where the value of a refresh leads at once; None where it waits or leads nowhere."""
    found = VALUE.match(value)
    if not found or float(found["delay"] or 0) > MOST_DELAY:
        return None
    return (found["double"] or found["single"] or found["plain"]).strip() or None


def refresh_in(body: bytes) -> str | None:
    """Where the page's meta element leads at once; None where it has none in its first bytes, or text beside it."""
    if len(body) > LOOKED_AT or b"refresh" not in body.lower():
        return None
    reader = _MetaReader()
    reader.feed(body.decode("utf-8", "replace"))
    return refresh_of(reader.value) if reader.value else None


class _MetaReader(HTMLParser):
    """Reads for the first refresh outside <noscript>, which readers with scripts are not sent by."""

    def __init__(self) -> None:
        super().__init__()
        self.value: str | None = None
        self.within = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within += tag == "noscript"
        fields = dict(attrs)
        is_refresh = tag == "meta" and (fields.get("http-equiv") or "").strip().lower() == "refresh"
        if is_refresh and not self.within and self.value is None:
            self.value = fields.get("content")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.within -= tag == "noscript" and self.within > 0

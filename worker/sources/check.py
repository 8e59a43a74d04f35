"""What one poll of an address would find now, whatever kind of source it is: nothing is stored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from worker.errors import NotAFeed, Reason, WireroomError
from worker.http.canonical import canonical
from worker.http.client import Fetcher, Response, check
from worker.sources import KINDS, address_of, guess, over_http
from worker.sources.catalogue import same_place
from worker.sources.kinds.listing import Listing
from worker.sources.parsing.document import kind_of
from worker.store.articles.entries import Entry
from worker.store.sources import Source

# What may be an address that lacks its scheme: not what ends as a file does, unless a host stands before it.
# yes: "x.example/feed"  "www.x.example"  "x.example/a.html"     no: "inbox"  "./a.html"  "a.html"  "a b.c/d"
WITHOUT_SCHEME = re.compile(
    r"(?![^/]*\.(?:html?|xml|json|txt|opml|toml|warc|gz|zip)$) [a-z0-9-]+(?:\.[a-z0-9-]+)+ (?::\d+)? (?:[/?].*)?",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
LEAST_LINKS = 5  # on a page that passes for a listing


@dataclass(frozen=True, slots=True)
class Checked:
    """The kind that the content shows, what was found, and the error where nothing could be; `known_as`: the names of
    the sources that list the same place already."""

    url: str
    kind: str | None = None
    address: str | None = None
    listing: Listing = field(default_factory=Listing)
    error: str | None = None
    known_as: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The line that `wireroom sources check --json` prints."""
        entries = [_entry(entry) for entry in self.listing.entries]
        return {
            "url": self.url,
            "kind": self.kind,
            "entries": entries,
            "left_out": self.listing.left_out,
            "why_left_out": dict(self.listing.why_left_out),
            "known_as": list(self.known_as),
            "error": self.error,
        }


@dataclass
class _Primed:
    """A client that has one answer already."""

    fetcher: Fetcher
    address: str
    answer: Response | None

    def get(self, address: str, *, local: bool = False, headers: Mapping[str, str] | None = None) -> Response:
        """The answer that is there, once, else a new one."""
        if self.answer is not None and address == self.address:
            answer, self.answer = self.answer, None
            return answer
        return self.fetcher.get(address, local=local, headers=headers)


def unfound(given: str, what: str) -> str:
    """What to say of a path that is not there: it may be meant as an address."""
    hint = f"; an address begins with its scheme: https://{given}" if WITHOUT_SCHEME.fullmatch(given) else ""
    return f"there is no such {what}{hint}"


def check_source(url: str, fetcher: Fetcher, *, local: bool, now: dt.datetime, known: Sequence[Source] = ()) -> Checked:
    """What is there; a failure is in `error`, by its reason. `known`: the sources that there are."""
    kind = None
    try:
        kind = guess(url)
        if kind and not url.startswith("file:") and not Path(url).expanduser().exists():
            return Checked(url, error=f"{Reason.NOT_FOUND}: {unfound(url, 'file or folder')}")
        if kind:
            address = address_of(kind, url)
            return Checked(url, kind, address, KINDS[kind](Source("check", kind, address, local=True), fetcher, now))
        address = canonical(over_http(url))
        answer = fetcher.get(address, local=local)
        check(answer, now=now)
        kind, listing = read_answer(answer, fetcher, local=local, now=now)
    except WireroomError as error:
        hint = "; --local says that this is meant" if error.reason == Reason.FORBIDDEN_ADDRESS else ""
        return Checked(url, kind, error=f"{error.reason}: {error.detail}{hint}")
    twins = {name for at in (address, answer.final_address) for name in same_place(Source("", kind, at), known)}
    return Checked(url, kind, answer.final_address, listing, known_as=tuple(sorted(twins)))


def read_answer(answer: Response, fetcher: Fetcher, *, local: bool, now: dt.datetime) -> tuple[str, Listing]:
    """The kind that the answer shows and what it lists; raises NotAFeed where it is no list."""
    kind = kind_of(answer.body, answer.header("Content-Type"))
    primed = _Primed(fetcher, answer.address, answer)
    listing = KINDS[kind](Source("check", kind, answer.address, local=local), primed, now)
    if kind == "listing" and len(listing.entries) < LEAST_LINKS:
        raise NotAFeed(answer.address, f"the answer is an HTML page with {len(listing.entries)} links to stories")
    return kind, listing


def _entry(entry: Entry) -> dict[str, Any]:
    published = entry.published_at.isoformat() if entry.published_at else entry.stated_date
    return {
        "id": entry.guid or entry.key,
        "link": None if entry.refused else entry.address,
        "title": entry.title,
        "published": published,
        "basis": entry.basis,
    }

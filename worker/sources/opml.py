"""OPML, the form in which feed readers hand lists of feeds on: read from strangers, written for them. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from worker.errors import Unreadable
from worker.sources.parsing.cleaning import storable
from worker.sources.parsing.document import text_of
from worker.sources.parsing.markup.xmltree import name_of, tree_of
from worker.store.sources import Source

LONGEST_NAME = 200
MAX_OUTLINES = 100_000
CATEGORY = "/wireroom/"  # before the kind of what is no feed; category is an attribute that OPML 2.0 lays down


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed, or another kind of source of ours, that an OPML file lists."""

    name: str
    address: str
    kind: str = "feed"


def read_opml(content: bytes, *, path: str, names: Iterable[str] = ()) -> list[Outline]:
    """Every outline with an address, in the file's order, names made unique among themselves and beside `names`; raises
    Unreadable where there is no OPML. Entities are not resolved."""
    text, no_text = text_of(content)
    tree = None if no_text else tree_of(text)
    if tree is None or name_of(tree) != "opml":
        raise Unreadable(path, "no OPML file: its first element is not <opml>")
    taken = set(names)
    numbers: dict[str, int] = {}
    return [replace(each, name=_free(each.name, taken, numbers)) for each in _outlines(tree)]


def write_opml(listed: Iterable[Source]) -> str:
    """The sources as OPML 2.0."""
    rows = "".join(f"    {_row(source)}\n" for source in listed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Wireroom sources</title></head>\n'
        f"  <body>\n{rows}  </body>\n</opml>\n"
    )


def _outlines(tree: Any) -> Iterator[Outline]:
    for place, element in enumerate(tree.iter()):
        if place > MAX_OUTLINES:
            return
        if name_of(element) != "outline":
            continue
        said = {str(name).lower(): " ".join(storable(str(value)).split()) for name, value in element.attrib.items()}
        address = _absolute(said.get("xmlurl", ""), said.get("htmlurl", ""))
        if not address:
            continue
        name = said.get("title") or said.get("text") or address
        kind = said.get("category", "").removeprefix(CATEGORY) if said.get("category", "").startswith(CATEGORY) else ""
        yield Outline(name[:LONGEST_NAME], address, kind or "feed")


def _absolute(address: str, site: str) -> str:
    """The feed's address, read against that of its site where it has no scheme of its own."""
    try:
        return urljoin(site, address) if address and site else address
    except ValueError:
        return address


def _free(name: str, taken: set[str], numbers: dict[str, int]) -> str:
    """The name, with the first number behind it that makes it the only one; `numbers`: the last that each stem got."""
    stem = name[: LONGEST_NAME - 8]
    free, number = name, numbers.get(stem, 1)
    while free in taken:
        number += 1
        free = f"{stem} {number}"
    numbers[stem] = number
    taken.add(free)
    return free


def _row(source: Source) -> str:
    name, address = html.escape(source.name), html.escape(source.address)
    kind = "" if source.kind == "feed" else f' category="{CATEGORY}{html.escape(source.kind)}"'
    return f'<outline type="rss" text="{name}" title="{name}" xmlUrl="{address}"{kind}/>'

"""JSON Feed (jsonfeed.org, versions 1 and 1.1): the items of its text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from worker.errors import NotAFeed
from worker.sources.parsing.item import MAX_ENTRIES, Item, plain

DATES = ("date_published", "date_modified")


def read_json_feed(text: str, address: str) -> tuple[list[Item], int]:
    """The items and the number of those beyond the limit; raises NotAFeed where the text is no JSON Feed."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(address, f"the answer is no JSON: {error}"[:300]) from error
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or not (_is_versioned(found) or all(isinstance(each, dict) for each in items)):
        raise NotAFeed(address, "the answer is JSON, but no JSON Feed")
    read = [_item(each) for each in items[:MAX_ENTRIES] if isinstance(each, dict)]
    return read, max(0, len(items) - MAX_ENTRIES)


def _is_versioned(found: Mapping[str, Any]) -> bool:
    return "jsonfeed.org/version" in str(found.get("version"))


def _item(found: Mapping[str, Any]) -> Item:
    """`url` is the story's own address; `external_url` is what a link log points to, used where there is no other."""
    return Item(
        link=_words(found, "url") or _words(found, "external_url"),
        guid=_words(found, "id"),
        title=plain(_words(found, "title")),
        dates=tuple((name, _words(found, name)) for name in DATES),
        rest=_words(found, "content_text") or _words(found, "content_html") or _words(found, "summary"),
    )


def _words(found: Mapping[str, Any], name: str) -> str:
    """A text; a number, which ids of many feeds are though they must not, in its plain form."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()

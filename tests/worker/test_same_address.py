"""One address under several names: told where sources are listed, and never a reason to refuse them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from worker.settings import Settings
from worker.sources.catalogue import read_catalogue, same_place
from worker.store.sources import Source

WIRE = Source("wire", "feed", "https://example.org/feed.xml")


@pytest.mark.parametrize("address", [
    "https://example.org/feed.xml", "http://example.org/feed.xml", "https://www.example.org/feed.xml/",
    "HTTPS://EXAMPLE.org:443/feed.xml?utm_source=x", "feed://example.org/feed.xml",
])  # fmt: skip
def test_the_same_place_is_known_again(address: str) -> None:
    """In whatever way it is written."""
    assert same_place(Source("again", "feed", address), [WIRE, replace(WIRE, name="third")]) == ("wire", "third")


@pytest.mark.parametrize("other", [
    WIRE, replace(WIRE, name="b", address="https://example.org/sport.xml"), replace(WIRE, name="b", kind="sitemap"),
    replace(WIRE, name="b", options={"links": "h2 a"}), replace(WIRE, name="b", address="https://example.org/feed.xml?a=1"),
])  # fmt: skip
def test_another_place_is_none(other: Source) -> None:
    """Nor is a source its own twin, nor one that reads the same page in another way."""
    assert same_place(WIRE, [other]) == ()


def test_a_catalogue_tells_of_twins(tmp_path: Path) -> None:
    """Both are taken, as their operator wrote them."""
    rows = {"one": "https://a.example/rss", "two": "feed:https://www.a.example/rss", "three": "https://b.example/rss"}
    text = "".join(f'[[source]]\nname = "{name}"\nkind = "feed"\naddress = "{at}"\n' for name, at in rows.items())
    (tmp_path / "sources.toml").write_text(text)
    with capture_logs() as logs:
        listed = read_catalogue(tmp_path / "sources.toml", Settings(data=tmp_path))
    assert [source.address for source in listed] == [
        "https://a.example/rss", "https://www.a.example/rss", "https://b.example/rss",
    ]  # fmt: skip
    assert [(each["event"], each["source"], each["known_as"]) for each in logs] == [
        ("catalogue.same_address", "two", "one")
    ]

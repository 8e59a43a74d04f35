"""Feeds as strangers write them, item by item: what one of them does wrong costs no other its story."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from worker.errors import NotAFeed
from worker.sources.kinds.feed import Feed, read_feed
from worker.sources.parsing.markup.feed_outline import outline_of
from worker.sources.parsing.markup.markup_tokens import MOST_ATTRIBUTES, Closed, Opened, Words, tokens

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
SERVED = "https://cdn.example/pub/wire.xml"
LONG = "word " * 200


def feed(text: str) -> Feed:
    return read_feed(text.encode(), address=SERVED, now=NOW)


def told(text: str) -> list[tuple[str | None, str]]:
    return [(entry.title, entry.address) for entry in feed(text).entries]


def rss(*items: str, channel: str = "") -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>Valley News</title>{channel}{listed}</channel></rss>"


def item(number: int, *between: str) -> str:
    return f"<title>Story {number}</title>{''.join(between)}<link>https://valley.example/{number}</link>"


def atom_entry(number: int, between: str) -> str:
    link = f"<link href='https://valley.example/{number}'/>"
    return f"<entry><title>Story {number}</title>{between}{link}<id>tag:{number}</id></entry>"


ALL = [(f"Story {number}", f"https://valley.example/{number}") for number in range(1, 4)]


@pytest.mark.parametrize(
    "body", ["<description/>", "<description />", "<content:encoded/>", "<description></description>"]
)
def test_a_body_that_ends_itself_swallows_no_story(body: str) -> None:
    """Each title keeps its own link, with bodies of any kind around."""
    assert told(rss(item(1, body), item(2, f"<description>{LONG}</description>"), item(3, body))) == ALL


@pytest.mark.parametrize("body", [
    "<summary/>", "<summary type='html' />",
    "<content src='https://valley.example/x' type='text/html'/>"])  # fmt: skip
def test_a_body_elsewhere_swallows_no_entry(body: str) -> None:
    """RFC 4287, 4.1.3: an entry's content may stand at another address."""
    entries = atom_entry(1, body), atom_entry(2, f"<content>{LONG}</content>"), atom_entry(3, body)
    assert told(f"<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(entries)}</feed>") == ALL


@pytest.mark.parametrize("words", [
    "<![CDATA[</description></item><item><title>No story</title>]]>", "<!-- </item><item> -->",
    "<p>a <b>bold<br> word</p><title>of a page</title>", "&lt;item&gt;", "<?php </item> ?>", "a < b and <3",
])  # fmt: skip
def test_what_a_body_holds_is_no_markup_of_the_feed(words: str) -> None:
    """Whatever it looks like."""
    body = f"<description>{words}{LONG}</description>"
    assert told(rss(item(1, body), item(2, body), item(3))) == ALL


@pytest.mark.parametrize("odd", [
    "<gml:pos>1 2</gml:pos>", "<georss:point>x</georss:point>",
    "<georss:where><gml:Point><gml:pos/></gml:Point></georss:where>",
    "<media:group><media:title>Picture</media:title><link>https://valley.example/x.jpg</link></media:group>",
    "<source url='https://other.example/'>Other</source>", "<author><link>https://valley.example/me</link></author>",
    "<image><link>https://valley.example/x</link><title>Logo</title></image>", "<media:thumbnail url='x'>",
    "<itunes:duration>x:y</itunes:duration><psc:chapters><psc:chapter start='-'/></psc:chapters>",
])  # fmt: skip
def test_what_nobody_reads_of_an_item_costs_nothing(odd: str) -> None:
    """Places, pictures and people beside a story, right or wrong, with their namespace declared or not."""
    named = ("xmlns:gml='http://www.opengis.net/gml' xmlns:georss='http://www.georss.org/georss' "
             "xmlns:media='http://search.yahoo.com/mrss/'")  # fmt: skip
    text = rss(item(1), item(2, odd), item(3))
    assert told(text) == ALL
    assert told(text.replace("<rss ", f"<rss {named} ")) == ALL


@pytest.mark.parametrize(
    "last", ["<title>Story 3", "<link>https://valley.example/3<title>Story 3</title>", "<i><b>" + item(3)]
)
def test_an_item_that_is_not_ended_ends_with_the_next(last: str) -> None:
    """Nor does it take the next one's title or link."""
    text = f"<rss><channel><item>{last}<item>{item(1)}<item>{item(2)}"
    assert told(text)[1:] == ALL[:2]
    assert told(text)[0][0] == "Story 3"


def test_names_have_their_namespaces_meaning() -> None:
    """Whatever prefix a document chooses, and only as far as it is declared."""
    text = (
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom' xmlns:d='http://purl.org/dc/elements/1.1/'><a:entry>"
        "<a:title>One</a:title><a:link href='https://valley.example/1'/><d:date>2024-05-01</d:date>"
        "<title xmlns='http://search.yahoo.com/mrss/'>Picture</title></a:entry></a:feed>"
    )
    (found,) = feed(text).entries
    assert (found.title, found.address, found.stated_date) == ("One", "https://valley.example/1", "2024-05-01")


@pytest.mark.parametrize(("channel", "link", "address"), [
    ("<link>http://www.valley.example/</link>", "/2024/pier", "http://www.valley.example/2024/pier"),
    ("<link>http://www.valley.example/news/</link>", "pier", "http://www.valley.example/news/pier"),
    ("<link>https://cdn.example/news/</link>", "pier", "https://cdn.example/news/pier"),
    ("<link>https://cdn.example/</link>", "pier", "https://cdn.example/pub/pier"),
    ("<link>//www.valley.example/</link>", "/pier", "https://www.valley.example/pier"),
    ("<link>mailto:desk@valley.example</link>", "/pier", "https://cdn.example/pier"),
    ("<image><link>http://pictures.example/</link></image>", "/pier", "https://cdn.example/pier"),
    ("<atom:link rel='self' href='http://hub.example/feed'/>", "/pier", "https://cdn.example/pier"),
    ("", "/pier", "https://cdn.example/pier"),
    ("<link>http://www.valley.example/</link>", "https://other.example/pier", "https://other.example/pier"),
])  # fmt: skip
def test_a_relative_link_is_read_against_the_channels(channel: str, link: str, address: str) -> None:
    """A feed is often served from elsewhere than its stories; what the channel's picture links to is not its site."""
    ((_, found),) = told(rss(f"<title>One</title><link>{link}</link>", channel=channel))
    assert found == address


def test_a_base_of_the_document_goes_before_the_channels_link() -> None:
    """XML Base, of the whole or of one item."""
    text = rss("<title>One</title><link>1</link>", channel="<link>http://www.valley.example/</link>")
    whole = text.replace("<rss ", "<rss xml:base='http://base.example/a/' ")
    assert told(whole) == [("One", "http://base.example/a/1")]
    assert told(whole.replace("<item>", "<item xml:base='/b/'>")) == [("One", "http://base.example/b/1")]


def test_the_site_of_an_atom_feed_is_no_base() -> None:
    """RFC 4287, 4.2.7.1: its links are read against the document's own address."""
    text = "<feed><link href='http://www.valley.example/'/><entry><title>One</title><link href='1'/></entry></feed>"
    assert told(text) == [("One", "https://cdn.example/pub/1")]


def test_attributes_and_prefixes_without_end_are_passed_over() -> None:
    """The first are kept; the story is read."""
    many = "".join(f" a{n:x}=''" for n in range(5_000)) + "".join(f" xmlns:n{n:x}='u{n}'" for n in range(5_000))
    (tag,) = tokens(f"<item{many}>")
    assert isinstance(tag, Opened)
    assert len(tag.attributes) == MOST_ATTRIBUTES
    assert told(rss(item(1)).replace("<item>", f"<item{many}>")) == ALL[:1]


def test_what_is_no_feed_is_told_however_deep() -> None:
    """Elements within each other have an end."""
    with pytest.raises(NotAFeed, match="no RSS"):
        feed("<x>" + "<a>" * 10_000)
    assert told("<rss>" + "<a>" * 400 + f"<item>{item(1)}</item>") == ALL[:1]


@pytest.mark.parametrize(("text", "found"), [
    ("<a b='1' c=\"2\" d=3 e f/>", [Opened("a", (("b", "1"), ("c", "2"), ("d", "3"), ("e", ""), ("f", "")), True)]),
    ("<a b='x>y' b='z'>", [Opened("a", (("b", "x>y"),), False)]),
    ("<a b='x<c>", [Opened("a", (("b", "x"),), False), Opened("c", (), False)]),
    ("x</A\n><!-- <b> -- >y<!-- z", [Words("x", False), Closed("a"), Words("y", False), Words(" z", False)]),
    ("<![CDATA[<b>&amp;]]>", [Words("<b>&amp;", True)]),
    ("<![CDATA[<b>", [Words("<b>", True)]),
    ("1 < 2", [Words("1 ", False), Words("<", True), Words(" 2", False)]),
    ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b '<c>'>]><a>", [Opened("a", (), False)]),
    ("</ ><a", [Opened("a", (), False)]),
])  # fmt: skip
def test_markup_is_cut_into_tags_and_words(text: str, found: list[object]) -> None:
    """Well formed or not."""
    assert list(tokens(text)) == found


@pytest.mark.parametrize(("written", "meant"), [
    ("AT&amp;T", "AT&T"), ("AT&T", "AT&T"), ("&eacute;&#233;&#xE9;", "ééé"), ("&bogus;", "&bogus;"), ("&#0;", "\ufffd"),
    ("&#xD800;", "\ufffd"), ("&#99999999999;", "\ufffd"), ("&#146;", "’"), ("a?b=1&copy=2", "a?b=1&copy=2"),
])  # fmt: skip
def test_references_stand_for_their_characters(written: str, meant: str) -> None:
    """Those to none for the mark of what cannot be shown."""
    assert Words(written, literal=False).resolved() == meant
    assert Words(written, literal=True).resolved() == written


PIECES = (
    "<item>", "</item>", "<title>", "</title>", "<link href='", "'/>", "<guid isPermaLink='x'>",
    "<r:item r:about='a' xmlns:r='",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#'>", "<feed>", "<rss xml:base='", "<description>", "&#0;", "&amp;",
    "&", "<![CDATA[",
    "]]>", "<!--", "-->", "<a b='", "\x00", "\ud83d", "\ufffe", "é", '"', ">", "<", "</", "xmlns='x'", "<dc:date>",
    "<image>", "<channel>",
)  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=30).map("".join))
def test_an_outline_is_well_formed_whatever_came(text: str) -> None:
    """So that no feed reader has to guess; and what it reads of it never fails."""
    outline = outline_of(text)
    found = etree.fromstring(outline.document())
    assert len(found.findall(".//item")) == len(outline.items)
    with suppress(NotAFeed):
        feed(text.encode("utf-8", "replace").decode())

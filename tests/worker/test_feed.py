"""Feeds of every kind and state: what they list, what of it is refused, and which dates are believed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import Site, World
from worker.errors import NotAFeed, ServerFailed
from worker.http.client import Fetcher
from worker.sources.kinds.feed import list_feed, read_feed
from worker.store.articles.entries import Entry
from worker.store.sources import Source

BASE = "https://example.org/feeds/main.xml"
NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


def rss(*items: str, head: str = DECLARATION) -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>Wire</title>{body}</channel></rss>'.encode()


def parse_feed(content: bytes, *, address: str, content_type: str | None = None) -> tuple[Entry, ...]:
    return read_feed(content, address=address, content_type=content_type, now=NOW + dt.timedelta(days=300)).entries


def entry(item: str) -> Entry:
    (found,) = parse_feed(rss(item), address=BASE)
    return found


ATOM = f"""{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/base/"><title>Wire</title>
<entry><id>urn:1</id><title>One &amp; two</title><link rel="alternate" href="one"/><link rel="enclosure" href="x.mp3"/>
<published>2024-04-30T23:30:00-04:00</published><updated>2024-05-02T00:00:00Z</updated></entry>
<entry><id>urn:2</id><title type="html">&lt;b&gt;Two&lt;/b&gt;</title><link href="https://example.org/2"/>
<updated>2024-05-01T00:00:00Z</updated></entry></feed>"""

RDF = f"""{DECLARATION}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Wire</title></channel>
<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link><dc:date>2024-05-01</dc:date>
</item></rdf:RDF>"""


def test_rss_lists_its_items_in_their_order() -> None:
    """Address, title and day of each."""
    found = parse_feed(
        rss(
            "<title>One</title><link>https://example.org/1?utm_source=rss</link><guid>1</guid>"
            "<pubDate>Wed, 01 May 2024 23:30:00 -0400</pubDate>",
            "<title>Two</title><link>https://example.org/2</link>",
        ),
        address=BASE,
    )
    assert found == (
        Entry(
            "https://example.org/1",
            "https://example.org/1",
            "One",
            "2024-05-01",
            guid="1",
            published_at=dt.datetime(2024, 5, 2, 3, 30, tzinfo=dt.UTC),
            basis='published RFC 2822 0.95 "Wed, 01 May 2024 23:30:00 -0400"',
        ),
        Entry("https://example.org/2", "https://example.org/2", "Two"),
    )


def test_atom_lists_its_entries() -> None:
    """Links are read against xml:base, the day of publication goes before that of the last change."""
    one, two = parse_feed(ATOM.encode(), address=BASE)
    assert (one.address, one.title, one.stated_date) == ("https://example.org/base/one", "One & two", "2024-04-30")
    assert (two.address, two.stated_date) == ("https://example.org/2", "2024-05-01")


def test_rdf_lists_its_items() -> None:
    """RSS 1.0 with Dublin Core dates."""
    (one,) = parse_feed(RDF.encode(), address=BASE)
    assert (one.address, one.title, one.stated_date) == ("https://example.org/1", "One", "2024-05-01")


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n", b"  \r\n\t", b"\xef\xbb\xbf\n "])
def test_what_stands_before_the_declaration_is_passed_over(before: bytes) -> None:
    """A byte order mark or a stray line of a template does not cost the feed."""
    assert len(parse_feed(before + rss("<link>https://example.org/1</link>"), address=BASE)) == 1


@pytest.mark.parametrize(
    "content",
    [
        rss("<link>https://example.org/1</link><title>AT&T & Co</title>"),
        rss("<link>https://example.org/1</link><title>A &nbsp; B &bogus;</title>"),
        rss("<link>https://example.org/1</link><title>A\x0b\x01B</title>"),
        rss("<link>https://example.org/1</link>").removesuffix(b"</channel></rss>"),
        rss("<link>https://example.org/1</link>") + b"<script>ad()</script>",
        rss("<link>https://example.org/1</link><x:y>undeclared</x:y>"),
    ],
    ids=["bare ampersand", "HTML entities", "control characters", "cut", "trailing markup", "undeclared prefix"],
)
def test_a_malformed_feed_gives_what_can_be_read(content: bytes) -> None:
    """A feed is never refused for its XML."""
    assert [each.address for each in parse_feed(content, address=BASE)] == ["https://example.org/1"]


@pytest.mark.parametrize(
    "content_type", [None, "text/html", "text/plain; charset=us-ascii", "application/octet-stream"]
)
def test_the_type_that_a_server_states_is_no_reason(content_type: str | None) -> None:
    """Feeds are served under every type."""
    found = parse_feed(rss("<link>https://example.org/1</link>"), address=BASE, content_type=content_type)
    assert len(found) == 1


def test_a_feed_without_entries_is_a_feed() -> None:
    """A quiet day is no failure."""
    assert parse_feed(rss(), address=BASE) == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><body><a href='/1'>One</a></body></html>", "an HTML page"),
        (b"<html lang='en'>", "an HTML page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG image"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "no JSON Feed"),
        (b'{"items": [', "no JSON: "),
        (b"<sitemapindex><sitemap><loc>https://example.org/1</loc></sitemap></sitemapindex>", "a sitemap"),
        (b"There is no feed here", "no RSS, Atom, RDF or JSON Feed"),
    ],
)
def test_what_is_no_feed_says_what_it_looks_like(content: bytes, words: str) -> None:
    """The operator sees at once that the address is wrong."""
    with pytest.raises(NotAFeed, match=words):
        parse_feed(content, address=BASE, content_type="text/plain")


def test_an_entry_is_listed_once() -> None:
    """The same address twice, even if written in two ways, is one entry: the first."""
    found = parse_feed(
        rss(
            "<title>One</title><link>https://example.org/1</link>",
            "<title>Again</title><link>HTTPS://example.org:443/1?utm_medium=rss#top</link>",
            "<title>Two</title><link>https://example.org/2</link>",
        ),
        address=BASE,
    )
    assert [each.title for each in found] == ["One", "Two"]


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ("<link>/1</link>", "https://example.org/1"),
        ("<link>1.html</link>", "https://example.org/feeds/1.html"),
        ("<link>//other.example/1</link>", "https://other.example/1"),
        ("<link>\n   https://example.org/1\n </link>", "https://example.org/1"),
        ("<link>https://example.org/1?a=1&amp;b=2</link>", "https://example.org/1?a=1&b=2"),
        ("<guid>https://example.org/1</guid>", "https://example.org/1"),
        ('<guid isPermaLink="false">https://example.org/1</guid>', "https://example.org/1"),
        ('<link/><guid isPermaLink="true">https://example.org/1</guid>', "https://example.org/1"),
    ],
)
def test_an_entry_has_the_address_that_it_means(item: str, address: str) -> None:
    """Relative to the feed, or told only by its id."""
    assert entry(item).address == address
    assert entry(item).refused is None


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "mailto:desk@example.org", "file:///etc/passwd", "ftp://example.org/1", "tag:1",
     "http://u:p@example.org/", "http://[::1", f"https://example.org/{'a' * 5000}"],
)  # fmt: skip
def test_a_link_that_cannot_be_fetched_is_refused_but_listed(link: str) -> None:
    """It is counted with its reason, under its own key, and not fetched."""
    found = parse_feed(rss(f"<title>Bad</title><link>{link}</link><guid isPermaLink='false'>7</guid>"), address=BASE)
    ((key, refused),) = [(each.key, each.refused) for each in found]
    if link == "http://":
        assert refused is None  # read against the feed's own address, it is the site's
    else:
        assert refused is not None
        assert key == "7"


def test_entries_without_link_id_and_date_are_told_apart_by_their_title() -> None:
    """Each is counted once, and the same one again under the same key."""
    content = rss("<title>One</title>", "<title>Two</title>", "<title>One</title>", "")
    found = parse_feed(content, address=BASE)
    assert [each.title for each in found] == ["One", "Two", None]
    assert all(each.refused and "neither a link nor an address" in each.refused for each in found)
    assert parse_feed(content, address=BASE) == found


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Wed, 01 May 2024 12:00:00 GMT", "2024-05-01"),
        ("Wed, 1 May 2024 00:30:00 +0300", "2024-05-01"),
        ("01 May 24 12:00 EST", "2024-05-01"),
        ("Thursday, 28-Jan-99 10:00:00 GMT", "1999-01-28"),
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01T23:59:59.123-11:00", "2024-05-01"),
        ("20240501", "2024-05-01"),
        ("Wed, 31 Feb 2024 10:00:00 GMT", None),
        ("Wed, 32 May 2024 10:00:00 GMT", None),
        ("Wed, 00 May 2024 10:00:00 GMT", None),
        ("Wed, 01 May 2024 10:00:00 +99999999999999999999", None),
        ("Wed, 01 May 99999 10:00:00 GMT", None),
        ("2024-13-01", None),
        ("2024-02-30T00:00:00Z", None),
        ("2024-05", None),
        ("2024", None),
        ("May 1", None),
        ("1 May", None),
        ("01/05/2024", None),
        ("05/01/2024 10:00:00", None),
        ("1.5.2024", None),
        ("12:30", None),
        ("yesterday", None),
        ("Вт, 01 мая 2024", "2024-05-01"),
        ("sáb, 04 mayo 2024 10:00:00 +0200", "2024-05-04"),
        ("lunes, 1 de abril de 2024 - 09:30", "2024-04-01"),
        ("Fr, 08 Mrz 2024 10:00:00 +0100", "2024-03-08"),
        ("Cum, 09 Şub 2024 10:00:00 +0300", "2024-02-09"),
        ("mer., 24 avr. 2024 10:00:00 +0200", "2024-04-24"),
        ("2024年4月5日 10:00", "2024-04-05"),
        ("pt, 05 kwietnia 2024", "2024-04-05"),
        ("8 jui 2024", None),
        ("8 xyz 2024", None),
        ("0000-00-00 00:00:00", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("2016/6/29 15:07:41", "2016-06-29"),
        ("13/05/2023", "2023-05-13"),
        ("", None),
    ],
)
def test_a_date_is_read_as_written_or_not_at_all(written: str, day: str | None) -> None:
    """An impossible, partial or ambiguous date is never completed from today's."""
    assert entry(f"<link>https://example.org/1</link><pubDate>{written}</pubDate>").stated_date == day


def test_a_date_that_cannot_be_read_gives_way_to_one_that_can() -> None:
    """The next best date of the entry is used."""
    content = ATOM.replace("2024-04-30T23:30:00-04:00", "soon").encode()
    assert parse_feed(content, address=BASE)[0].stated_date == "2024-05-02"


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("windows-1251", "application/rss+xml"),
        ("windows-1251", "text/xml; charset=windows-1251"),
        ("koi8-r", None),
        ("utf-16", None),
        ("iso-8859-5", "application/xml"),
    ],
)
def test_a_declared_encoding_is_read(encoding: str, content_type: str | None) -> None:
    """Titles in Cyrillic from the time before UTF-8."""
    text = rss("<title>Встреча в Анкаре</title><link>https://example.org/1</link>", head="").decode()
    content = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert parse_feed(content, address=BASE, content_type=content_type)[0].title == "Встреча в Анкаре"


def test_no_entity_of_a_feed_reads_a_file() -> None:
    """External entities and their expansion are not followed."""
    entities = '<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;">'
    head = f'<?xml version="1.0"?><!DOCTYPE r [{entities}]>'
    found = parse_feed(rss("<title>&x;&b;</title><link>https://example.org/1</link>", head=head), address=BASE)
    assert [each.title for each in found] == ["&x;&b;"]


@given(
    st.one_of(st.binary(max_size=300), st.from_regex(rb"(<[a-z]{0,4}>|&#x?[0-9a-f]{1,12};?|[^<])*", fullmatch=True)),
    st.sampled_from([b"", rss("<title>").removesuffix(b"</channel></rss>")]),
)
def test_no_bytes_break_the_reading(content: bytes, before: bytes) -> None:
    """Whatever a server sends is a list of entries or no feed."""
    try:
        found = parse_feed(before + content, address=BASE)
    except NotAFeed:
        return
    assert len({each.key for each in found}) == len(found)


def source(site: Site, path: str, **known: str) -> Source:
    return Source("wire", "feed", site.url(path), local=True, **known)  # type: ignore[arg-type]


def test_a_feed_that_has_not_changed_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    """ETag and Last-Modified go back as they came; a 304 keeps what is known."""
    site.feed("/feed.xml", ["https://example.org/1"])
    site.pages["/feed.xml"][1].update({"ETag": 'W/"7"', "Last-Modified": "Wed, 01 May 2024 12:00:00 GMT"})  # type: ignore[index]
    first = list_feed(source(site, "/feed.xml"), fetcher, NOW)
    assert (len(first.entries), first.etag, first.unchanged) == (1, 'W/"7"', False)
    assert "If-None-Match" not in site.requests[0][1]
    site.pages["/feed.xml"] = (304, {}, b"")
    known = {"etag": first.etag or "", "last_modified": first.last_modified or ""}
    again = list_feed(source(site, "/feed.xml", **known), fetcher, NOW)
    assert (again.unchanged, again.entries, again.etag, again.last_modified) == (
        True, (), 'W/"7"', "Wed, 01 May 2024 12:00:00 GMT",
    )  # fmt: skip
    sent = site.requests[1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('W/"7"', "Wed, 01 May 2024 12:00:00 GMT")


def test_links_are_read_against_where_the_feed_was_found(site: Site, fetcher: Fetcher) -> None:
    """After a redirect the feed's address is that of its end."""
    site.page("/new/feed.xml", rss("<link>story</link>"), "application/rss+xml")
    site.redirect("/feed.xml", "/new/feed.xml")
    (found,) = list_feed(source(site, "/feed.xml"), fetcher, NOW).entries
    assert found.address == site.url("/new/story")


def test_a_feed_that_fails_raises_what_the_fetch_raises(site: Site, fetcher: Fetcher) -> None:
    """A status is judged before the body is read as a feed."""
    site.pages["/feed.xml"] = (503, {}, rss("<link>https://example.org/1</link>"))
    with pytest.raises(ServerFailed):
        list_feed(source(site, "/feed.xml"), fetcher, NOW)


def test_polling_sends_the_validators_that_the_last_poll_brought(world: World) -> None:
    """The second poll costs the site no feed, and forgets nothing."""
    world.site.feed("/feed.xml", [])
    world.site.pages["/feed.xml"][1]["ETag"] = '"a"'  # type: ignore[index]
    world.source("wire", world.site.url("/feed.xml"))
    world.poll("wire")
    world.site.pages["/feed.xml"] = (304, {}, b"")
    world.later(700)
    world.poll("wire")
    assert world.site.requests[1][1]["If-None-Match"] == '"a"'
    row = world.source_row("wire")
    assert (row.etag, row.failures, row.last_reason) == ('"a"', 0, None)


NASTY = (
    "<title>A\x00B</title><link>https://example.org/1</link>",
    "<title>C&#0;D</title><link>https://example.org/2</link>",
    "<title>E&#xD800;F</title><link>https://example.org/3</link>",
    "<title>&#x110000;&#99999999999;</title><link>https://example.org/4</link>",
    "<title>long</title><guid isPermaLink='false'>" + "".join(f"{n:x}" for n in range(5000)) + "</guid>",
    "<title>long link</title><link>https://example.org/" + "".join(f"{n:x}" for n in range(5000)) + "</link>",
    "<title>bad id</title><guid isPermaLink='false'>\x00&#0;&#xDFFF;</guid>",
    "<title>good</title><link>https://example.org/good</link>",
)  # fmt: skip


@pytest.mark.parametrize("broken", [False, True])
def test_an_entry_that_no_database_could_hold_stops_no_poll(world: World, broken: bool) -> None:
    """NUL, halves of surrogate pairs and endless ids are the stranger's fault, and the good entry still comes in."""
    head = DECLARATION + ("<!-- & -- >" if broken else "")
    items = NASTY if broken else [item for item in NASTY if "\x00" not in item]
    world.source("wire", world.site.page("/feed.xml", rss(*items, head=head), "application/rss+xml"))
    polled = world.poll("wire")
    assert polled is not None
    assert polled.reason is None
    assert "https://example.org/good" in [each.address for each in world.articles()]
    assert world.ledger().balanced


HALF = "\\ud83d"  # as JSON writes half of a pair


@pytest.mark.parametrize(
    "where", ["date_published", "date_modified", "title", "id", "url", "external_url", "content_text"]
)
@pytest.mark.parametrize("odd", [HALF, "\\u0000", "\\udc00\\ud800"])
def test_half_a_pair_in_a_json_feed_stops_no_poll(world: World, where: str, odd: str) -> None:
    """Wherever it stands: every string that a list gives is fit to be kept, and the good story comes in."""
    good = '{"id": "1", "url": "https://example.org/good", "title": "Good"}'
    bad = f'{{"id": "2", "url": "https://example.org/2", "{where}": "Wed, 01 May 2024 10:00{odd}:00 GMT ({odd}"}}'
    text = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{bad}, {good}]}}'
    world.source("wire", world.site.page("/feed.json", text, "application/json"))
    polled = world.poll("wire")
    assert polled is not None
    assert (polled.reason, polled.entries) == (None, 2)
    assert "https://example.org/good" in [each.address for each in world.articles()]
    assert world.ledger().balanced
    entries = read_feed(text.encode(), address=BASE, now=NOW).entries
    said = "".join(f"{e.key} {e.address} {e.title} {e.guid} {e.basis} {e.refused}" for e in entries)
    assert said.encode()
    assert "\x00" not in said


def test_a_feed_longer_than_its_bounds_says_what_is_left_out() -> None:
    """Items beyond the limit by their number, what was not looked at without one."""
    many = "<rss><channel>" + "<item><link>https://example.org/1</link></item>" * 2_100
    found = read_feed(many.encode(), address=BASE, now=NOW)
    assert (found.left_out, found.why_left_out) == (100, (("beyond the first 2,000", 100),))
    soup = "<rss><channel><item><link>https://example.org/1</link></item>" + "<b/>" * 1_000_001
    found = read_feed(soup.encode(), address=BASE, now=NOW)
    assert len(found.entries) == 1
    assert found.why_left_out == (("what stands behind its first 1,000,000 tags and words", 0),)

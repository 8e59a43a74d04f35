"""Sitemaps, index pages and WARC files; finding a site's feeds; lists of sources handed on."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.world import Site, World, story
from worker.errors import NotAFeed, Unreadable
from worker.http.client import Fetcher
from worker.sources import KINDS, address_of, guess, reader_of
from worker.sources.check import check_source
from worker.sources.discover import discover
from worker.sources.kinds.conditional_get import moved_to
from worker.sources.kinds.feed import read_feed
from worker.sources.kinds.warc import is_warc, pages_in, read_record
from worker.sources.opml import read_opml, write_opml
from worker.sources.parsing.storylinks import day_in
from worker.steps.ingest import give
from worker.store.sources import Source

gzipped = partial(gzip.compress, mtime=0)  # the same bytes in every process
NOW = dt.datetime(2024, 5, 3, 12, tzinfo=dt.UTC)
NEWS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def listed(site: Site, kind: str, path: str, fetcher: Fetcher, **options: object) -> list[str]:
    source = Source("x", kind, site.url(path), local=True, options=options or None)
    return [entry.address for entry in KINDS[kind](source, fetcher, NOW).entries]


def url(address: str, day: str, title: str = "", news: bool = True) -> str:
    said = (
        f"<news:news><news:publication_date>{day}</news:publication_date><news:title>{title}</news:title></news:news>"
    )
    return f"<url><loc>{address}</loc>{said if news else f'<lastmod>{day}</lastmod>'}</url>"


def test_a_news_sitemap_lists_what_is_recent(site: Site, fetcher: Fetcher) -> None:
    """Title and date of each; what is older than some days is counted only."""
    urls = url("/new", "2024-05-02T10:00:00Z", "One &amp; two") + url("/old", "2024-04-01") + url("/undated", "")
    site.page("/news.xml", f"<urlset {NEWS}>{urls}</urlset>")
    found = KINDS["sitemap"](Source("x", "sitemap", site.url("/news.xml"), local=True), fetcher, NOW)
    assert [entry.address for entry in found.entries] == [site.url("/new"), site.url("/undated")]
    assert (found.entries[0].title, found.entries[0].stated_date) == ("One & two", "2024-05-02")
    assert found.left_out == 1
    assert found.entries[0].basis == 'news:publication_date ISO 8601 0.95 "2024-05-02T10:00:00Z"'


def test_a_plain_sitemap_gives_only_what_has_a_recent_date(site: Site, fetcher: Fetcher) -> None:
    """Without dates it is every page that the site ever had."""
    urls = url("/a", "2024-05-03", news=False) + "<url><loc>/never</loc></url>"
    site.page("/sitemap.xml", f"<urlset>{urls}</urlset>")
    assert listed(site, "sitemap", "/sitemap.xml", fetcher) == [site.url("/a")]


def test_a_sitemap_without_dates_lists_what_its_addresses_date(site: Site, fetcher: Fetcher) -> None:
    """And says of all others why they are left out; the operator can ask for those without any date."""
    paths = ("/2024/05/02/bridge-opens", "/news-20240503-ferry.html", "/2024/04/01/old-tale", "/about", "/2024/05/x")
    site.page("/all.xml", f"<urlset>{''.join(f'<url><loc>{path}</loc></url>' for path in paths)}</urlset>")
    found = KINDS["sitemap"](Source("x", "sitemap", site.url("/all.xml"), local=True), fetcher, NOW)
    assert [(entry.address, entry.stated_date) for entry in found.entries] == [
        (site.url(paths[0]), "2024-05-02"), (site.url(paths[1]), "2024-05-03"),
    ]  # fmt: skip
    assert (found.entries[0].basis or "").startswith("address ")
    assert found.left_out == 3
    assert dict(found.why_left_out) == {"older than 3 days": 1, "without a date beside or in the address": 2}
    assert len(listed(site, "sitemap", "/all.xml", fetcher, undated=True)) == 4
    assert len(listed(site, "sitemap", "/all.xml", fetcher, undated=True, days=40)) == 5


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_may_be_plain_text(site: Site, fetcher: Fetcher, packed: bool) -> None:
    """An address a line; told by its content, and by itself no feed."""
    text = "".join(f"{site.url(path)}\r\n" for path in ("/2024/05/02/bridge-opens", "/", "/2024/05/03/ferry"))
    content = f"\ufeff{text}\nand some words\n".encode()
    site.page("/all.txt", gzipped(content) if packed else content, "text/plain")
    found = check_source(site.url("/all.txt"), fetcher, local=True, now=NOW)
    assert found.kind == "sitemap"
    assert [entry.address for entry in found.listing.entries] == [
        site.url("/2024/05/02/bridge-opens"), site.url("/2024/05/03/ferry"),
    ]  # fmt: skip
    assert found.as_json()["why_left_out"] == {"without a date beside or in the address": 1}
    with pytest.raises(NotAFeed, match="a sitemap"):
        read_feed(content, address=site.url("/all.txt"), now=NOW)


@pytest.mark.parametrize(("address", "day"), [
    ("https://a.example/2024/05/02/x", "2024-05-02"), ("https://a.example/x-2024-5-2.html", "2024-05-02"),
    ("https://a.example/20240502/x", "2024-05-02"), ("https://a.example/2024/13/02/x", ""),
    ("https://a.example/2024/05/x", ""), ("https://a.example/120240502", ""), ("https://a.example/2024502", ""),
])  # fmt: skip
def test_the_day_in_an_address_is_a_whole_one(address: str, day: str) -> None:
    """Nothing is guessed from a number."""
    assert day_in(address) == day


def test_what_an_index_leaves_unread_is_told(site: Site, fetcher: Fetcher) -> None:
    """Sitemaps that did not change, and those beyond the bound."""
    rows = "".join(f"<sitemap><loc>/{n}.xml</loc></sitemap>" for n in range(5))
    site.page(
        "/index.xml",
        f"<sitemapindex>{rows}<sitemap><loc>/o</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>",
    )
    for n in range(5):
        site.page(f"/{n}.xml", f"<urlset>{url(f'/{n}', '2024-05-03', news=False)}</urlset>")
    source = Source("x", "sitemap", site.url("/index.xml"), local=True, options={"documents": 4})
    found = KINDS["sitemap"](source, fetcher, NOW)
    assert (len(found.entries), found.left_out) == (3, 0)
    assert sorted(number for _, number in found.why_left_out) == [1, 2]


def test_an_index_leads_to_recent_sitemaps_packed_or_not(site: Site, fetcher: Fetcher) -> None:
    """Newest first; old ones are not asked for, and one that fails does not cost the others."""
    rows = (("/b.xml.gz", "2024-05-03"), ("/old.xml", "2020-01-01"), ("/gone.xml", "2024-05-02"), ("/a.xml", ""))
    index = "".join(f"<sitemap><loc>{path}</loc><lastmod>{day}</lastmod></sitemap>" for path, day in rows)
    site.page("/index.xml", f"<sitemapindex>{index}</sitemapindex>")
    site.page("/b.xml.gz", gzipped(f"<urlset {NEWS}>{url('/b', '2024-05-03')}</urlset>".encode()))
    site.page("/a.xml", f"<urlset {NEWS}>{url('/a', '2024-05-02')}</urlset>")
    assert listed(site, "sitemap", "/index.xml", fetcher) == [site.url("/b"), site.url("/a")]
    assert "/old.xml" not in [path for path, _ in site.requests]


def test_an_index_that_leads_to_itself_ends(site: Site, fetcher: Fetcher) -> None:
    """Depth and number are bounded."""
    rows = "".join(f"<sitemap><loc>/index.xml?{n}</loc></sitemap>" for n in range(300))
    for path in ("/index.xml", *(f"/index.xml?{n}" for n in range(300))):
        site.page(path, f"<sitemapindex>{rows}</sitemapindex>")
    assert listed(site, "sitemap", "/index.xml", fetcher) == []
    assert len(site.requests) <= 20


@pytest.mark.parametrize("body", ["<html><body>x</body></html>", "", "<rss/>", "\x89PNG"])
def test_what_is_no_sitemap_is_told(site: Site, fetcher: Fetcher, body: str) -> None:
    """As with feeds."""
    site.page("/s.xml", body)
    with pytest.raises(NotAFeed):
        listed(site, "sitemap", "/s.xml", fetcher)


def test_an_entity_of_a_sitemap_reads_no_file(site: Site, fetcher: Fetcher) -> None:
    """Nor is it expanded."""
    head = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "2024-05-02">]>'
    site.page("/s.xml", f"{head}<urlset {NEWS}>{url('/a', '2024-05-02', '&x;')}</urlset>")
    found = KINDS["sitemap"](Source("x", "sitemap", site.url("/s.xml"), local=True), fetcher, NOW)
    assert "root:" not in str(found.entries)


PAGE = """<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/wire.xml"></head><body>
<nav><a href="/2024/05/01/not-a-story-in-the-menu">Four words stand here</a></nav><main>
<article><a href="/2024/05/02/ministers-meet-in-ankara"><img></a><h2><a href="/2024/05/02/ministers-meet-in-ankara">
Ministers meet in Ankara today</a></h2><time datetime="2024-05-02T10:00:00Z">yesterday</time></article>
<div><a href="/a/talks-resume-over-cyprus-mission/7412036.html">Talks resume over Cyprus mission</a></div>
<div><a href="/world">World</a> <a href="/about/our-people-and-our-work">Our people and our work</a>
<a href="https://other.example/2024/05/02/a-story-of-others">A story of others there</a></div></main>
<a rel="next" href="/list?page=2">Older</a></body></html>"""


def test_the_links_of_stories_are_found_by_rules(site: Site, fetcher: Fetcher) -> None:
    """On the same site, outside of menus, each once, with its headline and the date beside it."""
    site.page("/list", PAGE)
    found = KINDS["listing"](Source("x", "listing", site.url("/list"), local=True), fetcher, NOW).entries
    assert [entry.address for entry in found] == [
        site.url("/2024/05/02/ministers-meet-in-ankara"), site.url("/a/talks-resume-over-cyprus-mission/7412036.html"),
    ]  # fmt: skip
    assert (found[0].title, found[0].stated_date) == ("Ministers meet in Ankara today", "2024-05-02")
    assert found[1].stated_date is None


def test_a_date_is_a_links_own(site: Site, fetcher: Fetcher) -> None:
    """That of the smallest box with one date in it; where several stand there, or only further away, none is."""
    box = "<div><a href='/2024/05/0{0}/ministers-meet-again-{0}'>Ministers meet again today</a>{1}</div>"
    boxes = (
        box.format(1, "<p><time>2024-05-01</time></p>"),
        f"<div>{box.format(2, '<time>2024-05-02</time><time>2024-05-01</time>')}</div>",
        f"<section>{box.format(3, '')}<i class=date>2024-05-03</i></section>",
        f"<section>{box.format(4, '')}<i class=date>2024-05-03</i><i class=date>2024-05-03</i></section>",
        f"<section>{box.format(5, '')}<aside><time>2024-05-02</time></aside></section>",
    )
    site.page("/list", f"<html><body><main>{''.join(boxes)}</main></body></html>")
    found = KINDS["listing"](Source("x", "listing", site.url("/list"), local=True), fetcher, NOW).entries
    assert [entry.stated_date for entry in found] == ["2024-05-01", None, "2024-05-03", "2024-05-03", None]


def test_a_selector_may_choose_boxes_within_boxes(site: Site, fetcher: Fetcher) -> None:
    """The first link in each."""
    site.page(
        "/list",
        "<html><body><div><div><a href='/1'>One</a></div><a href='/2'>Two</a></div><div>None</div></body></html>",
    )
    assert listed(site, "listing", "/list", fetcher, links="div") == [site.url("/1")]
    assert listed(site, "listing", "/list", fetcher, links="div > a") == [site.url("/1"), site.url("/2")]


def test_a_base_that_no_address_has_is_none(site: Site, fetcher: Fetcher) -> None:
    """Links are read against the page's own address then."""
    for base in ("/" + "b/" * 2_000, "http://[::1"):
        site.page("/list", f"<html><head><base href='{base}'></head><body><a class=s href=1>One</a></body></html>")
        assert listed(site, "listing", "/list", fetcher, links="a.s") == [site.url("/1")]


def test_a_selector_chooses_the_links(site: Site, fetcher: Fetcher) -> None:
    """The operator knows better than any rule."""
    site.page("/list", PAGE)
    assert listed(site, "listing", "/list", fetcher, links="div a[href='/world']") == [site.url("/world")]
    assert listed(site, "listing", "/list", fetcher, links="h2") == [site.url("/2024/05/02/ministers-meet-in-ankara")]


@pytest.mark.parametrize(("pages", "stories"), [(1, 1), (2, 2), (50, 3)])
def test_pages_are_followed_within_a_bound(site: Site, fetcher: Fetcher, pages: int, stories: int) -> None:
    """Until the bound, or a page that brings nothing new."""
    for n in range(1, 6):
        link = f"<a class=s href='/story/{min(n, 3)}'>One</a><a rel=next href='/list?page={n + 1}'>Older</a>"
        site.page("/list" if n == 1 else f"/list?page={n}", f"<html><body>{link}</body></html>")
    assert len(listed(site, "listing", "/list", fetcher, links="a.s", pages=pages)) == stories


def test_a_page_without_stories_is_told(site: Site, fetcher: Fetcher) -> None:
    """An error page is no quiet day."""
    site.page("/list", "<html><body><p>Sorry</p></body></html>")
    with pytest.raises(NotAFeed, match="links to no story"):
        listed(site, "listing", "/list", fetcher)


def test_only_the_leading_permanent_redirects_are_a_move() -> None:
    """What follows a temporary one may change tomorrow."""
    assert moved_to((), "d") is None
    assert moved_to((("301", "a"), ("308", "b")), "c") == "c"
    assert moved_to((("301", "a"), ("302", "b"), ("301", "c")), "d") == "b"
    assert moved_to((("302", "a"), ("301", "b")), "c") is None


def test_a_body_that_is_the_same_is_unchanged(site: Site, fetcher: Fetcher) -> None:
    """Also where the server knows no validators; permanent redirects and freshness are told."""
    site.feed("/new.xml", ["https://example.org/1"])
    site.redirect("/feed.xml", "/new.xml", 308)
    site.pages["/new.xml"][1]["Cache-Control"] = "max-age=720"  # type: ignore[index]
    first = KINDS["feed"](Source("x", "feed", site.url("/feed.xml"), local=True), fetcher, NOW)
    assert (first.status, first.unchanged, first.moved_to, first.cache_seconds) == (
        200, False, site.url("/new.xml"), 720.0,
    )  # fmt: skip
    again = KINDS["feed"](Source("x", "feed", site.url("/feed.xml"), local=True, sha256=first.sha256), fetcher, NOW)
    assert (again.unchanged, again.entries) == (True, ())


def test_a_huge_feed_is_capped_and_counted(site: Site, fetcher: Fetcher) -> None:
    """No source takes the queue for itself."""
    fetcher.max_bytes = 20_000_000
    site.feed("/feed.xml", [f"https://example.org/{n}" for n in range(2_500)])
    found = KINDS["feed"](Source("x", "feed", site.url("/feed.xml"), local=True), fetcher, NOW)
    assert (len(found.entries), found.left_out) == (2_000, 500)


def test_a_feed_of_many_megabytes_loses_nothing() -> None:
    """Whatever a page may be cut at."""
    item = "<item><title>{}</title><link>/{}</link><description>{}</description></item>"
    items = "".join(item.format(n, n, "word " * 1_400) for n in range(1_200))
    content = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    assert len(content) > 8_000_000
    assert len(read_feed(content, address="https://example.org/", now=NOW).entries) == 1_200


# --- WARC


def answer(
    target: str, body: str, head: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html", kind: str = "response"
) -> bytes:
    block = f"{head}\r\n\r\n".encode() + body.encode()
    fields = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {target}\r\nContent-Length: {len(block)}\r\n\r\n"
    return fields.encode() + block + b"\r\n\r\n"


RECORDS: Sequence[bytes] = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nabcd\r\n\r\n",
    answer("https://example.org/1", story()),
    answer("https://example.org/1", "GET", kind="request"),
    answer("https://example.org/2", "gone", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html"),
    answer("https://example.org/3.jpg", "x", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg"),
    answer("<https://example.org/4>", "4\r\nabcd\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"),
    answer("https://example.org/robots.txt", "User-agent: *", "HTTP/1.1 200 OK\r\nContent-Type: text/plain"),
)


@pytest.fixture(params=["pages.warc", "pages.warc.gz"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "archive of news" / request.param
    path.parent.mkdir()
    packed = path.suffix == ".gz"
    path.write_bytes(b"".join(gzipped(record) if packed else record for record in RECORDS))
    return path


def test_an_archive_lists_its_pages_and_gives_them_back(archive: Path) -> None:
    """Answers with a page, each read alone from its place, with its own status and headers."""
    entries = list(pages_in(archive))
    first, second = (read_record(entry.address, max_bytes=10_000) for entry in entries)
    assert (first.final_address, first.status, first.body) == ("https://example.org/1", 200, story().encode())
    assert first.headers == (("Content-Type", "text/html"),)
    assert (second.final_address, second.body) == ("https://example.org/4", b"abcd")


def test_an_archive_that_is_cut_gives_what_is_whole(archive: Path) -> None:
    """A download that broke off is still an archive."""
    archive.write_bytes(archive.read_bytes()[:-100])
    assert len(list(pages_in(archive))) >= 1


@pytest.mark.parametrize("content", [b"", b"WARC/1.0\r\nContent-Length: x\r\n\r\n", b"no archive", gzipped(b"none")])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    """An empty file holds nothing; others are named."""
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    if not content:
        assert list(pages_in(path)) == []
        return
    with pytest.raises(Unreadable, match="no WARC file"):
        list(pages_in(path))


def test_one_gzip_for_all_records_is_refused(tmp_path: Path) -> None:
    """No record could be found again without reading all before it."""
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzipped(b"".join(RECORDS)))
    with pytest.raises(Unreadable, match="record by record"):
        list(pages_in(path))


def packed(*written: bytes) -> bytes:
    return b"".join(gzipped(record) for record in written)


def archive_of(tmp_path: Path, content: bytes, name: str = "odd.warc") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def targets(path: Path) -> list[str]:
    return [read_record(entry.address, max_bytes=100_000).final_address for entry in pages_in(path)]


PAGES = [answer(f"https://example.org/{n}", story()) for n in range(4)]


@pytest.mark.parametrize("damaged", [0, 1, 3])
@pytest.mark.parametrize("is_packed", [False, True])
def test_behind_a_damaged_record_the_rest_goes_on(tmp_path: Path, damaged: int, is_packed: bool) -> None:
    """Packed or not, first, last or between."""
    written = [gzipped(page) if is_packed else page for page in PAGES]
    written[damaged] = written[damaged].replace(b"WARC/1.0", b"WRAC/1.0") if not is_packed else bytes(
        byte ^ 0x55 if 20 < place < 60 else byte for place, byte in enumerate(written[damaged])
    )  # fmt: skip
    path = archive_of(tmp_path, b"".join(written), "odd.warc.gz" if is_packed else "odd.warc")
    assert targets(path) == [f"https://example.org/{n}" for n in range(4) if n != damaged]


@pytest.mark.parametrize("filling", [b"\x00", b"\x00" * 300_000])
@pytest.mark.parametrize("name", ["odd.warc", "odd.warc.gz"])
def test_zeros_between_records_and_behind_them_are_nothing(tmp_path: Path, filling: bytes, name: str) -> None:
    """As tapes and some programs fill up."""
    written = PAGES if name == "odd.warc" else [gzipped(page) for page in PAGES]
    assert len(targets(archive_of(tmp_path, filling.join([*written, b""]), name))) == 4


@pytest.mark.parametrize(("body", "read"), [
    ("-2\r\nab\r\n0\r\n\r\n", "-2\r\nab\r\n0\r\n\r\n"), ("+2\r\nab\r\n0\r\n\r\n", "+2\r\nab\r\n0\r\n\r\n"),
    ("2\r\nab\r\n-2\r\n", "ab"), ("0x2\r\nab\r\n", "0x2\r\nab\r\n"), ("1_0\r\nab\r\n", "1_0\r\nab\r\n"),
    ("2;a=b\r\nab\r\n000\r\n", "ab"), ("ffffffffff\r\nab", "ffffffffff\r\nab"), ("FFFFFFFF\r\nab", "ab"),
    ("2 \r\nab\r\n3\r\ncde", "abcde"), ("٢\r\nab\r\n", "٢\r\nab\r\n"), ("", ""),
])  # fmt: skip
def test_chunks_of_any_size_come_to_an_end(tmp_path: Path, body: str, read: str) -> None:
    """What is no size of a chunk ends them; a body that has none is as it is."""
    record = answer("https://example.org/1", body, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")
    (entry,) = pages_in(archive_of(tmp_path, record))
    assert read_record(entry.address, max_bytes=1_000).body.decode() == read


@pytest.mark.parametrize("status", ["2" * 5_000, "20", "2OO", "٢٠٠", "-200", "", "200200"])
def test_a_status_that_is_none_brings_no_page(tmp_path: Path, status: str) -> None:
    """Nor does it cost the others."""
    odd = answer("https://example.org/odd", "x", f"HTTP/1.1 {status} OK\r\nContent-Type: text/html")
    assert targets(archive_of(tmp_path, odd + PAGES[0])) == ["https://example.org/0"]


def test_headers_that_no_database_holds_are_cleaned(tmp_path: Path) -> None:
    """NUL in the record's own and in the answer's, and what is no UTF-8."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-\x00Odd: a\x00b\x85c\r\n X"
    record = answer("https://example.org/\x001", "x", head).replace(b"WARC-Type", b"X: \xed\xa0\xbd\r\nWARC-Type")
    (entry,) = pages_in(archive_of(tmp_path, record))
    found = read_record(entry.address, max_bytes=1_000)
    assert found.final_address == "https://example.org/1"
    assert ("X-Odd", "ab\xc2\x85c") in found.headers


@pytest.mark.parametrize("name", ["old.arc", "old.ARC.gz", "old.warc"])
def test_the_form_before_warc_is_refused_by_its_name(world: World, tmp_path: Path, name: str) -> None:
    """With what to do about it, as a source and as something to ingest."""
    path = archive_of(tmp_path, b"filedesc://old.arc 0.0.0.0 20000101000000 text/plain 76\n1 0 Archive\n", name)
    assert is_warc(path)
    with pytest.raises(Unreadable, match="an ARC file"):
        list(pages_in(path))
    (fault,) = give([str(path)], local=False, database=world.database, now=world.now).faults
    assert "recompress" in fault


def test_one_archive_that_cannot_be_read_costs_no_other(tmp_path: Path, fetcher: Fetcher) -> None:
    """What is left out is told; what a link leads to elsewhere is not in the folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    archive_of(folder, PAGES[0], "a.warc")
    archive_of(folder, b"nothing", "b.warc")
    (folder / "c.warc").symlink_to(archive_of(tmp_path, PAGES[1], "c.warc"))
    found = KINDS["warc"](Source("x", "warc", str(folder)), fetcher, NOW)
    assert len(found.entries) == 1
    assert sorted(number for _, number in found.why_left_out) == [1, 1]


def test_an_archive_goes_the_whole_path_without_network(world: World, archive: Path) -> None:
    """The article is known by the address at which it stood, with the answer's real status."""
    world.source("crawl", str(archive), kind="warc")
    world.settle()
    assert [each.address for each in world.articles()] == ["https://example.org/1", "https://example.org/4"]
    assert world.site.requests == []
    assert world.ledger().balanced
    world.later(100_000)
    polled = world.poll("crawl")
    assert polled is None or polled.articles == ()


def test_an_archive_can_be_ingested(world: World, archive: Path) -> None:
    """As a file, or in a folder."""
    given = give([str(archive)], local=False, database=world.database, now=world.now)
    assert (len(given.due), given.faults) == (2, ())
    assert give([str(archive.parent)], local=False, database=world.database, now=world.now).known == 2


# --- finding, checking, handing on


def test_a_site_tells_its_feeds(site: Site, fetcher: Fetcher) -> None:
    """By what its page links to."""
    site.page("/", PAGE)
    site.feed("/wire.xml", ["https://example.org/1"])
    (found,) = discover(site.url("/"), fetcher, local=True, now=NOW)
    assert (found.kind, found.address, found.entries) == ("feed", site.url("/wire.xml"), 1)


def test_a_feed_is_its_own_site(site: Site, fetcher: Fetcher) -> None:
    """Nothing else is asked for."""
    site.feed("/wire.xml", ["https://example.org/1"])
    assert [each.address for each in discover(site.url("/wire.xml"), fetcher, local=True, now=NOW)] == [
        site.url("/wire.xml")
    ]
    assert len(site.requests) == 1


def test_feeds_are_sought_where_others_have_theirs(site: Site, fetcher: Fetcher) -> None:
    """Where the page says nothing."""
    site.page("/", "<html><body><p>Welcome</p></body></html>")
    site.feed("/feed/", ["https://example.org/1"])
    (found,) = discover(site.url("/"), fetcher, local=True, now=NOW)
    assert found.address == site.url("/feed/")


def test_a_sitemap_is_found_in_robots(site: Site, fetcher: Fetcher) -> None:
    """The news sitemap before others."""
    site.page("/", "<html><body><p>Welcome</p></body></html>")
    site.page("/robots.txt", f"Sitemap: {site.url('/all.xml')}\nSitemap: {site.url('/news.xml')}\n", "text/plain")
    for path in ("/all.xml", "/news.xml"):
        site.page(path, f"<urlset {NEWS}>{url('/new', '2024-05-02')}</urlset>")
    found = discover(site.url("/"), fetcher, local=True, now=NOW)
    assert (found[0].kind, found[0].address) == ("sitemap", site.url("/news.xml"))


def test_a_site_without_any_list_is_told_and_left_in_peace(site: Site, fetcher: Fetcher) -> None:
    """A dozen questions at most."""
    site.page("/", "<html><body>" + "".join(f"<a href='/rss/{n}'>x</a>" for n in range(100)) + "</body></html>")
    with pytest.raises(NotAFeed, match="links to no feed"):
        discover(site.url("/"), fetcher, local=True, now=NOW)
    assert len(site.requests) <= 13


def test_a_check_says_what_a_poll_would_find(site: Site, fetcher: Fetcher) -> None:
    """Kind by content; one question; JSON with fixed names."""
    site.page("/feed", "<rss version='2.0'><channel><item><title>A</title><link>/1</link><guid>7</guid>"
              "<pubDate>Wed, 01 May 2024 12:00:00 GMT</pubDate></item></channel></rss>", "text/html")  # fmt: skip
    found = check_source(site.url("/feed"), fetcher, local=True, now=NOW).as_json()
    assert found == {
        "url": site.url("/feed"),
        "kind": "feed",
        "entries": [
            {"id": "7", "link": site.url("/1"), "title": "A", "published": "2024-05-01T12:00:00+00:00",
             "basis": 'published RFC 2822 0.95 "Wed, 01 May 2024 12:00:00 GMT"'},
        ],
        "left_out": 0,
        "why_left_out": {},
        "known_as": [],
        "error": None,
    }  # fmt: skip
    assert len(site.requests) == 1


def test_a_check_says_under_which_name_the_place_is_known(site: Site, fetcher: Fetcher) -> None:
    """By the address that was given, or by that to which it leads."""
    site.feed("/new.xml", ["https://example.org/1"])
    site.redirect("/old.xml", "/new.xml")
    known = [Source(name, "feed", site.url(f"/{name}.xml")) for name in ("new", "old", "other")]
    found = check_source(site.url("/old.xml"), fetcher, local=True, now=NOW, known=known)
    assert found.as_json()["known_as"] == ["new", "old"]


@pytest.mark.parametrize(("given", "address"), [
    ("feed://a.example/rss", "http://a.example/rss"), ("FEED:https://a.example/rss", "https://a.example/rss"),
    ("feed:http://a.example/rss", "http://a.example/rss"), (" feed://a.example/x?feed://y", "http://a.example/x?feed://y"),
    ("https://a.example/feed://x", "https://a.example/feed://x"), ("feed://https://a.example/", "https://a.example/"),
])  # fmt: skip
def test_the_scheme_of_feed_readers_is_read(given: str, address: str) -> None:
    """As http, or as the scheme that stands behind it."""
    assert address_of("feed", given) == address
    assert guess(given.strip()) is None


def test_an_address_of_feed_readers_is_checked_and_found(site: Site, fetcher: Fetcher) -> None:
    """Like any other."""
    site.feed("/wire.xml", ["https://example.org/1"])
    given = site.url("/wire.xml").replace("http:", "feed:")
    assert check_source(given, fetcher, local=True, now=NOW).address == site.url("/wire.xml")
    assert [each.address for each in discover(given, fetcher, local=True, now=NOW)] == [site.url("/wire.xml")]


def test_an_address_in_opml_is_read_against_its_site() -> None:
    """Where it has no scheme of its own."""
    row = "<outline text='A' xmlUrl='/a.atom' htmlUrl='https://example.org/x/'/><outline text='B' xmlUrl='b.atom'/>"
    assert [each.address for each in read_opml(f"<opml>{row}</opml>".encode(), path="a")] == [
        "https://example.org/a.atom", "b.atom",
    ]  # fmt: skip


def test_a_kind_says_how_it_is_fetched() -> None:
    """What a stranger's list names is never read from this machine."""
    assert reader_of("folder", "file:///a")
    assert not reader_of("folder", "warc:///a?offset=0")
    assert reader_of("warc", "warc:///a?offset=0")
    assert not reader_of("warc", "file:///a")
    assert reader_of("ingest", "file:///a")
    assert reader_of("ingest", "warc:///a?offset=0")
    assert not any(reader_of(kind, "https://example.org/") for kind in (*KINDS, "ingest"))
    assert not any(
        reader_of(kind, address) for kind in ("feed", "sitemap", "listing") for address in ("file:///a", "warc:///a")
    )
    assert {name for name, kind in KINDS.items() if kind.by_robots} == {"listing"}


def test_a_check_tells_the_kind_by_the_content(site: Site, fetcher: Fetcher) -> None:
    """Whatever the server says it is; a guard that holds is an error."""
    site.page("/j", json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "/1"}]}))
    site.page("/s", f"<urlset {NEWS}>{url('/new', '2024-05-02')}</urlset>")
    links = "".join(f"<a href='/2024/05/02/ministers-meet-in-town-{n}'>Ministers meet in {n}</a>" for n in range(6))
    site.page("/l", f"<html><body>{links}</body></html>")
    site.page("/h", "<html><body>Not found</body></html>")
    found = [check_source(site.url(path), fetcher, local=True, now=NOW) for path in ("/j", "/s", "/l", "/h", "/404")]
    assert [(each.kind, len(each.listing.entries)) for each in found] == [
        ("feed", 1), ("sitemap", 1), ("listing", 6), (None, 0), (None, 0),
    ]  # fmt: skip
    assert [each.error and each.error.partition(":")[0] for each in found[3:]] == ["not-a-feed", "not-found"]
    refused = check_source(site.url("/j"), fetcher, local=False, now=NOW).error or ""
    assert refused.startswith("forbidden-address")


def test_opml_comes_in_and_goes_out(tmp_path: Path) -> None:
    """Nested outlines, names told apart, entities left alone; what goes out comes in again."""
    text = """\ufeff<?xml version="1.0"?><!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>
    <outline text="World"><outline text="Wire &amp; co" xmlUrl="https://example.org/a" type="rss"/>
    <outline text="Wire &amp; co" xmlUrl="https://example.org/b"/><outline title="&x;" xmlUrl="https://example.org/c"/>
    </outline><outline text="no address"/></body></opml>"""
    found = read_opml(text.encode(), path="a.opml")
    assert [each.name for each in found[:2]] == ["Wire & co", "Wire & co 2"]
    assert [each.address for each in found] == [f"https://example.org/{letter}" for letter in "abc"]
    assert "root:" not in str(found)
    sources = [Source('A "B" <c>', "feed", "https://example.org/?a=1&b=2"), Source("s", "sitemap", "https://e.org/s")]
    again = read_opml(write_opml(sources).encode(), path="b.opml")
    assert [(each.name, each.kind, each.address) for each in again] == [(s.name, s.kind, s.address) for s in sources]


def test_names_in_opml_are_told_apart() -> None:
    """Among themselves, and from those that are there already, however alike they begin."""
    long = "n" * 199
    names = ["Wire", "Wire 2", "Wire", f"{long}a", f"{long}b", f"{long}a", "Desk"]
    rows = "".join(f"<outline text='{name}' xmlUrl='https://example.org/{n}'/>" for n, name in enumerate(names))
    found = [each.name for each in read_opml(f"<opml><body>{rows}</body></opml>".encode(), path="a", names=["Desk"])]
    assert found[:3] == ["Wire", "Wire 2", "Wire 3"]
    assert found[-1] == "Desk 2"
    assert len(set(found)) == len(names)
    assert max(map(len, found)) <= 200


@pytest.mark.parametrize("content", [b"", b"<html/>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_opml_is_told(content: bytes) -> None:
    """By its path."""
    with pytest.raises(Unreadable, match="no OPML"):
        read_opml(content, path="a.opml")

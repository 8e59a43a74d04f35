"""Servers as they are: heads with junk in them, visitors sent round with a cookie, pages that send their readers on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import redis

from tests.outside import visitor
from tests.world import Site, World, page, story
from worker.errors import BadAddress, ForbiddenAddress, TooManyRedirects, Unreachable
from worker.http.canonical import at_one_place
from worker.http.client import Fetcher
from worker.http.head import Ambiguous, mended
from worker.http.polite.budget import HostBudget
from worker.http.polite.politeness import Polite
from worker.http.polite.robots import Robots
from worker.http.refresh import refresh_in, refresh_of

NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
STORY = "<!doctype html><p>The ferries sail again."


@pytest.fixture
def client(redis_address: str) -> Iterator[redis.Redis]:
    found = redis.Redis.from_url(redis_address)
    found.flushall()
    yield found
    found.close()


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """Another service on this machine."""
    with Site() as found:
        found.page("/inner", "nobody's business")
        yield found


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n"),
        (b"HTTP/1.1 200 OK\nA: 1\n\n", b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA B: 1\r\nC: 2\r\n\r\n", b"HTTP/1.1 200 OK\r\nC: 2\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\njunk\r\n more\r\nC: 2\r\n more\r\n\r\n", b"HTTP/1.1 200 OK\r\nC: 2\r\n more\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        ),
        (b"no HTTP at all\r\nA B\r\n\r\n", b"no HTTP at all\r\nA B\r\n\r\n"),
    ],
)  # fmt: skip
def test_a_head_is_mended(head: bytes, kept: bytes) -> None:
    """What is no header goes, and what follows it in the old way; everything else stays as it is."""
    assert mended(head) == kept


@pytest.mark.parametrize(
    "line", [b"Content-Length : 4", b"Content Length\x00: 4", b"X: a\rContent-Length: 4", b"transfer-encoding"]
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(line: bytes) -> None:
    """Where the body ends must not be a guess."""
    with pytest.raises(Ambiguous):
        mended(b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n")


def test_a_cookie_is_brought_back_within_one_fetch(site: Site, fetcher: Fetcher) -> None:
    """And only there: the next fetch knows of none."""

    def gate(request: BaseHTTPRequestHandler) -> None:
        seen = "seen=1" in (request.headers["Cookie"] or "")
        request.send_response(200 if seen else 302)
        if not seen:
            request.send_header("Location", request.path)
            request.send_header("Set-Cookie", "seen=1; Path=/; HttpOnly")
        request.send_header("Content-Length", str(len(STORY) if seen else 0))
        request.end_headers()
        request.wfile.write(STORY.encode() if seen else b"")

    site.pages["/a"] = gate
    for _ in range(2):
        assert fetcher.get(site.url("/a"), local=True).body == STORY.encode()
    assert ["Cookie" in headers for _, headers in site.requests] == [False, True, False, True]


def test_a_cookie_that_changes_nothing_ends_the_circle(site: Site, fetcher: Fetcher) -> None:
    """Who is sent round with the same cookie again is sent round for ever."""
    site.pages["/a"] = (302, {"Location": "/a", "Set-Cookie": "again=1"}, b"")
    with pytest.raises(TooManyRedirects, match="circle"):
        fetcher.get(site.url("/a"), local=True)
    assert len(site.requests) == 2


def test_a_new_cookie_each_time_ends_at_the_cap(site: Site, fetcher: Fetcher) -> None:
    """The cap on redirects holds whatever a server thinks of."""

    def counts(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "/a")
        request.send_header("Set-Cookie", f"n={len(site.requests)}")
        request.send_header("Content-Length", "0")
        request.end_headers()

    site.pages["/a"] = counts
    with pytest.raises(TooManyRedirects, match="more than 5"):
        fetcher.get(site.url("/a"), local=True)


def test_a_cookie_is_not_shown_to_another_site(site: Site) -> None:
    """A stranger's cookie goes back to nobody but the stranger."""
    outside = visitor(site)
    site.pages["/a"] = (302, {"Location": "http://example.com/b", "Set-Cookie": "mine=1"}, b"")
    site.page("/b", STORY)
    assert outside.get("http://example.org/a").body == STORY.encode()
    assert "Cookie" not in site.requests[-1][1]


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("0; url=/a", "/a"),
        ("0;URL='/a b'", "/a b"),
        ('0, url="/a"', "/a"),
        ("0 /a", "/a"),
        ("; url=/a", "/a"),
        ("1; url=/a", "/a"),
        ("5; url=/a", None),
        ("300", None),
        ("0", None),
        ("url=/a", None),
        ("", None),
    ],
)
def test_a_refresh_leads_on_at_once_or_not_at_all(value: str, target: str | None) -> None:
    """A page that waits is a page that is shown."""
    assert refresh_of(value) == target


@pytest.mark.parametrize(
    "body",
    [
        '<meta http-equiv=refresh content="0; url=/b">',
        '<META HTTP-EQUIV="Refresh" CONTENT="0;URL=/b"/>',
        "<head><script>location='/c'</script><meta content='0; url=/b' http-equiv='refresh'></head>",
    ],
)
def test_a_page_that_only_leads_on_is_a_redirect(site: Site, fetcher: Fetcher, body: str) -> None:
    """As its readers see it."""
    site.page("/b", STORY)
    found = fetcher.get(site.page("/a", body), local=True)
    assert (found.final_address, found.redirects) == (site.url("/b"), (("200", site.url("/a")),))


@pytest.mark.parametrize(
    "body",
    [
        "<noscript><meta http-equiv=refresh content='0; url=/b'></noscript><p>A story.",
        "<meta http-equiv=refresh content='30; url=/b'><p>A story.",
        "<meta http-equiv=refresh content='600'><p>A story.",
        "<meta http-equiv=refresh content='0; url=/b'>" + "<p>A story." * 1000,
        "<!-- <meta http-equiv=refresh content='0; url=/b'> --><p>A story.",
    ],
)
def test_a_page_that_is_shown_is_a_page(body: str) -> None:
    """What waits, is for readers without scripts, or is long, is not left."""
    assert refresh_in(body.encode()) is None


def test_a_refresh_header_is_followed_under_guard(site: Site, elsewhere: Site) -> None:
    """It opens no door that a Location would not."""
    site.page("/a", "Moved", Refresh="0; url=/b")
    site.page("/b", STORY)
    assert visitor(site).get("http://example.org/a").body == STORY.encode()
    site.page("/a", "Moved", Refresh=f"0; url={elsewhere.url('/inner')}")
    with pytest.raises(ForbiddenAddress):
        visitor(site).get("http://example.org/a")
    assert elsewhere.requests == []


def test_an_address_with_letters_in_its_query_is_sent(site: Site, fetcher: Fetcher) -> None:
    """As UTF-8, like browsers do, from an entry as from a Location."""
    site.page("/q?term=z%C3%BCrich&n=1", STORY)
    site.redirect("/a", "/q?term=zürich&n=1".encode().decode("latin-1"))
    assert fetcher.get(site.url("/q?term=zürich&n=1"), local=True).body == STORY.encode()
    assert fetcher.get(site.url("/a"), local=True).body == STORY.encode()


def test_a_location_with_blanks_is_followed(site: Site, fetcher: Fetcher) -> None:
    """Many a server writes the name of a file as it is."""
    site.page("/news/ferry%20line.html", STORY)
    site.redirect("/a", "/news/ferry line.html")
    assert fetcher.get(site.url("/a"), local=True).body == STORY.encode()


def test_the_guard_is_open_for_a_local_sources_own_place_only(site: Site, elsewhere: Site, fetcher: Fetcher) -> None:
    """A redirect from there to another service of this machine is a stranger's."""
    site.redirect("/a", elsewhere.url("/inner"))
    site.redirect("/b", "/c")
    site.page("/c", STORY)
    assert fetcher.get(site.url("/b"), local=True).body == STORY.encode()
    with pytest.raises(ForbiddenAddress):
        fetcher.get(site.url("/a"), local=True)
    assert elsewhere.requests == []


def test_what_a_local_source_lists_elsewhere_is_a_strangers(world: World, elsewhere: Site) -> None:
    """Its own pages are fetched, another service of this machine is not."""
    links = [world.site.page("/own", page("Ferries", story())), elsewhere.url("/inner")]
    world.source("intranet", world.site.feed("/feed", links), local=True)
    world.settle()
    ended = {each.address: (each.state, each.reason) for each in world.articles()}
    assert ended[links[0]] == ("extracted", None)
    assert ended[links[1]] == ("rejected", "forbidden-address")
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/x", "http://a.example/feed", True),
        ("https://a.example/x", "http://a.example/feed", True),
        ("http://a.example:8080/x", "http://a.example/feed", False),
        ("http://127.0.0.1:6379/x", "http://127.0.0.1:8481/feed", False),
        ("http://b.example/x", "http://a.example/feed", False),
    ],
)
def test_a_place_is_a_host_and_its_port(one: str, other: str, same: bool) -> None:
    """But for the web's own two, between which sites move."""
    assert at_one_place(one, other) is same


def test_a_fault_of_ours_strikes_no_host(site: Site, client: redis.Redis) -> None:
    """What could not even be sent says nothing of the host that it was for."""
    budget = HostBudget(client, gap_seconds=0.0)
    polite = Polite(visitor(site), budget, Robots(visitor(site), client))
    site.page("/a", STORY)
    with pytest.raises(BadAddress):
        polite.get("http://example.org/a", now=NOW, headers={"X-Odd": "a\nb"})
    later = NOW + dt.timedelta(seconds=5)
    assert polite.get("http://example.org/a", now=later).body == STORY.encode()  # type: ignore[union-attr]


def test_a_head_without_end_is_refused(site: Site, fetcher: Fetcher) -> None:
    """Whatever comes in front of it, an answer that is no HTTP is none."""

    def rubbish(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        request.wfile.write(b"rubbish\r\n" * 3)

    site.pages["/a"] = rubbish
    with pytest.raises(Unreachable):
        fetcher.get(site.url("/a"), local=True)

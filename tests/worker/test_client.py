"""One fetch over real sockets: what an answer means, and that no answer takes more time, bytes or hops than allowed."""

from __future__ import annotations

import datetime as dt
import gzip
import random
import socket
import threading
import time
import zlib
from functools import partial
from http.server import BaseHTTPRequestHandler

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.world import Answer, Site
from worker.errors import (
    BadAddress,
    Forbidden,
    Gone,
    HttpError,
    NotFound,
    RateLimited,
    ServerFailed,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    WireroomError,
)
from worker.http.caching import retry_after
from worker.http.client import Fetcher, Response, check
from worker.http.decoding import PIECE_BYTES, decoded

gzipped = partial(gzip.compress, mtime=0)  # the same bytes in every process
NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
CAP = 100_000  # of the fixture
TEXT = b"A story that is told twice is no better for it. " * 40
NOISE = random.Random(1).randbytes(CAP + 1)


@pytest.fixture
def hurried() -> Fetcher:
    """A client that waits only half a second."""
    return Fetcher(user_agent="wireroom-tests", timeout_seconds=0.5, max_bytes=CAP, max_redirects=5)


def raw(*parts: bytes, pause_seconds: float = 0.0) -> Answer:
    """An answer written to the wire as it is, its parts apart in time."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        try:
            for part in parts:
                request.wfile.write(part)
                request.wfile.flush()
                time.sleep(pause_seconds)
        except OSError:
            return  # whoever asked has gone

    return answer


def encoded(site: Site, body: bytes, encoding: str) -> str:
    return site.page("/a", body, Content_Encoding=encoding)


def deflated(body: bytes, window: int) -> bytes:
    squeeze = zlib.compressobj(wbits=window)
    return squeeze.compress(body) + squeeze.flush()


def test_an_answer_keeps_what_was_sent(site: Site, fetcher: Fetcher) -> None:
    """Status, headers in their order and case, and body come out as they were."""
    site.pages["/a"] = (203, {"X-One": "1", "x-two": "2"}, TEXT)
    found = fetcher.get(site.url("/a"), local=True)
    assert (found.status, found.body, found.redirects) == (203, TEXT, ())
    assert [name for name, _ in found.headers if name.lower().startswith("x-")] == ["X-One", "x-two"]
    assert found.header("X-TWO") == "2"


def test_the_client_says_who_it_is_and_nothing_more(site: Site, fetcher: Fetcher) -> None:
    """A cookie that one answer sets is not sent with the next fetch."""
    site.pages["/a"] = (200, {"Set-Cookie": "track=1; Path=/"}, b"")
    fetcher.get(site.url("/a"), local=True)
    fetcher.get(site.url("/a"), local=True)
    assert len(site.requests) == 2
    for _, headers in site.requests:
        assert headers["User-Agent"] == "wireroom-tests"
        assert headers["Accept-Encoding"] == "gzip, deflate, br, zstd"
        assert "Cookie" not in headers


def test_a_validator_is_sent_back_byte_for_byte(site: Site, fetcher: Fetcher) -> None:
    """An ETag may hold bytes that are not ASCII."""
    site.pages["/a"] = (200, {"ETag": '"é"'}, b"")
    tag = fetcher.get(site.url("/a"), local=True).header("ETag")
    assert tag == '"é"'
    fetcher.get(site.url("/a"), local=True, headers={"If-None-Match": tag})
    assert site.requests[-1][1]["If-None-Match"] == '"é"'


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, "identity"),
        (gzipped(TEXT), "gzip"),
        (gzipped(TEXT), "x-gzip"),
        (gzipped(TEXT), " GZip "),
        (gzipped(TEXT[:100]) + gzipped(TEXT[100:]), "gzip"),
        (gzipped(b"") + gzipped(TEXT), "gzip"),
        (deflated(TEXT, 15), "deflate"),
        (deflated(TEXT, -15), "deflate"),
        (brotli.compress(TEXT), "br"),
        (zstandard.compress(TEXT), "zstd"),
        (zstandard.compress(TEXT[:100]) + zstandard.compress(TEXT[100:]), "zstd"),
        (gzipped(TEXT), "identity, gzip"),
        (gzipped(TEXT) + bytes(512), "gzip"),
        (gzipped(TEXT) + b"<!-- served by a proxy -->", "gzip"),
    ],
    ids=[
        "plain",
        "gzip",
        "x-gzip",
        "case",
        "two members",
        "an empty member",
        "zlib",
        "raw deflate",
        "brotli",
        "zstd",
        "two frames",
        "identity",
        "padded",
        "a remark behind it",
    ],
)
def test_a_body_is_decompressed(site: Site, fetcher: Fetcher, body: bytes, encoding: str) -> None:
    """In each of the encodings that were asked for, as servers really send them."""
    assert fetcher.get(encoded(site, body, encoding), local=True).body == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity"])
def test_an_empty_body_is_empty_in_every_encoding(site: Site, fetcher: Fetcher, encoding: str) -> None:
    """A header without a body is no damage."""
    assert fetcher.get(encoded(site, b"", encoding), local=True).body == b""


@pytest.mark.parametrize("encoding", ["UTF-8", "none", "", "aws-chunked", "exi", "né", "gzip", "br", "zstd", "deflate"])
def test_an_encoding_that_the_body_does_not_have_is_passed_over(site: Site, fetcher: Fetcher, encoding: str) -> None:
    """Servers name encodings that are none, and some that they did not use."""
    assert fetcher.get(encoded(site, TEXT, encoding), local=True).body == TEXT


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br, gzip"])
def test_a_stack_of_encodings_is_refused(site: Site, fetcher: Fetcher, encoding: str) -> None:
    """Bytes that nobody can read are not stored as if they were a page."""
    with pytest.raises(HttpError, match="not asked for"):
        fetcher.get(encoded(site, TEXT, encoding), local=True)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzipped(TEXT)[:-20], "gzip"),
        (gzipped(TEXT)[:-6], "gzip"),
        (gzipped(TEXT)[:-8] + bytes(8), "gzip"),
        (deflated(TEXT, 15)[:-20], "deflate"),
        (b"\x00\xff" + TEXT, "deflate"),
        (brotli.compress(TEXT)[:-3], "br"),
        (zstandard.compress(TEXT)[:-3], "zstd"),
        (gzipped(b"") * 2_000, "gzip"),
        (zstandard.compress(b"") * 2_000, "zstd"),
    ],
    ids=[
        "cut",
        "cut in the checksum",
        "wrong checksum",
        "cut zlib",
        "nonsense",
        "cut brotli",
        "cut zstd",
        "members without end",
        "frames without end",
    ],
)
def test_a_damaged_body_is_no_body(site: Site, fetcher: Fetcher, body: bytes, encoding: str) -> None:
    """What ends in the middle is tried again and not taken for the whole."""
    with pytest.raises(Unreachable):
        fetcher.get(encoded(site, body, encoding), local=True)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (NOISE, "identity"),
        (gzipped(NOISE), "gzip"),
        (gzipped(bytes(50_000_000), 1), "gzip"),
        (gzipped(bytes(60_000)) * 2, "gzip"),
        (deflated(bytes(50_000_000), 15), "deflate"),
        (brotli.compress(bytes(50_000_000), quality=3), "br"),
        (zstandard.compress(bytes(50_000_000)), "zstd"),
    ],
    ids=["plain", "gzip", "gzip bomb", "two members", "zlib bomb", "brotli bomb", "zstd bomb"],
)
def test_a_body_over_the_cap_is_too_large(site: Site, fetcher: Fetcher, body: bytes, encoding: str) -> None:
    """Plain or once decompressed, and long before it is all in memory."""
    with pytest.raises(TooLarge):
        fetcher.get(encoded(site, body, encoding), local=True)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzipped(bytes(50_000_000)), "gzip"), (deflated(bytes(50_000_000), -15), "deflate"),
     (brotli.compress(bytes(50_000_000), quality=3), "br"), (zstandard.compress(bytes(50_000_000)), "zstd")],
    ids=["gzip", "deflate", "br", "zstd"],
)  # fmt: skip
def test_a_bomb_is_given_up_before_it_goes_off(body: bytes, encoding: str) -> None:
    """No piece in memory is larger than a few times what was asked for, however much a few bytes stand for."""
    sizes = [len(piece) for piece in decoded([body], encoding)]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 2 * PIECE_BYTES


def test_a_body_of_exactly_the_cap_is_whole(site: Site, fetcher: Fetcher) -> None:
    """The cap itself is allowed."""
    assert len(fetcher.get(encoded(site, gzipped(NOISE[:CAP]), "gzip"), local=True).body) == CAP
    assert len(fetcher.get(site.page("/b", NOISE[:CAP]), local=True).body) == CAP


def test_an_endless_body_is_too_large(site: Site, fetcher: Fetcher) -> None:
    """A stream that never ends is left at the cap."""
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(10_000)] * 1000)
    with pytest.raises(TooLarge):
        fetcher.get(site.url("/a"), local=True)


def test_a_body_shorter_than_its_length_is_no_body(site: Site, fetcher: Fetcher) -> None:
    """A connection that ends before what Content-Length promised brought half a page."""
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", TEXT)
    with pytest.raises(Unreachable):
        fetcher.get(site.url("/a"), local=True)


def test_a_body_longer_than_its_length_ends_there(site: Site, fetcher: Fetcher) -> None:
    """What follows is no part of the answer, and not of the next one either."""
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npageHTTP/1.1 200 OK\r\n\r\nother")
    assert fetcher.get(site.url("/a"), local=True).body == b"page"
    assert fetcher.get(site.page("/b", "next"), local=True).body == b"next"


def test_a_promise_of_too_many_bytes_is_refused_at_once(site: Site, hurried: Fetcher) -> None:
    """What would not be read to its end is not begun."""
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x", pause_seconds=1)
    with pytest.raises(TooLarge, match="announced"):
        hurried.get(site.url("/a"), local=True)


def test_a_large_length_with_a_small_body_meets_the_deadline(site: Site, hurried: Fetcher) -> None:
    """A promise reserves nothing; the connection that stays open runs out of time."""
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x", pause_seconds=1)
    with pytest.raises(TimedOut):
        hurried.get(site.url("/a"), local=True)


def test_a_body_can_be_cut(site: Site, fetcher: Fetcher) -> None:
    """Where the start is enough, the rest is not asked for."""
    assert fetcher.get(site.page("/a", NOISE * 2), local=True, cut_at=1000).body == NOISE[:1000]


@pytest.mark.parametrize(
    "parts",
    [
        [b"", b""],
        [b"H", b"T", b"T", b"P", b"/", b"1", b".", b"1", b" ", b"2", b"0", b"0"],
        [b"HTTP/1.1 200 OK\r\n", *[b"X-A: 1\r\n"] * 12],
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 12],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 12],
        [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", *[bytes([b]) for b in gzipped(TEXT)[:12]]],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 12,
    ],
    ids=["silence", "status", "headers", "body", "chunks", "gzip", "endless continue"],
)
def test_a_slow_answer_meets_the_deadline(site: Site, hurried: Fetcher, parts: list[bytes]) -> None:
    """A drip that never lets a single read time out is over when the whole fetch has taken too long."""
    site.pages["/a"] = raw(*parts, pause_seconds=0.1 if len(parts) > 2 else 0.7)
    start = time.monotonic()
    with pytest.raises(TimedOut):
        hurried.get(site.url("/a"), local=True)
    assert time.monotonic() - start < 1.1


def test_redirects_share_one_deadline(site: Site, hurried: Fetcher) -> None:
    """A chain of hops that are each fast enough is not allowed more time than one fetch."""

    def slow(request: BaseHTTPRequestHandler) -> None:
        raw(b"", f"HTTP/1.1 302 Found\r\nLocation: {request.path}x\r\n\r\n".encode(), pause_seconds=0.15)(request)

    for n in range(9):
        site.pages["/a" + n * "x"] = slow
    with pytest.raises(TimedOut):
        hurried.get(site.url("/a"), local=True)


def test_a_chain_of_redirects_is_followed_and_remembered(site: Site, fetcher: Fetcher) -> None:
    """Each hop's status and address is kept; relative locations are read against the hop before."""
    site.redirect("/dir/1", "2", 301)
    site.redirect("/dir/2", "/3#part", 302)
    site.redirect("/3", f"//127.0.0.1:{site.server_port}/4?utm_source=hop", 307)
    site.page("/4", "end")
    found = fetcher.get(site.url("/dir/1"), local=True)
    assert (found.address, found.final_address) == (site.url("/dir/1"), site.url("/4"))
    assert found.redirects == (("301", site.url("/dir/1")), ("302", site.url("/dir/2")), ("307", site.url("/3")))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_location_that_is_not_ascii_is_found(site: Site, fetcher: Fetcher, encoding: str) -> None:
    """Many servers write their own letters into the header as they are."""
    location = "/é".encode(encoding)
    site.pages["/a"] = raw(b"HTTP/1.1 301 Moved\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
    site.page("/%C3%A9", "end")
    assert fetcher.get(site.url("/a"), local=True).body == b"end"


def test_a_circle_of_redirects_is_left(site: Site, fetcher: Fetcher) -> None:
    """No page is asked for twice."""
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    with pytest.raises(TooManyRedirects, match="circle"):
        fetcher.get(site.url("/a"), local=True)
    assert [path for path, _ in site.requests] == ["/a", "/b"]


def test_too_many_redirects_are_left(site: Site, fetcher: Fetcher) -> None:
    """The cap is on hops; as many as allowed are still followed."""
    for n in range(6):
        site.redirect(f"/{n}", f"/{n + 1}")
    site.page("/6", "end")
    assert fetcher.get(site.url("/1"), local=True).body == b"end"
    with pytest.raises(TooManyRedirects, match="more than 5"):
        fetcher.get(site.url("/0"), local=True)


@pytest.mark.parametrize(
    "location",
    ["file:/etc/passwd", "file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "http://[::1",
     "http://a:b@127.0.0.1/", "http://127.0.0.1:99999/", "http://1.2.3.999/"],
)  # fmt: skip
def test_a_redirect_to_what_is_no_page_is_refused(site: Site, fetcher: Fetcher, location: str) -> None:
    """A server cannot make the client read a file or another scheme."""
    with pytest.raises(BadAddress):
        fetcher.get(site.redirect("/a", location), local=True)


@pytest.mark.parametrize(("status", "location"), [(300, "/b"), (304, "/b"), (301, ""), (200, "/b")])
def test_only_a_redirect_with_a_place_is_followed(site: Site, fetcher: Fetcher, status: int, location: str) -> None:
    """Everything else is the answer itself."""
    site.redirect("/a", location, status)
    assert fetcher.get(site.url("/a"), local=True).status == status


@pytest.mark.parametrize("address", ["http://1.2.3.999/", "http://0177.0.0.1/", "ftp://x/", "/a"])
def test_an_address_that_makes_no_sense_is_bad(fetcher: Fetcher, address: str) -> None:
    """Whichever part of the client finds out, the reason is the same and is not tried again."""
    with pytest.raises(BadAddress):
        fetcher.get(address, local=True)


def test_a_refused_connection_is_unreachable(fetcher: Fetcher) -> None:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable):
        fetcher.get(f"http://127.0.0.1:{port}/", local=True)


@pytest.mark.parametrize("host", ["nothing.invalid", f"{'a' * 64}.example", "a..example", "xn--\u00ff"])
def test_an_unknown_host_is_unreachable(fetcher: Fetcher, host: str) -> None:
    """A name that cannot be resolved may be there tomorrow."""
    with pytest.raises((Unreachable, BadAddress)):
        fetcher.get(f"http://{host}/")


def test_a_port_that_speaks_no_tls_is_unreachable(site: Site, fetcher: Fetcher) -> None:
    """The handshake fails at once and with its words."""
    with pytest.raises(Unreachable, match=r"(?i)ssl|tls"):
        fetcher.get(site.url("/a").replace("http:", "https:"), local=True)


@pytest.mark.parametrize(
    "answer",
    [raw(b""), raw(b"SSH-2.0-OpenSSH_9.6\r\n"), raw(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
     raw(b"HTTP/1.1 999999 Odd\r\n\r\n"),
     raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")],
    ids=["nothing", "another protocol", "a length of letters", "an odd status", "bad chunks"],
)  # fmt: skip
def test_an_answer_that_is_no_http_is_unreachable(site: Site, fetcher: Fetcher, answer: Answer) -> None:
    """Whatever speaks there, the client says so and goes on."""
    site.pages["/a"] = answer
    with pytest.raises(Unreachable):
        fetcher.get(site.url("/a"), local=True)


def test_a_kept_connection_that_was_closed_is_opened_again(site: Site, fetcher: Fetcher) -> None:
    """A server that hangs up between two fetches costs none of them."""
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
    assert [fetcher.get(site.url("/a"), local=True).body for _ in range(10)] == [b"x"] * 10


def test_many_threads_share_one_client(site: Site, fetcher: Fetcher) -> None:
    """A deadline belongs to its own fetch: a slow one does not take time from the others."""
    site.pages["/slow"] = raw(b"", b"HTTP/1.1 200 OK\r\n\r\n", b"slow", pause_seconds=0.3)
    pages = [site.page(f"/{n}", f"page {n}") for n in range(20)]
    found: dict[str, bytes] = {}

    def get(address: str) -> None:
        found[address] = fetcher.get(address, local=True).body

    threads = [threading.Thread(target=get, args=(each,)) for each in [site.url("/slow"), *pages]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {site.url("/slow"): b"slow"} | {each: f"page {n}".encode() for n, each in enumerate(pages)}


def answer(status: int, **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response("http://example.org/", "http://example.org/", status, named, (), b"")


@pytest.mark.parametrize("status", [200, 201, 203, 299])
def test_a_success_is_no_error(status: int) -> None:
    """A 2xx that may hold a page."""
    check(answer(status), now=NOW)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFound),
        (410, Gone),
        *[(status, Forbidden) for status in (401, 403, 451)],
        (429, RateLimited),
        *[(status, ServerFailed) for status in (408, 500, 502, 503, 504, 520, 599)],
        *[
            (status, HttpError)
            for status in (204, 205, 206, 300, 301, 304, 400, 402, 405, 406, 407, 409, 418, 421, 499)
        ],
    ],
)
def test_a_status_says_what_happens_next(status: int, error: type[WireroomError]) -> None:
    """Its class decides whether the fetch is tried again."""
    with pytest.raises(error, match=f"status {status}") as raised:
        check(answer(status), now=NOW)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Wed, 01 May 2024 12:02:00 GMT", 120.0),
        ("Wednesday, 01-May-24 12:02:00 GMT", 120.0),
        ("Wed, 01 May 2024 14:02:00 +0200", 120.0),
        ("Wed, 01 May 2024 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Wed, 01 May 2024 12:02:00 +99999999999999999999", None),
        ("Wed, 01 May 99999 12:02:00 GMT", None),
    ],
)
def test_patience_is_asked_for_in_seconds_or_by_a_date(value: str | None, seconds: float | None) -> None:
    """Retry-After is read in both forms; what is neither says nothing."""
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_no_retry_after_is_read_as_less_than_nothing(value: str) -> None:
    """Whatever a server writes there."""
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_a_rate_limit_carries_what_was_asked_for() -> None:
    """The next attempt can wait for as long as the server said."""
    with pytest.raises(RateLimited) as raised:
        check(answer(429, Retry_After="90"), now=NOW)
    assert raised.value.delay_seconds == 90.0

"""The sample newsroom: what a feed reader and a fetcher meet there, and that it starts and stops as `run` needs."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from samples import pages
from samples.server import SITE, Newsroom

FEEDS = {"/monitor/feed.xml": "application/rss+xml", "/voa/feed.xml": "application/atom+xml"}
SERVE = (sys.executable, "-m", "samples")


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    yield from serving(Newsroom(0))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to serve, with a secret beside it."""
    (tmp_path / "secret.html").write_text("secret")
    site = tmp_path / "site"
    site.mkdir()
    (site / "page.html").write_text("<p>Page at {host}</p>")
    (site / ".hidden.html").write_text("hidden")
    (site / "link.html").symlink_to(tmp_path / "secret.html")
    return site


def serving(newsroom: Newsroom) -> Iterator[Newsroom]:
    thread = threading.Thread(target=newsroom.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    with newsroom:
        thread.start()
        yield newsroom
        newsroom.shutdown()


def ask(newsroom: Newsroom, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer and its body; the path is sent exactly as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.server_port, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def entries(newsroom: Newsroom, feed: str) -> list[feedparser.FeedParserDict]:
    found = feedparser.parse(ask(newsroom, feed)[1]).entries
    assert found
    return found


def page_of(newsroom: Newsroom, entry: feedparser.FeedParserDict) -> bytes:
    answer, body = ask(newsroom, entry.link.removeprefix(newsroom.address))
    assert answer.status == 200, entry.link
    return body


def pages_of(newsroom: Newsroom, feed: str) -> list[bytes]:
    return [page_of(newsroom, entry) for entry in entries(newsroom, feed)]


@pytest.mark.parametrize(("feed", "media_type"), FEEDS.items())
def test_a_feed_parses_without_complaint_and_every_entry_is_whole(
    newsroom: Newsroom, feed: str, media_type: str
) -> None:
    answer, body = ask(newsroom, feed)
    parsed = feedparser.parse(body, response_headers={"content-type": answer.headers["Content-Type"]})
    assert answer.headers["Content-Type"] == media_type
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert len(parsed.entries) >= 6
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    assert all(entry.title and entry.summary and entry.published_parsed for entry in parsed.entries)


@pytest.mark.parametrize("feed", FEEDS)
def test_links_are_absolute_and_lead_to_pages_that_answer(newsroom: Newsroom, feed: str) -> None:
    for entry in entries(newsroom, feed):
        assert entry.link.startswith(f"http://127.0.0.1:{newsroom.server_port}/")
        assert b"{host}" not in page_of(newsroom, entry)


@pytest.mark.parametrize("feed", FEEDS)
def test_pages_link_only_to_what_is_served(newsroom: Newsroom, feed: str) -> None:
    """A first user who clicks about in the browser meets no dead end."""
    found = {
        path for entry in entries(newsroom, feed) for path in re.findall(rb'href="(/[^"]*)"', page_of(newsroom, entry))
    }
    assert found
    assert {path: ask(newsroom, path.decode())[0].status for path in found} == dict.fromkeys(found, 200)


def test_one_story_stands_in_both_feeds_under_one_address(newsroom: Newsroom) -> None:
    monitor = {entry.link for entry in entries(newsroom, "/monitor/feed.xml")}
    voa = {entry.link for entry in entries(newsroom, "/voa/feed.xml")}
    assert not monitor & voa
    assert len({link.partition("?utm_")[0] for link in monitor} & voa) == 1


def test_one_monitor_entry_is_an_index_page(newsroom: Newsroom) -> None:
    index = [page for page in pages_of(newsroom, "/monitor/feed.xml") if b"Latest Monitor Articles</h1>" in page]
    assert len(index) == 1
    assert index[0].count(b">MORE</a>") == 5


def test_one_page_is_windows_1252_and_says_so_itself(newsroom: Newsroom) -> None:
    odd = [page for page in pages_of(newsroom, "/monitor/feed.xml") if not pages.is_utf8(page)]
    assert len(odd) == 1
    assert b"charset=windows-1252" in odd[0]
    assert "Otávio Queirós" in odd[0].decode("windows-1252")
    assert "“between equals”" in odd[0].decode("windows-1252")
    path = "/monitor/program/russian-fighter-bid-falters-in-brasilia.html"
    assert ask(newsroom, path)[0].headers["Content-Type"] == "text/html"


def test_volume_and_issue_fit_the_dates(newsroom: Newsroom) -> None:
    """Year = 1994 + volume, a working day each, one issue a working day (Presidents' Day off, as in 2000)."""
    seen = 0
    for entry in entries(newsroom, "/monitor/feed.xml"):
        masthead = re.search(rb"<p>Publication: Monitor Volume: (\d+) Issue: (\d+)</p>", page_of(newsroom, entry))
        if masthead is None:
            continue
        day = date(*entry.published_parsed[:3])
        first = date(day.year, 1, 2)
        working = sum((first + timedelta(n)).weekday() < 5 for n in range((day - first).days + 1))
        assert day.weekday() < 5
        assert (1994 + int(masthead[1]), int(masthead[2])) == (day.year, working - 1)
        seen += 1
    assert seen == 5


def test_dates_of_feed_and_page_agree(newsroom: Newsroom) -> None:
    for entry in entries(newsroom, "/voa/feed.xml"):
        page = page_of(newsroom, entry).decode()
        data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        shown = re.search(r'<time pubdate="pubdate" datetime="([^"]+)"', page)
        assert data is not None
        assert shown is not None
        listed = datetime(*entry.published_parsed[:6], tzinfo=UTC)
        assert datetime.fromisoformat(json.loads(data[1])["datePublished"].replace(" ", "T")) == listed
        assert datetime.fromisoformat(shown[1]) == listed
    told = {
        datetime(*entry.published_parsed[:6], tzinfo=UTC): datetime.fromisoformat(stated[1].decode())
        for entry in entries(newsroom, "/monitor/feed.xml")
        if (stated := re.search(rb'article:published_time" content="([^"]+)"', page_of(newsroom, entry)))
    }
    assert told
    assert list(told) == list(told.values())


@pytest.mark.parametrize("path", [*FEEDS, "/monitor/", "/"])
def test_what_is_already_held_is_not_sent_again(newsroom: Newsroom, path: str) -> None:
    first, body = ask(newsroom, path)
    assert body
    for header, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again, nothing = ask(newsroom, path, **{header: value})
        assert (again.status, nothing) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert (
        ask(newsroom, path, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])[0].status == 200
    )
    assert ask(newsroom, path, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT")[0].status == 200
    assert ask(newsroom, path, If_Modified_Since="yesterday")[0].status == 200


def test_head_gives_the_headers_alone(newsroom: Newsroom) -> None:
    answer, body = ask(newsroom, "/voa/feed.xml", "HEAD")
    assert (answer.status, body) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(ask(newsroom, "/voa/feed.xml")[1])


@pytest.mark.parametrize(
    "path", ["/none.html", "/monitor/none.xml", "/voa/", "/monitor/feed.xml/", "/" + "x" * 5000, "/%00"]
)
def test_what_is_not_there_is_404(newsroom: Newsroom, path: str) -> None:
    assert ask(newsroom, path)[0].status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/x/../../secret.html",
        "/..\\secret.html",
        "//etc/passwd",
        "/.hidden.html",
        "/link.html",
    ],
)
def test_no_path_leads_out_of_the_folder(folder: Path, path: str) -> None:
    for newsroom in serving(Newsroom(0, folder)):
        assert ask(newsroom, path)[0].status == 404
        assert ask(newsroom, "/page.html")[1].decode() == f"<p>Page at {newsroom.address}</p>"


def test_a_folder_without_a_front_page_gets_one_that_lists_its_files(newsroom: Newsroom) -> None:
    answer, body = ask(newsroom, "/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert all(f'href="{feed}"'.encode() in body for feed in FEEDS)


def test_it_says_where_it_listens_and_stops_at_once_even_with_a_reader_on_the_line() -> None:
    with subprocess.Popen([*SERVE, "--port", "0"], stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            port = int(child.stdout.readline().removeprefix("newsroom: http://127.0.0.1:"))
            with socket.create_connection(("127.0.0.1", port)) as reader:
                reader.sendall(b"GET /voa/feed.xml HTTP/1.1\r\nHost: x\r\n\r\n")
                assert reader.recv(12) == b"HTTP/1.1 200"
                child.send_signal(signal.SIGTERM)
                assert child.wait(timeout=5) == 0
        finally:
            child.kill()


def test_a_taken_port_is_one_clear_line(newsroom: Newsroom) -> None:
    done = subprocess.run([*SERVE, "--port", str(newsroom.server_port)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert done.stderr == f"newsroom: port {newsroom.server_port} on 127.0.0.1 is taken; name another with --port\n"


def test_a_missing_folder_is_one_clear_line(tmp_path: Path) -> None:
    done = subprocess.run([*SERVE, "--folder", str(tmp_path / "none")], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not a folder" in done.stderr


def test_no_page_of_the_samples_asks_anything_of_the_outside_world() -> None:
    """The samples are shown in a browser on machines that may be offline."""
    files = list(SITE.rglob("*.html"))
    assert files
    for file in files:
        assert not re.findall(rb'(?:src|href)="(?:https?:)?//', file.read_bytes()), file

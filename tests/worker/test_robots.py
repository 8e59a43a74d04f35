"""robots.txt: what it forbids is not fetched, what cannot be known waits, and it is asked for once a day."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from tests.outside import visitor
from tests.world import Site
from worker.errors import Disallowed, RobotsUnreachable
from worker.http.polite.robots import FRESH, MOST_BYTES, PAUSE, STALE, Robots, Rules, origin_of

NOON = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
PAGE = "http://example.org/news/1"


@pytest.fixture
def client(redis_address: str) -> Iterator[redis.Redis]:
    found = redis.Redis.from_url(redis_address)
    found.flushall()
    yield found
    found.close()


@pytest.fixture
def robots(site: Site, client: redis.Redis) -> Robots:
    return Robots(visitor(site), client)


def others(robots: Robots) -> Robots:
    """Another worker's, which shares Redis only."""
    return Robots(robots.fetcher, robots.client)


def asked(site: Site) -> int:
    return sum(path == "/robots.txt" for path, _ in site.requests)


@pytest.mark.parametrize(
    ("text", "address", "allowed"),
    [
        ("", PAGE, True),
        ("User-agent: *\nDisallow: /", PAGE, False),
        ("User-agent: *\nDisallow:", PAGE, True),
        ("User-agent: *\nDisallow: /private", PAGE, True),
        ("User-agent: *\nDisallow: /news/", PAGE, False),
        ("User-agent: *\nDisallow: /news/\nAllow: /news/1", PAGE, True),
        ("User-agent: *\nDisallow: /*/1$", PAGE, False),
        ("User-agent: wireroom\nDisallow: /\n\nUser-agent: *\nAllow: /", PAGE, False),
        ("User-agent: WIREROOM\nDisallow: /", PAGE, False),
        ("User-agent: googlebot\nDisallow: /", PAGE, True),
        ("User-agent: Wireroom/0.1\nDisallow: /", PAGE, False),
        ("User-agent: Wireroom bot\nDisallow: /", PAGE, False),
        ("User-agent: Wireroomer\nDisallow: /", PAGE, True),
        ("User-agent: Wire\nDisallow: /", PAGE, True),
        ("User-agent: a\nUser-agent: wireroom\nUser-agent: b\nDisallow: /", PAGE, False),
        ("User-agent: wireroom\nSitemap: http://example.org/s.xml\nUser-agent: b\nDisallow: /", PAGE, False),
        ("User-agent: wireroom\nAllow: /a\nUser-agent: b\nDisallow: /", PAGE, True),
        ("User-agent: wireroom\nAllow: /a\nUser-agent: b\nAllow: /\nUser-agent: wireroom\nDisallow: /", PAGE, False),
        ("User agent wireroom\nDisallow: /", PAGE, False),
        ("User-agent: wireroom\nAllow: /\n\nUser-agent: *\nDisallow: /", PAGE, True),
        ("user-agent:*\ndisallow:/news", PAGE, False),
        ("User-agent: *\r\nDisallow: /news\r\n", PAGE, False),
        ("User-agent: * # all\nDisallow: /news # new", PAGE, False),
        ("User-agent: *\nDisallow: /n%65ws", PAGE, False),
        ("User-agent: *\nDisallow: /caf\u00e9", "http://example.org/caf%C3%A9", False),
        ("<html><title>Not found</title><p>Disallow: /</html>", PAGE, True),
        ("Disallow: /", PAGE, True),
        ("\x00\x00\x00", PAGE, True),
    ],
)
def test_rules_are_read_as_the_standard_says(text: str, address: str, allowed: bool) -> None:
    """Longest match, groups by product token, comments, any line end."""
    rules = Rules("http://example.org", text, "Wireroom")
    if allowed:
        rules.judge(address)
        return
    with pytest.raises(Disallowed, match=r"example.org/robots.txt"):
        rules.judge(address)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nRequest-rate: 1/5", 5.0),
        ("User-agent: *\nCrawl-delay: 1\nRequest-rate: 1/1m", 60.0),
        ("User-agent: googlebot\nCrawl-delay: 10", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: 0", None),
        ("User-agent: *\nRequest-rate: 0/5", None),
        ("", None),
        (None, None),
    ],
)
def test_the_pace_that_a_site_asks_for_is_known(text: str | None, delay: float | None) -> None:
    """Crawl-delay and Request-rate, whichever is slower."""
    assert Rules("http://example.org", text, "Wireroom").crawl_delay == delay


@given(st.text())
def test_no_file_makes_us_fail(text: str) -> None:
    """Whatever stands in it."""
    rules = Rules("http://example.org", f"User-agent: *\n{text}", "Wireroom")
    assert rules.crawl_delay is None or rules.crawl_delay > 0
    with suppress(Disallowed):
        rules.judge(PAGE)


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /" + "*a" * 5_000 + "b",
        "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*b\n" * 3_000,
        "User-agent: *\n" + "Disallow: /x\n" * 20_000,
        "User-agent: a\n" * 20_000,
        "".join(f"useragent:{n:x}\n" for n in range(15_000)) + "allow:/\n" * 30_000,
        "useragent:wireroom\n" * 10_000 + "allow:/\n" * 30_000,
        "User-agent: *\nDisallow: /" + "%" * 400_000,
    ],
    ids=[
        "stars",
        "many stars",
        "many rules",
        "many groups",
        "agents times rules",
        "ourselves times rules",
        "one long rule",
    ],
)
def test_a_hostile_file_costs_a_second_at_most(text: str) -> None:
    """Patterns that would keep a regular expression busy for ever, and as many rules as fit."""
    started = time.thread_time()
    with suppress(Disallowed):
        Rules("http://example.org", text[:MOST_BYTES], "Wireroom").judge("http://example.org/" + "a" * 2_000)
    assert time.thread_time() - started < 2.0


def test_a_site_is_asked_once_a_day_for_all_workers(site: Site, robots: Robots) -> None:
    """Whoever asks first asks for all of them."""
    site.page("/robots.txt", "User-agent: *\nDisallow: /private", "text/plain")
    assert robots.known(PAGE, NOON) is None
    robots.rules(PAGE, NOON).judge(PAGE)
    for worker in (robots, others(robots)):
        for hours in (0, 12, 23):
            with pytest.raises(Disallowed):
                worker.rules("http://example.org/private/1", NOON + dt.timedelta(hours=hours)).judge(
                    "http://example.org/private/1"
                )
    assert asked(site) == 1
    robots.rules(PAGE, NOON + FRESH)
    assert asked(site) == 2


def test_each_origin_has_its_own(site: Site, robots: Robots) -> None:
    """Scheme, host and port (RFC 9309, 2.3)."""
    site.page("/robots.txt", "User-agent: *\nDisallow:", "text/plain")
    for address in (PAGE, "http://www.example.org/", "http://example.org:8080/"):
        robots.rules(address, NOON)
    assert asked(site) == 3
    assert origin_of("https://example.org:8443/a?b") == "https://example.org:8443"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_a_site_without_rules_allows_all(site: Site, robots: Robots, status: int) -> None:
    """Status 4xx means that there is none (RFC 9309, 2.3.1.3)."""
    site.pages["/robots.txt"] = (status, {}, b"User-agent: *\nDisallow: /")
    robots.rules(PAGE, NOON).judge(PAGE)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_that_cannot_answer_is_left_alone_for_a_while(site: Site, robots: Robots, status: int) -> None:
    """It forbids all, but not for good (RFC 9309, 2.3.1.4); and it is not asked again by each of its articles."""
    site.pages["/robots.txt"] = (status, {}, b"")
    for worker in (robots, others(robots)):
        with pytest.raises(RobotsUnreachable) as raised:
            worker.rules(PAGE, NOON).judge(PAGE)
        assert raised.value.delay_seconds == PAUSE.total_seconds()
    assert asked(site) == 1
    site.page("/robots.txt", "User-agent: *\nAllow: /", "text/plain")
    robots.rules(PAGE, NOON + PAUSE).judge(PAGE)


def test_the_last_copy_stands_in(site: Site, robots: Robots) -> None:
    """For a month; then nobody knows any more."""
    site.page("/robots.txt", "User-agent: *\nDisallow: /private", "text/plain")
    robots.rules(PAGE, NOON)
    site.pages["/robots.txt"] = (500, {}, b"")
    robots.rules(PAGE, NOON + FRESH).judge(PAGE)
    others(robots).rules(PAGE, NOON + FRESH).judge(PAGE)
    with pytest.raises(RobotsUnreachable):
        robots.rules(PAGE, NOON + STALE).judge(PAGE)


def test_a_file_that_moved_is_followed(site: Site, robots: Robots) -> None:
    """To another name, too; the rules hold for where they were looked for."""
    site.redirect("/robots.txt", "http://www.example.org/rules.txt")
    site.page("/rules.txt", "User-agent: *\nDisallow: /news", "text/plain")
    with pytest.raises(Disallowed):
        robots.rules(PAGE, NOON).judge(PAGE)


@pytest.mark.parametrize("to", ["/robots.txt", "http://127.0.0.1/robots.txt", "file:///etc/passwd"])
def test_a_file_that_moved_nowhere_is_none(site: Site, robots: Robots, to: str) -> None:
    """No redirect leads us in a circle or inside."""
    site.redirect("/robots.txt", to)
    robots.rules(PAGE, NOON).judge(PAGE)


def test_of_a_long_file_the_start_is_read(site: Site, robots: Robots) -> None:
    """500 KiB, as the standard asks for, and no more."""
    site.page("/robots.txt", "User-agent: *\nDisallow: /news\n" + "# more\n" * 100_000, "text/plain")
    with pytest.raises(Disallowed):
        robots.rules(PAGE, NOON).judge(PAGE)


def test_without_redis_the_file_is_asked_for_by_each_process(site: Site, no_redis: redis.Redis) -> None:
    """And it counts all the same."""
    robots = Robots(visitor(site), no_redis)
    site.page("/robots.txt", "User-agent: *\nDisallow: /news", "text/plain")
    for _ in range(3):
        with pytest.raises(Disallowed):
            robots.rules(PAGE, NOON).judge(PAGE)
    assert asked(site) == 1


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("Wireroom/0.1 (x)", "Wireroom"),
        ("My-Bot_2/1", "My-Bot_"),
        ("(odd)", "*"),
        ("Mozilla/5.0 (compatible; AcmeNews/1.0; +http://acme.example/bot)", "AcmeNews"),
        ("Mozilla/5.0 (X11; Linux)", "Mozilla"),
    ],
)
def test_we_are_known_by_our_name(site: Site, client: redis.Redis, user_agent: str, token: str) -> None:
    """The product token of the User-Agent that is sent."""
    assert Robots(visitor(site, user_agent), client).token == token


def test_only_what_is_said_to_us_is_kept_and_of_so_many_sites(site: Site, client: redis.Redis) -> None:
    """A file of half a megabyte for others costs no memory; the sites asked longest ago make room."""
    robots = Robots(visitor(site), client, most_sites=3)
    others_rules = "User-agent: somebody\n" + "Disallow: /x\n" * 30_000
    site.page("/robots.txt", others_rules + "User-agent: *\nDisallow: /news\n", "text/plain")
    origins = [f"http://www{n}.example.org" for n in range(6)]
    for n, origin in enumerate(origins):
        with pytest.raises(Disallowed):
            robots.rules(f"{origin}/news/1", NOON + dt.timedelta(seconds=n)).judge(f"{origin}/news/1")
    kept = sorted(key.decode() for key in robots.client.scan_iter("wireroom:robots:*"))
    assert kept == [f"wireroom:robots:wireroom:{origin}" for origin in origins[3:]]
    assert sum(robots.client.memory_usage(key) or 0 for key in kept) < 3_000
    assert robots.client.zcard("wireroom:robots") == 3

"""The fetch step and strangers' hosts: robots.txt first, then a turn, and no attempt lost over waiting."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from tests.hostile.scripts import ALL
from tests.hostile.site import HostileSite
from tests.outside import visitor
from tests.world import Site, World
from worker.errors import Reason
from worker.http.polite.visit import Visit
from worker.sources import KINDS
from worker.steps.ingest import give
from worker.store.sources import Source
from worker.store.tables import State, articles, sources

FEED = "http://example.org/feed"
COUNTED = {"10 GB bomb, zstd", "500 headers", "a length in letters", "noise", "a stack of encodings", "304 unasked",
           "a redirect to a file", "a redirect to itself", "a patience that is nonsense"}  # fmt: skip

LINKS = "".join(
    f"<a href='/2002/03/11/story-number-{n}-of-many-{1000 + n}'>A story of the day {n}</a>" for n in range(9)
)


@pytest.fixture
def stranger(world: World) -> World:
    """The world, to which its site is a stranger's: a feed of three pages, and a robots.txt."""
    world.fetcher = visitor(world.site)
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /private\nCrawl-delay: 5", "text/plain")
    links = [f"http://example.org/{path}" for path in ("news/1", "news/2", "private/3")]
    world.site.feed("/feed", links)
    for path in ("/news/1", "/news/2", "/private/3"):
        world.site.page(path, f"<p>{path}")
    world.source("paper", FEED, local=False)
    return world


def row(world: World, path: str) -> sa.Row:
    with world.database.read() as connection:
        query = sa.select(articles).where(articles.c.address == f"http://example.org/{path}")
        return connection.execute(query).one()


def fetched(site: Site) -> list[str]:
    return [path for path, _ in site.requests if path not in ("/feed", "/robots.txt")]


def fetch_all(world: World) -> None:
    for path in ("news/1", "news/2", "private/3"):
        world.fetch(row(world, path).id)


def test_what_is_disallowed_is_rejected_and_never_asked_for(stranger: World) -> None:
    """With the reason that the ledger counts."""
    stranger.poll("paper")
    stranger.later(60)
    fetch_all(stranger)
    found = row(stranger, "private/3")
    assert (found.state, found.reason) == (State.REJECTED, Reason.ROBOTS)
    assert "example.org/robots.txt" in found.detail
    assert "/private/3" not in fetched(stranger.site)


def test_an_article_waits_for_its_turn_and_then_goes(stranger: World) -> None:
    """Postponed once, with no attempt counted; nobody fetches it before."""
    stranger.poll("paper")
    stranger.later(60)
    fetch_all(stranger)
    assert fetched(stranger.site) == ["/news/1"]
    waiting = row(stranger, "news/2")
    assert (waiting.state, waiting.reserved, waiting.attempts, waiting.reason) == (State.LISTED, True, 0, None)
    assert waiting.lease_owner is None
    wait = (waiting.due_at - stranger.now).total_seconds()
    assert 1 <= wait <= 6
    assert stranger.fetch(waiting.id) is None
    stranger.now = waiting.due_at
    assert stranger.fetch(waiting.id) == waiting.id
    assert fetched(stranger.site) == ["/news/1", "/news/2"]
    assert not row(stranger, "news/2").reserved


def test_a_host_that_asks_for_patience_is_left_alone_by_all(stranger: World) -> None:
    """One article's 429 keeps the others from asking, too."""
    stranger.site.pages["/news/1"] = (429, {"Retry-After": "600"}, b"")
    stranger.poll("paper")
    stranger.later(60)
    fetch_all(stranger)
    first, second = row(stranger, "news/1"), row(stranger, "news/2")
    assert (first.reason, first.attempts) == (Reason.RATE_LIMITED, 1)
    assert fetched(stranger.site) == ["/news/1"]
    assert (second.attempts, second.reserved) == (0, True)
    assert second.due_at >= stranger.now + dt.timedelta(seconds=599)


def test_what_cannot_be_known_waits(stranger: World) -> None:
    """A robots.txt behind an error forbids all for a while, and rejects nothing."""
    stranger.site.pages["/robots.txt"] = (503, {}, b"")
    stranger.poll("paper")
    stranger.later(60)
    stranger.fetch(row(stranger, "news/1").id)
    found = row(stranger, "news/1")
    assert (found.state, found.reason) == (State.LISTED, Reason.ROBOTS_UNREACHABLE)
    assert found.due_at >= stranger.now + dt.timedelta(seconds=600)
    assert fetched(stranger.site) == []


def test_a_redirect_leads_into_another_sites_rules(stranger: World) -> None:
    """What its robots.txt disallows is not fetched by a detour."""
    stranger.site.redirect("/news/1", "http://other.example/private/3")
    stranger.poll("paper")
    stranger.later(60)
    stranger.fetch(row(stranger, "news/1").id)
    assert row(stranger, "news/1").reason == Reason.ROBOTS
    assert fetched(stranger.site) == ["/news/1"]


def test_a_local_source_is_asked_as_often_as_one_likes(world: World) -> None:
    """It is the operator's own; neither robots.txt nor turns."""
    pages = [world.site.page(f"/{n}", f"<p>{n}") for n in range(5)]
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    world.source("own", world.site.feed("/feed", pages))
    world.poll("own")
    world.later(60)
    for article in world.articles():
        assert world.fetch(article.id)
    assert sorted(fetched(world.site)) == [f"/{n}" for n in range(5)]


def test_what_a_hostile_server_does_is_counted(world: World) -> None:
    """Each fetch ends under its reason, its article rejected or tried again, and the ledger balances."""
    chosen = [each for each in ALL if each.name in COUNTED]
    with ExitStack() as stack:
        sites = [stack.enter_context(HostileSite(each.script)) for each in chosen]
        links = [f"http://127.0.0.1:{site.port}/" for site in sites]
        give(links, local=True, database=world.database, now=world.now)
        for article in world.articles():
            world.fetch(article.id)
    found = {each.address: each for each in world.articles()}
    assert [found[link].reason for link in links] == [each.reason for each in chosen]
    assert {each.name for each in chosen} == COUNTED
    assert all(found[link].detail for link in links)
    assert world.ledger().balanced


def test_an_index_page_is_read_as_robots_txt_allows(stranger: World) -> None:
    """A feed is there for programs and its address was named by the operator; a page for people is not."""
    stranger.source("index", "http://example.org/private/", "listing", local=False)
    polled = stranger.poll("index")
    assert polled is not None
    assert polled.reason == Reason.ROBOTS
    assert "/private/" not in fetched(stranger.site)


def test_polls_of_one_host_take_turns(stranger: World) -> None:
    """The second waits, without a failure, and goes when its turn comes."""
    stranger.source("other", FEED + "?zone=2", local=False)
    stranger.site.feed("/feed?zone=2", [])
    assert stranger.poll("paper") is not None
    assert stranger.poll("other") is None
    waiting = stranger.source_row("other")
    assert (waiting.failures, waiting.polls, waiting.reserved) == (0, 0, True)
    assert waiting.due_at is not None
    stranger.now = waiting.due_at
    assert stranger.poll("other") is not None
    assert not stranger.source_row("other").reserved


def test_further_pages_take_turns_and_keep_to_robots_txt(stranger: World) -> None:
    """One gap between two pages, the crawl-delay where there is one; a disallowed page is not asked for."""
    for number, following in ((1, "/index/2"), (2, "/index/3"), (3, "/private/4"), (4, "")):
        path = f"/private/{number}" if number == 4 else f"/index/{number}"
        body = f"<!doctype html><p>{LINKS.replace('many', f'page-{number}')}</p><a rel=next href='{following}'>Next</a>"
        stranger.site.page(path, body)
    waits: list[float] = []
    asked = Visit(stranger.polite, "http://example.org/index/1", stranger.now, local=False, by_robots=True)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        asked.now += dt.timedelta(seconds=seconds)

    asked.sleep = sleep
    source = Source("pages", "listing", asked.address, options={"pages": 10})
    assert asked.polite.turn(asked.address, now=stranger.now, local=False, reserved=False) is None
    listing = KINDS["listing"](source, asked, stranger.now)
    asked.done(None)
    assert len(listing.entries) == 27
    assert asked.requests == 3
    assert "/private/4" not in fetched(stranger.site)
    assert sum(waits) == pytest.approx(10, abs=1), "two crawl-delays of five seconds"
    assert asked.polite.budget.known("example.org", asked.now).busy == 0


def test_a_far_turn_leaves_the_rest_to_the_next_poll(stranger: World) -> None:
    """No worker is parked: what was read is listed, and the turn is given back once."""
    stranger.site.page("/robots.txt", "User-agent: *\nCrawl-delay: 40", "text/plain")
    stranger.site.page("/index/1", f"<!doctype html><p>{LINKS}</p><a rel=next href='/index/2'>Next</a>")
    stranger.source("pages", "http://example.org/index/1", "listing", local=False)
    with stranger.database.write() as connection:
        connection.execute(sa.update(sources).where(sources.c.name == "pages").values(options={"pages": 3}))
    polled = stranger.poll("pages")
    assert polled is not None
    assert (polled.entries, polled.reason) == (9, None)
    assert fetched(stranger.site) == ["/index/1"]
    assert stranger.polite.budget.known("example.org", stranger.now).busy == 0

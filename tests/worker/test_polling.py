"""What a poll decides: the next one, moves, the end of a source, whose outage it is, and what is news."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace
from email.utils import format_datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World, page, story
from worker.errors import Reason
from worker.sources.catalogue import synchronise
from worker.store import attempts, leases, sources
from worker.store.articles import claims
from worker.store.articles import entries as article_entries
from worker.store.articles.entries import Entry
from worker.store.attempts import Answer, Fetch
from worker.store.sources import Source
from worker.store.tables import State

TEXT = story().partition("\n\n")[2]
HOUR, DAY = 3600, 86_400


def put_feed(world: World, items: Sequence[tuple[str, str, dt.datetime | None]], path: str = "/feed.xml") -> str:
    """Puts up a feed of (link, guid, published); its address."""
    xml = "".join(
        f"<item><title>{guid}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "</item>"
        for link, guid, at in items
    )
    return world.site.page(path, f"<rss version='2.0'><channel>{xml}</channel></rss>", "application/rss+xml")


def adaptive(world: World, name: str, address: str) -> None:
    """A source that is polled by what it publishes."""
    world.source(name, address, interval=None)


def steps(world: World, name: str) -> list[str]:
    return [step.name for step in world.source_row(name).plan]


def test_a_poll_that_was_lost_is_a_failure_and_backs_off(world: World) -> None:
    """Its worker died of it, or was held so long that the lease ran out: the next look comes later each time."""
    adaptive(world, "hostile", put_feed(world, []))
    waits = []
    for lost in range(3):
        with world.database.write() as connection:
            claim = {"due_before": world.now, "owner": f"poll@{lost}", "now": world.now}
            assert sources.claim(connection, "hostile", until=world.now + dt.timedelta(seconds=60), **claim)
        if lost:
            world.later(61)
        else:
            with world.database.write() as connection:
                leases.release(connection, "poll@0", now=world.now)
        polled = world.poll("hostile")
        assert polled is not None
        assert polled.reason == Reason.WORKER_LOST
        row = world.source_row("hostile")
        assert f"poll@{lost} began" in (row.last_detail or "")
        waits.append(row.due_at - world.now)
        world.now = row.due_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert row.failures > 0
    polled = world.poll("hostile")
    assert polled is not None
    assert polled.reason is None


def test_what_was_stopped_with_everything_lost_nothing(world: World) -> None:
    """A machine that is turned off in the middle of a poll says nothing of the source."""
    adaptive(world, "quiet", put_feed(world, []))
    with world.database.write() as connection:
        until = world.now + dt.timedelta(seconds=60)
        assert sources.claim(connection, "quiet", due_before=world.now, owner="poll@a", now=world.now, until=until)
        leases.release_all(connection, now=world.now)
    polled = world.poll("quiet")
    assert polled is not None
    assert polled.reason is None


def test_a_busy_source_is_polled_more_often_than_a_quiet_one(world: World) -> None:
    """Told by the dates in the feed at the first poll."""
    for name, hours in (("busy", 1), ("quiet", 100)):
        items = [
            (world.site.url(f"/{name}/{n}"), f"{name}-{n}", world.now - dt.timedelta(hours=hours * (n + 1)))
            for n in range(20)
        ]
        adaptive(world, name, put_feed(world, items, f"/{name}.xml"))
        world.poll(name)
    waits = {name: world.source_row(name).due_at - world.now for name in ("busy", "quiet")}
    assert waits["busy"] < dt.timedelta(hours=1) < waits["quiet"]
    assert steps(world, "busy") == ["base", "jitter"]


def test_news_is_fetched_at_once_and_old_entries_wait_for_room(world: World) -> None:
    """A first poll of a large feed must not stand before today's news."""
    old, new = world.now - dt.timedelta(days=20), world.now - dt.timedelta(hours=1)
    links = [world.site.page(path, page(path, TEXT)) for path in ("/old", "/new")]
    adaptive(world, "wire", put_feed(world, [(links[0], "a", old), (links[1], "b", new)]))
    polled = world.poll("wire")
    assert polled is not None
    states = {each.address: each.id for each in world.articles()}
    assert polled.articles == (states[links[1]],)
    with world.database.write() as connection:
        again = world.now + dt.timedelta(seconds=30)
        first = claims.due(connection, State.LISTED, now=world.now, limit=9, backfill_limit=0, again_at=world.now)
        every = claims.due(connection, State.LISTED, now=world.now, limit=9, backfill_limit=9, again_at=again)
    assert (list(first), len(every)) == ([states[links[1]]], 2)
    world.later(60)
    world.settle()
    flags = {m.event["data"]["document"]["url"]: m.event["data"]["backfill"] for m in world.messages()
             if m.type == "wireroom.article.created"}  # fmt: skip
    assert flags == {links[0]: True, links[1]: False}


def test_a_feed_that_rewrites_its_addresses_publishes_nothing_again(world: World) -> None:
    """Old ids under new addresses are aliases, not news; one new entry among them is news."""
    paths = [f"/{n}" for n in range(6)]
    links = [world.site.page(path, page(path, TEXT)) for path in paths]
    adaptive(world, "wire", put_feed(world, [(link, f"id-{n}", None) for n, link in enumerate(links)]))
    world.settle()
    before = len(world.messages())
    moved = [(world.site.page(f"/moved{path}", page(path, TEXT)), f"id-{n}", None) for n, path in enumerate(paths)]
    news = world.site.page("/late", page("A late story", TEXT))
    put_feed(world, [(news, "id-new", None), *moved])
    world.later(2 * DAY)
    world.settle()
    told = [m.event["data"]["document"]["url"] for m in world.messages()[before:] if m.type.startswith("wireroom.art")]
    assert told == [news]
    assert len(world.articles()) == 7
    assert world.ledger().balanced


def test_an_old_id_on_a_new_story_is_news(world: World) -> None:
    """Some feeds use an id again; one such entry is no change of the whole feed."""
    links = [world.site.page(f"/{n}", page(str(n), TEXT)) for n in range(6)]
    adaptive(world, "wire", put_feed(world, [(link, f"id-{n}", None) for n, link in enumerate(links)]))
    world.settle()
    again = world.site.page("/again", page("Again", TEXT))
    put_feed(world, [(again, "id-0", None), *((link, f"id-{n}", None) for n, link in enumerate(links) if n)])
    world.later(2 * DAY)
    world.settle()
    assert len(world.articles()) == 7


def test_failures_slow_a_source_and_one_good_poll_heals_it(world: World) -> None:
    """Never dead for good, only slower."""
    world.source("wire", world.site.url("/feed.xml"), interval=600)
    waits = []
    for _ in range(4):
        world.poll("wire")
        row = world.source_row("wire")
        assert row.due_at is not None
        waits.append((row.due_at - world.now).total_seconds())
        world.later(waits[-1] + 1)
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0] / 2
    assert (row.last_reason, row.failures, steps(world, "wire")) == (
        Reason.NOT_FOUND, 4, ["base", "backoff", "jitter"],
    )  # fmt: skip
    put_feed(world, [])
    world.poll("wire")
    assert (world.source_row("wire").failures, steps(world, "wire")) == (0, ["base", "jitter"])


def test_retry_after_is_honoured(world: World) -> None:
    """A server that asks for an hour gets an hour."""
    world.site.pages["/feed.xml"] = (429, {"Retry-After": "3600"}, b"")
    world.source("wire", world.site.url("/feed.xml"), interval=60)
    world.poll("wire")
    row = world.source_row("wire")
    assert row.due_at is not None
    assert (row.due_at - world.now).total_seconds() >= HOUR
    assert "asked" in steps(world, "wire")


def test_a_permanent_move_is_followed_after_a_week(world: World) -> None:
    """And at once where the old address is gone."""
    new = put_feed(world, [], "/new.xml")
    old = world.site.redirect("/old.xml", new, status=301)
    world.source("wire", old, interval=HOUR)
    world.poll("wire")
    assert (world.source_row("wire").address, world.source_row("wire").moved_to) == (old, new)
    world.later(8 * DAY)
    world.poll("wire")
    assert world.source_row("wire").address == new


def test_a_move_is_followed_at_once_where_the_old_address_is_gone(world: World) -> None:
    """There is nothing left to wait for."""
    new = put_feed(world, [], "/new.xml")
    old = world.site.redirect("/old.xml", new, status=308)
    world.source("wire", old, interval=HOUR)
    world.poll("wire")
    world.site.pages["/old.xml"] = (410, {}, b"")
    world.later(DAY)
    world.poll("wire")
    assert world.source_row("wire").address == new


def test_a_temporary_redirect_moves_nothing(world: World) -> None:
    """Only 301 and 308 are meant for good."""
    old = world.site.redirect("/old.xml", put_feed(world, [], "/new.xml"), status=302)
    world.source("wire", old, interval=HOUR)
    for _ in range(3):
        world.poll("wire")
        world.later(8 * DAY)
    assert (world.source_row("wire").address, world.source_row("wire").moved_to) == (old, None)


def test_gone_is_obeyed_when_it_is_confirmed(world: World) -> None:
    """Status 410 for three days pauses the source; one good answer between starts the count anew."""
    world.site.pages["/feed.xml"] = (410, {}, b"")
    world.source("wire", world.site.url("/feed.xml"), interval=HOUR)
    for days in (0, 1, 1.5):
        world.later(days * DAY)
        world.poll("wire")
        assert not world.source_row("wire").paused
    world.later(DAY)
    world.poll("wire")
    row = world.source_row("wire")
    assert (row.paused, row.last_reason) == (True, Reason.GONE)


def test_an_outage_of_ours_is_nobody_elses_failure(world: World) -> None:
    """Where all hosts fail at once, no source gets slower, and each is tried again soon."""
    answered(world, *(f"127.0.0.{n + 2}" for n in range(8)))
    for n in range(8):
        world.source(f"down-{n}", f"http://127.0.0.{n + 2}:9/feed.xml", interval=HOUR)
        world.poll(f"down-{n}")
    last = world.source_row("down-7")
    assert last.due_at is not None
    assert (last.failures, steps(world, "down-7")) == (0, ["outage", "jitter"])
    assert (last.due_at - world.now).total_seconds() < 300
    assert world.source_row("down-0").failures == 0.5


def test_dead_hosts_are_no_outage(world: World) -> None:
    """Those that have not answered for days say nothing about our network, however many they are."""
    answered(world, *(f"127.0.0.{n + 2}" for n in range(8)))
    world.later(4 * DAY)
    for n in range(8):
        world.source(f"dead-{n}", f"http://127.0.0.{n + 2}:9/feed.xml", interval=HOUR)
        world.poll(f"dead-{n}")
    assert [world.source_row(f"dead-{n}").failures for n in range(8)] == [0.5] * 8


def test_an_outage_costs_no_article_an_attempt(world: World) -> None:
    """However long it lasts, but for the few that met it first."""
    hosts = [f"127.0.0.{n + 2}" for n in range(8)]
    answered(world, *hosts)
    for host in hosts:  # each a source of its own place, as others' pages are strangers'
        world.source(host, f"http://{host}:9/feed.xml")
        with world.database.write() as connection:
            article_entries.list_entry(connection, host, Entry("story", f"http://{host}:9/story"), now=world.now)
    ids = [each.id for each in world.articles()]
    for _ in range(12):
        for article in ids:
            world.fetch(article)
        world.later(130)
    with world.database.read() as connection:
        tried = connection.execute(sa.text("SELECT state, attempts FROM articles")).all()
    assert {state for state, _ in tried} == {State.LISTED}
    assert max(spent for _, spent in tried) <= 2


def answered(world: World, *hosts: str) -> None:
    """These hosts have answered a fetch, now."""
    with world.database.write() as connection:
        for host in hosts:
            fetch = Fetch("an-article", "wire", world.now, f"http://{host}/", host, None, None, Answer(status=200))
            attempts.note_fetch(connection, fetch)
    world.later(1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_whatever_the_order_of_polls_the_set_of_articles_is_the_same(world: World, seed: int) -> None:
    """Two feeds with common stories, redirects and tracking parameters, polled in any order, doubled, failing in
    between, fetched in any order."""
    chance = random.Random(seed)
    with world.database.write() as connection:
        for table in ("addresses", "entries", "polls", "snapshots", "articles", "sources"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    ends = [world.site.page(f"/end/{n}", page(f"Story {n}", TEXT)) for n in range(4)]
    aliases = [world.site.redirect(f"/moved/{n}", end) for n, end in enumerate(ends)]
    links = [*ends, *aliases, *(f"{end}?utm_source=x" for end in ends), *(f"{alias}#top" for alias in aliases)]
    chance.shuffle(links)
    for n in range(3):
        world.source(f"feed-{n}", world.site.feed(f"/feed-{n}.xml", links[n::3]), interval=1)
    for _ in range(chance.randrange(4, 12)):
        name = f"feed-{chance.randrange(3)}"
        kept = world.site.pages.get(f"/{name}.xml")
        if kept and chance.random() < 0.3:
            world.site.pages[f"/{name}.xml"] = (500, {}, b"")
        world.poll(name)
        if kept:
            world.site.pages[f"/{name}.xml"] = kept
        waiting = [each.id for each in world.articles() if each.state == State.LISTED]
        for article in chance.sample(waiting, chance.randint(0, len(waiting))):
            world.fetch(article)
        world.later(DAY)
    for n in range(3):
        world.poll(f"feed-{n}")
        world.later(DAY)
    for article in [each.id for each in world.articles() if each.state == State.LISTED]:
        world.fetch(article)
    assert [each.address for each in world.articles()] == sorted(ends)
    assert world.ledger().balanced
    with world.database.read() as connection:
        assert len(sources.all_of(connection)) == 3


def test_a_pause_and_a_move_outlive_the_reading_of_the_file(world: World) -> None:
    """What was commanded and what was learned stand, until the operator writes another address."""
    listed = Source("wire", "feed", "http://a.example/feed", origin="file", interval_seconds=HOUR, due_at=world.now)
    with world.database.write() as connection:
        synchronise(connection, [listed], samples=False, now=world.now)
        sources.pause(connection, ["wire"], paused=True)
        connection.execute(sa.text("UPDATE sources SET address = 'http://b.example/feed', etag = 'x'"))
        synchronise(connection, [listed], samples=False, now=world.now)
    row = world.source_row("wire")
    assert (row.paused, row.address, row.etag) == (True, "http://b.example/feed", "x")
    with world.database.write() as connection:
        sources.pause(connection, ["wire"], paused=False)
        synchronise(connection, [replace(listed, paused=True)], samples=False, now=world.now)
        assert not sources.one(connection, "wire").paused
        synchronise(connection, [replace(listed, address="http://c.example/")], samples=False, now=world.now)
    row = world.source_row("wire")
    assert (row.paused, row.address, row.etag) == (False, "http://c.example/", None)


def test_other_options_read_the_page_anew(world: World) -> None:
    """A new selector finds other links on a page that has not changed."""
    first = Source("index", "listing", "http://a.example/", options={"links": "h2 a"}, due_at=world.now)
    with world.database.write() as connection:
        sources.put(connection, first)
        connection.execute(sa.text("UPDATE sources SET etag = 'x', sha256 = 'y'"))
        sources.put(connection, first)
        assert sources.one(connection, "index").etag == "x"
        sources.put(connection, replace(first, options={"links": "h3 a"}))
    assert (world.source_row("index").etag, world.source_row("index").sha256) == (None, None)

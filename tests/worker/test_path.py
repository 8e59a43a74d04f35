"""An article's path through the steps, on both databases, with a real site and a real stream."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.world import World, page, story
from worker.decide.outcome import Dead
from worker.errors import Reason
from worker.store import sources
from worker.store.articles import claims
from worker.store.articles.claims import Claim
from worker.store.outgoing import outbox
from worker.store.tables import State

TEXT = story().partition("\n\n")[2]
LEASE = dt.timedelta(seconds=60)


def new(world: World) -> list[str]:
    """The ids of what the poll of the feed lists."""
    world.poll("wire")
    return [each.id for each in world.articles()]


def take(world: World, article: str) -> Claim:
    """The claim of a worker that then says nothing more."""
    with world.database.write() as connection:
        claim = claims.claim(connection, article, State.LISTED, owner="silent", now=world.now, until=world.now + LEASE)
    assert claim is not None
    return claim


def listed(world: World, *paths: str) -> list[str]:
    """Puts up a page at each path and a feed that lists them."""
    links = [world.site.page(path, page(f"Story {path}", TEXT)) for path in paths]
    world.source("wire", world.site.feed("/feed.xml", links))
    return links


def test_a_listed_article_is_on_the_stream_with_its_records(world: World) -> None:
    """The main job: feed, page, snapshot, records, message."""
    listed(world, "/a", "/b")
    world.settle()
    created = [m for m in world.messages() if m.type == "wireroom.article.created"]
    assert sorted(m.event["data"]["document"]["title"] for m in created) == ["Story /a", "Story /b"]
    kinds = {record["kind"] for m in created for record in m.event["data"]["records"]}
    assert "citation" in kinds
    assert "person" in kinds
    assert world.ledger().balanced


def test_a_feed_polled_ten_times_publishes_nothing_twice(world: World) -> None:
    """At-least-once polling must not become at-least-twice publication."""
    listed(world, "/a", "/b")
    world.settle()
    before = [m.id for m in world.messages()]
    for _ in range(10):
        world.later(700)
        world.settle()
    assert [m.id for m in world.messages()] == before
    assert world.source_row("wire").polls == 11


def test_a_new_item_is_published_once_after_the_next_poll(world: World) -> None:
    """What is added to a feed while it is polled comes out, and only that."""
    links = listed(world, "/a")
    world.settle()
    before = len(world.messages())
    new = world.site.page("/new", page("New story", TEXT))
    world.site.feed("/feed.xml", [new, *links])
    world.later(700)
    world.settle()
    created = [m for m in world.messages()[before:] if m.type == "wireroom.article.created"]
    assert [m.event["data"]["document"]["title"] for m in created] == ["New story"]


def test_the_same_story_in_two_feeds_is_one_article(world: World) -> None:
    """An address with tracking parameters and one without are one."""
    (link,) = listed(world, "/a")
    world.source("other", world.site.feed("/other.xml", [f"{link}?utm_source=feed&utm_medium=rss#top"]))
    world.settle()
    assert [each.state for each in world.articles()] == [State.EXTRACTED]
    lines = {line.source: line for line in world.ledger().lines}
    assert (lines["wire"].extracted + lines["other"].extracted, lines["wire"].duplicate + lines["other"].duplicate) == (
        1,
        1,
    )


def test_a_redirect_and_its_end_are_one_article_in_either_order(world: World) -> None:
    """The set of articles is the same whatever order the addresses come in."""
    end = world.site.page("/end", page("The story", TEXT))
    world.source("first", world.site.feed("/1.xml", [world.site.redirect("/moved", end), end]))
    world.settle()
    assert [each.address for each in world.articles()] == [end]
    assert world.ledger().balanced
    world.source("second", world.site.feed("/2.xml", [world.site.url("/moved")]))
    world.settle()
    assert [each.address for each in world.articles()] == [end]
    assert world.ledger().lines[-1].duplicate == 1


def test_every_step_done_twice_changes_nothing(world: World) -> None:
    """A doubled wake-up finds nothing to do."""
    listed(world, "/a")
    (article,) = new(world)
    assert world.poll("wire") is None
    assert world.fetch(article) == article
    assert world.fetch(article) is None
    assert world.extract(article) is not None
    assert world.extract(article) is None
    assert world.publish() > 0
    assert world.publish() == 0
    assert len({m.id for m in world.messages()}) == len(world.messages())


def test_the_same_bytes_fetched_again_publish_nothing(world: World) -> None:
    """A file that was touched but not changed is read again and says nothing new."""
    folder = world.settings.data / "in"
    folder.mkdir()
    (folder / "story.txt").write_text(story())
    world.source("files", str(folder), "folder")
    world.settle()
    before = [m.id for m in world.messages()]
    (folder / "story.txt").touch()
    world.later(700)
    world.settle()
    assert [m.id for m in world.messages()] == before


def test_a_changed_file_updates_its_article(world: World) -> None:
    """The same article rises to its second revision; what it no longer says is retracted."""
    folder = world.settings.data / "in"
    folder.mkdir()
    (folder / "story.txt").write_text(story())
    world.source("files", str(folder), "folder")
    world.settle()
    before = len(world.messages())
    (folder / "story.txt").write_text(story("March 12", body="A new sentence stands here."))
    world.later(700)
    world.settle()
    (updated,) = [m for m in world.messages()[before:] if m.type.startswith("wireroom.article")]
    assert (updated.type, updated.event["data"]["revision"]) == ("wireroom.article.updated", 2)
    assert "A new sentence" in updated.event["data"]["document"]["text"]
    assert world.ledger().balanced


def test_an_article_that_becomes_none_is_withdrawn(world: World) -> None:
    """Consumers are told that what they were told no longer stands."""
    folder = world.settings.data / "in"
    folder.mkdir()
    (folder / "story.txt").write_text(story())
    world.source("files", str(folder), "folder")
    world.settle()
    before = len(world.messages())
    (folder / "story.txt").write_text("")
    world.later(700)
    world.settle()
    types = [m.type for m in world.messages()[before:]]
    assert types[0] == "wireroom.article.withdrawn"
    assert set(types[1:]) <= {"wireroom.event.retracted"}
    (article,) = world.articles()
    assert (article.state, article.reason) == (State.REJECTED, Reason.EMPTY)


def test_a_lost_wake_up_is_sent_again(world: World) -> None:
    """The broker may lose everything: what is due is due again."""
    listed(world, "/a")
    world.poll("wire")
    first = world.sweep().fetches
    assert world.sweep().fetches == []
    world.later(world.settings.redispatch_seconds + 1)
    assert world.sweep().fetches == first


def test_a_worker_that_does_not_come_back_loses_its_lease(world: World) -> None:
    """Another worker takes the article over, and what the first one writes too late has no effect."""
    listed(world, "/a")
    (article,) = new(world)
    held = take(world, article)
    world.later(LEASE.total_seconds() + 1)
    assert world.fetch(article) == article
    with pytest.raises(claims.Fenced), world.database.write() as connection:
        claims.end(connection, held, Dead(Reason.BROKEN, "too late"), now=world.now)
    assert [each.state for each in world.articles()] == [State.FETCHED]


def test_a_poisonous_article_is_dead_after_a_few_workers(world: World) -> None:
    """An article that takes its worker down each time does so only a few times."""
    listed(world, "/a", "/b")
    poisonous, _ = new(world)
    for _ in range(world.settings.max_attempts):
        assert take(world, poisonous)
        world.later(LEASE.total_seconds() + 1)
    world.settle()
    states = {each.id: (each.state, each.reason) for each in world.articles()}
    assert states[poisonous] == (State.DEAD, Reason.WORKER_LOST)
    assert sorted(state for state, _ in states.values()) == [State.DEAD, State.EXTRACTED]


def test_a_lost_stream_is_filled_again(world: World) -> None:
    """Flushing Redis loses no message: what the database holds comes back, in order and once."""
    listed(world, "/a", "/b", "/c")
    world.settle()
    before = [m.id for m in world.messages()]
    world.stream.client.flushall()
    world.publish()
    assert [m.id for m in world.messages()] == before


def test_a_relay_that_dies_between_stream_and_database_doubles_nothing(world: World) -> None:
    """The stream passes over ids that it has had."""
    listed(world, "/a")
    world.settle()
    before = [m.id for m in world.messages()]
    with world.database.write() as connection:
        assert outbox.unmark(connection) == len(before)
    world.publish()
    assert [m.id for m in world.messages()] == before


def test_only_one_process_publishes_at_a_time(world: World) -> None:
    """Messages keep their order since a second relay finds the lease taken."""
    listed(world, "/a")
    world.poll("wire")
    with world.database.write() as connection:
        assert outbox.take_lease(connection, "publish", "other", now=world.now, until=world.now + LEASE)
    for article in [each.id for each in world.articles()]:
        world.fetch(article)
        world.extract(article)
    assert world.publish() == 0
    assert world.messages() == []


def test_a_paused_source_is_not_polled(world: World) -> None:
    """Pausing holds until it is resumed."""
    listed(world, "/a")
    with world.database.write() as connection:
        sources.pause(connection, ["wire"], paused=True)
    world.settle()
    assert world.articles() == []
    with world.database.write() as connection:
        sources.pause(connection, ["wire"], paused=False)
    world.settle()
    assert len(world.articles()) == 1

"""Articles that go for good, by their source's word or on request, and those that are tried again by hand."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.world import World, page, story
from worker.decide.outcome import Stands
from worker.errors import Reason
from worker.steps.purge import Purged, purge
from worker.store.articles import claims, retrying
from worker.store.tables import State, documents, outbox, records, snapshots

TEXT = story().partition("\n\n")[2]


def ingested(world: World, *paths: str) -> list[str]:
    """The ids of articles with this text, extracted and published."""
    links = [world.site.page(path, page("A story", TEXT)) for path in paths]
    world.source("wire", world.site.feed("/feed.xml", links))
    world.settle()
    return [each.id for each in world.articles()]


def purged(world: World, article: str) -> Purged | None:
    found = purge(article, database=world.database, snapshots=world.snapshots, stream=world.stream, now=world.now)
    world.publish()
    return found


def test_a_purged_article_is_gone_everywhere_and_its_consumers_are_told(world: World) -> None:
    """No row but the tombstone, no bytes, no word of it on the stream, nor in what is still to be published."""
    article, other = ingested(world, "/a", "/b")
    stays = [each.id for each in world.messages() if each.subject == other]
    found = purged(world, article)
    new = [each for each in world.messages() if each.subject == article]
    assert stays == [each.id for each in world.messages() if each.subject == other]
    assert new[0].type == "wireroom.article.withdrawn"
    assert {m.type for m in new[1:]} == {"wireroom.event.retracted"}
    assert {m.event["data"]["revision"] for m in new} == {2}
    assert "Halvari" not in "".join(f"{m.event}\n" for m in new)
    assert found == Purged(len(new), 0), "the other story has the same bytes"
    with world.database.read() as connection:
        for table in (documents, records, snapshots):
            query = sa.select(sa.func.count()).select_from(table).where(table.c.article_id == article)
            assert connection.execute(query).scalar() == 0
        told = connection.execute(sa.select(outbox.c.payload).where(outbox.c.subject == article)).scalars()
        assert "Halvari" not in "".join(told)
    assert purged(world, article) is None
    assert world.ledger().balanced
    assert {line.source: line.rejected for line in world.ledger().lines} == {"wire": {"purged": 1}}


def test_bytes_go_when_nobody_uses_them(world: World) -> None:
    """The last article with them takes them along."""
    first, second = ingested(world, "/a", "/b")
    (digest,) = {path.stem for path in (world.settings.data / "snapshots").rglob("*.zst")}
    assert world.snapshots.load(digest)
    assert purged(world, first).bodies == 0
    assert purged(world, second).bodies == 1
    assert not list((world.settings.data / "snapshots").rglob("*.zst"))
    assert world.ledger().balanced


def test_a_purged_article_is_not_fetched_again(world: World) -> None:
    """Whoever lists it, however it changed, and whoever retries it."""
    folder = world.settings.data / "in"
    folder.mkdir()
    (folder / "story.txt").write_text(story())
    world.source("files", str(folder), "folder")
    world.settle()
    (article,) = [each.id for each in world.articles()]
    assert purged(world, article)
    (folder / "story.txt").write_text(story(body="A new sentence."))
    world.later(700)
    world.settle()
    with world.database.write() as connection:
        assert retrying.retry(connection, article, fetch=True, now=world.now) is None
    (left,) = world.articles()
    assert (left.state, left.reason, left.title) == (State.REJECTED, Reason.PURGED, None)
    assert world.ledger().balanced


def test_a_worker_that_is_in_the_middle_of_it_comes_too_late(world: World) -> None:
    """What it brings is not stored."""
    world.source("wire", world.site.feed("/feed.xml", [world.site.page("/a", page("A story", TEXT))]))
    world.poll("wire")
    (article,) = [each.id for each in world.articles()]
    world.fetch(article)
    with world.database.write() as connection:
        held = claims.claim(connection, article, State.FETCHED, owner="w", now=world.now, until=world.now)
    assert held
    assert purged(world, article) == Purged(0, 1)
    with pytest.raises(claims.Fenced), world.database.write() as connection:
        claims.end(connection, held, Stands(None, 0), now=world.now)
    assert world.extract(article) is None


def test_an_article_that_its_site_took_back_is_withdrawn(world: World) -> None:
    """Status 410 says so; 404 may be a passing fault."""
    (article,) = ingested(world, "/a")
    before = len(world.messages())
    for status, types in ((404, set()), (410, {"wireroom.article.withdrawn", "wireroom.event.retracted"})):
        world.site.pages["/a"] = (status, {"Content-Type": "text/plain"}, b"gone")
        with world.database.write() as connection:
            assert retrying.retry(connection, article, fetch=True, now=world.now) == State.LISTED
        world.later(60)
        world.settle()
        assert {m.type for m in world.messages()[before:]} == types
        assert world.ledger().balanced
    world.site.page("/a", page("A story", TEXT))
    with world.database.write() as connection:
        retrying.retry(connection, article, fetch=False, now=world.now)
    world.later(60)
    world.settle()
    assert [m.type for m in world.messages()][-1] in ("wireroom.event.created", "wireroom.article.created")
    assert [m.event["data"]["revision"] for m in world.messages() if m.type == "wireroom.article.created"] == [1, 3]


def test_a_kept_page_is_judged_again_without_the_network(world: World) -> None:
    """Only what was never fetched well is fetched."""
    (article,) = ingested(world, "/a")
    asked = len(world.site.requests)
    with world.database.write() as connection:
        assert retrying.retry(connection, article, fetch=False, now=world.now) == State.FETCHED
        assert retrying.retry(connection, article, fetch=False, now=world.now) is None, "it is on its way"
    before = len(world.messages())
    world.settle()
    assert len(world.site.requests) == asked
    assert len(world.messages()) == before


def test_a_dead_article_is_given_up_or_tried_again(world: World) -> None:
    """The ledger balances either way."""
    first, second = ingested(world, "/a", "/b")
    with world.database.write() as connection:
        connection.execute(sa.text("UPDATE articles SET state = 'dead', reason = 'broken'"))
        assert sorted(retrying.dead(connection)) == sorted((first, second))
        assert retrying.drop(connection, first, now=world.now)
        assert not retrying.drop(connection, first, now=world.now)
        assert retrying.retry(connection, second, fetch=False, now=world.now) == State.FETCHED
    world.settle()
    assert {each.id: each.state for each in world.articles()} == {first: State.REJECTED, second: State.EXTRACTED}
    assert world.ledger().balanced

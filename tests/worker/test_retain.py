"""What is kept for a time only, and what nobody may lose by it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests.world import World, page, story
from worker.settings import Settings
from worker.steps.retain import retain
from worker.store import attempts
from worker.store.articles import retrying, selection
from worker.store.articles.selection import Selection
from worker.store.tables import State, articles

TEXT = story().partition("\n\n")[2]
DAY = 86_400


@pytest.fixture
def kept(world: World) -> World:
    """Two articles, one of them still on its way, and pages that are kept for ten days."""
    world.settings = Settings(data=world.settings.data, snapshot_days=10, attempt_days=5, recheck_hours="")
    links = [world.site.page(path, page(path, TEXT + path)) for path in ("/a", "/b")]
    world.source("wire", world.site.feed("/feed.xml", links))
    polled = world.poll("wire")
    assert polled
    for article in polled.articles or [each.id for each in world.articles()]:
        world.fetch(article)
    world.extract(world.articles()[0].id)
    return world


def retained(world: World) -> tuple[int, int]:
    return retain(database=world.database, snapshots=world.snapshots, settings=world.settings, now=world.now)


def test_old_pages_go_and_what_is_known_of_them_stays(kept: World) -> None:
    """Not those that wait to be extracted; a page that is fetched again is kept again."""
    first, second = kept.articles()
    assert (first.state, second.state) == (State.EXTRACTED, State.FETCHED)
    kept.later(9 * DAY)
    assert retained(kept)[1] == 0
    kept.later(2 * DAY)
    assert retained(kept)[1] == 1
    assert kept.ledger().balanced
    assert kept.extract(second.id) is not None
    with kept.database.write() as connection:
        assert selection.subject(connection, first.id) is None
        assert selection.count(connection, Selection(articles=(first.id,)), {}) == 0
        assert retrying.retry(connection, first.id, fetch=False, now=kept.now) == State.LISTED, (
            "it must be fetched anew"
        )
    kept.fetch(first.id)
    with kept.database.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM snapshots WHERE kept")).scalar() == 2
    assert kept.extract(first.id) is not None


def test_without_a_limit_pages_stay(kept: World) -> None:
    """The default: any extractor to come can run on them."""
    kept.settings = Settings(data=kept.settings.data)
    kept.later(5000 * DAY)
    assert retained(kept)[1] == 0


def test_old_attempts_are_forgotten(kept: World) -> None:
    """They explain what happens now, and prove nothing."""
    article = kept.articles()[0].id
    with kept.database.read() as connection:
        (fetch,) = attempts.fetches_of(connection, article)
        (poll,) = attempts.last_polls(connection, "wire")
    assert (fetch.answer.status, fetch.answer.robots, fetch.reason) == (200, None, None)
    assert (poll.answer.status, poll.answer.requests, poll.entries) == (200, 1, 2)
    assert (fetch.answer.received or 0) > 100
    kept.later(5 * DAY + 1)
    assert retained(kept)[0] == 3
    with kept.database.read() as connection:
        assert attempts.fetches_of(connection, article) == []
        assert connection.execute(sa.select(articles.c.id)).all()


def test_times_are_those_of_the_fetch(kept: World) -> None:
    """And not those of the clean-up."""
    with kept.database.read() as connection:
        (fetch, *_) = attempts.fetches_of(connection, kept.articles()[0].id)
    assert fetch.at == kept.now
    assert kept.now.tzinfo == dt.UTC

"""An article that its workers die of."""

from __future__ import annotations

import datetime as dt

from tests.world import World, story
from worker.errors import Reason
from worker.store import leases
from worker.store.articles import claims
from worker.store.tables import State


def test_an_article_that_kills_its_worker_each_time_is_dead_in_the_end(world: World) -> None:
    """What a restarted worker gives back at once is not tried for ever; what a stopped machine gives back is."""
    path = world.settings.data / "story.txt"
    path.write_text(story())
    world.source("files", str(world.settings.data), "folder")
    world.poll("files")
    for _ in range(world.settings.max_attempts):  # stopped again and again: nobody's fault
        take(world)
        with world.database.write() as connection:
            leases.release_all(connection, now=world.now)
        world.sweep()
    for _ in range(world.settings.max_attempts):
        take(world)
        with world.database.write() as connection:
            leases.release(connection, "extract@test", now=world.now)
    world.sweep()
    dead = [(each.state, each.reason) for each in world.articles() if each.address.endswith("story.txt")]
    assert dead == [(State.DEAD, Reason.WORKER_LOST)]
    assert world.ledger().balanced


def take(world: World) -> None:
    """A worker takes the article."""
    article = next(each.id for each in world.articles() if each.address.endswith("story.txt"))
    until = world.now + dt.timedelta(seconds=60)
    with world.database.write() as connection:
        assert claims.claim(connection, article, State.LISTED, owner="extract@test", now=world.now, until=until)

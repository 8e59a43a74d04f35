"""One article by what somebody writes of it, and whether anybody works."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

from tests.world import World, page, story
from worker.store import heartbeats
from worker.store.articles import listed
from worker.store.articles.listed import NotOne

TEXT = story().partition("\n\n")[2]


@pytest.fixture
def polled(world: World) -> World:
    links = [world.site.page(path, page("A story", TEXT)) for path in ("/a_b", "/axb", "/c%d")]
    world.source("wire", world.site.feed("/feed.xml", links))
    world.poll("wire")
    return world


def test_an_article_is_found_by_its_id_or_the_end_of_its_address(polled: World) -> None:
    """The id's beginning will do; what a pattern would match is taken by the letter."""
    with polled.database.read() as connection:
        for each in polled.articles():
            for wanted in (each.id, each.id[:8], each.address, each.address.rpartition("/")[2]):
                assert listed.only(connection, wanted) == each


@pytest.mark.parametrize(("wanted", "number"), [("nothing", 0), ("", 3), ("b", 2)])
def test_what_fits_no_article_or_several_says_which(polled: World, wanted: str, number: int) -> None:
    """Whoever asked can name them."""
    ending = [each for each in polled.articles() if each.address.endswith(wanted) or each.id.startswith(wanted)]
    assert len(ending) >= number
    with polled.database.read() as connection, pytest.raises(NotOne) as caught:
        listed.only(connection, wanted)
    assert {each.id for each in caught.value.found} == {each.id for each in ending}
    assert pickle.loads(pickle.dumps(caught.value)).found == caught.value.found


def test_workers_work_where_each_role_was_seen_lately(world: World) -> None:
    """On whatever host; one that is missing or silent is enough to say no."""
    with world.database.write() as connection:
        heartbeats.beat(connection, "fetch", "one", now=world.now)
        heartbeats.beat(connection, "beat", "other", now=world.now - dt.timedelta(seconds=29))
    with world.database.read() as connection:
        assert heartbeats.working(connection, {"fetch", "beat"}, now=world.now)
        assert not heartbeats.working(connection, {"fetch", "beat", "extract"}, now=world.now)
        assert not heartbeats.working(connection, {"fetch", "beat"}, now=world.now + dt.timedelta(seconds=2))

"""Feeds that change while Wireroom polls them, and a store that cannot take what was fetched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import samples
from tests.faults.engine import Wireroom, feed, wait_for
from tests.world import Site, page, story
from worker.store import sources

Make = Callable[..., Wireroom]
SITE = Path(samples.__file__).with_name("site")
MODEL = "program/finnish-minister-finds-cyprus-on-the-table-in-ankara.html"
NEW = "program/a-new-story.html"
ITEM = """  <item>
   <title>A NEW STORY.</title>
   <link>{host}/monitor/program/a-new-story.html</link>
   <guid isPermaLink="false">new-1</guid>
  </item>
"""


def polls(room: Wireroom, name: str) -> int:
    """How often a source has been polled."""
    with room.database.read() as connection:
        found = sources.one(connection, name)
    return found.polls if found else 0


def test_a_new_item_is_on_the_stream_after_the_next_poll_and_once(wireroom: Make, tmp_path: Path) -> None:
    """The main promise, end to end: what is added to a feed comes out, once, however often the feed is polled; and a
    story that two feeds list is one article."""
    folder = tmp_path / "site"
    shutil.copytree(SITE, folder)
    room = wireroom(feed("monitor") + feed("voa", "/voa/feed.xml"), newsroom_folder=folder)
    room.start("run")
    wait_for(lambda: room.states() == {"extracted": 11, "rejected": 1}, 40, "the samples")
    wait_for(lambda: len([m for m in room.messages() if m.type == "wireroom.article.created"]) == 11, 10, "messages")
    before = room.ids()

    listing = folder / "monitor/feed.xml"
    new = (folder / "monitor" / MODEL).read_text(encoding="utf-8").replace("FINNISH MINISTER FINDS", "A MINISTER FOUND")
    (folder / "monitor" / NEW).write_text(new, encoding="utf-8")
    head, mark, rest = listing.read_text(encoding="utf-8").partition("  <item>")
    assert mark
    listing.write_text(head + ITEM + mark + rest, encoding="utf-8")
    wait_for(lambda: len(room.ids()) > len(before), 15, "the new story")
    polled = polls(room, "monitor")
    wait_for(lambda: polls(room, "monitor") >= polled + 5, 30, "five more polls")

    ids = room.ids()
    assert ids[: len(before)] == before
    assert len(ids) == len(set(ids))
    added = [m for m in room.messages() if m.id not in before and m.type.startswith("wireroom.article")]
    assert [m.event["data"]["document"]["url"].rpartition("/")[2] for m in added] == ["a-new-story.html"]
    lines = {line.source: line for line in room.ledger().lines}
    assert room.ledger().balanced
    assert lines["monitor"].duplicate + lines["voa"].duplicate == 1


def test_snapshots_that_cannot_be_kept_wait(wireroom: Make, site: Site, tmp_path: Path) -> None:
    """A full disk: no article dies of it or goes on without its bytes, and all come in once there is room."""
    links = [site.page(f"/{n}", page(f"Story {n}", story().partition("\n\n")[2])) for n in range(3)]
    address = site.feed("/feed.xml", links)
    full = tmp_path / "full"
    full.write_text("a file where a folder should be")
    room = wireroom(feed("wire", address=address), snapshots=full, max_attempts=2)
    room.start("run")
    wait_for(lambda: [each.reason for each in room.articles()] == ["store-down"] * 3, 40, "articles that wait for room")
    assert room.states() == {"listed": 3}
    assert room.ledger().balanced
    full.unlink()
    room.due_now()
    wait_for(lambda: room.states() == {"extracted": 3}, 20, "the articles")
    assert room.ledger().balanced
    ids = room.ids()  # more may follow while it runs
    assert len(ids) == len(set(ids))

"""Redis emptied at the worst of moments: between the look at the stream and the next entry."""

from __future__ import annotations

import pytest

from tests.world import World, story
from worker.publication.stream import Stream, StreamLost
from worker.store.outgoing.outbox import Waiting


class Emptied(Stream):
    """A stream that is emptied just before its next entries arrive."""

    def append(self, messages: object, *, after: int = 0) -> None:
        if self.__dict__.pop("armed", False):
            self.client.flushall()
        super().append(messages, after=after)  # type: ignore[arg-type]


def test_a_stream_lost_in_the_middle_of_publishing_is_filled_again(world: World) -> None:
    """Else the new entry would hide the loss, and what stood before it would be missing for ever."""
    folder = world.settings.data / "in"
    folder.mkdir()
    (folder / "first.txt").write_text(story())
    world.source("files", str(folder), "folder")
    world.settle()
    before = [message.id for message in world.messages()]
    assert before
    address = world.stream.client.connection_pool.connection_kwargs["path"]
    world.stream = Emptied(f"unix://{address}", dedupe_days=7)
    world.stream.armed = True  # type: ignore[attr-defined]
    (folder / "second.txt").write_text(story("March 12"))
    world.later(100_000)
    world.settle()
    after = [message.id for message in world.messages()]
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert len(after) == len(set(after))
    world.stream.close()


def test_entries_behind_a_lost_place_are_refused(stream: Stream) -> None:
    """Also when the stream is lost within a batch: each entry asks for the one before it."""
    first, second = (Waiting(n, f"id-{n}", "t", "s", "{}") for n in (5, 6))
    stream.append([first])
    stream.client.flushall()
    with pytest.raises(StreamLost):
        stream.append([second], after=5)
    assert stream.length() == 0
    assert stream.position() == 0

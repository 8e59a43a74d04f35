"""Publishing: back-pressure of a full stream, and what a replay brings back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from tests.world import MORNING
from worker.consume import STREAM, read
from worker.publication.stream import TRIMMED, Stream
from worker.settings import Settings
from worker.steps.publish import publish, replay
from worker.store import sources
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Chosen, Outgoing
from worker.store.sources import Source
from worker.store.tables import articles as article_rows
from worker.store.tables import entries as entry_rows

Bring = Callable[..., int]


@pytest.fixture
def bring(database: Database, stream: Stream) -> Bring:
    """Publishes what waits."""

    def bring(**options: object) -> int:
        settings = Settings(**options)  # type: ignore[arg-type]
        return publish(database=database, sinks=[stream], settings=settings, owner="relay", now=MORNING)

    return bring


def put(database: Database, *names: str, kind: str = "event.created", subject: str = "a", hours: int = 0) -> None:
    now = MORNING + dt.timedelta(hours=hours)
    messages = [Outgoing(f"{name}:1", f"wireroom.{kind}", subject, '{"data": {}}') for name in names]
    with database.write() as connection:
        outbox.put(connection, messages, now=now)


def ids(stream: Stream) -> list[str]:
    return [each.id.removesuffix(":1") for each in read(stream.client, count=10_000)]


def again(database: Database, stream: Stream, bring: Bring, **which: object) -> list[str]:
    """What a forced replay appends."""
    before = len(ids(stream))
    number = replay(Chosen(**which), database=database, forget=stream.forget)  # type: ignore[arg-type]
    assert bring() == number
    return ids(stream)[before:]


def test_a_replay_appends_what_the_stream_has_lost(database: Database, stream: Stream, bring: Bring) -> None:
    """What it remembers is passed over, unless it is forced."""
    put(database, "one", "two")
    bring()
    assert replay(Chosen(), database=database) == 2
    assert bring() == 2
    assert ids(stream) == ["one", "two"]
    assert again(database, stream, bring) == ["one", "two"]


def test_a_replay_takes_what_is_chosen(database: Database, stream: Stream, bring: Bring) -> None:
    """By time, by the message to begin with, by type, and by article."""
    put(database, "one", kind="article.created")
    put(database, "two", subject="b", hours=1)
    put(database, "three", kind="event.updated", hours=2)
    bring()
    assert again(database, stream, bring, since=MORNING + dt.timedelta(hours=1)) == ["two", "three"]
    assert again(database, stream, bring, start="two:1") == ["two", "three"]
    assert again(database, stream, bring, type="event") == ["two", "three"]
    assert again(database, stream, bring, type="wireroom.event.updated") == ["three"]
    assert again(database, stream, bring, article="b") == ["two"]
    assert again(database, stream, bring, type="event", article="a") == ["three"]
    assert again(database, stream, bring, start="nobody:1") == []


def test_a_replay_takes_the_articles_of_a_source(database: Database, stream: Stream, bring: Bring) -> None:
    """Of those that it listed, whoever else did."""
    with database.write() as connection:
        for name in ("wire", "other"):
            sources.put(connection, Source(name, "feed", f"http://{name}.example/", due_at=MORNING))
        connection.execute(
            article_rows.insert(),
            [{"id": name, "address": f"http://{name}.example/a", "source": name, "state": "extracted",
              "seen_at": MORNING, "changed_at": MORNING} for name in ("wire", "other")],
        )  # fmt: skip
        connection.execute(entry_rows.insert(), [
            {"source": name, "key": "k", "article_id": name, "address": "x", "duplicate": False, "seen_at": MORNING}
            for name in ("wire", "other")
        ])  # fmt: skip
    put(database, "one", subject="wire")
    put(database, "two", subject="other")
    bring()
    assert again(database, stream, bring, source="wire") == ["one"]
    assert again(database, stream, bring, source="nobody") == []


def test_a_long_replay_goes_in_pieces(database: Database, stream: Stream, bring: Bring) -> None:
    """However long the outbox is."""
    names = [str(n) for n in range(2500)]
    put(database, *names)
    assert bring() == 2500
    assert again(database, stream, bring) == names


def test_a_full_stream_makes_publication_wait(database: Database, stream: Stream, bring: Bring) -> None:
    """And says who keeps it full; once that group has read, it goes on, and nothing was lost."""
    stream.client.xgroup_create(STREAM, "lost", id="0", mkstream=True)
    put(database, *(str(n) for n in range(3000)))
    assert bring(stream_limit=1000) == 1000
    stream.client.delete(TRIMMED)
    with capture_logs() as logs:
        assert bring(stream_limit=1000) == 0
    (told,) = [each for each in logs if each["event"] == "stream.full"]
    assert (told["log_level"], told["group"], told["length"], told["limit"]) == ("error", "lost", 1000, 1000)
    stream.client.xgroup_destroy(STREAM, "lost")
    assert bring(stream_limit=1000) >= 2000
    with database.read() as connection:
        assert outbox.counts(connection) == (3000, 0)
    assert ids(stream)[-1] == "2999"
    assert stream.length() <= 1500

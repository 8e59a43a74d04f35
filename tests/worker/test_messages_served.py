"""Server-Sent Events: every message once and in order, from any place on, for whoever reads, however slowly."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.engine import wait_for
from tests.server import Reader, serving
from tests.world import MORNING
from worker.engine.wiring import Wiring
from worker.publication.stream import Stream
from worker.settings import Settings
from worker.steps.publish import publish
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing
from worker.web import fanout

Publish = Callable[..., list[str]]


@pytest.fixture
def wiring(database: Database, redis_address: str, tmp_path) -> Wiring:
    settings = Settings(data=tmp_path, redis_url=redis_address, database_url=address_of(database))
    found = Wiring(settings)
    found.__dict__["database"] = database
    return found


def address_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def say(database: Database, stream: Stream, tmp_path) -> Publish:
    """Publishes messages of these types, as the relay does; their ids."""
    settings, number = Settings(data=tmp_path), 0

    def put(*events: str | tuple[str, dict[str, Any]], padding: int = 0) -> list[str]:
        nonlocal number
        messages = []
        for each in events:
            number += 1
            kind, data = each if isinstance(each, tuple) else (each, event("RUS", "USA", padding=padding))
            told = {"id": f"{number}:1", "type": f"wireroom.{kind}", "data": data}
            messages.append(Outgoing(f"{number}:1", f"wireroom.{kind}", "s", json.dumps(told, ensure_ascii=False)))
        with database.write() as connection:
            outbox.put(connection, messages, now=MORNING)
        publish(database=database, sinks=[stream], settings=settings, owner="test", now=MORNING)
        return [each.message_id for each in messages]

    return put


@pytest.fixture
def address(wiring: Wiring) -> Iterator[str]:
    with serving(wiring, heartbeat_seconds=0.2) as found:
        yield found


@pytest.fixture
def reader(address: str) -> Iterator[Callable[..., Reader]]:
    """Readers that hang up when the test ends."""
    made: list[Reader] = []

    def make(**options: Any) -> Reader:
        made.append(Reader(address, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def ids(events: list[Any]) -> list[str]:
    return [each.message["id"] for each in events]


def event(*countries: str, confidence: float = 0.9, padding: int = 0) -> dict[str, Any]:
    parties = [{"country": each} for each in countries]
    fields = {"actor": parties[:1], "recipient": parties[1:], "confidence": confidence}
    return {"event": fields, "sentence": "é\n\r" + "x" * padding}


def test_a_reader_is_told_what_comes(reader, say: Publish) -> None:
    """From now on, each with its place as id and its type as event; the message is whole on one line."""
    say("article.created")
    live = reader()
    assert live.response.headers["content-type"].startswith("text/event-stream")
    assert live.response.headers["cache-control"] == "no-store"
    assert live.block().comment  # it has begun: what is said from here on is news
    (expected,) = say("event.created")
    found = live.next()
    assert (found.message["id"], found.type, found.message["data"]["sentence"]) == (
        expected, "wireroom.event.created", "é\n\r",
    )  # fmt: skip
    assert int(found.id) > 0


def test_a_reader_begins_where_it_says(reader, say: Publish) -> None:
    """At the start, behind a place, or where it was: what it says of itself counts more than its address."""
    told = say(*["article.created"] * 50)
    every = reader(**{"from": "start", "once": True}).all()
    assert ids(every) == told
    places = [each.id for each in every]
    assert ids(reader(**{"from": places[9], "once": True}).all()) == told[10:]
    assert ids(reader(last=places[29], **{"from": "start", "once": True}).all()) == told[30:]
    assert reader(last=places[-1], once=True).all() == []
    assert reader(last="999999999", once=True).all() == []


def test_a_reader_comes_back_whatever_became_of_the_stream(reader, say: Publish, stream: Stream) -> None:
    """Trimmed, flushed, or filled again: nothing is missed and nothing comes twice."""
    first = say(*["article.created"] * 5)
    gone = reader(**{"from": "start"})
    assert [gone.next().message["id"] for _ in range(3)] == first[:3]
    gone.close()
    stream.client.xtrim("wireroom:messages", maxlen=0)
    second = say(*["article.created"] * 3)
    stream.client.flushall()
    third = say(*["event.retracted"] * 2)
    back = reader(last=gone.last)
    expected = first[3:] + second + third
    assert [back.next().message["id"] for _ in expected] == expected
    (live,) = say("article.updated")
    assert back.next().message["id"] == live


def test_only_what_is_wanted_is_told(reader, say: Publish) -> None:
    """By the filters of `wireroom tail`, live and from the past."""
    live = reader(type=["event", "article.withdrawn"], between="rus,usa", confidence=0.5)
    assert live.block().comment
    told = say(
        "article.created", ("event.created", event("RUS", "USA")), ("event.updated", event("RUS", "FIN")),
        ("event.created", event("USA", "RUS", confidence=0.4)), ("event.retracted", event("FIN", "SWE")),
        "article.withdrawn",
    )  # fmt: skip
    wanted = [told[1], told[4], told[5]]
    assert [live.next().message["id"] for _ in wanted] == wanted
    past = reader(**{"from": "start", "once": True, "type": ["event", "article.withdrawn"], "between": "RUS,USA",
                     "confidence": 0.5})  # fmt: skip
    assert ids(past.all()) == wanted


def test_what_was_passed_over_is_not_looked_through_again(reader, say: Publish) -> None:
    """The comments that show that the connection lives carry the place, so that a reader comes back behind it."""
    live = reader(type="event.retracted")
    assert live.block().comment
    say(*["article.created"] * 5)

    def caught_up() -> bool:
        live.block()
        return bool(live.last) and reader(last=live.last, once=True).all() == []

    wait_for(caught_up, 10, "a comment with the last place")


def test_a_quiet_stream_is_heard_of(reader, say: Publish) -> None:
    """Comments, which no program sees; also where messages come that are not wanted."""
    quiet = reader(type="event")
    assert all(quiet.block().comment for _ in range(4))


@pytest.mark.parametrize(
    "asked", [{"from": "yesterday"}, {"from": "-1"}, {"from": "1e3"}, {"from": "٣"}, {"type": ["event"] * 21},
              {"from": "9" * 19}, {"last": "1764-0"},
              {"between": "RUS"}, {"between": "RUS,USA,FIN"}, {"confidence": 2}, {"once": "perhaps"}],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused(reader, asked: dict[str, Any]) -> None:
    """With a reason, and before the stream begins."""
    assert reader(**asked).response.status_code in (400, 422)


def test_only_so_many_may_read(wiring: Wiring, say: Publish) -> None:
    """The next is told to come again; a place is free when somebody hangs up."""
    with serving(wiring, most_readers=2) as address:
        first, second = Reader(address), Reader(address)
        assert first.block().comment
        assert second.block().comment
        third = Reader(address)
        assert (third.response.status_code, third.response.headers["retry-after"]) == (503, "30")
        first.close()
        wait_for(lambda: Reader(address, once=True).response.status_code == 200, 10, "a free place")
        for each in (second, third):
            each.close()


def test_many_readers_cost_one_look(wiring: Wiring, say: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred are told the same, and the database is asked for it a few times, not a hundred."""
    looked = asked = 0
    after = fanout.published.after

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal looked, asked
        found = after(*arguments, **named)
        looked += 1
        asked += bool(found)
        return found

    with serving(wiring) as address:
        readers = [Reader(address) for _ in range(100)]
        assert all(each.block().comment for each in readers)
        first = say("article.created")
        assert {each.next().message["id"] for each in readers} == set(first)
        monkeypatch.setattr(fanout.published, "after", counted)
        wait_for(lambda: looked > 0, 10, "a look that is counted")
        told = say(*["event.created"] * 5)
        for each in readers:
            assert [each.next().message["id"] for _ in told] == told
        assert 1 <= asked <= len(told)
        for each in readers:
            each.close()


def test_a_reader_that_stops_reading_delays_nobody_and_is_cut_off(wiring: Wiring, say: Publish) -> None:
    """What it does not take is not kept for it; where the system can (Linux), its connection ends."""
    with serving(wiring, most_readers=2, stalled_ms=1000) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.socket() as stalled:
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stalled.connect((host, int(port)))
            stalled.sendall(f"GET /messages?from=start HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            live = Reader(address)
            assert live.block().comment
            for _ in range(20):  # far more than the buffers between hold; the other reads on meanwhile
                told = say(*["article.created"] * 5, padding=50_000)
                assert [live.next().message["id"] for _ in told] == told
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                wait_for(lambda: Reader(address, once=True).response.status_code == 200, 20, "its place")
            live.close()


def test_a_server_that_stops_ends_its_streams(wiring: Wiring, say: Publish) -> None:
    """At once and in order, so that its readers come back to the next one, to where they were."""
    with serving(wiring) as address:
        live = Reader(address)
        assert live.block().comment
        first = say("article.created")
        assert live.next().message["id"] == first[0]
    assert live.next() is None
    second = say("article.created")
    with serving(wiring) as address:
        assert ids(Reader(address, last=live.last, once=True).all()) == second


def test_a_client_in_another_language_follows(address: str, say: Publish) -> None:
    """Node, with its own reading of the standard where it has one."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    told = say(*["event.created"] * 3)
    script = """
      const response = await fetch(process.argv[1] + "/messages?from=start&once=true");
      const blocks = (await response.text()).split("\\n\\n").filter((block) => block.includes("\\ndata: "));
      for (const block of blocks) console.log(JSON.parse(block.split("\\ndata: ")[1]).id);
    """
    done = subprocess.run([str(node), "--input-type=module", "-e", script, address],
                          capture_output=True, text=True, check=True, timeout=60)  # fmt: skip
    assert done.stdout.split() == told

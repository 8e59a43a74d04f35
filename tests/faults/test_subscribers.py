"""Those who subscribe over HTTP: the processes that serve them killed, Redis emptied, endpoints that fail."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx

from tests.faults.delivery import guide
from tests.faults.engine import Wireroom, kill, wait_for
from tests.receiver import Receiver, accept, answering, dropping
from tests.server import Reader
from worker.store.outgoing import published

Make = Callable[..., Wireroom]
KILLS = 5
REFUSED, DROPPED = 60, 140  # the messages at which the endpoint fails once


@dataclass
class Follower:
    """A reader that comes back whenever it was cut off, as a browser does."""

    address: str
    ids: list[str] = field(default_factory=list)
    last: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def follow(self) -> None:
        while not self.over.is_set():
            try:
                reader = Reader(self.address, last=self.last, **{"from": "start"})
            except httpx.TransportError:
                self.over.wait(0.05)
                continue
            try:
                while event := reader.next():
                    self.ids.append(event.message["id"])
                    self.last = reader.last
            except httpx.TransportError:
                pass
            finally:
                self.last = reader.last
                reader.close()


def failing() -> Callable[[BaseHTTPRequestHandler], None]:
    """Refuses one message once, and hangs up on another; takes all others."""
    count = itertools.count(1)

    def behave(handler: BaseHTTPRequestHandler) -> None:
        number = next(count)
        (answering(500) if number == REFUSED else dropping if number == DROPPED else accept)(handler)

    return behave


def test_subscribers_miss_nothing(wireroom: Make, stories: Path, undisturbed: set[str], tmp_path: Path) -> None:
    """The web killed: a reader that comes back has each message once. The deliverer killed: an endpoint has all in
    order, and doubled only what it was given when the deliverer died. Redis emptied: neither notices."""
    room = wireroom()
    run = room.start("run")
    run.says("wireroom 0.1")
    secret = tmp_path / "secret"
    with Receiver() as receiver:
        receiver.behaviour = failing()
        room.do("webhooks", "add", "desk", receiver.address, "--local", "--secret-file", str(secret), "--from", "start")
        follower = Follower(room.settings.web_address)
        thread = threading.Thread(target=follower.follow, daemon=True)
        thread.start()
        ingest = room.start("ingest", str(stories))
        for number in range(1, KILLS + 1):
            part = len(undisturbed) * number // (KILLS + 2)
            for role, seen in (("deliver", lambda: len(set(receiver.ids))), ("web", lambda: len(follower.ids))):
                wait_for(lambda seen=seen, part=part: seen() >= part, 120, f"{part} messages before a kill of {role}")
                (main, *_) = room.role(role)
                kill(main, group=True)
        room.flush()
        assert ingest.ends(180) == 0, f"{ingest.text()}\n{room.logs()}"
        wait_for(lambda: set(follower.ids) == undisturbed, 60, "every message read")
        wait_for(lambda: set(receiver.ids) == undisturbed, 60, "every message delivered")
        follower.over.set()
        assert len(follower.ids) == len(undisturbed)
        with room.database.read() as connection:
            order = [each.message_id for each in published.after(connection, 0, limit=10**6)]
        assert follower.ids == order
        assert list(dict.fromkeys(receiver.ids)) == order
        assert [each for each, _ in itertools.groupby(receiver.ids)] == order  # what came twice came at once
        assert len(receiver.ids) - len(order) <= KILLS + 2
        genuine, key = guide("example_receiver").genuine, secret.read_text().strip()
        assert all(genuine(headers, body, key, float(headers["webhook-timestamp"])) for headers, body in receiver.seen)
    run.process.terminate()
    run.ends(30)

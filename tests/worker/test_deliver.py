"""Webhooks: in order, signed, tried again by the database's clock, and never in anybody's way."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.delivery import guide
from tests.receiver import Receiver, accept, answering, silent
from tests.world import MORNING
from worker.http.signed_post import Poster, new_secret
from worker.settings import Settings
from worker.steps.deliver import ASKED_LIMIT_SECONDS, MOST_ATTEMPTS, deliver, plan, wait_seconds
from worker.store import leases
from worker.store.articles import purging
from worker.store.database import Database
from worker.store.outgoing import outbox, published, webhooks
from worker.store.outgoing.outbox import Outgoing
from worker.store.outgoing.webhooks import Letter, New, Webhook

SECRET = new_secret()
MINUTE = dt.timedelta(seconds=60)
GENUINE = guide("example_receiver").genuine


@dataclass
class Room:
    """One database, one endpoint, and a clock that a test moves."""

    database: Database
    receiver: Receiver
    poster: Poster
    now: dt.datetime = MORNING
    number: int = 0

    def hook(self, name: str = "hook", *, place: int = 0, address: str = "", **wanted) -> None:
        new = New(name, address or self.receiver.address, SECRET, local=True, **wanted)
        with self.database.write() as connection:
            assert webhooks.add(connection, new, place=place, now=self.now)

    def publish(self, *events: tuple[str, dict]) -> list[str]:
        """Puts messages on record as published; their ids."""
        start = self.number
        self.number += len(events)
        messages = []
        for number, (kind, data) in enumerate(events, start + 1):
            body = {"id": f"{number}:1", "type": f"wireroom.{kind}", "data": data}
            messages.append(Outgoing(f"{number}:1", f"wireroom.{kind}", "article", json.dumps(body)))
        with self.database.write() as connection:
            outbox.put(connection, messages, now=self.now)
            waiting = outbox.waiting(connection, 1000)
            outbox.mark(connection, [each.seq for each in waiting], now=self.now)
        return [each.message_id for each in messages]

    def articles(self, number: int) -> list[str]:
        return self.publish(*[("article.created", {})] * number)

    def due(self) -> list[str]:
        settings = Settings(redispatch_seconds=30)
        return list(plan(database=self.database, settings=settings, room=100, now=self.now))

    def deliver(self, name: str = "hook", owner: str = "deliver@test") -> bool:
        return deliver(name, database=self.database, poster=self.poster, owner=owner, clock=lambda: self.now)

    def settle(self) -> None:
        """Everything that is due now, as the workers would do it."""
        while due := self.due():
            for name in due:
                self.deliver(name)

    def later(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    def one(self, name: str = "hook") -> Webhook:
        with self.database.read() as connection:
            found = webhooks.one(connection, name)
        assert found
        return found

    def dead(self) -> list[Letter]:
        with self.database.read() as connection:
            return webhooks.dead(connection)

    def wait(self) -> float:
        """Seconds until the webhook is due again; the clock is then there."""
        seconds = (self.one().due_at - self.now).total_seconds()
        self.now = self.one().due_at
        return seconds


@pytest.fixture
def room(database: Database) -> Iterator[Room]:
    with Receiver() as receiver:
        poster = Poster(user_agent="wireroom-tests", seconds=0.5)
        yield Room(database, receiver, poster)
        poster.close()


def event(*countries: str, confidence: float = 0.9) -> dict:
    parties = [{"country": each} for each in countries]
    return {"event": {"actor": parties[:1], "recipient": parties[1:], "confidence": confidence}}


def test_messages_come_signed_in_the_order_of_publication(room: Room) -> None:
    """Each once; nothing is due when nothing is left."""
    room.hook()
    ids = room.articles(45)
    room.settle()
    assert room.receiver.ids == ids
    for headers, body in room.receiver.seen:
        assert GENUINE(headers, body, SECRET, room.now.timestamp())
        assert json.loads(body)["id"] == headers["webhook-id"]
    assert room.due() == []
    assert (room.one().delivered, room.one().failing_since) == (45, None)
    more = room.articles(2)
    room.settle()
    assert room.receiver.ids == ids + more


def test_what_is_not_wanted_is_passed_over(room: Room) -> None:
    """By the filter of `tail`; a webhook that wants nothing of it is not behind."""
    room.hook(types=("event",), between=("RUS", "USA"), confidence=0.5)
    room.hook("articles", types=("article.updated",))
    ids = room.publish(
        ("article.created", {}), ("event.created", event("RUS", "USA")), ("event.created", event("RUS", "FIN")),
        ("event.created", event("USA", "RUS", confidence=0.4)), ("event.retracted", event("FIN", "SWE")),
        ("article.withdrawn", {}),
    )  # fmt: skip
    room.settle()
    assert room.receiver.ids == [ids[1], ids[4]]
    with room.database.read() as connection:
        assert room.one().place == room.one("articles").place == published.last(connection)
    assert room.due() == []


def test_a_message_that_is_refused_is_tried_again_before_the_next(room: Room) -> None:
    """At growing intervals that stand in the database; then it goes on where it was."""
    room.hook()
    ids = room.articles(3)
    room.receiver.behaviour = answering(500, b"oh no")
    waits = []
    for _ in range(6):
        room.settle()
        assert room.due() == []
        waits.append(room.wait())
    assert room.receiver.ids == [ids[0]] * 6
    assert all(5 * 2**n <= wait <= 6 * 2**n for n, wait in enumerate(waits)), waits
    hook = room.one()
    assert (hook.attempts, hook.detail, hook.failing_since) == (6, "status 500: oh no", MORNING)
    room.receiver.behaviour = accept
    room.settle()
    assert room.receiver.ids == [ids[0]] * 7 + ids[1:]
    assert (room.one().attempts, room.one().failing_since, room.one().detail) == (0, None, None)


@pytest.mark.parametrize(("status", "hours"), [(500, 3), (503, 34)])
def test_a_message_that_is_never_taken_is_a_dead_letter(room: Room, status: int, hours: float) -> None:
    """After so many attempts, with the reason; the next has its turn, and the letter another when somebody says so."""
    room.hook()
    first, second = room.articles(2)
    room.receiver.behaviour = answering(status)
    while not room.dead():
        room.settle()
        room.wait()
    (letter,) = room.dead()
    most = MOST_ATTEMPTS["away" if status == 503 else "refused"]
    assert (letter.message_id, letter.attempts, letter.detail) == (first, most, f"status {status}")
    assert 0.5 * hours < (room.now - MORNING).total_seconds() / 3600 < hours
    room.receiver.behaviour = accept
    room.settle()
    assert room.receiver.ids[-1] == second
    with room.database.write() as connection:
        assert webhooks.retry(connection, [letter.id, 999], now=room.now) == 1
    room.settle()
    assert room.receiver.ids[-1] == first
    assert room.dead() == []


def test_a_dead_letter_that_is_refused_again_stays_one(room: Room) -> None:
    """Tried once for each time that somebody asks; one whose article was purged has nothing left to send."""
    room.hook()
    room.articles(1)
    with room.database.write() as connection:
        claim = webhooks.claim(connection, "hook", owner="x", now=room.now, until=room.now)
        (message,) = published.after(connection, 0, limit=1)
        webhooks.bury(connection, claim, message, 12, "status 500", now=room.now)
    number = room.dead()[0].id
    room.receiver.behaviour = answering(422)
    for expected in ("status 422", "it was purged"):
        with room.database.write() as connection:
            webhooks.retry(connection, [number], now=room.now)
        room.later(60)
        room.settle()
        (letter,) = room.dead()
        assert (letter.detail, letter.again) == (expected, False)
        with room.database.write() as connection:
            purging.erase(connection, "article")
    assert len(room.receiver.seen) == 1


def test_an_endpoint_that_is_gone_is_left_alone(room: Room) -> None:
    """Status 410: paused until somebody resumes it; nothing is lost meanwhile."""
    room.hook()
    ids = room.articles(2)
    room.receiver.behaviour = answering(410)
    room.settle()
    room.later(86_400)
    room.settle()
    assert room.receiver.ids == ids[:1]
    assert (room.one().paused, room.one().detail) == (True, "status 410")
    room.receiver.behaviour = accept
    with room.database.write() as connection:
        webhooks.change(connection, "hook", now=room.now, paused=False)
    room.settle()
    assert room.receiver.ids == [ids[0], *ids]


def test_an_endpoint_that_hangs_holds_nobody_else_up(room: Room) -> None:
    """Another webhook is delivered while it does, and the hung one is not due again at once."""
    with Receiver() as hung:
        hung.behaviour = silent
        room.hook("hung", address=hung.address)
        room.hook()
        ids = room.articles(5)
        assert sorted(room.due()) == ["hook", "hung"]
        waiting = threading.Thread(target=room.deliver, args=("hung",))
        waiting.start()
        room.deliver("hook")
        assert room.receiver.ids == ids
        waiting.join(10)
        assert room.one("hung").attempts == 1
        assert room.due() == []


def test_two_workers_do_not_deliver_the_same(room: Room) -> None:
    """One holds it; the other's wake-up does nothing."""
    room.hook()
    room.articles(1)
    inside: list[bool] = []

    def nested(handler) -> None:
        inside.append(room.deliver(owner="deliver@other"))
        accept(handler)

    room.receiver.behaviour = nested
    room.deliver()
    assert inside == [False]
    assert len(room.receiver.seen) == 1


def test_what_a_dead_worker_held_is_delivered_again(room: Room) -> None:
    """From the message that it had not noted; at once when it starts again, else when its lease has run out."""
    room.hook()
    room.articles(1)
    with room.database.write() as connection:
        webhooks.claim(connection, "hook", owner="deliver@gone", now=room.now, until=room.now + MINUTE)
    assert room.due() == []
    with room.database.write() as connection:
        leases.release(connection, "deliver@other", now=room.now)
        leases.release(connection, "deliver@gone", now=room.now)
    assert room.due() == ["hook"]
    with room.database.write() as connection:
        webhooks.claim(connection, "hook", owner="deliver@gone", now=room.now, until=room.now + MINUTE)
    room.later(61)
    room.settle()
    assert room.receiver.ids == ["1:1"]


@pytest.mark.parametrize("order", ["pause", "remove", "replay"])
def test_an_order_that_comes_while_it_delivers_holds(room: Room, order: str) -> None:
    """The delivery under way ends without effect; what it sent last may come again."""
    room.hook()
    ids = room.articles(3)

    def interrupted(handler) -> None:
        if len(room.receiver.seen) == 2:
            with room.database.write() as connection:
                if order == "remove":
                    webhooks.remove(connection, "hook")
                else:
                    values = {"paused": True} if order == "pause" else {"place": 0}
                    webhooks.change(connection, "hook", now=room.now, **values)
        accept(handler)

    room.receiver.behaviour = interrupted
    assert not room.deliver()
    assert room.receiver.ids == ids[:2]
    room.settle()
    assert room.receiver.ids[2:] == (ids if order == "replay" else [])


def test_a_turn_ends_so_that_others_have_theirs(room: Room) -> None:
    """It says that there is more to do, and goes on behind what it did."""
    room.hook()
    ids = room.articles(30)

    def slow(handler) -> None:
        room.later(3)
        accept(handler)

    room.receiver.behaviour = slow
    assert room.deliver()
    assert room.receiver.ids == ids[:4]
    room.settle()
    assert room.receiver.ids == ids


def test_a_new_secret_signs_what_comes_next(room: Room) -> None:
    """And a webhook shows its secret to nobody."""
    room.hook()
    room.articles(1)
    room.settle()
    with room.database.write() as connection:
        webhooks.change(connection, "hook", now=room.now, secret=(other := new_secret()))
    room.articles(1)
    room.settle()
    (old, body), (new, same) = room.receiver.seen
    now = room.now.timestamp()
    assert GENUINE(old, body, SECRET, now)
    assert GENUINE(new, same, other, now)
    assert not GENUINE(new, same, SECRET, now)
    assert SECRET not in repr(room.one())


def test_how_long_to_wait() -> None:
    """Doubling to an hour, a fifth more by chance, and as long as the endpoint asks within six hours."""
    assert [wait_seconds(n, None, 0) for n in (1, 2, 3, 10, 11, 99)] == [5, 10, 20, 2560, 3600, 3600]
    assert wait_seconds(1, None, 1) == 6
    assert wait_seconds(1, 90, 0) == 90
    assert wait_seconds(11, 90, 0) == 3600
    assert wait_seconds(1, 10**9, 0) == ASKED_LIMIT_SECONDS

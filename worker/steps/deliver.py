"""Published messages -> a webhook's endpoint: in the order of publication, one after another, signed.

The next message goes out when the endpoint has taken the one before, or when that one is a dead letter. Place, attempts
and the next attempt's time stand in the database; what was sent by a worker that died before it could note so is sent
again, under the same `webhook-id`.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from worker.consume import Filter, Message
from worker.http.signed_post import Answer, Poster, Verdict, signed
from worker.settings import Settings
from worker.store.articles.claims import Fenced
from worker.store.database import Database
from worker.store.outgoing import published, webhooks
from worker.store.outgoing.published import Published
from worker.store.outgoing.webhooks import Held

log = structlog.get_logger()

PAGE = 20
TURN_SECONDS = 10.0  # after which others have theirs
LEASE = dt.timedelta(seconds=60)
BACKOFF_SECONDS, BACKOFF_LIMIT_SECONDS = 5.0, 3600.0
ASKED_LIMIT_SECONDS = 6 * 3600.0  # no endpoint makes us wait longer
# Doubling from 5 s to an hour: a message has been refused for about two and a half hours, or its endpoint has been away
# for some thirty, when it becomes a dead letter.
MOST_ATTEMPTS = {Verdict.REFUSED: 12, Verdict.AWAY: 36}

Clock = Callable[[], dt.datetime]


def plan(*, database: Database, settings: Settings, room: int, now: dt.datetime) -> Sequence[str]:
    """The names of the webhooks to wake now, at most as many as their queue has room for."""
    with database.read() as connection:
        if not webhooks.any_due(connection, now=now):
            return ()
    again_at = now + dt.timedelta(seconds=settings.redispatch_seconds)
    with database.write() as connection:
        return webhooks.due(connection, limit=max(0, room), now=now, again_at=again_at)


def wait_seconds(attempt: int, asked_seconds: float | None, chance: float) -> float:
    """How long to wait after that failed attempt: doubling from the base to the limit, up to a fifth more by chance (0
    to 1), so that endpoints of one host do not come all at once; but no less than the endpoint asked for."""
    delay = min(BACKOFF_SECONDS * 2.0 ** min(attempt - 1, 20), BACKOFF_LIMIT_SECONDS)
    return max(delay * (1 + chance / 5), min(asked_seconds or 0.0, ASKED_LIMIT_SECONDS))


def deliver(name: str, *, database: Database, poster: Poster, owner: str, clock: Clock) -> bool:
    """True where there is more to do at once; False where nothing waits, an attempt failed, or it is not ours to do."""
    now = clock()
    with database.write() as connection:
        held = webhooks.claim(connection, name, owner=owner, now=now, until=now + LEASE)
    if held is None:
        return False
    turn = _Turn(held, database, poster, clock)
    try:
        turn.letters()
        more = turn.messages()
        if turn.ended:
            return False
        with database.write() as connection:
            webhooks.give_back(connection, held, at=clock())
        return more
    except Fenced:
        log.info("deliver.fenced", webhook=name)
        return False
    finally:
        if turn.delivered:
            log.info("deliver.done", webhook=name, messages=turn.delivered)


@dataclass
class _Turn:
    """One worker's turn at one webhook. `ended`: the lease was given up after a failure."""

    held: Held
    database: Database
    poster: Poster
    clock: Clock
    delivered: int = 0
    ended: bool = False

    def __post_init__(self) -> None:
        webhook = self.held.webhook
        self.wanted = Filter(webhook.types, webhook.between, webhook.confidence)
        self.place = self.noted = webhook.place
        self.attempts = webhook.attempts
        self.until = self.clock() + dt.timedelta(seconds=TURN_SECONDS)

    def letters(self) -> None:
        """Tries dead letters again that somebody wants to be, each once."""
        with self.database.read() as connection:
            asked = webhooks.dead(connection, self.held.webhook.name, again=True)
        for each in asked:
            if self.clock() >= self.until:
                return
            with self.database.read() as connection:
                payload = published.payload_of(connection, each.message_id)
            answer = self._post(each.message_id, payload) if payload else Answer(Verdict.REFUSED, "it was purged")
            now = self.clock()
            with self.database.write() as connection:
                webhooks.renew(connection, self.held, until=now + LEASE)
                if answer.verdict is Verdict.ACCEPTED:
                    webhooks.drop(connection, [each.id])
                    self.delivered += 1
                else:
                    webhooks.refused_again(connection, each, answer.detail, now=now)

    def messages(self) -> bool:
        """Delivers what comes next, until the turn is over, nothing is left or an attempt fails; True where more may be
        left."""
        while self.clock() < self.until:
            with self.database.read() as connection:
                page = published.after(connection, self.place, types=self.held.webhook.types, limit=PAGE)
            if not page:
                return False
            for message in page:
                if self.clock() >= self.until:
                    break
                if self._wants(message):
                    self._deliver(message)
                    if self.ended:
                        return False
                else:
                    self.place = message.place
            self._note_place()
        return True

    def _wants(self, message: Published) -> bool:
        if message.payload is None:
            return False
        told = Message(
            str(message.place), message.message_id, message.type, message.subject, json.loads(message.payload)
        )
        return self.wanted(told)

    def _deliver(self, message: Published) -> None:
        answer = self._post(message.message_id, message.payload or "")
        now = self.clock()
        with self.database.write() as connection:
            self._settle(connection, message, answer, now)

    def _settle(self, connection: sa.Connection, message: Published, answer: Answer, now: dt.datetime) -> None:
        if answer.verdict is Verdict.ACCEPTED:
            webhooks.accepted(connection, self.held, message.place, now=now, until=now + LEASE)
            self.place = self.noted = message.place
            self.attempts, self.delivered = 0, self.delivered + 1
            return
        self.ended, attempt = True, self.attempts + 1
        told = {"webhook": self.held.webhook.name, "message": message.message_id, "detail": answer.detail}
        if answer.verdict is Verdict.GONE:
            webhooks.pause(connection, self.held, answer.detail, now=now)
            log.warning("deliver.paused", **told)
        elif attempt >= MOST_ATTEMPTS[answer.verdict]:
            webhooks.bury(connection, self.held, message, attempt, answer.detail, now=now)
            webhooks.give_back(connection, self.held, at=now)
            log.error("deliver.dead", attempts=attempt, **told)
        else:
            wait = wait_seconds(attempt, answer.delay_seconds, random.random())  # noqa: S311
            webhooks.failed(connection, self.held, answer.detail, now=now, at=now + dt.timedelta(seconds=wait))
            log.warning("deliver.failed", attempt=attempt, wait_seconds=round(wait), **told)

    def _post(self, message_id: str, payload: str) -> Answer:
        webhook, now, body = self.held.webhook, self.clock(), payload.encode()
        headers = signed(message_id, body, self.held.secret, now=now)
        return self.poster.post(webhook.address, body, headers, local=webhook.local, now=now)

    def _note_place(self) -> None:
        """What was passed over since the last delivery is behind us too."""
        if self.place > self.noted:
            with self.database.write() as connection:
                webhooks.pass_over(connection, self.held, self.place, until=self.clock() + LEASE)
            self.noted = self.place

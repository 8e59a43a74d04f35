"""The running display: polls, articles and events as they come, read from the database and the stream."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import redis
from rich.text import Text

from worker.cli.show import message_lines
from worker.consume import BEGINNING, follow, last_place
from worker.store import sources
from worker.store.articles import listed
from worker.store.database import Database


@dataclass
class Watch:
    """Remembers what was shown; `news` gives what came since, `tally` counts it."""

    database: Database
    client: redis.Redis
    since: dt.datetime
    tally: Counter[str] = field(default_factory=Counter)
    place: str | None = None
    polls: dict[str, int] = field(default_factory=dict)
    shown: set[tuple[str, str]] = field(default_factory=set)

    def begin(self) -> None:
        """Takes what is there now as shown."""
        self.place = last_place(self.client)
        with self.database.read() as connection:
            self.polls = {source.name: source.polls for source in sources.all_of(connection)}

    def news(self, now: dt.datetime) -> Iterator[Text]:
        """The lines for what came since the last call."""
        clock = f"{now.astimezone():%H:%M:%S}"
        yield from self._polls(clock)
        yield from self._messages(clock)
        yield from self._refusals(clock)

    def _polls(self, clock: str) -> Iterator[Text]:
        with self.database.read() as connection:
            polled = [s for s in sources.all_of(connection) if s.polls > self.polls.get(s.name, 0)]
        for source in polled:
            self.polls[source.name] = source.polls
            self.tally["polls"] += 1
            yield message_lines.of_poll(source, clock=clock)

    def _messages(self, clock: str) -> Iterator[Text]:
        try:
            for message in follow(self.client, start=self.place or BEGINNING, once=True):
                self.place = message.place
                self.tally[message.type] += 1
                yield from message_lines.of_message(message, clock=clock)
        except redis.RedisError:
            return  # the server is being started again; the messages wait there

    def _refusals(self, clock: str) -> Iterator[Text]:
        with self.database.read() as connection:
            ended = listed.refused_since(connection, self.since)
        for article in ended:
            key = (article.id, f"{article.state} {article.reason}")
            if key not in self.shown:
                self.shown.add(key)
                self.tally[article.state] += 1
                yield message_lines.of_refusal(article, clock=clock)

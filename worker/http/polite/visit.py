"""One poll's way through a site: the address that the operator named, on the turn that the poll was given; then its
further pages and sitemaps, each on a turn of its own, and by robots.txt where they are there for people.

A poll that reads several pages waits for the short gap between two of them, within bounds; a long wait ends it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from worker.errors import RateLimited, WireroomError
from worker.http.client import Response
from worker.http.polite.budget import host_of
from worker.http.polite.politeness import Polite

LONGEST_SECONDS = 60.0  # after which no further page is asked for: a poll must end long before its lease
LONGEST_WAIT_SECONDS = 15.0  # for one turn; whoever is further behind leaves the rest to the next poll


@dataclass
class Visit:
    """Gives a kind of source its answers, and remembers what was asked and answered."""

    polite: Polite
    address: str
    now: dt.datetime
    local: bool
    by_robots: bool
    sleep: Callable[[float], None] = time.sleep
    started: float = field(default_factory=time.monotonic)
    first: Response | None = None
    requests: int = 0
    received: int = 0
    holds_turn: bool = True

    def get(self, address: str, *, local: bool = False, headers: Mapping[str, str] | None = None) -> Response:
        """The answer; raises what Fetcher.get raises, Disallowed, RobotsUnreachable, and RateLimited where the turn of
        a further page is too far away."""
        if self.by_robots and not self.local:
            self._judge(address)
        if self.requests and not self.local:
            self._next_turn(address)
        self.requests += 1
        hop = self._judge if self.by_robots and not self.local else None
        answer = self.polite.fetcher.get(address, local=local, headers=headers, hop=hop)
        self.received += answer.received
        self.first = self.first or answer
        return answer

    def done(self, error: WireroomError | None) -> None:
        """The poll is over, and its turn with it."""
        if self.holds_turn:
            self._give_back(error)

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started

    def _at(self) -> dt.datetime:
        return self.now + dt.timedelta(seconds=self.spent)

    def _judge(self, address: str) -> None:
        self.polite.robots.rules(address, self.now).judge(address)

    def _next_turn(self, address: str) -> None:
        """Gives the turn back and waits for another one. A page elsewhere is charged to the host that led there."""
        self._give_back(None)
        rules = self.polite.robots.known(self.address, self.now) if self.by_robots else None
        delay = rules.crawl_delay if rules else None
        reserved = False
        while wait := self.polite.turn(self.address, now=self._at(), local=False, reserved=reserved, crawl_delay=delay):
            if wait.seconds > LONGEST_WAIT_SECONDS or self.spent + wait.seconds > LONGEST_SECONDS:
                raise RateLimited(address, f"the next turn at {host_of(self.address)} is {wait.seconds:.0f} s away")
            reserved = wait.reserved
            self.sleep(wait.seconds)
        self.holds_turn = True

    def _give_back(self, error: WireroomError | None) -> None:
        seconds = self.spent / max(1, self.requests)
        self.polite.done(self.address, now=self._at(), local=self.local, seconds=seconds, error=error)
        self.holds_turn = False

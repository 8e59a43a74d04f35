"""The polite way to an address: its site's robots.txt, then a turn at its host, then the fetch."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass

from worker.errors import RateLimited, Retryable, ServerFailed, TimedOut, Unreachable, WireroomError
from worker.http.caching import retry_after
from worker.http.client import Fetcher, Response
from worker.http.polite.budget import HORIZON_SECONDS, HostBudget, host_of
from worker.http.polite.robots import Robots

TOO_MANY_REQUESTS = 429
ANSWERED = 0  # the host did answer, with what we did not take


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: come back in so many seconds, with `reserved` as it stands here."""

    seconds: float
    reserved: bool


@dataclass(frozen=True, slots=True)
class Polite:
    """Fetches when it is the caller's turn. Sources marked local are ours to ask as often as we like."""

    fetcher: Fetcher
    budget: HostBudget
    robots: Robots

    def get(
        self,
        address: str,
        *,
        now: dt.datetime,
        local: bool = False,
        reserved: bool = False,
        headers: Mapping[str, str] | None = None,
        by_robots: bool = True,
    ) -> Response | Wait:
        """The answer, or how long to wait for a turn; raises what Fetcher.get raises, Disallowed and RobotsUnreachable.
        `by_robots` False: the operator named this very address. No turn is spent on what is known to be disallowed."""
        if local:
            return self.fetcher.get(address, local=True, headers=headers)
        rules = self.robots.known(address, now) if by_robots else None
        if rules:
            rules.judge(address)
        host = host_of(address)
        crawl_delay = rules.crawl_delay if rules else None
        wait = self.budget.reserve(host, now, reserved=reserved, crawl_delay=crawl_delay)
        if wait > 0:
            return Wait(wait, reserved=wait <= HORIZON_SECONDS)
        return self._turn(address, host, now, headers, by_robots)

    def turn(
        self, address: str, *, now: dt.datetime, local: bool, reserved: bool, crawl_delay: float | None = None
    ) -> Wait | None:
        """For one request of a poll: None where it may go now and must be `done`, else how long to wait."""
        if local or not address.startswith(("http://", "https://")):
            return None
        wait = self.budget.reserve(host_of(address), now, reserved=reserved, crawl_delay=crawl_delay)
        return Wait(wait, reserved=wait <= HORIZON_SECONDS) if wait > 0 else None

    def done(self, address: str, *, now: dt.datetime, local: bool, seconds: float, error: WireroomError | None) -> None:
        """The request that `turn` let go is over."""
        if local or not address.startswith(("http://", "https://")):
            return
        asked = error.delay_seconds if isinstance(error, RateLimited | ServerFailed) else None
        status: int | None = TOO_MANY_REQUESTS if asked or isinstance(error, RateLimited) else ANSWERED
        if isinstance(error, Unreachable | TimedOut):
            status = None
        self.budget.release(host_of(address), now, seconds=seconds, status=status, asked=asked)

    def close(self) -> None:
        """Closes the connections to Redis."""
        self.budget.client.close()

    def _turn(
        self, address: str, host: str, now: dt.datetime, headers: Mapping[str, str] | None, by_robots: bool
    ) -> Response:
        """The fetch, and its robots.txt before it once a day, as one turn; each redirect leads to a site with rules of
        its own."""
        started, asked = time.monotonic(), None
        status: int | None = ANSWERED
        at = host

        def judge(target: str) -> None:
            nonlocal at
            at = host_of(target)
            if by_robots:
                self.robots.rules(target, now).judge(target)

        try:
            judge(address)
            response = self.fetcher.get(address, headers=headers, hop=judge)
            status, asked = response.status, retry_after(response.header("Retry-After"), now)
            return response
        except Retryable:
            status = None if at == host else ANSWERED  # whoever fails behind a redirect is another host
            raise
        finally:
            seconds = time.monotonic() - started
            self.budget.release(host, now + dt.timedelta(seconds=seconds), seconds=seconds, status=status, asked=asked)

"""robots.txt (RFC 9309): what a site asks robots not to fetch, and how slowly; kept in Redis for all workers.

It holds for what the crawler finds by itself: articles and the pages that list them. A feed or sitemap address that the
operator named is fetched on the operator's word, as a reader's subscription is.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import redis
import structlog
from protego import Protego

from worker.errors import Disallowed, Rejected, Retryable, RobotsUnreachable
from worker.http.client import Fetcher
from worker.http.polite.robots_group import group_for, token_of

log = structlog.get_logger()

PREFIX = "wireroom:robots:"
KEPT = "wireroom:robots"
"""The sites whose rules are kept, by when they were asked."""
MOST_SITES = 5_000
"""Sites whose rules Redis holds: of 64 kB at most each, most have one. Those asked longest ago go first."""
FRESH = dt.timedelta(hours=24)  # RFC 9309, 2.4
STALE = dt.timedelta(days=7)  # for so long the last copy stands in where the file cannot be had (RFC 9309, 2.3.1.4)
PAUSE = dt.timedelta(minutes=10)  # before what could not be had is asked for again
MOST_BYTES = 500 * 1024  # RFC 9309, 2.5
RECENT = dt.timedelta(minutes=1)
MOST_RECENT = 256


@dataclass(frozen=True, slots=True)
class Rules:
    """One site's robots.txt, of which our group counts; `text` None: it cannot be had, and there is no earlier copy."""

    origin: str
    text: str | None
    token: str

    def judge(self, address: str) -> None:
        """Nothing where the address may be fetched; raises Disallowed, or RobotsUnreachable where nobody knows."""
        if self.text is None:
            pause = PAUSE.total_seconds()
            raise RobotsUnreachable(address, f"{self.origin}/robots.txt cannot be had, which forbids all", pause)
        if self.text and not _parsed(self.text, self.token).can_fetch(address, self.token):
            raise Disallowed(address, f"disallowed for {self.token!r} by {self.origin}/robots.txt")

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between two requests that the site asks for; None where it does not."""
        if not self.text:
            return None
        parsed = _parsed(self.text, self.token)
        rate = parsed.request_rate(self.token)
        paced = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(parsed.crawl_delay(self.token) or 0.0, paced) or None


@dataclass
class Robots:
    """The robots.txt of every site, each asked for once a day. Redis holds them for all; a few stay here for a minute,
    and while Redis is gone."""

    fetcher: Fetcher
    client: redis.Redis
    most_sites: int = MOST_SITES
    recent: OrderedDict[str, tuple[dt.datetime, Rules]] = field(default_factory=OrderedDict)

    @property
    def token(self) -> str:
        """Under which name we look for rules."""
        return token_of(self.fetcher.user_agent)

    def known(self, address: str, now: dt.datetime) -> Rules | None:
        """The rules for this address as they are kept; None where they must be asked for."""
        origin = origin_of(address)
        kept_at, rules = self.recent.get(origin, (now - 2 * RECENT, None))
        if rules and abs(now - kept_at) < RECENT:
            return rules
        text, read_at, tried_at = self._kept(origin)
        if read_at and now - read_at < FRESH:
            return self._remember(Rules(origin, text, self.token), now)
        if tried_at and now - tried_at < PAUSE:
            lasting = text if read_at and now - read_at < STALE else None
            return self._remember(Rules(origin, lasting, self.token), now)
        return None

    def rules(self, address: str, now: dt.datetime) -> Rules:
        """The rules for this address; asked for where they are not kept."""
        return self.known(address, now) or self._asked(origin_of(address), now)

    def _asked(self, origin: str, now: dt.datetime) -> Rules:
        try:
            text = self._fetched(f"{origin}/robots.txt")
        except Retryable as error:
            log.warning("robots.failed", origin=origin, reason=error.reason, detail=error.detail)
            self._keep(origin, {"tried": now.timestamp()}, now)
            before, read_at, _ = self._kept(origin)
            lasting = before if read_at and now - read_at < STALE else None
            return self._remember(Rules(origin, lasting, self.token), now)
        log.info("robots.done", origin=origin, bytes=len(text))
        ours = group_for(text, self.token)
        self._keep(origin, {"read": now.timestamp(), "text": ours}, now)
        return self._remember(Rules(origin, ours, self.token), now)

    def _fetched(self, address: str) -> str:
        """The file; empty where there is none. Status 4xx allows all (RFC 9309, 2.3.1.3), but for 429, which like 5xx
        says that the server cannot answer now."""
        try:
            response = self.fetcher.get(address, cut_at=MOST_BYTES)
        except Rejected as error:
            log.info("robots.refused", address=address, reason=error.reason, detail=error.detail)
            return ""
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(address, f"status {response.status}")
        return response.body.decode("utf-8-sig", "replace") if 200 <= response.status < 300 else ""

    def _kept(self, origin: str) -> tuple[str | None, dt.datetime | None, dt.datetime | None]:
        """The last copy, when it was read, and when it was asked for in vain."""
        try:
            text, read, tried = self.client.hmget(self._key(origin), ["text", "read", "tried"])
        except redis.RedisError:
            return None, None, None
        shown = text.decode() if isinstance(text, bytes) else text
        return shown, _instant(read), _instant(tried)

    def _keep(self, origin: str, values: dict[str, str | float], now: dt.datetime) -> None:
        key = self._key(origin)
        try:
            with self.client.pipeline() as pipe:
                pipe.hset(key, mapping={name: str(value) for name, value in values.items()})
                pipe.expire(key, STALE)
                pipe.zadd(KEPT, {key: now.timestamp()})
                pipe.expire(KEPT, STALE)
                pipe.zrange(KEPT, 0, -self.most_sites - 1)
                oldest = pipe.execute()[-1]
            if oldest:
                self.client.unlink(*oldest)
                self.client.zrem(KEPT, *oldest)
        except redis.RedisError:
            return  # asked for again by whoever needs it

    def _key(self, origin: str) -> str:
        return f"{PREFIX}{self.token.lower()}:{origin}"  # another name of ours has other rules

    def _remember(self, rules: Rules, now: dt.datetime) -> Rules:
        self.recent[rules.origin] = (now, rules)
        while len(self.recent) > MOST_RECENT:
            self.recent.popitem(last=False)
        return rules


def origin_of(address: str) -> str:
    """Scheme, host and port: a robots.txt holds for no more (RFC 9309, 2.3)."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _instant(value: bytes | str | None) -> dt.datetime | None:
    return None if value is None else dt.datetime.fromtimestamp(float(value), dt.UTC)


@lru_cache(maxsize=256)
def _parsed(text: str, token: str) -> Protego:
    return Protego.parse(group_for(text, token))

"""One budget a host, in Redis, shared by all workers and stages: who may ask it now, and when the others' turns come.

Turns are handed out one behind the other (GCRA: a host's next free turn is one number), each to one caller, who comes
back then and goes. So a thousand waiting articles of one host cost two calls each, and no worker waits for one.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import threading
from dataclasses import dataclass, field
from functools import cache, lru_cache
from urllib.parse import urlsplit

import redis
from publicsuffixlist import PublicSuffixList

PREFIX = "wireroom:host:"
CONCURRENCY = 2
GAP_SECONDS = 1.0
HORIZON_SECONDS = 3_600.0  # turns are handed out no further ahead; whoever comes then asks again
LONGEST_BLOCK_SECONDS = 86_400.0  # of a Retry-After; 88 h were seen (Media Cloud's rss-fetcher)
LONGEST_GAP_SECONDS = 60.0  # whatever a Crawl-delay says
# The clock that brings back who waits ticks every two seconds: turns that lie nearer together come at once.
TICK_SECONDS = 2.5
STRIKE_SECONDS = 30.0  # 429, 503 or no connection: 30 s, then twice as long each time, at most an hour
LONGEST_STRIKE_SECONDS = 3_600.0
KEPT_SECONDS = 172_800

# KEYS: the host's hash, its leases. ARGV: now, reserved, gap, concurrency, horizon, lease, tick, kept.
# next: the first turn that nobody has. late: the same for those who had a turn and met a full house.
# paid: until when the starts so far have used the host up, a gap each (GCRA's theoretical arrival time).
RESERVE = """
local h = redis.call('HMGET', KEYS[1], 'next', 'late', 'paid', 'blocked', 'latency')
local next, late, paid = tonumber(h[1]) or 0, tonumber(h[2]) or 0, tonumber(h[3]) or 0
local blocked, latency = tonumber(h[4]) or 0, tonumber(h[5]) or 0
local now = tonumber(ARGV[1])
local reserved = ARGV[2] == '1' and blocked <= now
local gap = math.max(tonumber(ARGV[3]), latency / ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local open = blocked <= now and redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'gap', gap)
redis.call('EXPIRE', KEYS[1], ARGV[8])
if open and paid <= now + (reserved and ARGV[7] or 0) and (reserved or next <= now) then
  redis.call('ZADD', KEYS[2], now + ARGV[6], redis.call('HINCRBY', KEYS[1], 'starts', 1))
  redis.call('EXPIRE', KEYS[2], ARGV[8])
  redis.call('HSET', KEYS[1], 'paid', math.max(paid, now) + gap, 'next', math.max(next, now + gap))
  return '0'
end
local queue, turn = 'next', math.max(next, paid, blocked, now + gap)
if reserved then queue, turn = 'late', math.max(late, now + gap) end
if turn - now <= tonumber(ARGV[5]) then redis.call('HSET', KEYS[1], queue, turn + gap) end
return tostring(turn - now)
"""

# ARGV: now, latency or '', blocked until or 0, strike (refused without a time, or no answer), first, longest, kept.
RELEASE = """
redis.call('ZPOPMIN', KEYS[2])
if ARGV[2] ~= '' then
  local before = tonumber(redis.call('HGET', KEYS[1], 'latency'))
  local latency = tonumber(ARGV[2])
  redis.call('HSET', KEYS[1], 'latency', before and before + (latency - before) / 4 or latency)
end
local last = tonumber(ARGV[3])
if ARGV[4] == '1' then
  local strikes = redis.call('HINCRBY', KEYS[1], 'strikes', 1)
  last = math.max(last, ARGV[1] + math.min(ARGV[5] * 2 ^ (strikes - 1), tonumber(ARGV[6])))
else
  redis.call('HDEL', KEYS[1], 'strikes')
end
if last > (tonumber(redis.call('HGET', KEYS[1], 'blocked')) or 0) then
  redis.call('HSET', KEYS[1], 'blocked', last)
end
redis.call('EXPIRE', KEYS[1], ARGV[7])
"""


@dataclass(frozen=True, slots=True)
class Budgeted:
    """What is known of a host, for people: seconds between requests, mean latency, until when it is left alone."""

    gap_seconds: float
    latency_seconds: float | None
    busy: int
    blocked_until: dt.datetime | None


@dataclass
class HostBudget:
    """The budget of every host. Where Redis is gone, each process keeps the gap by itself and nobody stands still: an
    article fetched is worth more than a perfect pace, and the broker is down then too."""

    client: redis.Redis
    gap_seconds: float = GAP_SECONDS
    concurrency: int = CONCURRENCY
    lease_seconds: float = 120.0
    """After which a worker that never came back is forgotten; longer than any fetch."""
    alone: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._reserve = self.client.register_script(RESERVE)
        self._release = self.client.register_script(RELEASE)

    def reserve(self, host: str, now: dt.datetime, *, reserved: bool, crawl_delay: float | None = None) -> float:
        """0 where the caller may ask the host now, and must `release` it; else the seconds until its own turn, when it
        comes back with `reserved`. More than HORIZON_SECONDS: no turn is reserved, ask again then. `crawl_delay`: the
        gap that the host's robots.txt asks for."""
        at = now.timestamp()
        gap = max(self.gap_seconds, min(crawl_delay or 0.0, LONGEST_GAP_SECONDS))
        limits = (gap, self.concurrency, HORIZON_SECONDS, self.lease_seconds, TICK_SECONDS, KEPT_SECONDS)
        try:
            return float(self._reserve(_keys(host), [at, int(reserved), *limits]))
        except redis.RedisError:
            return self._reserve_alone(host, at, reserved)

    def release(
        self, host: str, now: dt.datetime, *, seconds: float | None, status: int | None, asked: float | None = None
    ) -> None:
        """The request that `reserve` let go is over: how long it took, its status (None: no answer), and the patience
        that the server asked for (Retry-After)."""
        refused = status in (429, 503)
        block = now.timestamp() + min(asked, LONGEST_BLOCK_SECONDS) if refused and asked else 0
        strike = int(status is None or (refused and not asked))
        args = ["" if seconds is None else seconds, block, strike, STRIKE_SECONDS, LONGEST_STRIKE_SECONDS, KEPT_SECONDS]
        try:
            self._release(_keys(host), [now.timestamp(), *args])
        except redis.RedisError:
            return  # the lease runs out by itself

    def known(self, host: str, now: dt.datetime) -> Budgeted:
        """How the host stands."""
        key, leases = _keys(host)
        gap, latency, blocked = (_number(each) for each in self.client.hmget(key, ["gap", "latency", "blocked"]))
        busy = int(self.client.zcount(leases, now.timestamp(), "+inf"))
        until = dt.datetime.fromtimestamp(blocked, dt.UTC) if blocked and blocked > now.timestamp() else None
        return Budgeted(gap or self.gap_seconds, latency, busy, until)

    def _reserve_alone(self, host: str, at: float, reserved: bool) -> float:
        with self.lock:
            if len(self.alone) > 10_000:
                self.alone = {name: turn for name, turn in self.alone.items() if turn > at}
            turn = at if reserved else max(self.alone.get(host, 0.0), at)
            self.alone[host] = max(self.alone.get(host, 0.0), turn + self.gap_seconds)
            return turn - at


def _keys(host: str) -> list[str]:
    return [f"{PREFIX}{{{host}}}", f"{PREFIX}{{{host}}}:leases"]


def _number(value: bytes | str | None) -> float | None:
    return None if value is None else float(value)


@lru_cache(maxsize=50_000)
def host_of(address: str) -> str:
    """Whose budget a fetch of this address is on: the registrable domain (`bbc.co.uk`), since servers count and block
    by site and not by name; the whole host where there is none, as for IP addresses."""
    host = urlsplit(address).hostname or ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return _suffixes().privatesuffix(host.rstrip(".")) or host


@cache
def _suffixes() -> PublicSuffixList:
    """The list that comes with the library; read once, 0.1 s. Blogs of one platform are sites of their own in it."""
    return PublicSuffixList()

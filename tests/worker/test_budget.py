"""One budget a host: who may ask now, and when the others' turns come, on a clock that only the test moves."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import redis

from worker.http.polite.budget import (
    HORIZON_SECONDS,
    LONGEST_BLOCK_SECONDS,
    LONGEST_GAP_SECONDS,
    LONGEST_STRIKE_SECONDS,
    STRIKE_SECONDS,
    HostBudget,
    host_of,
)

NOON = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
HOST = "example.org"


def at(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


@pytest.fixture
def budget(redis_address: str) -> Iterator[HostBudget]:
    client = redis.Redis.from_url(redis_address)
    client.flushall()
    yield HostBudget(client)
    client.close()


@dataclass
class Crowd:
    """Articles of one host as the fetch step treats them: woken by a clock that ticks, postponed until their turn."""

    budget: HostBudget
    latency: float = 0.2
    tick: float = 2.0
    waiting: list[tuple[float, bool]] = field(default_factory=list)
    running: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    wakes: int = 0
    most: int = 0

    def run(self, until: float) -> None:
        now = 0.0
        while now < until and (self.waiting or self.running):
            self._finish(now)
            due = sorted(each for each in self.waiting if each[0] <= now)
            for each in due:
                self.waiting.remove(each)
                self._wake(now, each[1])
            now += self.tick
        self._finish(until)

    def _finish(self, now: float) -> None:
        for end in [each for each in self.running if each <= now]:
            self.running.remove(end)
            self.budget.release(HOST, at(end), seconds=self.latency, status=200)

    def _wake(self, now: float, reserved: bool) -> None:
        self.wakes += 1
        wait = self.budget.reserve(HOST, at(now), reserved=reserved)
        if wait:
            self.waiting.append((now + wait, wait <= HORIZON_SECONDS))
            return
        self.starts.append(now)
        self.running.append(now + self.latency)
        self.most = max(self.most, len(self.running))


def test_the_first_goes_at_once_and_the_others_get_turns(budget: HostBudget) -> None:
    """One behind the other, a gap apart."""
    assert [budget.reserve(HOST, NOON, reserved=False) for _ in range(4)] == pytest.approx([0, 1, 2, 3], abs=0.01)


def test_hosts_do_not_wait_for_each_other(budget: HostBudget) -> None:
    """Each has a budget of its own."""
    assert [budget.reserve(f"{n}.example", NOON, reserved=False) for n in range(50)] == [0] * 50


def test_whoever_has_a_turn_goes_when_it_comes(budget: HostBudget) -> None:
    """And those who come new in between do not take it away."""
    budget.reserve(HOST, NOON, reserved=False)
    wait = budget.reserve(HOST, NOON, reserved=False)
    assert budget.reserve(HOST, at(wait - 0.5), reserved=False) > 0
    budget.release(HOST, at(0.3), seconds=0.3, status=200)
    assert budget.reserve(HOST, at(wait), reserved=True) == 0


def test_a_crowd_is_woken_about_twice_each(budget: HostBudget) -> None:
    """Once to get a turn and once to go: no article is sent round and round."""
    crowd = Crowd(budget, waiting=[(0.0, False)] * 300)
    crowd.run(1000)
    assert len(crowd.starts) == 300
    assert crowd.wakes <= 300 * 2.2
    assert crowd.starts[-1] <= 300 * 1.2
    assert crowd.most <= 2


@pytest.mark.parametrize("latency", [0.2, 3.0, 8.0])
def test_a_slow_host_is_asked_as_slowly_as_it_answers(budget: HostBudget, latency: float) -> None:
    """Two at a time and no more, whatever it takes; the pace follows the answers."""
    crowd = Crowd(budget, latency=latency, waiting=[(0.0, False)] * 100)
    crowd.run(3000)
    assert len(crowd.starts) == 100
    assert crowd.most <= 2
    assert crowd.wakes <= 100 * 6
    assert crowd.starts[-1] <= 100 * max(1.0, latency / 2) * 1.6


def test_after_a_standstill_the_late_do_not_come_all_at_once(budget: HostBudget) -> None:
    """Everybody's turn is over when the workers return; the gap is kept all the same."""
    for _ in range(200):
        budget.reserve(HOST, NOON, reserved=False)
    crowd = Crowd(budget, waiting=[(0.0, True)] * 200)
    crowd.budget = Shifted(budget.client, by=3000)
    crowd.run(1000)
    assert len(crowd.starts) == 200
    assert max(crowd.starts.count(each) for each in crowd.starts) <= 3
    assert crowd.starts[-1] >= 190


class Shifted(HostBudget):
    """The same budget, some time later."""

    def __init__(self, client: redis.Redis, by: float) -> None:
        super().__init__(client)
        self.by = dt.timedelta(seconds=by)

    def reserve(self, host: str, now: dt.datetime, *, reserved: bool, crawl_delay: float | None = None) -> float:
        return super().reserve(host, now + self.by, reserved=reserved, crawl_delay=crawl_delay)

    def release(self, host: str, now: dt.datetime, **how: object) -> None:
        super().release(host, now + self.by, **how)  # type: ignore[arg-type]


def test_two_at_a_time(budget: HostBudget) -> None:
    """A third waits, even when its turn has come; one that ends makes room."""
    assert budget.reserve(HOST, NOON, reserved=False) == 0
    assert budget.reserve(HOST, at(2), reserved=False) == 0
    assert budget.reserve(HOST, at(4), reserved=True) > 0
    budget.release(HOST, at(4.5), seconds=0.1, status=200)
    assert budget.reserve(HOST, at(6), reserved=True) == 0


def test_a_worker_that_never_came_back_is_forgotten(budget: HostBudget) -> None:
    """Its place is free again when the lease is over."""
    for second in (0, 2):
        assert budget.reserve(HOST, at(second), reserved=False) == 0
    assert budget.reserve(HOST, at(100), reserved=False) > 0
    assert budget.reserve(HOST, at(130), reserved=True) == 0


@pytest.mark.parametrize(("status", "asked", "blocked"), [
    (429, 90.0, 90.0), (503, 90.0, 90.0), (429, 1e12, LONGEST_BLOCK_SECONDS),
    (429, None, STRIKE_SECONDS), (503, None, STRIKE_SECONDS), (None, None, STRIKE_SECONDS), (429, 0.0, STRIKE_SECONDS),
    (200, 90.0, 0.0), (404, None, 0.0), (500, None, 0.0),
])  # fmt: skip
def test_a_host_that_asks_for_patience_gets_it(
    budget: HostBudget, status: int | None, asked: float | None, blocked: float
) -> None:
    """For as long as it says, at most a day; where it says nothing, for half a minute."""
    budget.reserve(HOST, NOON, reserved=False)
    budget.release(HOST, NOON, seconds=0.1, status=status, asked=asked)
    wait = budget.reserve(HOST, at(1), reserved=True)
    assert wait == pytest.approx(max(0.0, blocked - 1), abs=1.1) if blocked else wait == 0
    assert (wait > HORIZON_SECONDS) == (blocked > HORIZON_SECONDS)


def test_patience_grows_and_ends(budget: HostBudget) -> None:
    """Twice as long each time in a row, at most an hour; one good answer, and it is forgotten."""
    now, waits = 0.0, []
    for _ in range(10):
        budget.release(HOST, at(now), seconds=0.1, status=429)
        waits.append((budget.known(HOST, at(now)).blocked_until - at(now)).total_seconds())  # type: ignore[operator]
        now += 100_000
    assert waits[:3] == pytest.approx([30, 60, 120], abs=0.01)
    assert max(waits) == pytest.approx(LONGEST_STRIKE_SECONDS, abs=0.01)
    budget.release(HOST, at(now), seconds=0.1, status=200)
    budget.release(HOST, at(now), seconds=0.1, status=429)
    assert budget.known(HOST, at(now)).blocked_until == pytest.approx(at(now + 30), abs=dt.timedelta(seconds=0.1))


def test_those_who_waited_for_a_block_come_one_by_one(budget: HostBudget) -> None:
    """The end of a block is no start signal for everybody."""
    budget.release(HOST, NOON, seconds=0.1, status=429, asked=100.0)
    waits = [budget.reserve(HOST, NOON, reserved=True) for _ in range(5)]
    assert waits == pytest.approx([100, 101, 102, 103, 104], abs=0.1)


@pytest.mark.parametrize(("asked", "gap"), [(10.0, 10.0), (0.1, 1.0), (1e9, LONGEST_GAP_SECONDS), (None, 1.0)])
def test_a_crawl_delay_raises_the_gap(budget: HostBudget, asked: float | None, gap: float) -> None:
    """Up to a bound: no robots.txt stops us for a day with one line."""
    waits = [budget.reserve(HOST, NOON, reserved=False, crawl_delay=asked) for _ in range(3)]
    assert waits == pytest.approx([0, gap, 2 * gap], abs=0.1)
    assert budget.known(HOST, NOON).gap_seconds == gap


def test_nobody_is_given_a_turn_in_the_far_future(budget: HostBudget) -> None:
    """Past the horizon a caller is told when to ask again, and the queue does not grow."""
    waits = [budget.reserve(HOST, NOON, reserved=False) for _ in range(3700)]
    assert sum(wait <= HORIZON_SECONDS for wait in waits) == pytest.approx(3601, abs=2)
    assert max(waits) < HORIZON_SECONDS + 2


def test_it_is_known_how_a_host_stands(budget: HostBudget) -> None:
    """For people who ask why."""
    assert budget.reserve(HOST, NOON, reserved=False) == 0
    assert (budget.known(HOST, NOON).busy, budget.known(HOST, NOON).latency_seconds) == (1, None)
    budget.release(HOST, NOON, seconds=4.0, status=200)
    budget.reserve(HOST, at(5), reserved=False)
    budget.release(HOST, at(9), seconds=4.0, status=200)
    found = budget.known(HOST, NOON)
    assert (found.busy, found.latency_seconds, found.gap_seconds, found.blocked_until) == (0, 4.0, 2.0, None)


def test_without_redis_each_process_keeps_the_gap(no_redis: redis.Redis) -> None:
    """Nobody stands still, and nobody storms a host."""
    budget = HostBudget(no_redis)
    assert [budget.reserve(HOST, NOON, reserved=False) for _ in range(3)] == pytest.approx([0, 1, 2], abs=0.01)
    assert budget.reserve(HOST, at(1), reserved=True) == 0
    budget.release(HOST, NOON, seconds=1.0, status=200)


def test_what_is_kept_of_a_host_goes_away(budget: HostBudget) -> None:
    """Nobody has to clean up after a million hosts."""
    budget.reserve(HOST, NOON, reserved=False)
    budget.release(HOST, NOON, seconds=1.0, status=200)
    lives = [budget.client.ttl(key) for key in budget.client.scan_iter()]
    assert lives
    assert min(lives) > 0


def test_a_turn_costs_less_than_a_millisecond(budget: HostBudget) -> None:
    """As every fetch pays it."""
    hosts = [f"{random.Random(n).randrange(50)}.example" for n in range(300)]
    started = time.perf_counter()
    for host in hosts:
        budget.reserve(host, NOON, reserved=False)
        budget.release(host, NOON, seconds=0.2, status=200)
    assert (time.perf_counter() - started) / 300 < 0.005  # the bench states it; a busy machine gets some room


@pytest.mark.parametrize(("address", "host"), [
    ("http://www.bbc.co.uk/news/1", "bbc.co.uk"), ("https://feeds.bbci.co.uk/x", "bbci.co.uk"),
    ("http://example.org:8080/", "example.org"), ("http://EXAMPLE.org/", "example.org"),
    ("http://a.b.c.example.org./", "example.org"), ("http://alice.blogspot.com/", "alice.blogspot.com"),
    ("http://alice.github.io/", "alice.github.io"), ("http://127.0.0.1:80/", "127.0.0.1"), ("http://[::1]/", "::1"),
    ("http://localhost/", "localhost"), ("http://co.uk/", "co.uk"), ("file:///tmp/a", ""),
])  # fmt: skip
def test_a_host_is_the_site_that_counts_us(address: str, host: str) -> None:
    """The registrable domain; blogs of one platform are sites of their own."""
    assert host_of(address) == host

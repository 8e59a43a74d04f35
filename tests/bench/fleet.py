"""A fleet of feeds on a virtual clock: our rule of when to poll against two others, at the same number of polls.

`python -m tests.bench.fleet` prints the table of docs/performance.md. Each feed publishes at random (Poisson) at a
rate of its own; rates fall off like Zipf's law. All feeds are stepped together in numpy; a test holds the copy of our
rule in here to `worker.decide.schedule`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from worker.decide import schedule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEEDS, DAYS, SEED = 50_000, 30, 20_020_315
BUSIEST_A_DAY, ZIPF, QUIETEST_A_DAY = 500.0, 0.75, 0.02
WINDOW = 25  # entries that a feed lists
HOSTS = 8_000


@dataclass
class Fleet:
    """The stories of all feeds: `times[first[f]:first[f + 1]]` are those of feed f, in days, sorted."""

    times: Floats
    first: Ints
    hosts: Ints


def fleet(feeds: int = FEEDS, days: int = DAYS, seed: int = SEED) -> Fleet:
    """Feeds with Zipf-like rates, and the host of each, some of which have many feeds."""
    random = np.random.default_rng(seed)
    rates = np.maximum(BUSIEST_A_DAY / np.arange(1, feeds + 1) ** ZIPF, QUIETEST_A_DAY)
    random.shuffle(rates)
    counts = random.poisson(rates * days)
    first = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(feeds), counts)
    times = random.random(first[-1]) * days
    order = np.lexsort((times, owner))
    hosts = (HOSTS * random.random(feeds) ** 3).astype(np.int64)  # the largest has one feed in twenty
    return Fleet(times[order], first, hosts)


@dataclass
class Polls:
    """What a rule knows after one round: which feeds were polled, how many new stories each had, and since when."""

    feeds: Ints
    new: Ints
    elapsed_days: Floats


Rule = Callable[[Polls], Floats]
"""The seconds until the next poll of each feed that was polled."""


def fixed(seconds: float) -> Rule:
    """Every feed at the same interval."""
    return lambda polls: np.full(len(polls.feeds), seconds)


@dataclass
class Ours:
    """`worker.decide.schedule` in numpy; `spread` stands for SPREAD_SECONDS, so that the number of polls can be made
    equal."""

    feeds: int
    spread: float = schedule.SPREAD_SECONDS
    stories: Floats = field(init=False)
    days: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.stories, self.days = np.zeros(self.feeds), np.zeros(self.feeds)

    def __call__(self, polls: Polls) -> Floats:
        kept = 0.5 ** (polls.elapsed_days / schedule.HALF_LIFE_DAYS)
        stories = self.stories[polls.feeds] = self.stories[polls.feeds] * kept + polls.new
        days = self.days[polls.feeds] = self.days[polls.feeds] * kept + polls.elapsed_days
        doubt = 1 / (1 + days)
        rate = (stories + schedule.PRIOR_STORIES * doubt) / (days + schedule.PRIOR_DAYS * doubt)
        return np.clip(self.spread / np.sqrt(rate), schedule.SHORTEST_SECONDS, schedule.LONGEST_SECONDS)


@dataclass
class MediaCloud:
    """rss-fetcher's rule: two polls in a row with at least two thirds of known entries lengthen the interval by ten
    minutes (an hour where nothing was new for a month), two with less than a third shorten it by an hour, or to six
    hours where it is above; between ten minutes and a day, at first six hours. `scale` stretches all of it, so that the
    number of polls can be made equal."""

    feeds: int
    scale: float = 1.0
    minutes: Floats = field(init=False)
    before: Floats = field(init=False)
    quiet_days: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.minutes, self.before = np.full(self.feeds, 360.0), np.full(self.feeds, 50.0)
        self.quiet_days = np.zeros(self.feeds)

    def __call__(self, polls: Polls) -> Floats:
        at = polls.feeds
        known = np.where(polls.new == 0, 101.0, 100.0 * (1 - np.minimum(polls.new, WINDOW) / WINDOW))
        self.quiet_days[at] = np.where(polls.new > 0, 0.0, self.quiet_days[at] + polls.elapsed_days)
        longer = (known >= 67) & (self.before[at] >= 67)
        shorter = (known < 33) & (self.before[at] < 33)
        step = np.where((self.quiet_days[at] < 31) | (known < 100), 10.0, 60.0)
        minutes = self.minutes[at] + np.where(longer, step, 0.0)
        minutes = np.where(shorter, np.where(minutes > 360, 360.0, minutes - 60), minutes)
        self.minutes[at], self.before[at] = np.clip(minutes, 10.0, 1440.0), known
        return self.minutes[at] * 60 * self.scale


@dataclass(frozen=True)
class Result:
    """How a rule did: polls, delays of stories in minutes, and the busiest host's polls an hour."""

    polls: int
    stories: int
    median_minutes: float
    mean_minutes: float
    p90_minutes: float
    unchanged: float
    busiest_host_an_hour: float
    lost: int


def simulate(world: Fleet, rule: Rule, days: int = DAYS) -> Result:
    """The whole time under one rule, the first poll of each feed at a random moment of the first hour."""
    feeds = len(world.first) - 1
    seen = world.first[:-1].copy()
    due = np.random.default_rng(SEED + 1).random(feeds) / 24
    last, count, empty, lost = np.zeros(feeds), np.zeros(feeds, np.int64), 0, 0
    delays = np.full(len(world.times), np.nan)
    active = np.arange(feeds)
    while len(active):
        now = due[active]
        until = _reached(world, active, seen[active], now)
        new = until - seen[active]
        _note(world, delays, active, seen[active], until, now)
        lost += int(np.maximum(new - WINDOW, 0).sum())
        empty += int((new == 0).sum())
        count[active] += 1
        wait = rule(Polls(active, new, now - last[active]))
        seen[active], last[active], due[active] = until, now, now + wait / schedule.DAY
        active = active[due[active] < days]
    minutes = delays[~np.isnan(delays)] * 24 * 60
    busiest = np.bincount(world.hosts, weights=count).max() / (days * 24)
    p50, p90 = np.percentile(minutes, (50, 90))
    total = int(count.sum())
    return Result(
        total, len(minutes), float(p50), float(minutes.mean()), float(p90), empty / total, float(busiest), lost
    )


def _reached(world: Fleet, active: Ints, seen: Ints, now: Floats) -> Ints:
    """For each feed the place of its first story that is still to come, by bisection over all feeds at once."""
    low, high = seen.copy(), world.first[active + 1].copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        before = open_ & (world.times[np.minimum(middle, len(world.times) - 1)] <= now)
        low = np.where(before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return low


def _note(world: Fleet, delays: Floats, active: Ints, seen: Ints, until: Ints, now: Floats) -> None:
    counts = until - seen
    places = np.repeat(seen - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(counts.sum())
    delays[places] = np.repeat(now, counts) - world.times[places]


def equal(world: Fleet, make: Callable[[float], Rule], polls: int, start: float, days: int = DAYS) -> Result:
    """The rule stretched until it takes nearly as many polls."""
    factor = start
    for _ in range(5):
        result = simulate(world, make(factor), days)
        if abs(result.polls / polls - 1) < 0.01:
            break
        factor *= result.polls / polls
    return result


def main() -> None:
    """Prints the table: each of the others, and ours at the same number of polls."""
    world = fleet()
    feeds = len(world.first) - 1
    started = time.monotonic()
    head = "| rule | polls | median delay | mean | 90 % | polls a story | share of 304 | busiest host | rolled off |"
    sys.stdout.write(head + "\n|---|---|---|---|---|---|---|---|---|\n")
    as_built = simulate(world, Ours(feeds))
    _row("ours, as it is set", as_built)
    for name, rule in {"a fixed hour": fixed(3600.0), "Media Cloud's rule": MediaCloud(feeds)}.items():
        other = simulate(world, rule)
        _row(name, other)
        _row("ours, with as many polls", equal(world, lambda k: Ours(feeds, k), other.polls, schedule.SPREAD_SECONDS))
    sys.stdout.write(
        f"\n{feeds:,} feeds, {DAYS} days, {len(world.times):,} stories; {time.monotonic() - started:.0f} s\n"
    )


def _row(name: str, r: Result) -> None:
    cells = (
        name, f"{r.polls:,}", f"{r.median_minutes:.1f} min", f"{r.mean_minutes:.0f} min", f"{r.p90_minutes:.0f} min",
        f"{r.polls / r.stories:.2f}", f"{r.unchanged:.0%}", f"{r.busiest_host_an_hour:,.0f} /h", f"{r.lost:,}",
    )  # fmt: skip
    sys.stdout.write("| " + " | ".join(cells) + " |\n")


if __name__ == "__main__":
    main()

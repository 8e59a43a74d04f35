"""What one fetch may cost: time in all, bytes on the wire, and how slowly they may come."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

CONNECT_SECONDS = 8.0  # three SYNs at 0, 1 and 3 s, and time for their answer (RFC 6298)


@dataclass(frozen=True, slots=True)
class Pace:
    """A server that has begun to answer may pause for the grace; from then on it must have kept this mean rate. A page
    of 100 kB at the floor takes longer than any deadline: whoever is slower does not mean to be read."""

    grace_seconds: float = 10.0
    floor: float = 1_000.0
    """Bytes a second since the first byte."""


class Overdue(Exception):
    """The deadline, or the floor of the pace, was passed; the message says which."""


class Overweight(Exception):
    """More bytes came over the wire than one answer may have."""


@dataclass(slots=True)
class Allowance:
    """One fetch's account, over all its redirects; the pace and the bytes are those of the present hop."""

    seconds: float
    bytes_a_hop: int
    pace: Pace = field(default_factory=Pace)
    started: float = field(default_factory=time.monotonic)
    received: int = 0
    first_byte: float | None = None

    def hop(self) -> None:
        """A new request begins."""
        self.received, self.first_byte = 0, None

    def left(self, at_most: float | None = None) -> float:
        """Seconds that the next operation may take; raises Overdue where there are none."""
        now = time.monotonic()
        until, why = self.started + self.seconds, f"no whole answer within {self.seconds:g} s"
        if self.first_byte is not None:
            slow = self.first_byte + max(self.pace.grace_seconds, self.received / self.pace.floor)
            if slow < until:
                until, why = slow, f"{self.received:,} bytes in {now - self.first_byte:.1f} s: slower than allowed"
        if now >= until:
            raise Overdue(why)
        return until - now if at_most is None else min(until - now, at_most)

    def took(self, size: int) -> None:
        """Counts bytes that came in; raises Overweight where they are too many."""
        if self.first_byte is None:
            self.first_byte = time.monotonic()
        self.received += size
        if self.received > self.bytes_a_hop:
            raise Overweight(f"more than {self.bytes_a_hop:,} bytes sent")

    @property
    def spent(self) -> float:
        """Seconds since the fetch began."""
        return time.monotonic() - self.started

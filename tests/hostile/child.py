"""A process of its own that fetches addresses and says by how much its memory grew: `python -m tests.hostile.child`."""

from __future__ import annotations

import resource
import sys

from worker.errors import WireroomError
from worker.http.allowance import Pace
from worker.http.client import Fetcher

PAGE_BYTES = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PAGE_BYTES


def main() -> None:
    fetcher = Fetcher(
        user_agent="wireroom-tests", timeout_seconds=5, max_bytes=10_000_000, max_redirects=5, pace=Pace(0.3, 1000.0)
    )
    before, reasons = peak(), []
    for address in sys.argv[1:]:
        try:
            reasons.append(str(fetcher.get(address, local=True).status))
        except WireroomError as error:
            reasons.append(str(error.reason))
    sys.stdout.write(f"{peak() - before} {' '.join(reasons)}\n")


if __name__ == "__main__":
    main()

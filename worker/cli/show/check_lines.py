"""What one poll would find, in lines: how many entries, what is known of the place, what was left out, some of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from worker.cli.show import wording
from worker.sources.check import Checked

SHOWN = 10


def of_check(found: Checked) -> Iterator[Text]:
    """The lines for an address that lists something."""
    entries = found.listing.entries
    yield Text(f"{found.kind} {found.address}: {wording.count(len(entries), 'entry', 'entries')}")
    if found.known_as:
        yield Text(f"  is a source already: {', '.join(found.known_as)}", "yellow")
    for reason, number in found.listing.why_left_out:
        yield Text(f"  left out: {reason} ({f'{number:,}' if number else 'not counted'})", "yellow")
    for entry in entries[:SHOWN]:
        day = entry.stated_date or "no date   "
        yield Text(f"  {day}  {entry.title or '(no title)'}  {entry.refused or entry.address}")
    if len(entries) > SHOWN:
        yield Text(f"  … and {len(entries) - SHOWN} more")

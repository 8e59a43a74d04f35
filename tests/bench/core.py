"""Rates of the core with the event coder off: all other extractors and the analysis, parsed in full and gated.

The given articles and the general web pages lie outside the project; where they are not at hand there are no rows.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from extractors import extract, read
from extractors.model import Document
from extractors.parse.analysis import analyse
from extractors.parse.gate import stretches
from extractors.parse.pipeline import preload
from extractors.reading import Reading
from extractors.registry import _records, registered

SHARED = Path(__file__).parents[3] / "shared"
WEB = SHARED / "bench" / "data" / "scrapinghub" / "ground-truth.json"


def rows() -> dict[str, Callable[[], int]]:
    """What is measured, by name; each returns tokens."""
    if not WEB.is_file() or not (SHARED / "seeds").is_dir():
        return {}
    return {
        "tokens of given articles, parse alone": lambda: _parsed(_seeds()),
        "tokens of given articles, full parse": lambda: _read(_seeds(), gated=False),
        "tokens of given articles, gated": lambda: _read(_seeds(), gated=True),
        "tokens of a mixed stream, full parse": lambda: _read(_mixed(), gated=False),
        "tokens of a mixed stream, gated": lambda: _read(_mixed(), gated=True),
        "given articles, everything": lambda: _extracted(_contents()[:5]),
        "mixed stream, everything": lambda: _extracted(_contents()),
    }


def memory() -> str:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{'resident memory, MB':<40}{peak / (1024 if sys.platform != 'darwin' else 1024 * 1024):>12,.0f}"


@cache
def _contents() -> tuple[bytes, ...]:
    """The same as bytes: the given articles first."""
    pages = json.loads(WEB.read_text(encoding="utf-8"))
    seeds = [path.read_bytes() for path in sorted((SHARED / "seeds").glob("*.txt"))]
    return (*seeds, *(pages[key]["articleBody"].encode() for key in sorted(pages)[:45]))


@cache
def _seeds() -> tuple[Document, ...]:
    return tuple(
        read(path.read_bytes(), content_type="text/plain") for path in sorted((SHARED / "seeds").glob("*.txt"))
    )


@cache
def _mixed() -> tuple[Document, ...]:
    """One article in ten diplomatic, nine from the general web."""
    pages = json.loads(WEB.read_text(encoding="utf-8"))
    web = [read(pages[key]["articleBody"].encode(), content_type="text/plain") for key in sorted(pages)[:45]]
    return (*_seeds(), *web)


@cache
def _tokens(document: Document) -> int:
    return len(document.text.split()) * 9 // 8  # words and the marks between them


def _read(documents: tuple[Document, ...], *, gated: bool) -> int:
    for document in documents:
        for each in registered().values():
            if each.name != "events":
                list(each.run(Reading(document, "00000000-0000-0000-0000-000000000000")))
        wanted = stretches(document.text, document.paragraphs) if gated else None
        analyse(document.text, document.paragraphs, wanted)
    return sum(_tokens(document) for document in documents)


def _parsed(documents: tuple[Document, ...]) -> int:
    for document in documents:
        analyse(document.text, document.paragraphs)
    return sum(_tokens(document) for document in documents)


def _extracted(contents: tuple[bytes, ...]) -> int:
    return len([extract(each, content_type="text/plain") for each in contents])


def shares(contents: tuple[bytes, ...]) -> str:
    """Where the CPU time of a whole extraction goes, in per cent, by extractor; the parse by itself."""
    spent: Counter[str] = Counter()
    for content in contents:
        started = time.process_time()
        reading = Reading(read(content, content_type="text/plain"), "00000000-0000-0000-0000-000000000000")
        spent["reading"] += time.process_time() - started
        for each in registered().values():
            started = time.process_time()
            if each.name == "events" and reading.document.text:
                _ = reading.analysis
                spent["gate and parse"] += time.process_time() - started
                started = time.process_time()
            reading.found.extend(_records(each, reading))
            spent[each.name] += time.process_time() - started
    whole = sum(spent.values())
    return ", ".join(f"{name} {100 * seconds / whole:.0f}" for name, seconds in spent.most_common())


def main() -> None:
    """Prints the rates of the core by wall clock and by CPU, the best of three, and where the time goes."""
    preload()
    for name, work in rows().items():
        wall = cpu = 0.0
        for _ in range(3):
            started, busy = time.perf_counter(), time.process_time()
            units = work()
            wall = max(wall, units / (time.perf_counter() - started))
            cpu = max(cpu, units / (time.process_time() - busy))
        sys.stdout.write(f"{name:<42}{wall:>10,.1f} /s {cpu:>10,.1f} /CPU s\n")
    sys.stdout.write(f"given articles: {shares(_contents()[:5])}\nmixed stream: {shares(_contents())}\n{memory()}\n")


if __name__ == "__main__":
    main()

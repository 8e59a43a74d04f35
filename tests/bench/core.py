"""Rates of the core with the event coder off: all other extractors and the analysis, parsed in full and gated.

The given articles and the general web pages lie outside the project; where they are not at hand there are no rows.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from extractors import read
from extractors.analysis import analyse
from extractors.gate import stretches
from extractors.model import Document
from extractors.registry import Reading, registered

SHARED = Path(__file__).parents[3] / "shared"
WEB = SHARED / "bench" / "data" / "scrapinghub" / "ground-truth.json"


def rows() -> dict[str, Callable[[], int]]:
    """What is measured, by name; each returns tokens."""
    if not WEB.is_file() or not (SHARED / "seeds").is_dir():
        return {}
    return {
        "tokens of given articles, full parse": lambda: _read(_seeds(), gated=False),
        "tokens of given articles, gated": lambda: _read(_seeds(), gated=True),
        "tokens of a mixed stream, full parse": lambda: _read(_mixed(), gated=False),
        "tokens of a mixed stream, gated": lambda: _read(_mixed(), gated=True),
    }


def memory() -> str:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{'resident memory, MB':<40}{peak / (1024 if sys.platform != 'darwin' else 1024 * 1024):>12,.0f}"


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

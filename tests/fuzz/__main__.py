"""Reads made-up pages until the time is over: `python -m tests.fuzz [SECONDS]`, ten minutes unless told.

Whatever the bytes, there must be a document with a verdict, in time, whose paragraphs are lines of its own text.
"""

from __future__ import annotations

import sys
import time
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from extractors import Verdict, read

SAMPLES = Path(__file__).parent.parent / "samples"
SLOWEST = 3.0
EXAMPLES = 400
PAGES = tuple(path.read_bytes() for path in sorted(SAMPLES.rglob("*")) if path.suffix in (".html", ".txt"))
TAGS = (
    "p",
    "div",
    "span",
    "article",
    "h1",
    "h2",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "br",
    "a",
    "script",
    "time",
    "title",
)
TAGS += (
    "blockquote",
    "figure",
    "aside",
    "nav",
    "body",
    "html",
    "head",
    "meta",
    "noscript",
    "pre",
    "form",
    "p-x",
    "!--",
)
NAMES = (
    "article-body",
    "wsw",
    "dateline",
    "share",
    "byline",
    "related",
    "article-content",
    "",
    "\x00",
    "é" * 300,
    "comments",
)
TEXTS = (
    "The ministers met again on Tuesday in Riga and agreed. ",
    "Publication: Monitor Volume: 5 Issue: 3",
    "Accessibility links",
)
TEXTS += (
    "Breaking News",
    "By Anna Example",
    "RIGA (AP) — ",
    "2019-06-21",
    "May 4, 1997",
    "… MORE",
    "(AP, May 4)",
    "_____",
)
TEXTS += (
    "部长周一会晤。",
    "التقى الوزراء",
    "&nbsp;",
    "&#x1F600;",
    "&#xD800;",
    "&bogus;",
    "<",
    ">",
    "\n\n",
    "\x00",
    "\u202e",
    "e\u0301",
)
TEXTS += (
    "PICKS UP 3rd graf",
    "^BC-EX--Talks,1st Ld-Writethru",
    "Share",
    "XS",
    "SM",
    "MD",
    "LG",
    "â€œquoted\u201d",
    "1:02",
    "{",
    "[",
)

tag = st.builds(
    lambda name, said: f'<{name} class="{said}" id={said} itemprop="articleBody">',
    st.sampled_from(TAGS),
    st.sampled_from(NAMES),
)
closing = st.sampled_from([f"</{name}>" for name in TAGS] + ["-->", "</", "]]>", "/>"])
linked = st.builds(
    '<script type="application/ld+json">{}</script>'.format,
    st.text(max_size=80) | st.just('{"@type":["Article"],"author":[{"name":["x"]}]}'),
)
made = st.lists(tag | closing | linked | st.sampled_from(TEXTS) | st.text(max_size=40), max_size=60).map(
    lambda parts: "".join(parts).encode("utf-8", "replace")
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A sample page with pieces cut out, doubled, or replaced."""
    page = draw(st.sampled_from(PAGES))
    for _ in range(draw(st.integers(1, 6))):
        at, size = draw(st.integers(0, len(page))), draw(st.integers(0, 400))
        piece = draw(st.binary(max_size=40) | st.just(page[at : at + size] * 2) | made)
        page = page[:at] + piece + page[at + size :]
    return page


types = st.sampled_from(
    [None, "text/html", "text/plain", "text/html; charset=utf-16", "text/html; charset=big5", "image/png", "\x00"]
)
urls = st.sampled_from(
    [None, "https://x.example/2019/06/21/a", "https://[", "http://www.voanews.com/a/1.html", "\x00", "//"]
)


def check(content: bytes, content_type: str | None, url: str | None) -> None:
    """What holds of any content."""
    started = time.process_time()
    document = read(content, url=url, content_type=content_type)
    assert time.process_time() - started < SLOWEST
    assert document.verdict in Verdict
    assert (document.reason is None) == (document.verdict is Verdict.ARTICLE)
    lines = [document.text[start:end] for start, end in document.paragraphs]
    assert "\n\n".join(lines) == document.text
    assert all(line.strip() == line and line and "\n" not in line for line in lines)
    document.model_dump_json()


def main(seconds: float) -> None:
    """Rounds of examples, each with a seed of its own, until the time is over."""
    end = time.monotonic() + seconds
    for number in count():
        if time.monotonic() > end:
            print(f"{number} rounds of {EXAMPLES} pages, nothing found")  # noqa: T201
            return
        quiet = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        seed(number)(quiet(given(st.binary(max_size=3000) | made | spoilt(), types, urls)(check)))()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0)

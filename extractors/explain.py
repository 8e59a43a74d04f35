"""Where each paragraph of a document stood in its page, and what of the page was left out, with the reason.

For eyes, not for the path of an article: the page is read a second time and its lines are laid beside the document's,
so that reading itself pays nothing for it. Pure like `read`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.pages import read_page
from extractors.pages.body.closing import BUTTONS, is_rail
from extractors.pages.body.element_names import is_noise
from extractors.pages.body.prune import OUTSIDE
from extractors.pages.boilerplate import is_notice, key
from extractors.pages.head.bylines import byline_line
from extractors.pages.head.days import is_stamp
from extractors.pages.learned import Learned
from extractors.pages.learned import without as without_learned
from extractors.pages.page import Page
from extractors.pages.source.dump import is_html
from extractors.pages.source.tree import BLOCK_TAGS, Element, parse, words
from extractors.publication import Candidate, candidates
from extractors.text.decode import decode, fold

MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: the line of the source, and in markup the tags and names down to its element."""

    line: int
    path: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """A line of the page that is not in the document, and why."""

    text: str
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`origins` has one place a paragraph, in order, None where a paragraph was put together from several lines;
    `dates` every reading of the day of publication; `decoded` the encoding and what told it."""

    origins: tuple[Place | None, ...]
    stripped: tuple[Stripped, ...]
    dates: tuple[Candidate, ...] = ()
    decoded: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    place: Place
    around: tuple[tuple[str, str], ...]  # tag and names of each element around it, the innermost first


def explain(
    content: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    published: str | dt.date | None = None,
    fetched_at: dt.datetime | None = None,
    learned: Learned | None = None,
) -> Explanation:
    """How the document of these bytes came about; arguments as in `read`."""
    page = read_page(content, url=url, content_type=content_type)
    decoded = decode(content, content_type)
    if decoded.encoding is None:
        return Explanation((), (), decoded=f"no text: {decoded.reason}")
    paragraphs = without_learned(page.paragraphs, learned)
    lines = [*_lines(decoded.text, is_html(decoded.text, content_type))]
    kept = _aligned(paragraphs, lines)
    own = {key(line) for line in page.paragraphs} - {key(line) for line in paragraphs}
    left = [line for n, line in enumerate(lines) if n not in kept.values()]
    text = "\n\n".join(paragraphs)
    return Explanation(
        origins=tuple(lines[kept[at]].place if at in kept else None for at in range(len(paragraphs))),
        stripped=tuple(Stripped(each.text, each.place, _reason(each, page, own)) for each in left),
        dates=tuple(candidates(page, text, stated=published, fetched_at=fetched_at)),
        decoded=f"{decoded.encoding}: {decoded.reason}",
    )


def _lines(text: str, html: bool) -> Iterator[_Line]:
    """The lines that a reader of the page can see, in order."""
    if not html:
        for number, line in enumerate(text.split("\n")[:MAX_LINES], start=1):
            if said := fold(line):
                yield _Line(said, Place(number, ""), ())
        return
    root = parse(text)
    if root is None:
        return
    for element, _ in zip(root.iter(*BLOCK_TAGS), range(MAX_LINES), strict=False):
        if said := fold(_own_text(element)):
            around = [(each.tag, words(each).strip()) for each in (element, *element.iterancestors())]
            path = " > ".join(_name(*each) for each in reversed(around[:-1]))
            yield _Line(said, Place(element.sourceline or 0, path), tuple(around))


def _own_text(element: Element) -> str:
    """The text of the element without that of blocks in it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag not in BLOCK_TAGS:
            parts.append(_own_text(child))
        parts.append((" " if child.tag == "br" else "") + (child.tail or ""))
    return "".join(parts)


def _name(tag: str, names: str) -> str:
    return ".".join([tag, *names.split()[:2]])


def _aligned(paragraphs: tuple[str, ...], lines: list[_Line]) -> dict[int, int]:
    """The number of each paragraph's line: outward from the longest, which can hardly stand there twice."""
    if not paragraphs:
        return {}
    longest = max(range(len(paragraphs)), key=lambda at: len(paragraphs[at]))
    start = next((n for n, line in enumerate(lines) if _holds(line, paragraphs[longest])), None)
    if start is None:
        return {}
    found = {longest: start}
    for step, ats in ((1, range(longest + 1, len(paragraphs))), (-1, range(longest - 1, -1, -1))):
        here = start
        for at in ats:
            # The same line again where it holds several paragraphs, else the next that does.
            first = here if lines[here].text not in (paragraphs[at], paragraphs[at - step]) else here + step
            there = range(first, len(lines)) if step > 0 else range(first, -1, -1)
            if (match := next((n for n in there if _holds(lines[n], paragraphs[at])), None)) is not None:
                found[at] = here = match
    return found


def _holds(line: _Line, paragraph: str) -> bool:
    """Whether the paragraph is the line, or a part of it between breaks."""
    return line.text == paragraph or (len(paragraph) > 20 and paragraph in line.text)


def _reason(line: _Line, page: Page, own: set[str]) -> str:
    """Why the line is not in the document: the first rule that would have taken it out."""
    if key(line.text) in own:
        return "comes again in this source's articles"
    for tag, names in line.around:
        if tag in OUTSIDE or tag == "head":
            return f"in <{tag}>"
        if names and is_noise(names):
            return f"in an element named {names.split()[0]!r}"
    return _by_words(line.text, page)


def _by_words(text: str, page: Page) -> str:
    if page.title and key(text) == key(page.title):
        return "the headline"
    if key(text) in BUTTONS or is_rail(text):
        return "a label"
    if is_notice(text):
        return "a notice"
    if is_stamp(text) or byline_line(text):
        return "date or byline"
    return "not of the story" if page.paragraphs else f"the page is no article: {page.reason}"

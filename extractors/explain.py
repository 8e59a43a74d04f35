"""Where each paragraph of a document stood in its page, and what of the page was left out, with the reason.

For eyes, not for the path of an article: nothing is decided here. The reasons are those that the passes noted when they
left a line or an element out; what is found here is only where on the page that was. Pure like `read`.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, islice

from extractors.pages import noted_page
from extractors.pages.learned import Learned, own_ends
from extractors.pages.source.drop_reasons import Reason
from extractors.pages.source.lines import LEAD, Lines
from extractors.pages.source.tree import BLOCK_TAGS, Element, parse, words
from extractors.publication import Candidate, candidates
from extractors.text.decode import decode, fold

MAX_PIECES = 50_000
Number = int | Reason
"""The number of the line that a text was read into, or why it was read into none."""


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
    reason: Reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """`origins` has one place a paragraph, in order, None where a paragraph was put together from several lines;
    `dates` every reading of the day of publication; `decoded` the encoding and what told it."""

    origins: tuple[Place | None, ...]
    stripped: tuple[Stripped, ...]
    dates: tuple[Candidate, ...] = ()
    decoded: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text of the page as it stands there: in which element, and in which of the lines that a reader sees."""

    text: str
    place: Place
    line: int
    element: Element | None = None


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
    decoded = decode(content, content_type)
    if decoded.encoding is None:
        return Explanation((), (), decoded=f"no text: {decoded.reason}")
    page = noted_page(content, url=url, content_type=content_type)
    start, end = own_ends(page.paragraphs, learned)
    lines = page.lines.up_to(end, Reason.LEARNED).after(start, Reason.LEARNED)
    seen = _markup_pieces(decoded.text, lines) if page.form == "html" else _text_pieces(decoded.text)
    pieces = list(islice(seen, MAX_PIECES))
    numbers = _numbers(pieces, lines)
    return Explanation(
        origins=_origins(pieces, numbers, lines),
        stripped=tuple(_stripped(pieces, numbers, lines)),
        dates=tuple(candidates(page, "\n\n".join(lines.texts), stated=published, fetched_at=fetched_at)),
        decoded=f"{decoded.encoding}: {decoded.reason}",
    )


def _text_pieces(text: str) -> Iterator[_Piece]:
    """The lines of a stripped page."""
    for number, line in enumerate(text.split("\n"), start=1):
        if said := fold(line):
            yield _Piece(said, Place(number, ""), number)


def _markup_pieces(text: str, lines: Lines) -> Iterator[_Piece]:
    """The texts that a reader of the page can see, in order, of the tree that the lines were read from."""
    around = [lines.element, *lines.element.iterancestors()] if lines.element is not None else [parse(text)]
    number, place = 0, Place(0, "")
    for element, said, is_edge in _walk(around[-1]) if around[-1] is not None else ():
        if is_edge:
            number += 1
            place = _place(element)
        elif found := fold(said):
            yield _Piece(found, place, number, element)


def _walk(element: Element) -> Iterator[tuple[Element, str, bool]]:
    """Each text with its element, and the edges between lines with the element that the next line stands in."""
    if element.tag in BLOCK_TAGS:
        yield element, "", True
    yield element, element.text or "", False
    for child in element:
        yield from _walk(child)
        if child.tag in BLOCK_TAGS or child.tag == "br":
            yield element, "", True
        yield element, child.tail or "", False


def _place(element: Element) -> Place:
    around = (element, *element.iterancestors())
    path = " > ".join(_name(each) for each in reversed(around[:-1]) if each.tag in BLOCK_TAGS or each is element)
    return Place(element.sourceline or 0, path)


def _name(element: Element) -> str:
    return ".".join([element.tag, *words(element).split()[:2]])


def _numbers(pieces: list[_Piece], lines: Lines) -> list[Number]:
    """For each piece the number of the line that it was read into, or why it was not read into any."""
    story = [_why_unread(piece.element, lines) for piece in pieces]
    starts = [0, *accumulate(_length(line.text) for line in lines.read)]
    found: list[Number] = []
    passed = 0
    for piece, why in zip(pieces, story, strict=True):
        if why is not None:
            found.append(why)
            continue
        # A piece is of the line that holds its first character: both are told by what was read before it.
        found.append(bisect_right(starts, passed) - 1 if passed < starts[-1] else Reason.BEYOND)
        passed += _length(piece.text)
    return found


def _why_unread(element: Element | None, lines: Lines) -> Number | None:
    """Why an element's text is in none of the lines, the number of the one line that is all of it, or None."""
    if not lines.read and lines.element is None:
        return Reason.UNREAD
    if element is None:  # a line of a stripped page: all of them were read
        return None
    if (reason := lines.elements.reasons.get(element)) is not None:
        return reason
    if lines.element is None:
        return Reason.STATED
    around = (element, *element.iterancestors())
    if lines.lead is not None and any(each is lines.lead for each in around):
        return LEAD
    return None if any(each is lines.element for each in around) else Reason.ELSEWHERE


def _length(text: str) -> int:
    """Characters of the text without blanks, which are not the same in page and line."""
    return sum(map(len, text.split()))


def _origins(pieces: list[_Piece], numbers: list[Number], lines: Lines) -> tuple[Place | None, ...]:
    places: dict[Number, Place] = {}
    for piece, number in zip(pieces, numbers, strict=True):
        places.setdefault(number, piece.place)
    return tuple(places.get(line.number) for line in lines.kept)


def _stripped(pieces: list[_Piece], numbers: list[Number], lines: Lines) -> Iterator[Stripped]:
    """What was left out, line by line as a reader sees them, a line in parts where these have reasons of their own."""
    ends: dict[Number, str] = {line.number: line.text for line in lines.kept}
    for (_, number), parts in groupby(zip(pieces, numbers, strict=True), key=lambda each: (each[0].line, each[1])):
        said = [piece for piece, _ in parts]
        reason = number if isinstance(number, Reason) else lines.left_out.get(number)
        if reason is not None:
            text = " ".join(piece.text for piece in said)
            yield Stripped(text.removesuffix(ends.get(number, "")).rstrip(), said[0].place, reason)

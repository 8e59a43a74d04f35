"""The dates of a document in order, each read in the light of its sentence and of the dates before it.

Whether what has no year lies ahead is told by the verb before it; "two days later" and "the same day" are counted from
the last day named; "two days of talks" ends on the day that its sentence names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from extractors.dates.grammar import Dated, dates_in, hints_in
from extractors.dates.intervals import Anchor, days_away, spanning, time_away, unplaced
from extractors.lexicon.times import COUNTS, counts
from extractors.model import Date, Draft, Interval, Span
from extractors.reading import Reading
from extractors.registry import extractor
from extractors.text.sentences import holding, sentences_in

# A verb form that points to what is to come, or to what has been; the last one before a date decides. Literal words.
# yes: "will"  "agreed to"  "scheduled"     no: "willing"
AHEAD = re.compile(
    r"\b(?:will|shall|would|(?:is|are|was|were)\s(?:due\s)?to|to\sbe|expected|planned|plans|scheduled|agreed\sto|due"
    r"|promised\sto|intends|set\sfor|invitation\sto|hopes\sto|[Uu]ntil|prior\sto|deadline|expires?|slated|takes\seffect"
    r"|ahead\sof|travels|arrives|leaves|begins|opens|flies)\b"
)
# What stands behind a date that is to come. Bounded, within the sentence.
# yes: ", in Oslo, is scheduled"  " to be held"     no: ". It is scheduled"
COMING = re.compile(r"[^.;]{0,60}\b(?:to\sbe\sheld|to\stake\splace|is\sscheduled|will\sbe\sheld)\b")
# A verb form that points to what has been. Literal, or one word.
# yes: "met"  "signed"     no: "signed to"  "red"
BEHIND = re.compile(
    r"\b(?:was|were|had|has|have|said|met|held|told|left|took|came|went|began|made|\w{2,15}ed)\b(?!\sto\b)"
)

# What is counted from another date. Bounded.
# yes: "two days later"  "a week earlier"  "three days after"     no: "days later"
AWAY = re.compile(
    rf"\b(?P<count>{counts(1, 12)}|\d{{1,2}})\s"
    r"(?P<unit>day|week|month|year)s?\s(?P<side>later|earlier|before|after(?:wards?)?|previously)\b",
    re.IGNORECASE,
)

# What repeats a date or stands next to it. Bounded.
# yes: "the same day"  "the next morning"  "the day before"  "that same week"     no: "the day before yesterday"
SAME = re.compile(
    r"\b(?:(?:the|that)\ssame\s(?P<same>day|morning|afternoon|evening|night|week|month|year)"
    r"|the\s(?P<next>next|following|previous)\s(?P<unit>day|morning|week|month|year)"
    r"|the\sday\s(?P<side>before|after)(?!\s(?:yesterday|tomorrow)))\b",
    re.IGNORECASE,
)

# A length of time that something took. Bounded.
# yes: "two days of talks"  "a three-day visit"     no: "two days ago"
LENGTH = re.compile(rf"\b(?P<count>{counts(2, 10)}|\d{{1,2}})(?:\sdays\sof|-day)\s[a-z-]{{2,20}}", re.IGNORECASE)


@extractor("dates", version=2, needs=("citations",))
def dates(reading: Reading) -> Iterator[Draft]:
    """The date expressions of the document; those inside citations belong to them."""
    document = reading.document
    anchor = Anchor.of(document.published)
    cited = [record.span for record in reading.records("citation")]
    last: Interval | None = None
    for sentence in sentences_in(document.text, document.paragraphs):
        found = [d for d in dates_of_sentence(document.text, sentence, anchor, last) if holding(cited, d.span[0]) < 0]
        for each in found:
            yield _draft(each, anchor, last)
        days = [d.interval for d in found if d.interval.start and d.interval.precision in ("day", "range", "week")]
        last = days[-1] if days else last


def _draft(each: Dated, anchor: Anchor, last: Interval | None) -> Draft:
    given = each.interval
    basis = {"relative": "relative", "anaphoric": "anaphoric"}.get(given.basis, "explicit")
    counted_from = anchor.day if basis == "relative" else last.end if last and basis == "anaphoric" else None
    data = Date(
        text=given.text or "",
        start=given.start,
        end=given.end,
        precision=given.precision,
        basis=basis,  # type: ignore[arg-type]
        anchor=counted_from,
    )
    return Draft(kind="date", span=each.span, key=f"{' '.join((given.text or '').split())} {given.start}", data=data)


def dates_of_sentence(text: str, sentence: Span, anchor: Anchor, last: Interval | None) -> tuple[Dated, ...]:
    """The dates of one sentence; `last` is the day named last before it."""
    hints = hints_in(text, sentence)
    if not hints:
        return ()
    back = dates_in(text, anchor, within=sentence, hints=hints)
    if any(_points_ahead(text, sentence, d.span) for d in back):
        ahead = {d.span: d for d in dates_in(text, anchor, ahead=True, within=sentence, hints=hints)}
        back = tuple(ahead.get(d.span, d) if _points_ahead(text, sentence, d.span) else d for d in back)
    taken = [d.span for d in back]
    if "unit" not in hints:
        return back
    more = [d for d in _from_another(text, sentence, back, last) if not any(_meet(d.span, span) for span in taken)]
    return tuple(sorted((*back, *more), key=lambda d: d.span))


def _points_ahead(text: str, sentence: Span, span: Span) -> bool:
    """Whether the words before a date say that it is to come."""
    start = max(sentence[0], span[0] - 120)
    ahead = [m.end() for m in AHEAD.finditer(text, start, span[0])]
    behind = [m.end() for m in BEHIND.finditer(text, start, span[0])]
    if COMING.match(text, span[1], sentence[1]):
        return True
    return bool(ahead) and ahead[-1] >= max(behind, default=0)


def _from_another(text: str, sentence: Span, known: tuple[Dated, ...], last: Interval | None) -> Iterator[Dated]:
    resolved = [(d.span, d.interval) for d in known if d.interval.start]
    for match, meaning in _matches(text, sentence):
        own = [given for span, given in sorted(resolved, key=lambda r: r[0]) if span[1] <= match.start()]
        if meaning is _length:
            own = [given for _, given in resolved if given.precision == "day"][:1]
        base = own[-1] if own else last
        meant = meaning(match, base, bool(own)) if base and base.start and base.end else unplaced("anaphoric")
        worded = meant.model_copy(update={"text": match.group().strip(), "basis": "anaphoric"})
        span = (match.start(), match.start() + len(match.group().strip()))
        if worded.start and not any(_meet(span, other) for other, _ in resolved):
            resolved.append((span, worded))
        yield Dated(span, worded, True)


def _matches(text: str, sentence: Span) -> list[tuple[re.Match[str], Meaning]]:
    found = [(m, meaning) for pattern, meaning in FROM_ANOTHER for m in pattern.finditer(text, *sentence)]
    return sorted(found, key=lambda pair: pair[0].start())


def _away(match: re.Match[str], base: Interval, own: bool) -> Interval:
    """So long before or after another date; "on May 3, two days after X" tells when X was, so it counts back."""
    side = match["side"].lower()
    back = side in ("earlier", "previously", "before")
    if side in ("after", "before") and own:
        back = not back
    count = COUNTS.get(match["count"].lower()) or int(match["count"])
    day = base.start if back else base.end
    return time_away(day, -count if back else count, match["unit"].lower()) if day else unplaced("anaphoric")


def _same(match: re.Match[str], base: Interval, own: bool) -> Interval:
    day: dt.date = base.end or dt.date.min
    if match["same"]:
        unit = match["same"].lower()
        return time_away(day, 0, unit) if unit in ("week", "month", "year") else spanning(day, day, "day", "anaphoric")
    step = -1 if (match["next"] or "").lower() == "previous" or match["side"] == "before" else 1
    unit = (match["unit"] or "day").lower().replace("morning", "day")
    return time_away(day, step, unit)


def _length(match: re.Match[str], base: Interval, own: bool) -> Interval:
    """The days up to the one that is named, which the length may or may not take in."""
    day: dt.date = base.end or dt.date.min
    count = COUNTS.get(match["count"].lower()) or int(match["count"])
    return spanning(days_away(day, -count), day, "range", "anaphoric")


Meaning = Callable[[re.Match[str], Interval, bool], Interval]
FROM_ANOTHER: tuple[tuple[re.Pattern[str], Meaning], ...] = ((AWAY, _away), (SAME, _same), (LENGTH, _length))


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]

"""What becomes of an article after a fetch, a look for a change or an extraction. Pure: decided here with values, and
carried out by `claims.end`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from worker.decide import schedule
from worker.errors import Broken, Gone, Reason, Retryable, SnapshotLost, StoreDown, WireroomError

if TYPE_CHECKING:  # who only ends a claim does not wait for the vocabulary
    from extractors import Document

ARTICLE = "article"
NOT_MODIFIED = 304
IMPATIENT_ATTEMPTS = 2
IMPATIENT_SECONDS = 1.0
MOST_REVISIONS = 24  # a page that says something else at every look is not asked hourly for ever (lemon24/reader)
DETAIL = 300
MUCH_SHORTER = 3
"""A page of a third of the article's length is much shorter."""
SHARED_RUN = 16
"""Characters in a row that two texts must share to be of one story: a word or two, a name, a clause of Chinese."""
SHARED_LOOK, MOST_COMPARED = 2_000, 200_000
SAID = {Reason.ROBOTS: "disallowed", Reason.ROBOTS_UNREACHABLE: "unreachable"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt at an article, as far as what becomes of it depends on that."""

    number: int
    """Which one in its state, from 1."""
    most: int
    """How many an article has for which nobody waits."""
    patient: bool = True
    """False where somebody waits at a terminal: fewer attempts, shorter waits."""
    stands: bool = False
    """It is extracted; this is a look for a change."""
    checks: int = 0
    """Looks before this attempt, since its content was new."""
    hours: tuple[float, ...] = ()
    """After how many hours its looks come; none for what is not looked at again."""

    @property
    def limit(self) -> int:
        """How many attempts it has."""
        return self.most if self.patient else IMPATIENT_ATTEMPTS

    def next_look(self, checks: int, now: dt.datetime) -> dt.datetime | None:
        """When it is looked at after so many looks; None: never."""
        return schedule.next_check(now, checks, self.hours)


@dataclass(frozen=True, slots=True)
class AwaitTurn:
    """Nothing was tried: it is not its turn at its host."""

    until: dt.datetime
    reserved: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """Its page is kept under that id and waits to be extracted."""

    snapshot_id: int
    checks: int


@dataclass(frozen=True, slots=True)
class Stands:
    """It is extracted and stays as it is; looked at again then. `snapshot_id`: on what it rests, where that is told."""

    due_at: dt.datetime | None
    checks: int
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """Its document and records are stored; looked at for a change then."""

    title: str | None
    due_at: dt.datetime | None
    checks: int


@dataclass(frozen=True, slots=True)
class Postponed:
    """It failed and is tried again then; `counts`: the attempt was one of those that it has."""

    until: dt.datetime
    reason: Reason
    detail: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Rejected:
    """It is no article, or will never be had. `withdrawn`: its site took it back, and so do we what was published."""

    reason: Reason
    detail: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """It failed too often, or in a way that no other attempt mends."""

    reason: Reason
    detail: str


Outcome = AwaitTurn | Stored | Stands | Extracted | Postponed | Rejected | Dead


class Look(StrEnum):
    """What an answer to a look for a change brought."""

    PAGE = "page"
    NOT_MODIFIED = "not-modified"
    ELSEWHERE = "elsewhere"
    """Such as the front page, to which many sites send whoever asks for what is gone."""
    EMPTY = "empty"


def look(status: int, *, at_home: bool, size: int) -> Look:
    """What an answer that is no failure brought; `at_home`: its final address is one of the article's."""
    if status == NOT_MODIFIED:
        return Look.NOT_MODIFIED
    if not at_home:
        return Look.ELSEWHERE
    return Look.PAGE if size else Look.EMPTY


def unchanged(attempt: Attempt, now: dt.datetime) -> Stands:
    """A look is over that changes nothing."""
    checks = attempt.checks + 1
    return Stands(attempt.next_look(checks, now), checks)


def fetched(attempt: Attempt, snapshot_id: int, *, before: int | None, now: dt.datetime) -> Stored | Stands:
    """A page came and is kept under that id; `before`: the one on which the article rested."""
    if attempt.stands and snapshot_id == before:
        return unchanged(attempt, now)
    return Stored(snapshot_id, attempt.checks + attempt.stands)


def fetch_failed(
    error: WireroomError, attempt: Attempt, *, outage: bool, now: dt.datetime
) -> Stands | Rejected | Postponed | Dead:
    """No page came: by the class of the error and the number of attempts. What is extracted stands, unless its site
    took it back; of an outage of ours nothing dies."""
    if isinstance(error, Gone):
        return Rejected(error.reason, error.detail, withdrawn=True)
    if attempt.stands:
        return unchanged(attempt, now)
    if not isinstance(error, Retryable | Broken):
        return Rejected(error.reason, error.detail)
    if outage:
        soon = now + dt.timedelta(seconds=schedule.OUTAGE_SECONDS)
        return Postponed(soon, error.reason, error.detail, counts=False)
    return _again(error, attempt, now)


def refused(document: Document) -> Rejected | None:
    """Under which reason a document is rejected; None where it is an article."""
    if document.verdict == ARTICLE:
        return None
    return Rejected(Reason(document.verdict), document.reason or "no article")


def is_another_page(stood: str, text: str) -> bool:
    """Whether a page's text shares nothing with what stood and is much shorter: no correction, but a page that some
    server gives in place of the article's."""
    before, now = " ".join(stood[:MOST_COMPARED].split()), " ".join(text.split())[:SHARED_LOOK]
    if len(now) * MUCH_SHORTER > len(before):
        return False
    runs = (now[at : at + SHARED_RUN] for at in range(max(1, len(now) - SHARED_RUN + 1)))
    return not any(run in before for run in runs)


def extracted(
    document: Document, attempt: Attempt, *, revision: int, changed: bool, rests_on: int | None, now: dt.datetime,
    stood: str = "",
) -> Extracted | Stands | Rejected:  # fmt: skip
    """An extraction went well. `revision`: that of the article, and whether it `changed` with this extraction;
    `rests_on`: the snapshot under what is published, which no wall and no error page replaces at a look; `stood`: the
    text of what is published."""
    rejected = refused(document)
    foreign = rejected or is_another_page(stood, document.text)
    if foreign and attempt.checks and rests_on is not None:
        return Stands(attempt.next_look(attempt.checks, now), attempt.checks, rests_on)
    if rejected:
        return rejected
    checks = 0 if changed and revision < MOST_REVISIONS else attempt.checks
    return Extracted(document.title, attempt.next_look(checks, now), checks)


def extraction_failed(error: Exception, attempt: Attempt, now: dt.datetime) -> Postponed | Dead:
    """An extraction failed. Bytes that are lost, or on which the extractors fail (Broken), do no better another time;
    what nobody foresaw may, and our own store comes back."""
    if isinstance(error, SnapshotLost):
        return Dead(error.reason, worded(error))
    if isinstance(error, Broken):
        return Dead(error.reason, error.detail)
    return _again(error if isinstance(error, StoreDown) else unforeseen("", error), attempt, now)


def unforeseen(subject: str, error: Exception) -> Broken:
    """What no step expects, as the failure of that source or article."""
    return error if isinstance(error, Broken) else Broken(subject, worded(error))


def worded(error: Exception) -> str:
    """Class and words of an exception, in characters that every database takes."""
    said = f"{type(error).__name__}: {error}"[:DETAIL]
    return said.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def is_outage(reason: Reason, around: Iterable[tuple[str, str | None]]) -> bool:
    """True where nearly every host fails at once for want of a connection: then nobody is to blame but our network.
    `around`: host and reason of each attempt of the last minutes, this one included, oldest first."""
    return reason in schedule.OURS and schedule.is_ours((host, why in schedule.OURS) for host, why in around)


def robots_said(reason: Reason | None, *, asked: bool) -> str | None:
    """What robots.txt said of an attempt that failed so, or (None) went well; None where nobody asked it, as for local
    sources."""
    if not asked:
        return None
    return SAID.get(reason, "allowed") if reason else "allowed"


def _again(error: Retryable | Broken, attempt: Attempt, now: dt.datetime) -> Postponed | Dead:
    if attempt.number >= attempt.limit and not isinstance(error, StoreDown):
        return Dead(error.reason, f"{error.detail} (attempt {attempt.number} of {attempt.limit})")
    if not attempt.patient:
        until = schedule.next_attempt(now, attempt.number, base_seconds=IMPATIENT_SECONDS)
    else:
        asked = error.delay_seconds if isinstance(error, Retryable) else None
        until = schedule.next_attempt(now, attempt.number, asked_seconds=asked)
    return Postponed(until, error.reason, error.detail)

"""What becomes of an article after each step, decided with literals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from extractors import Document, Verdict
from worker.decide import outcome, poll_outcome
from worker.decide.outcome import (
    MOST_REVISIONS,
    Attempt,
    Dead,
    Extracted,
    Look,
    Outcome,
    Postponed,
    Rejected,
    Stands,
    Stored,
)
from worker.decide.poll_outcome import Hints, Known
from worker.decide.schedule import OUTAGE_SECONDS, Pace
from worker.errors import (
    BadAddress,
    Broken,
    Disallowed,
    Forbidden,
    ForbiddenAddress,
    Gone,
    HttpError,
    NotAFeed,
    NotFound,
    RateLimited,
    Reason,
    RobotsUnreachable,
    ServerFailed,
    SnapshotLost,
    StoreDown,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    Unreadable,
    WireroomError,
)

NOW = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
HOURS = (1.0, 6.0, 24.0)
FIRST = Attempt(number=1, most=5, hours=HOURS)
LAST = replace(FIRST, number=5)
WAITED_FOR = replace(FIRST, patient=False, hours=())
LOOK = replace(FIRST, stands=True, checks=1)
PAGE = Document(
    url="http://example.org/a", canonical_url=None, family="generic", form="html", language="en", sha256="",
    publication=None, volume=None, issue=None, section=None, title="A title", byline=None, dateline=None, agency=None,
    published=None, text="", paragraphs=(), verdict=Verdict.ARTICLE, reason=None,
)  # fmt: skip
WALL = PAGE.model_copy(update={"verdict": Verdict.PAYWALL, "reason": "for subscribers"})
FINAL = (NotFound, Forbidden, HttpError, TooLarge, TooManyRedirects, BadAddress, ForbiddenAddress, Disallowed,
         Unreadable)  # fmt: skip
PASSING = (Unreachable, TimedOut, ServerFailed, RateLimited, RobotsUnreachable, StoreDown, Broken)


def later(**given: float) -> dt.datetime:
    return NOW + dt.timedelta(**given)


def failed(error: WireroomError, attempt: Attempt, *, outage: bool = False) -> Outcome:
    return outcome.fetch_failed(error, attempt, outage=outage, now=NOW)


@pytest.mark.parametrize("kind", FINAL)
def test_what_will_not_get_better_is_rejected_at_once(kind: type[WireroomError]) -> None:
    """At the first attempt, whoever waits, and in an outage too."""
    for attempt in (FIRST, LAST, WAITED_FOR):
        for outage in (False, True):
            assert failed(kind("x", "why"), attempt, outage=outage) == Rejected(kind.reason, "why")


@pytest.mark.parametrize("kind", PASSING)
def test_what_may_pass_is_tried_again_at_growing_intervals(kind: type[WireroomError]) -> None:
    """A minute, four, sixteen …"""
    for number, minutes in ((1, 1), (2, 4), (3, 16)):
        again = failed(kind("x", "why"), replace(FIRST, number=number))
        assert again == Postponed(later(minutes=minutes), kind.reason, "why", counts=True)


@pytest.mark.parametrize("kind", [each for each in PASSING if each is not StoreDown])
def test_the_last_attempt_is_the_last(kind: type[WireroomError]) -> None:
    """The article is dead, and says how often it was tried."""
    assert failed(kind("x", "why"), LAST) == Dead(kind.reason, "why (attempt 5 of 5)")
    assert failed(kind("x", "why"), replace(WAITED_FOR, number=2)) == Dead(kind.reason, "why (attempt 2 of 2)")


def test_nothing_dies_of_our_own_store() -> None:
    """It is tried for ever."""
    for number in (1, 5, 500):
        assert isinstance(failed(StoreDown("x", "disk full"), replace(FIRST, number=number)), Postponed)


def test_nothing_dies_of_an_outage_of_ours_and_no_attempt_counts() -> None:
    """Everything is tried again soon, the last attempt too."""
    soon = Postponed(later(seconds=OUTAGE_SECONDS), Reason.UNREACHABLE, "why", counts=False)
    assert failed(Unreachable("x", "why"), FIRST, outage=True) == soon
    assert failed(Unreachable("x", "why"), LAST, outage=True) == soon


def test_a_server_that_asks_for_patience_has_it() -> None:
    """But not from somebody who waits at a terminal: there the second attempt comes within seconds."""
    patient, waiting = (failed(RateLimited("x", "why", 7200.0), each) for each in (FIRST, WAITED_FOR))
    assert patient == Postponed(later(hours=2), Reason.RATE_LIMITED, "why")
    assert waiting == Postponed(later(seconds=1), Reason.RATE_LIMITED, "why")


@pytest.mark.parametrize("kind", [*FINAL, *PASSING])
def test_what_is_extracted_stands_whatever_a_look_meets(kind: type[WireroomError]) -> None:
    """The look counts; the next comes when its hour does."""
    for attempt in (LOOK, replace(LOOK, number=5)):
        for outage in (False, True):
            assert failed(kind("x", "why"), attempt, outage=outage) == Stands(later(hours=18), checks=2)


def test_what_its_site_took_back_goes() -> None:
    """At a look as at the first attempt."""
    assert failed(Gone("x", "status 410"), LOOK) == Rejected(Reason.GONE, "status 410", withdrawn=True)
    assert failed(Gone("x", "status 410"), FIRST) == Rejected(Reason.GONE, "status 410", withdrawn=True)


@pytest.mark.parametrize(
    ("status", "at_home", "size", "brought"),
    [
        (200, True, 9, Look.PAGE),
        (304, True, 0, Look.NOT_MODIFIED),
        (304, False, 9, Look.NOT_MODIFIED),
        (200, False, 9, Look.ELSEWHERE),
        (200, True, 0, Look.EMPTY),
    ],
)
def test_what_a_look_brought(status: int, at_home: bool, size: int, brought: Look) -> None:
    """Only a page of the article's own, with something on it, can change it."""
    assert outcome.look(status, at_home=at_home, size=size) is brought


def test_a_page_is_stored_and_one_that_is_there_already_changes_nothing() -> None:
    """At a first fetch the same bytes are judged all the same, as by other rules than before."""
    assert outcome.fetched(FIRST, 7, before=None, now=NOW) == Stored(7, checks=0)
    assert outcome.fetched(FIRST, 7, before=7, now=NOW) == Stored(7, checks=0)
    assert outcome.fetched(LOOK, 8, before=7, now=NOW) == Stored(8, checks=2)
    assert outcome.fetched(LOOK, 7, before=7, now=NOW) == Stands(later(hours=18), checks=2)


def test_the_looks_have_an_end() -> None:
    """After the last of the hours, and at once for what is never looked at again."""
    assert outcome.unchanged(replace(LOOK, checks=2), NOW) == Stands(None, checks=3)
    assert outcome.unchanged(replace(LOOK, hours=()), NOW) == Stands(None, checks=2)


def extracted(
    document: Document, attempt: Attempt, *, revision: int = 1, changed: bool = True, rests_on: int | None = None
) -> Outcome:
    return outcome.extracted(document, attempt, revision=revision, changed=changed, rests_on=rests_on, now=NOW)


def test_an_article_is_extracted_and_looked_at_in_an_hour() -> None:
    """New content begins the looks anew; the same goes on counting, and so does a page that never says the same."""
    assert extracted(PAGE, FIRST) == Extracted("A title", later(hours=1), checks=0)
    seen = replace(FIRST, checks=2)
    assert extracted(PAGE, seen, revision=2) == Extracted("A title", later(hours=1), checks=0)
    assert extracted(PAGE, seen, changed=False) == Extracted("A title", later(hours=18), checks=2)
    assert extracted(PAGE, seen, revision=MOST_REVISIONS) == Extracted("A title", later(hours=18), checks=2)
    assert extracted(PAGE, replace(FIRST, hours=())) == Extracted("A title", None, checks=0)


def test_what_is_no_article_is_rejected_by_its_verdict() -> None:
    """Unless it stands in front of one that is out, at a look."""
    assert outcome.refused(PAGE) is None
    assert extracted(WALL, FIRST) == Rejected(Reason.PAYWALL, "for subscribers")
    assert extracted(WALL, FIRST, rests_on=7) == Rejected(Reason.PAYWALL, "for subscribers"), "it was fetched anew"
    assert extracted(WALL, replace(FIRST, checks=1)) == Rejected(Reason.PAYWALL, "for subscribers"), "none is out"
    assert extracted(WALL, replace(FIRST, checks=1), rests_on=7) == Stands(later(hours=5), checks=1, snapshot_id=7)
    bare = WALL.model_copy(update={"reason": None})
    assert extracted(bare, FIRST) == Rejected(Reason.PAYWALL, "no article")


def test_every_verdict_has_its_reason() -> None:
    """The closed set holds all that a page can turn out to be."""
    others = [each for each in Verdict if each is not Verdict.ARTICLE]
    assert others
    for verdict in others:
        rejected = outcome.refused(PAGE.model_copy(update={"verdict": verdict}))
        assert rejected is not None
        assert rejected.reason == verdict.value


def test_bytes_that_are_lost_or_break_an_extractor_do_no_better_another_time() -> None:
    """What nobody foresaw may: it is tried again, and dead in the end."""
    lost = SnapshotLost("abc", "not there")
    assert outcome.extraction_failed(lost, FIRST, NOW) == Dead(Reason.SNAPSHOT_LOST, f"SnapshotLost: {lost}")
    away = outcome.extraction_failed(StoreDown("abc", "no bucket"), LAST, NOW)
    assert isinstance(away, Postponed)
    assert away.reason is Reason.STORE_DOWN
    broken = outcome.unforeseen("x", KeyError("span"))
    assert outcome.extraction_failed(broken, FIRST, NOW) == Dead(Reason.BROKEN, "KeyError: 'span'")
    again = outcome.extraction_failed(ValueError("odd"), FIRST, NOW)
    assert again == Postponed(later(minutes=1), Reason.BROKEN, "ValueError: odd")
    assert outcome.extraction_failed(ValueError("odd"), LAST, NOW) == Dead(
        Reason.BROKEN, "ValueError: odd (attempt 5 of 5)"
    )


def test_the_words_of_an_exception_are_such_that_a_database_takes_them() -> None:
    """Else the failure to write it would be lost, and the article with it."""
    said = outcome.worded(ValueError("half \ud83d, nothing \x00, long " + "x" * 900))
    assert said.startswith("ValueError: half \\ud83d, nothing \\x00, long xxx")
    assert said.isprintable()
    assert len(said) < 330


def test_an_outage_is_ours_where_nearly_all_hosts_fail_at_once() -> None:
    """For want of a connection, and this attempt too."""
    hosts = [(f"{number}.example", Reason.TIMEOUT) for number in range(8)]
    assert outcome.is_outage(Reason.UNREACHABLE, hosts)
    assert not outcome.is_outage(Reason.NOT_FOUND, hosts)
    assert not outcome.is_outage(Reason.UNREACHABLE, hosts[:2])
    assert not outcome.is_outage(Reason.UNREACHABLE, [*hosts, *((f"{n}.fine", None) for n in range(8))])
    assert not outcome.is_outage(Reason.UNREACHABLE, [])


def test_what_robots_txt_said() -> None:
    """Nothing where nobody asked."""
    asked = {reason: outcome.robots_said(reason, asked=True) for reason in (None, *Reason)}
    assert asked.pop(Reason.ROBOTS) == "disallowed"
    assert asked.pop(Reason.ROBOTS_UNREACHABLE) == "unreachable"
    assert set(asked.values()) == {"allowed"}
    assert outcome.robots_said(Reason.ROBOTS, asked=False) is None


SOURCE = Known("wire", "http://example.org/feed", Pace(7.0, 7.0), listed_at=later(hours=-1))


def test_a_list_teaches_how_much_its_source_publishes() -> None:
    """The first one by the dates in it, each further one by what is new."""
    published = [later(hours=-hours) for hours in (1, 13, 24)]
    first = poll_outcome.listed(replace(SOURCE, listed_at=None), Hints(published), new=3, now=NOW)
    assert first.pace == Pace(3, 1.0)
    assert poll_outcome.listed(SOURCE, Hints(published), new=2, now=NOW).pace == SOURCE.pace.learned(2, 3600)


def test_a_list_tells_when_it_wants_to_be_asked() -> None:
    """By itself and by its cache headers; the operator knows better."""
    steps = [step.name for step in poll_outcome.listed(SOURCE, Hints((), 30_000, 50_000), new=0, now=NOW).plan.steps]
    assert steps == ["base", "declared", "cache", "jitter"]
    fixed = replace(SOURCE, interval_seconds=600)
    assert [step.name for step in poll_outcome.listed(fixed, Hints((), 30_000), new=0, now=NOW).plan.steps] == [
        "base", "jitter",
    ]  # fmt: skip


def test_a_list_that_moved_is_watched_and_followed() -> None:
    """After a week of the same target."""
    target = "http://example.org/new"
    first = poll_outcome.listed(SOURCE, Hints(moved_to=target), new=0, now=NOW)
    assert (first.address, first.moved_to, first.moved_since) == (SOURCE.address, target, NOW)
    watched = replace(SOURCE, moved_to=target, moved_since=later(days=-8))
    after = poll_outcome.listed(watched, Hints(moved_to=target), new=0, now=NOW)
    assert (after.address, after.moved_to, after.moved_since) == (target, None, None)


def poll_failed(error: WireroomError, known: Known = SOURCE, *, outage: bool = False) -> poll_outcome.Failed:
    return poll_outcome.failed(known, error, outage=outage, now=NOW)


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (NotAFeed("x", "why"), 1.0), (Broken("x", "why"), 1.0), (TimedOut("x", "why"), 0.5),
        (RateLimited("x", "why"), 0.25), (StoreDown("x", "why"), 0.0),
    ],
)  # fmt: skip
def test_a_source_that_fails_slows_down_by_how_it_fails(error: WireroomError, counts: float) -> None:
    """No source is dead for good."""
    ended = poll_failed(error, replace(SOURCE, failures=2.0))
    assert (ended.failures, ended.reason, ended.detail, ended.pause) == (2.0 + counts, error.reason, "why", False)
    assert "backoff" in [step.name for step in ended.plan.steps]


def test_an_outage_counts_against_no_source() -> None:
    """It is asked again soon."""
    ended = poll_failed(TimedOut("x", "why"), outage=True)
    assert ended.failures == 0.0
    assert [step.name for step in ended.plan.steps] == ["outage", "jitter"]


def test_a_source_that_asks_for_patience_has_it() -> None:
    """However often it publishes."""
    assert poll_failed(RateLimited("x", "why", 200_000.0)).plan.due_at >= later(seconds=200_000)


def test_a_source_that_is_gone_for_days_rests() -> None:
    """One that says so once may be mistaken; any other answer ends the count."""
    first = poll_failed(Gone("x", "410"))
    assert (first.gone_since, first.pause) == (NOW, False)
    long = replace(SOURCE, gone_since=later(days=-3))
    assert (poll_failed(Gone("x", "410"), long).gone_since, poll_failed(Gone("x", "410"), long).pause) == (
        later(days=-3), True,
    )  # fmt: skip
    assert (poll_failed(NotFound("x", "404"), long).gone_since, poll_failed(NotFound("x", "404"), long).pause) == (
        None, False,
    )  # fmt: skip


def test_a_source_that_announced_its_move_and_then_went_has_moved() -> None:
    """Only then: an error of another kind says nothing of it."""
    moving = replace(SOURCE, moved_to="http://example.org/new", moved_since=later(days=-1))
    assert poll_failed(NotFound("x", "404"), moving).address == "http://example.org/new"
    assert poll_failed(TimedOut("x", "why"), moving).address == SOURCE.address
    assert poll_failed(NotFound("x", "404")).address == SOURCE.address


STORY = "Delegates of both shipyards signed the pay agreement in Gdynia on Tuesday after a night of talks. " * 4
MUCH_ELSE = "Error 503. The cache could not reach what stands behind it."


@pytest.mark.parametrize(
    ("text", "another"),
    [
        (MUCH_ELSE, True),
        ("ok", True),
        ("Correction: delegates of both shipyards met in Gdynia.", False),  # shares a run of its words
        (MUCH_ELSE * 6, False),  # as long as the story: a rewritten one
        ("", False),
    ],
)
def test_a_short_page_that_shares_nothing_with_the_story_is_another(text: str, another: bool) -> None:
    assert outcome.is_another_page(STORY, text) is another
    assert not outcome.is_another_page("", text)


def test_a_page_of_something_else_changes_nothing_at_a_look() -> None:
    """At a first extraction it is all that there is."""
    page = PAGE.model_copy(update={"text": MUCH_ELSE})
    given = {"revision": 2, "changed": True, "now": NOW, "stood": STORY}
    assert outcome.extracted(page, LOOK, rests_on=7, **given) == Stands(LOOK.next_look(1, NOW), 1, 7)
    assert isinstance(outcome.extracted(page, FIRST, rests_on=None, **given), Extracted)

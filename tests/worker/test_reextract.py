"""Extracting again from what is stored: only what changed is published, whatever happens in between."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from extractors import registry
from extractors.model import Draft
from extractors.reading import Reading
from extractors.registry import Extractor
from tests.world import World, page, story
from worker.errors import Reason
from worker.steps import reextract as step
from worker.store import runs
from worker.store.articles import retrying
from worker.store.articles.claims import Fenced
from worker.store.articles.selection import Selection
from worker.store.runs import Run, RunState
from worker.store.tables import State, articles, batches, records

TEXT = story().partition("\n\n")[2]
OTHER = (
    "The parliament of Estonia ratified the treaty on the border with Latvia on March 4 after a debate of two days.\n\n"
    "Prime Minister Kalju Oraste said that the vote had closed a long chapter (BNS, March 4)."
)
Change = Callable[[str, Callable[[Draft], Draft | None]], None]


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Registers, for this test only, another version of an extractor, whose drafts go through a function of ours."""

    def changed(name: str, edit: Callable[[Draft], Draft | None]) -> None:
        old = registry._EXTRACTORS[name]

        def run(reading: Reading) -> Iterator[Draft]:
            yield from (new for draft in old.run(reading) if (new := edit(draft)))

        monkeypatch.setitem(registry._EXTRACTORS, name, Extractor(name, old.version + 1, old.needs, run))

    return changed


def doubtful(draft: Draft) -> Draft:
    """The Finnish minister's events, believed a little less."""
    data: Any = draft.data
    if draft.kind == "event" and any("Finnish" in party.text or party.country == "FIN" for party in data.actor):
        return draft.model_copy(update={"data": data.model_copy(update={"confidence": 0.5})})
    return draft


def broken(draft: Draft) -> Draft:
    """Fails on every draft."""
    raise ValueError(draft.kind)


def silent(draft: Draft) -> None:
    """Nothing."""


@pytest.fixture
def stored(world: World) -> World:
    """Three articles and a page that is none, fetched and extracted."""
    links = [world.site.page(f"/{name}", page(f"Story {name}", TEXT)) for name in ("a", "b")]
    links += [world.site.page("/c", page("A treaty", OTHER)), world.site.page("/d", "<html><body></body></html>")]
    world.source("wire", world.site.feed("/feed.xml", links))
    world.settle()
    assert Counter(each.state for each in world.articles()) == {State.EXTRACTED: 3, State.REJECTED: 1}
    world.later(3600)
    return world


def begin(world: World, **chosen: Any) -> int:
    return step.begin(Selection(**chosen), asked_by="test", database=world.database, now=world.now)


def batch(world: World, number: int) -> int | None:
    return step.reextract(
        number, database=world.database, snapshots=world.snapshots, settings=world.settings, owner=world.owner,
        clock=lambda: world.now,
    )  # fmt: skip


def plan(world: World) -> list[int]:
    return list(step.plan(database=world.database, settings=world.settings, room=100, now=world.now))


def done(world: World, **chosen: Any) -> Run:
    """A run, from its beginning to its end."""
    new = begin(world, **chosen)
    while due := plan(world):
        for each in due:
            batch(world, each)
        world.publish()
    return one(world, new)


def one(world: World, number: int) -> Run:
    with world.database.read() as connection:
        found = runs.one(connection, number)
    assert found
    return found


def told(world: World, since: int) -> list[tuple[str, int]]:
    return [(m.type.removeprefix("wireroom."), m.event["data"]["revision"]) for m in world.messages()[since:]]


def facts(world: World) -> dict[str, Any]:
    """Every record that stands, without its revision."""
    with world.database.read() as connection:
        rows = connection.execute(sa.select(records).where(~records.c.retracted)).all()
    return {row.id: row.data for row in rows}


def test_the_same_extractors_publish_nothing(stored: World) -> None:
    """Same in, same out; and rejected pages are judged again too."""
    before, articles_before = len(stored.messages()), stored.articles()
    run = done(stored)
    assert (run.state, run.total, run.done, run.tally) == (RunState.DONE, 4, 4, {"article unchanged": 4})
    assert len(stored.messages()) == before
    assert stored.articles() == articles_before
    assert stored.ledger().balanced


def test_a_changed_extractor_publishes_what_it_changed_and_the_old_one_restores_it(
    stored: World, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only changed records; a second run nothing; back to the old version, the old records under new revisions."""
    before, old = len(stored.messages()), facts(stored)
    with monkeypatch.context():
        change("events", doubtful)
        run = done(stored, outdated=True)
        messages = stored.messages()[before:]
        assert messages
        assert {m.type for m in messages} == {"wireroom.event.updated"}
        assert {m.event["data"]["revision"] for m in messages} == {2}
        assert {each["path"] for m in messages for each in m.event["data"]["changes"]} == {"confidence"}
        assert run.tally["event events updated"] == len(messages)
        assert facts(stored) != old
        between = len(stored.messages())
        assert done(stored, outdated=True).total == 0
        assert done(stored).tally == {"article unchanged": 4}
        assert len(stored.messages()) == between
    monkeypatch.undo()
    done(stored, outdated=True)
    assert facts(stored) == old
    assert set(told(stored, between)) == {("event.updated", 3)}
    assert stored.ledger().balanced


def test_what_is_no_longer_found_is_retracted_and_comes_back(
    stored: World, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revisions rise through retraction and return."""
    before, old = len(stored.messages()), facts(stored)
    change("events", silent)
    done(stored)
    assert set(told(stored, before)) == {("event.retracted", 2)}
    monkeypatch.undo()
    done(stored, extractor="events")
    assert facts(stored) == old
    retracted = len([kind for kind, _ in told(stored, before) if kind == "event.retracted"])
    assert told(stored, before)[retracted:] == [("event.created", 3)] * retracted


def test_what_an_extractor_found_stands_while_it_fails(stored: World, change: Change) -> None:
    """That it broke says nothing of what it had found; where the text changed, its words are not there any more."""
    before, old = len(stored.messages()), facts(stored)
    assert any(record["extractor"] == "events" for record in old.values())
    change("events", broken)
    done(stored)
    assert (facts(stored), len(stored.messages())) == (old, before)
    stored.site.page("/a", page("Story a", OTHER))
    changed = next(each.id for each in stored.articles() if each.address.endswith("/a"))
    with stored.database.write() as connection:
        retrying.retry(connection, changed, fetch=True, now=stored.now)
    stored.settle()
    assert {kind for kind, _ in told(stored, before)} == {"article.updated", "event.retracted"}


def test_a_dry_run_tells_what_a_run_would_do_and_does_nothing(stored: World, change: Change) -> None:
    """The same numbers; and nothing is stored or published."""
    change("events", doubtful)
    old, before = facts(stored), len(stored.messages())
    shown = list(step.preview(Selection(), database=stored.database, snapshots=stored.snapshots, now=stored.now))
    tally = sum((each.tally for each in shown), Counter())
    assert facts(stored) == old
    assert stored.publish() == 0
    assert len(stored.messages()) == before
    assert done(stored).tally == tally


@pytest.mark.parametrize(
    ("chosen", "number"),
    [({"source": "wire"}, 4), ({"source": "other"}, 0), ({"verdict": "article"}, 3), ({"verdict": "empty"}, 1),
     ({"family": "generic"}, 4), ({"family": "monitor"}, 0), ({"outdated": True}, 0), ({"extractor": "quotes"}, 0)],
)  # fmt: skip
def test_articles_are_chosen_by_what_is_known_of_them(stored: World, chosen: dict[str, Any], number: int) -> None:
    """One condition each."""
    assert done(stored, **chosen).done == number


def test_articles_are_chosen_by_time_and_id(stored: World) -> None:
    """The time is when they were first seen."""
    first = stored.now - dt.timedelta(hours=1)
    assert done(stored, until=first).done == 0
    assert done(stored, since=first, until=first + dt.timedelta(seconds=1)).done == 4
    assert done(stored, articles=(stored.articles()[0].id,)).done == 1


def test_a_rejected_page_is_judged_again(stored: World) -> None:
    """One whose verdict changes becomes an article, or stops being one."""
    with stored.database.write() as connection:
        connection.execute(sa.update(articles).where(articles.c.state == State.REJECTED).values(reason=Reason.TEASER))
    done(stored)
    (rejected,) = [each for each in stored.articles() if each.state == State.REJECTED]
    assert rejected.reason == Reason.EMPTY


def test_an_article_that_is_on_its_way_again_is_passed_over(stored: World) -> None:
    """Its live extraction is newer than anything a run could say."""
    with stored.database.write() as connection:
        connection.execute(
            sa.update(articles)
            .where(articles.c.state == State.EXTRACTED)
            .values(state=State.FETCHED, due_at=stored.now)
        )
    new = begin(stored, articles=tuple(each.id for each in stored.articles()))
    assert one(stored, new).total == 1


def test_a_live_extraction_that_comes_between_wins(stored: World, change: Change) -> None:
    """The run's result, begun before it, has no effect."""
    change("events", silent)
    chosen = stored.articles()[0].id
    new = begin(stored, articles=(chosen,))
    (number,) = plan(stored)
    with stored.database.write() as connection:
        held = runs.claim(connection, number, owner="w", now=stored.now, until=stored.now + dt.timedelta(seconds=60))
    assert held
    judged = step._judge(chosen, stored.database, stored.snapshots)
    with stored.database.write() as connection:  # fetched again meanwhile
        again = {"state": State.FETCHED, "due_at": stored.now, "claims": articles.c.claims + 1}
        connection.execute(sa.update(articles).where(articles.c.id == chosen).values(again))
    until = stored.now + dt.timedelta(seconds=60)
    assert step._store(held, judged, stored.database, now=stored.now, until=until)[1] == 0
    assert one(stored, new).tally == {"article skipped": 1}
    stored.settle()
    assert stored.ledger().balanced


def test_a_batch_goes_on_where_its_worker_died(stored: World, change: Change) -> None:
    """Nothing is done twice, nothing is left out, and the numbers are those of an undisturbed run."""
    change("events", silent)
    before = len(stored.messages())
    new = begin(stored)
    (number,) = plan(stored)
    calls = 0

    class Killed(BaseException):
        """As if the process ended."""

    def clock() -> dt.datetime:
        nonlocal calls
        calls += 1
        if calls == 5:  # two for the claim, one an article
            raise Killed
        return stored.now

    with pytest.raises(Killed):
        step.reextract(
            number, database=stored.database, snapshots=stored.snapshots, settings=stored.settings, owner="dead",
            clock=clock,
        )  # fmt: skip
    assert one(stored, new).done == 2
    assert batch(stored, number) is None, "it is held"
    stored.later(stored.settings.lease_seconds + 1)
    assert plan(stored) == [number]
    batch(stored, number)
    stored.publish()
    plan(stored)
    run = one(stored, new)
    assert (run.state, run.done) == (RunState.DONE, 4)
    assert run.tally["event events retracted"] == len(stored.messages()) - before
    assert len({m.id for m in stored.messages()}) == len(stored.messages())


def test_an_article_that_takes_its_workers_down_is_passed_over(stored: World) -> None:
    """The others of its batch are done."""
    new = begin(stored)
    (number,) = plan(stored)
    for _ in range(step.DEADLY_ATTEMPTS):
        with stored.database.write() as connection:
            until = stored.now + dt.timedelta(seconds=60)
            assert runs.claim(connection, number, owner="dies", now=stored.now, until=until)
        stored.later(61)
    batch(stored, number)
    assert one(stored, new).tally == {"article failed": 1, "article unchanged": 3}


def test_a_cancelled_run_stops_and_keeps_what_it_did(stored: World) -> None:
    """Whoever is in the middle of it finishes without effect."""
    new = begin(stored)
    (number,) = plan(stored)
    with stored.database.write() as connection:
        held = runs.claim(connection, number, owner="w", now=stored.now, until=stored.now + dt.timedelta(seconds=60))
        assert held
        runs.note(connection, held, {"article unchanged": 1}, until=stored.now)
        assert runs.cancel(connection, new, now=stored.now)
        assert not runs.cancel(connection, new, now=stored.now)
    with pytest.raises(Fenced), stored.database.write() as connection:
        runs.note(connection, held, {"article unchanged": 1}, until=stored.now)
    run = one(stored, new)
    assert (run.state, run.done, run.tally) == (RunState.CANCELLED, 1, {"article unchanged": 1})
    assert plan(stored) == []
    assert batch(stored, number) is None


def test_a_large_run_is_put_into_batches_behind_a_cursor(stored: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few at a time, each article in exactly one."""
    monkeypatch.setattr(step, "BATCH", 1)
    monkeypatch.setattr(step, "OPEN_BATCHES", 1)
    monkeypatch.setattr(step, "PAGE", 2)
    new = begin(stored)
    plan(stored)
    with stored.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar() == 2
    while one(stored, new).state == RunState.RUNNING:
        stored.later(stored.settings.redispatch_seconds + 1)
        for each in plan(stored):
            batch(stored, each)
    assert one(stored, new).tally == {"article unchanged": 4}
    with stored.database.read() as connection:
        assert [each.id for each in runs.newest(connection, 5)] == [new]


def test_a_selection_is_the_same_after_its_way_through_json() -> None:
    """Services ask by task."""
    chosen = Selection(articles=("a",), source="s", since=dt.datetime(2002, 3, 1, tzinfo=dt.UTC), outdated=True)
    assert Selection.from_json(chosen.to_json()) == chosen
    with pytest.raises(TypeError):
        Selection.from_json({"sauce": "s"})

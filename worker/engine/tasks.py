"""The tasks: short shells over the steps. They carry ids, and hand the next step on at once where the path goes on; if
that wake-up is lost, the next sweep sends it again."""

from __future__ import annotations

import datetime as dt

import structlog
from celery import Task
from kombu.exceptions import OperationalError

from worker.decide.facts import Json
from worker.engine.app import app, settings, wiring
from worker.engine.wiring import host
from worker.steps.deliver import deliver as deliver_step
from worker.steps.deliver import plan as plan_deliveries
from worker.steps.extract import extract as extract_step
from worker.steps.fetch import fetch as fetch_step
from worker.steps.learn import learn as learn_step
from worker.steps.poll import poll as poll_step
from worker.steps.publish import publish as publish_step
from worker.steps.reextract import begin as begin_reextraction
from worker.steps.reextract import plan as plan_reextraction
from worker.steps.reextract import reextract as reextract_step
from worker.steps.retain import retain as retain_step
from worker.steps.sweep import sweep as sweep_step
from worker.store import heartbeats
from worker.store.articles.selection import Selection

log = structlog.get_logger()


class StepTask(Task):  # type: ignore[misc]
    """Binds the log context of one task: its name, its id and its arguments (ids, never content)."""

    def __call__(self, *args: object, **named: object) -> object:
        with structlog.contextvars.bound_contextvars(task=self.name, task_id=self.request.id):
            return super().__call__(*args, **named)

    def wake(self, *ids: str | int, **options: float) -> None:
        """Sends a wake-up; where no broker takes it, that is no failure of the step that has just been done."""
        try:
            self.apply_async(ids, **options)
        except OperationalError as error:
            log.warning("wake.lost", woken=self.name, detail=str(error)[:200])


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@app.task(name="poll", base=StepTask, bind=True)
def poll(self: Task, source: str) -> None:
    """Polls one source; its new articles are fetched at once, as far as the fetch queue has room."""
    polled = poll_step(
        source,
        database=wiring.database,
        polite=wiring.polite,
        settings=settings,
        owner=self.request.hostname,
        now=_now(),
    )
    for article in polled.articles[: _room("fetch")] if polled else ():
        fetch.wake(article)


@app.task(name="fetch", base=StepTask, bind=True)
def fetch(self: Task, article: str) -> None:
    """Fetches one article; what it brings is extracted at once."""
    fetched = fetch_step(
        article,
        database=wiring.database,
        snapshots=wiring.snapshots,
        polite=wiring.polite,
        settings=settings,
        owner=self.request.hostname,
        now=_now(),
    )
    if fetched and _room("extract"):  # else the sweep wakes it when there is room
        extract.wake(fetched)


@app.task(name="extract", base=StepTask, bind=True)
def extract(self: Task, article: str) -> None:
    """Extracts one article; its messages are published at once."""
    extracted = extract_step(
        article,
        database=wiring.database,
        snapshots=wiring.snapshots,
        settings=settings,
        owner=self.request.hostname,
        now=_now(),
    )
    if extracted and extracted.messages:
        publish.wake(expires=settings.tick_seconds)


@app.task(name="publish", base=StepTask, bind=True)
def publish(self: Task) -> None:
    """Publishes what waits in the outbox; webhooks have it at once."""
    owner = f"{self.request.hostname}/{self.request.id}"  # two tasks of one worker would both hold a lease of its own
    if publish_step(database=wiring.database, sinks=wiring.sinks, settings=settings, owner=owner, now=_now()):
        _wake_deliveries()


@app.task(name="deliver", base=StepTask, bind=True)
def deliver(self: Task, webhook: str) -> None:
    """Delivers to one webhook what it has not had; the others have their turn before it goes on."""
    owner = self.request.hostname
    if deliver_step(webhook, database=wiring.database, poster=wiring.poster, owner=owner, clock=_now):
        deliver.wake(webhook)


@app.task(name="sweep", base=StepTask)
def sweep() -> None:
    """Wakes what is due. That it runs at all shows that the clock is alive."""
    room = {queue: _room(queue) for queue in ("poll", "fetch", "extract")}
    if not settings.polling:
        room["poll"] = 0
    due = sweep_step(database=wiring.database, settings=settings, room=room, now=_now())
    for task, ids in ((poll, due.polls), (fetch, due.fetches), (extract, due.extracts)):
        for each in ids:
            task.wake(each)
    for batch in plan_reextraction(database=wiring.database, settings=settings, room=_room("reextract"), now=_now()):
        reextract_batch.wake(batch)
    _wake_deliveries()
    learn_step(database=wiring.database, now=_now())
    with wiring.database.write() as connection:
        heartbeats.beat(connection, "beat", host(), now=_now())


@app.task(name="retain", base=StepTask)
def retain() -> None:
    """Lets go of what is too old to be kept."""
    retain_step(database=wiring.database, snapshots=wiring.snapshots, settings=settings, now=_now())


@app.task(name="reextract", base=StepTask)
def reextract(asked_by: str = "task", **selection: Json) -> None:
    """Asks for a run over stored articles: {"source": …, "outdated": true …}; nothing chooses all."""
    begin_reextraction(Selection.from_json(selection), asked_by=asked_by, database=wiring.database, now=_now())


@app.task(name="reextract_batch", base=StepTask, bind=True)
def reextract_batch(self: Task, batch: int) -> None:
    """Extracts one batch of a run again; what changed is published at once."""
    messages = reextract_step(
        batch,
        database=wiring.database,
        snapshots=wiring.snapshots,
        settings=settings,
        owner=self.request.hostname,
        clock=_now,
    )
    if messages:
        publish.wake(expires=settings.tick_seconds)


def _wake_deliveries() -> None:
    for webhook in plan_deliveries(database=wiring.database, settings=settings, room=_room("deliver"), now=_now()):
        deliver.wake(webhook)


def _room(queue: str) -> int:
    return max(0, settings.queue_limit - wiring.stream.waiting(queue))

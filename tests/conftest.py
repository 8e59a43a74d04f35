"""The real things that tests stand on: both databases, the embedded server, a web site on loopback, a clock of ours.

What a laptop may lack (PostgreSQL, RabbitMQ, Node, ../shared) is skipped with a reason there. Where REQUIRE_SERVICES
is set, as CI does, nothing may be skipped: `pytest.skip` in a test, a fixture, a mark or a whole file is a failure.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import time
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import redis
import sqlalchemy as sa
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.world import Site, World
from worker.engine.run import server_command
from worker.http.client import Fetcher
from worker.publication.stream import Stream
from worker.settings import Settings
from worker.store.database import Database
from worker.store.snapshots import SnapshotFolder
from worker.store.tables import metadata

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql+psycopg://127.0.0.1/postgres")
SHARED = Path(__file__).resolve().parents[2] / "shared"
REQUIRED = bool(os.environ.get("REQUIRE_SERVICES"))

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure() -> None:
    """No setting of the machine's leaks into a test."""
    for name in [name for name in os.environ if name.startswith("WIREROOM_")]:
        del os.environ[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The order of this run can be had again: -q hides the header that says so."""
    if seed := config.getoption("randomly_seed", None):
        terminalreporter.write_line(f"order of this run: --randomly-seed={seed}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test."""
    return failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A skipped file."""
    return failed_if_skipped((yield))


def failed_if_skipped(report: Report) -> Report:
    """The report, as a failure where nothing may be skipped."""
    if REQUIRED and report.skipped and isinstance(report.longrepr, tuple):
        _, _, why = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_SERVICES is set, so this may not be skipped. {why}"
    return report


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """What a command run within a test says of logs ends with that test, and so does the stream that it wrote to."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of seeds, gold and scorers beside the checkout; skipped where it is not there."""
    if not SHARED.is_dir():
        pytest.skip("../shared with seeds and gold is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test run."""
    name = f"wireroom_test_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {POSTGRES} (set TEST_POSTGRES): {str(error.orig)[:100]}")
    yield sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        found = Database(request.getfixturevalue("postgres"))
    found.migrate()
    yield found
    if request.param == "postgresql":
        with found.write() as connection:
            connection.execute(sa.text(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)}"))
    found.close()


@pytest.fixture(scope="session")
def redis_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded server of this test run."""
    settings = Settings(data=tmp_path_factory.mktemp("redis"))
    process = subprocess.Popen(server_command(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = redis.Redis.from_url(settings.redis_address)
    give_up = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < give_up:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.01)
    yield settings.redis_address
    process.terminate()
    process.wait(60)


@pytest.fixture
def no_redis() -> redis.Redis:
    """A client of a server that is not there, which says so at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return redis.Redis(port=port, retry=Retry(NoBackoff(), 0))


@pytest.fixture
def stream(redis_address: str) -> Iterator[Stream]:
    """The stream on an empty server."""
    found = Stream(redis_address, dedupe_days=7)
    found.client.flushall()
    yield found
    found.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback whose answers the test writes."""
    with Site() as found:
        yield found


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """The real client with a short deadline and a small cap."""
    found = Fetcher(user_agent="wireroom-tests", timeout_seconds=3, max_bytes=100_000, max_redirects=5)
    yield found
    found.close()


@pytest.fixture
def world(database: Database, stream: Stream, fetcher: Fetcher, site: Site, tmp_path: Path) -> World:
    """Everything the steps need, with a clock that only the test moves."""
    settings = Settings(data=tmp_path, fetch_timeout_seconds=3, fetch_max_bytes=100_000, lease_seconds=60)
    return World(settings, database, SnapshotFolder(str(tmp_path / "snapshots")), fetcher, stream, site)

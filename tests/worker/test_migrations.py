"""Migrations: they give exactly the tables of the code, as often and by as many processes as they are run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from worker.store import migrations
from worker.store.database import Database, newest_revision
from worker.store.tables import metadata

MIGRATE = "import sys; from worker.store.database import Database; Database(sys.argv[1]).migrate()"
PROCESSES = 3


def test_the_migrations_give_the_tables_of_the_code(database: Database) -> None:
    """Column by column, index by index, on both databases."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    """Every start does it."""
    with database.write() as connection:
        connection.execute(sa.text("INSERT INTO heartbeats VALUES ('poll', 'here', '2024-05-01 00:00:00')"))
    database.migrate()
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM heartbeats")).scalar() == 1


def test_there_is_one_head() -> None:
    """Two migrations that were made side by side are put in a row before they are merged."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert script.get_current_head() == newest_revision()


def test_a_database_knows_its_migration(database: Database, tmp_path: Path) -> None:
    """A new one has had none."""
    assert database.revision() == newest_revision()
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert empty.revision() is None
    empty.close()


def test_several_processes_may_migrate_an_empty_database_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """All end well, whoever comes first."""
    address = f"sqlite:///{tmp_path / 'data' / 'empty.db'}"
    if kind == "postgresql":
        address = request.getfixturevalue("empty_postgres")
    running = [subprocess.Popen([sys.executable, "-c", MIGRATE, address]) for _ in range(PROCESSES)]
    assert [process.wait(60) for process in running] == [0] * PROCESSES
    database = Database(address)
    with database.read() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty_postgres(postgres: str):
    """The run's database, emptied of its tables for this test and given back with them."""
    database = Database(postgres)
    with database.write() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    yield postgres
    database.migrate()
    database.close()

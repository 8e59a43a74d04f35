"""Migrations: they give exactly the tables of the code, as often and by as many processes as they are run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from worker.engine.run import role_commands
from worker.errors import SchemaMismatch
from worker.settings import Settings
from worker.store import migrations
from worker.store.database import Database, newest_revision
from worker.store.tables import metadata

MIGRATE = "import sys; from worker.store.database import Database; Database(sys.argv[1]).migrate()"
PROCESSES = 3
FROZEN = {
    "0001_first_tables.py": "43490e4c32480499b19a9caf8e6f45f2c0823e4bfa0a77b1ea95b552c45395f7",
    "0002_runs.py": "12e4ab8a452027f0017b05b8b6a6ed3f24441f8f9686a8e7a528ee37c691797c",
    "0003_webhooks.py": "6fa6f43c9b41a4d66928b97b4dfd12f7e391d4067ff78314d223ad281e3f1645",
    "0004_attempts.py": "53e5f8831f62c57f47cbb2f4b64dc02c087524685d21ee89bc264422f8d6e57e",
    "0005_learned_lines.py": "2a78ba09ccd58633dc0600824d344f8608256db0241bcf01daffd2e8d60c8e54",
    "0006_places_go_with_messages.py": "da8769102d1e1f19e4786adc901a53c690f844f8bf65f1ed7f3b688e1142589c",
}
"""What was released is never edited: whoever has run it would not run it again."""


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


def test_a_migration_is_never_edited() -> None:
    """A change is a new one; its digest is added here when it is done."""
    folder = Path(migrations.__file__).parent / "versions"
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("[0-9]*.py")}
    assert digests == FROZEN


FIRST_0003 = {
    "postgresql": (
        "ALTER TABLE published DROP CONSTRAINT fk_published_seq",
        "ALTER TABLE published ADD CONSTRAINT fk_published_seq FOREIGN KEY (seq) REFERENCES outbox (seq)",
    ),
    "sqlite": (
        "DROP TABLE published",
        """CREATE TABLE published (place INTEGER NOT NULL CONSTRAINT pk_published PRIMARY KEY AUTOINCREMENT,
            seq INTEGER NOT NULL CONSTRAINT uq_published_seq UNIQUE,
            CONSTRAINT fk_published_seq FOREIGN KEY(seq) REFERENCES outbox (seq))""",
    ),
}


def test_a_database_of_the_first_0003_is_mended(database: Database) -> None:
    """A message goes with its place, and no place is given twice."""
    forms = FIRST_0003[database.engine.dialect.name]
    add = "INSERT INTO outbox (message_id, type, subject, payload, created_at) VALUES (:id, 't', 's', '{}', :now)"
    with database.write() as connection:
        for form in forms:
            connection.execute(sa.text(form))
        for n in range(3):
            connection.execute(sa.text(add), {"id": f"m{n}", "now": "2024-05-01 00:00:00"})
        connection.execute(sa.text("INSERT INTO published (seq) SELECT seq FROM outbox ORDER BY seq"))
        connection.execute(sa.text("DELETE FROM published WHERE place = (SELECT max(place) FROM published)"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0005'"))
    database.migrate()
    with database.write() as connection:
        last = connection.execute(sa.text("SELECT max(place) FROM published")).scalar_one()
        connection.execute(sa.text("DELETE FROM outbox WHERE message_id = 'm0'"))
        assert connection.execute(sa.text("SELECT count(*) FROM published")).scalar() == 1
        again = "INSERT INTO published (seq) SELECT seq FROM outbox WHERE message_id = 'm2'"
        connection.execute(sa.text(again))
        assert connection.execute(sa.text("SELECT max(place) FROM published")).scalar_one() == last + 2
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_tables_of_another_code_are_told(database: Database) -> None:
    """Older ones are brought up to date by a command that says so; newer ones are left alone."""
    database.require_current()
    for revision, advice in (("0001", "wireroom migrate"), ("9999", "run a newer one")):
        with database.write() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
        with pytest.raises(SchemaMismatch, match=f"{revision}.*{newest_revision()}.*{advice}"):
            database.require_current()
    with pytest.raises(SchemaMismatch, match="9999"):
        database.migrate()
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": newest_revision()})


def test_a_worker_of_another_version_does_not_start(tmp_path: Path) -> None:
    """An old image against a newer schema says so in a line, and touches nothing."""
    database = Database(f"sqlite:///{tmp_path / 'wireroom.db'}")
    database.migrate()
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    command = [sys.executable, "-m", "celery", *role_commands(Settings(data=tmp_path))["fetch"]]
    environment = os.environ | {"WIREROOM_DATA": str(tmp_path), "WIREROOM_REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "9999" in done.stderr
    assert "run a newer one" in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    """A wrong folder stays as empty as it was."""
    database = Database(f"sqlite:///{tmp_path / 'wrong' / 'wireroom.db'}")
    with pytest.raises(SchemaMismatch, match="no migration"):
        database.require_current()
    assert list(tmp_path.rglob("*.db")) == []


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

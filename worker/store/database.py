"""One connection pool on SQLite (WAL) or PostgreSQL, with two kinds of use: `read` and `write`.

On SQLite a write takes the one write lock at its beginning (BEGIN IMMEDIATE), so that it waits its turn instead of
failing in the middle; reads never wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVarTuple

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from worker.errors import SchemaMismatch

BUSY_TIMEOUT_MS = 60_000
AWAY = (sa.exc.OperationalError, sa.exc.TimeoutError)
"""What is raised where the database cannot be reached, is locked, or has no connection left: nobody's fault."""


class Database:
    """Connections to the database at one SQLAlchemy address."""

    def __init__(self, address: str) -> None:
        self.engine = _engine(address)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for queries; each sees what was committed when it began."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction: all or nothing, committed when the block ends."""
        with self.engine.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Brings the tables to the newest migration; does nothing where they are. Raises SchemaMismatch where they are
        those of a newer Wireroom."""
        found = self.revision()
        if found is not None and found >= newest_revision():
            self.require_current()
            return
        if (url := self.engine.url).get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        from alembic import command  # takes longer to load than most commands to run
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(files("worker.store") / "migrations"))
        with self.write() as connection:
            in_turn(connection, MIGRATION_LOCK)  # several processes may start at once
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def require_current(self) -> None:
        """Nothing where the tables are those of this code; raises SchemaMismatch where they are older or newer."""
        found, wanted = self.revision(), newest_revision()
        if found == wanted:
            return
        newer = found is not None and found > wanted
        what = "this Wireroom is older than its database: run a newer one" if newer else "run `wireroom migrate`"
        raise SchemaMismatch("database", f"it has the tables of {found or 'no migration'}, the code {wanted}: {what}")

    def revision(self) -> str | None:
        """The migration that the database is at; None where it was never migrated, or is not there yet."""
        url = self.engine.url
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
            return None
        with self.read() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()

    def close(self, *, forked: bool = False) -> None:
        """Drops the pool; `forked` leaves the parent's connections alone."""
        self.engine.dispose(close=not forked)


def newest_revision() -> str:
    """The newest migration of this code, by the numbers that their files begin with."""
    names = (each.name for each in (files("worker.store") / "migrations" / "versions").iterdir())
    return max(name[:4] for name in names if name.endswith(".py") and name[:4].isdigit())


Columns = TypeVarTuple("Columns")
MIGRATION_LOCK = 0x77697265  # "wire"


def insert(connection: sa.Connection, table: sa.Table) -> SqliteInsert | PostgresInsert:
    """An INSERT of the connection's dialect, for its ON CONFLICT clauses."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        return postgres_insert(table)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table)


def in_turn(connection: sa.Connection, key: int) -> None:
    """Waits until no other transaction holds this key, and holds it until this one ends; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def skip_locked(connection: sa.Connection, query: sa.Select[*Columns]) -> sa.Select[*Columns]:
    """The query with the rows that others are claiming left out; SQLite has one writer, so nobody else is claiming."""
    return query.with_for_update(skip_locked=True) if connection.dialect.name == "postgresql" else query


def _engine(address: str) -> sa.Engine:
    url = sa.make_url(address)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, connect_args={"options": "-c timezone=utc"})  # days are UTC
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction by itself
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")

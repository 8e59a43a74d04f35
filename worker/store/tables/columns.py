"""What the tables are made of: the one metadata, and the kinds of column that several of them have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC datetime; SQLite, which knows no zones, keeps it as naive UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Json(TypeDecorator[object]):
    """A JSON value: JSONB on PostgreSQL, whose part of SQLAlchemy is loaded only there."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[object]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(sa.JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())

    def coerce_compared_value(self, op: OperatorType | None, value: object) -> TypeEngine[object]:
        """What stands beside it in a comparison, such as a field's name, is as with JSON itself."""
        return self.impl_instance.coerce_compared_value(op, value)


def id_column(name: str = "id", *points_to: sa.ForeignKey, primary_key: bool = False) -> sa.Column[str]:
    """An id made from content: a UUID in its text form."""
    return sa.Column(name, sa.String(36), *points_to, primary_key=primary_key, nullable=False)


def answer_columns() -> Sequence[sa.schema.SchemaItem]:
    """What is kept of the answer to an attempt; all null where there was none."""
    return [
        sa.Column("status", sa.Integer),
        sa.Column("seconds", sa.Float),
        sa.Column("requests", sa.Integer),  # a poll may read several pages; redirects are not counted
        sa.Column("received", sa.BigInteger),  # bytes on the wire, headers included
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("redirects", Json),  # [[status, address], …] before the last address
        sa.Column("final_address", sa.Text),
        sa.Column("robots", sa.String(20)),  # allowed, disallowed or unreachable; null: not asked
    ]

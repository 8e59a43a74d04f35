"""A place in the order of publication goes with its message, also where 0003 was run as it first stood.

0003 was changed after it had been run: databases of before have the foreign key of `published` without ON DELETE
CASCADE, so that no message of theirs could be purged. Where it is there nothing is done.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

CASCADE = "FOREIGN KEY(seq) REFERENCES outbox (seq) ON DELETE CASCADE"
TABLE = f"""CREATE TABLE published (
    place INTEGER NOT NULL CONSTRAINT pk_published PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL,
    CONSTRAINT fk_published_seq {CASCADE},
    CONSTRAINT uq_published_seq UNIQUE (seq)
)"""


def upgrade() -> None:
    connection = op.get_bind()
    keys = sa.inspect(connection).get_foreign_keys("published")
    if any((key["options"].get("ondelete") or "").upper() == "CASCADE" for key in keys):
        return
    if connection.dialect.name == "postgresql":
        op.drop_constraint("fk_published_seq", "published", type_="foreignkey")
        op.create_foreign_key("fk_published_seq", "published", "outbox", ["seq"], ["seq"], ondelete="CASCADE")
        return
    # SQLite changes no constraint in place. The counter of places goes along, since no place is given twice.
    last = connection.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'published'")).scalar()
    op.execute("ALTER TABLE published RENAME TO published_before")
    op.execute(TABLE)
    op.execute("INSERT INTO published (place, seq) SELECT place, seq FROM published_before")
    op.execute("DROP TABLE published_before")
    connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'published'"))
    connection.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('published', :last)"), {"last": last or 0}
    )


def downgrade() -> None:
    """The key stays: a database of either form of 0003 is right with it."""

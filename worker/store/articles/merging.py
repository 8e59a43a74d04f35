"""Two addresses of one story: the article of the first becomes that of the second."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from worker.store.articles.claims import Claim, Fenced
from worker.store.articles.entries import add_row, resolve
from worker.store.database import insert
from worker.store.tables import addresses, articles, documents, entries, fetches, snapshots


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The article at the final address, which has its own way already; what led to the claimed one leads to it now."""

    id: str


def merge(connection: sa.Connection, claim: Claim, final_address: str) -> Claim | Duplicate:
    """The claim on the article whose own address a fetch ended at, or which article that is where it is known.

    The entries that led to the first address belong to that article from now on, and the first address is remembered as
    another way to it, so that in whatever order addresses come the same articles result.
    """
    target = resolve(connection, final_address)
    known = connection.execute(sa.select(documents.c.article_id).where(documents.c.article_id == claim.id)).first()
    if target == claim.id or known:  # what was published under its address keeps it
        return claim
    row = connection.execute(sa.select(articles).where(articles.c.id == claim.id)).one()
    is_new = add_row(connection, {**row._mapping, "id": target, "address": final_address, "snapshot_id": None})
    connection.execute(sa.update(addresses).where(addresses.c.article_id == claim.id).values(article_id=target))
    alias = insert(connection, addresses).values(address=claim.address, article_id=target)
    connection.execute(alias.on_conflict_do_nothing())
    moved: dict[str, object] = {"article_id": target} if is_new else {"article_id": target, "duplicate": True}
    connection.execute(sa.update(entries).where(entries.c.article_id == claim.id).values(moved))
    for table in (snapshots, fetches):
        connection.execute(sa.update(table).where(table.c.article_id == claim.id).values(article_id=target))
    gone = sa.delete(articles).where(articles.c.id == claim.id, articles.c.claims == claim.claims)
    if not connection.execute(gone).rowcount:
        raise Fenced(claim.id)
    if not is_new:
        return Duplicate(target)
    return replace(claim, id=target, address=final_address)

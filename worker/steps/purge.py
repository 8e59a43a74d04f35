"""An article, on request, gone everywhere: rows, bytes and messages; consumers are told that it is withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import structlog

from worker.decide.facts import Fact, Json, JsonObject, part
from worker.publication.messages import article_message, event_message
from worker.publication.revision import Revision, withdraw
from worker.publication.stream import Stream
from worker.store.articles import purging
from worker.store.database import Database
from worker.store.outgoing import outbox
from worker.store.outgoing.outbox import Outgoing
from worker.store.snapshots import SnapshotFolder

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Purged:
    """How many messages tell of it, and how many stored bodies went."""

    messages: int
    bodies: int


def purge(
    article: str, *, database: Database, snapshots: SnapshotFolder, stream: Stream, now: dt.datetime
) -> Purged | None:
    """Removes the article; None where it was purged before. What consumers have had, over AMQP too, is theirs: they are
    told that it is withdrawn."""
    with database.write() as connection:
        if not purging.bury(connection, article, now=now):
            return None
        revision = withdraw(connection, article, backfill=False, now=now)
        digests = purging.erase(connection, article)
        added = outbox.put(connection, _goodbye(revision) if revision else (), now=now)
    # Only now: had the transaction failed, the article would stand without its bytes.
    for digest in digests:
        snapshots.forget(digest)
    erased = stream.erase(article)
    log.info("purge.done", article=article, messages=added, bodies=len(digests), erased=erased)
    return Purged(added, len(digests))


def _goodbye(revision: Revision) -> list[Outgoing]:
    """The messages of the withdrawal, without a word of what is withdrawn."""
    blank = replace(revision.told, document=_blank(revision.told.document), facts=())
    stood = {fact.id: fact for fact in revision.before.facts} if revision.before else {}
    messages = [article_message("withdrawn", revision.number, blank)]
    gone = (each for each in revision.changes if each.kind == "event")
    return messages + [event_message(each, _silent(stood[each.id]), blank) for each in gone]


def _blank(document: JsonObject) -> JsonObject:
    kept = {name: document[name] for name in ("url", "canonical_url", "family", "form", "sha256", "verdict")}
    nothing: dict[str, Json] = dict.fromkeys(document)
    return nothing | kept | {"text": "", "paragraphs": [], "authors": []}


def _silent(fact: Fact) -> Fact:
    """The event with its code, and without parties, words and places."""
    told: dict[str, Json] = {
        "cluster": "",
        "actor": [],
        "recipient": [],
        "place": None,
        "instruments": [],
        "topics": [],
        "status_span": None,
        "date": {**part(fact.data, "date"), "text": None, "span": None},
        "evidence": {"sentence": [0, 0], "trigger": [0, 0]},
        "attribution": {**part(fact.data, "attribution"), "speaker": None, "citations": []},
    }
    return replace(fact, data={**fact.data, **told})

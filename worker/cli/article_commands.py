"""The commands under `wireroom articles`: what came of them, how each came about, and how to try one again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, TypeVar

import sqlalchemy as sa
import typer
from pydantic import TypeAdapter

from extractors import Document, Explanation, Reasons, choose_model, why, why_document, why_not_in
from worker.cli.declared import commands
from worker.cli.show import annotated_article, state_tables, wording
from worker.cli.show.attempt_lines import as_json as attempt_json
from worker.cli.show.attempt_lines import of_attempts
from worker.cli.show.console import AsJson, Refused, known, now_utc, out, print_json, wired
from worker.engine.wiring import Wiring
from worker.errors import Reason
from worker.store import attempts, learning, records, snapshots, sources
from worker.store.articles import listed, retrying
from worker.store.articles.listed import Listed
from worker.store.tables import State

app = commands("articles", "What came of them, and why.")

RETRIED = tuple(each for each in Reason if each != Reason.PURGED)
BATCH = 500
Told = TypeVar("Told", bound=Explanation)
Wanted = Annotated[str, typer.Argument(help="The id's beginning, or the address's end.", metavar="ID|ADDRESS")]


@app.command("list")
def articles_list(
    state: Annotated[str, typer.Option(help="listed, fetched, extracted, rejected or dead.")] = "",
    source: Annotated[str, typer.Option(help="Only of this source.")] = "",
    limit: Annotated[int, typer.Option(min=1)] = 30,
    as_json: AsJson = False,
) -> None:
    """List the articles seen last."""
    known(state, State, "state")
    _, wiring = wired()
    with wiring.database.read() as connection:
        known(source, source_names(connection), "source")
        found = listed.newest(connection, limit=limit, state=state, source=source)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        out.print(state_tables.of_articles(found))


@app.command("attempts")
def articles_attempts(wanted: Wanted, as_json: AsJson = False) -> None:
    """List what the last fetches of an article met, looks for a change included."""
    _, wiring = wired()
    article = one_article(wiring, wanted)
    with wiring.database.read() as connection:
        history = attempts.fetches_of(connection, article.id)
    if as_json:
        for each in history:
            print_json(attempt_json(each))
    else:
        out.print(of_attempts(history))


@app.command("retry")
def articles_retry(
    wanted: Annotated[str, typer.Argument(help="The id's beginning, or the address's end.", metavar="ID|ADDRESS")] = "",
    reason: Annotated[str, typer.Option(help="All that were rejected, or died, for this: paywall, timeout …")] = "",
    source: Annotated[str, typer.Option(help="With --reason: only of this source.")] = "",
    fetch: Annotated[bool, typer.Option(help="Fetch it again, also where its page was kept.")] = False,
) -> None:
    """Judge an article again from its kept page, or fetch it again where there is none."""
    if bool(wanted) == bool(reason) or (source and not reason):
        raise Refused("say which: an article, or --reason and with it perhaps --source")
    known(reason, RETRIED, "reason")
    _, wiring = wired()
    if reason:
        _retry_all(Reason(reason), source, wiring, fetch=fetch)
        return
    article = one_article(wiring, wanted).id
    with wiring.database.write() as connection:
        state = retrying.retry(connection, article, fetch=fetch, now=now_utc())
    if state is None:
        raise Refused(f"{article[:8]} is on its way already, or was purged")
    out.print(f"{article[:8]} will be {'judged' if state == 'fetched' else 'fetched'} again by the next tick")


def _retry_all(reason: Reason, source: str, wiring: Wiring, *, fetch: bool) -> None:
    """A few hundred at a time: the workers write too."""
    with wiring.database.read() as connection:
        known(source, source_names(connection), "source")
        ids = retrying.ended(connection, reason, source=source)
    number = 0
    for start in range(0, len(ids), BATCH):
        with wiring.database.write() as connection:
            part = ids[start : start + BATCH]
            states = [retrying.retry(connection, each, fetch=fetch, now=now_utc()) for each in part]
        number += sum(state is not None for state in states)
    out.print(f"{wording.count(number, 'article')} on the way again, of {len(ids):,} that ended for {reason}")


@app.command("show")
def articles_show(
    wanted: Wanted,
    as_json: AsJson = False,
    stripped: Annotated[bool, typer.Option("--stripped", help="What of the page is not in the text, and why.")] = False,
    reasons: Annotated[
        bool, typer.Option("--why", help="How it was decoded, dated and cut, and which rule gave each event.")
    ] = False,
    lacks: Annotated[
        bool, typer.Option("--why-not", help="The sentences without an event, and why none was coded.")
    ] = False,
) -> None:
    """Show one article: its text with the records marked, and each event with its words and sources."""
    settings, wiring = wired()
    choose_model(settings.model)
    article = one_article(wiring, wanted)
    if stripped:
        _show_stripped(wiring, article, as_json=as_json)
    elif reasons:
        _show_reasons(wiring, article, as_json=as_json)
    elif lacks:
        _show_lacks(wiring, article, as_json=as_json)
    else:
        _show_records(wiring, article, as_json=as_json)


def source_names(connection: sa.Connection) -> list[str]:
    """The names that `--source` may have."""
    return [each.name for each in sources.all_of(connection)]


def one_article(wiring: Wiring, wanted: str) -> Listed:
    """The only article that this fits; refuses where there are several or none."""
    with wiring.database.read() as connection:
        found = listed.find(connection, wanted)
    if len(found) == 1:
        return found[0]
    several = ", ".join(f"{each.id[:8]} {wording.short(each.address)}" for each in found)
    raise Refused(f"{wanted!r} fits several articles: {several}" if found else f"no article fits {wanted!r}")


def _show_records(wiring: Wiring, article: Listed, *, as_json: bool) -> None:
    with wiring.database.read() as connection:
        row = records.stored_document(connection, article.id)
        facts = records.current(connection, article.id)
        newest = learning.table_of(connection, article.source).version
    if as_json:
        learned = {"read_with": row.learned, "newest": newest} if row else None
        document = row.data if row else None
        print_json({"article": article.id, "document": document, "records": facts, "learned": learned})
        return
    table = f", learned lines {row.learned}" if row and newest else ""
    outdated = f" (outdated: {newest})" if row and row.learned != newest else ""
    read = Document.model_validate(row.data) if row else None
    for part in annotated_article.of_article(article, read, facts, table + outdated):
        out.print(part, soft_wrap=False)


def _show_stripped(wiring: Wiring, article: Listed, *, as_json: bool) -> None:
    found = _asked(why_document, wiring, article)
    if as_json:
        print_json(TypeAdapter(Explanation).dump_python(found, mode="json"))
    else:
        out.print(annotated_article.left_out(found))


def _show_reasons(wiring: Wiring, article: Listed, *, as_json: bool) -> None:
    found = _asked(why, wiring, article)
    if as_json:
        print_json(TypeAdapter(Reasons).dump_python(found, mode="json"))
        return
    for part in annotated_article.reasons(found, _document(wiring, article)):
        out.print(part)


def _show_lacks(wiring: Wiring, article: Listed, *, as_json: bool) -> None:
    document = _document(wiring, article)
    if document is None:
        raise Refused(f"{article.address} has no text yet, so there is nothing that could have been coded")
    found = why_not_in(document, article.id)
    if as_json:
        print_json([each.model_dump(mode="json") for each in found])
    else:
        out.print(annotated_article.uncoded(found))


def _document(wiring: Wiring, article: Listed) -> Document | None:
    with wiring.database.read() as connection:
        row = records.stored_document(connection, article.id)
    return Document.model_validate(row.data) if row else None


def _asked(question: Callable[..., Told], wiring: Wiring, article: Listed) -> Told:
    """What `question` tells of the article's page, given to it as the extraction was."""
    with wiring.database.read() as connection:
        row = records.stored_document(connection, article.id)
        snapshot_id = row.snapshot_id if row else article.snapshot_id
        snapshot = snapshots.one(connection, snapshot_id) if snapshot_id else None
        table = learning.table_of(connection, article.source, row.learned) if row and row.learned else None
        stated = listed.stated_date(connection, article.id)
    if snapshot is None:
        raise Refused(f"{article.address} has no snapshot yet, so there is nothing to compare its text with")
    return question(
        wiring.snapshots.load(snapshot.sha256), url=article.address, content_type=snapshot.header("Content-Type"),
        published=stated, fetched_at=snapshot.fetched_at, learned=table,
    )  # fmt: skip

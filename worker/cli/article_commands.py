"""The commands under `wireroom articles`: what came of them, and how each document came about."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import TypeAdapter

from extractors.events import why_not
from extractors.explain import Explanation, explain
from extractors.model import Document
from extractors.registry import reading_for
from worker.cli.reextract_commands import one_article
from worker.cli.show import message_lines, state_tables
from worker.cli.show.annotated_article import left_out, of_article, reasons, uncoded
from worker.cli.show.attempt_lines import as_json as attempt_json
from worker.cli.show.attempt_lines import of_attempts
from worker.cli.show.console import AsJson, Refused, out, print_json, wired
from worker.engine.wiring import Wiring
from worker.store import attempts, learning, records, snapshots
from worker.store.articles import listed
from worker.store.articles.listed import Listed
from worker.store.records import StoredDocument

app = typer.Typer(no_args_is_help=True, help="What came of them.")


@app.command("list")
def articles_list(
    state: Annotated[str, typer.Option(help="listed, fetched, extracted, rejected or dead.")] = "",
    source: Annotated[str, typer.Option(help="Only of this source.")] = "",
    limit: Annotated[int, typer.Option(min=1)] = 30,
) -> None:
    """List the articles seen last."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        out.print(state_tables.of_articles(listed.newest(connection, limit=limit, state=state, source=source)))


@app.command("attempts")
def articles_attempts(
    wanted: Annotated[str, typer.Argument(help="The id's beginning, or the address's end.", metavar="ID|ADDRESS")],
    as_json: AsJson = False,
) -> None:
    """List what the last fetches of an article met, looks for a change included."""
    _, wiring = wired()
    article = one_article(wiring, wanted)
    with wiring.database.read() as connection:
        history = attempts.fetches_of(connection, article)
    if as_json:
        for each in history:
            print_json(attempt_json(each))
    else:
        out.print(of_attempts(history))


@app.command("show")
def articles_show(
    wanted: Annotated[str, typer.Argument(help="The id's beginning, or the address's end.", metavar="ID|ADDRESS")],
    as_json: AsJson = False,
    stripped: Annotated[
        bool, typer.Option("--stripped", help="Show what of the page is not in the text, and why.")
    ] = False,
    why: Annotated[
        bool,
        typer.Option(
            "--why", help="Show how it was decoded, every date and the choice, and where each paragraph stood."
        ),
    ] = False,
    unsaid: Annotated[
        bool, typer.Option("--why-not", help="Show the sentences without an event, and why none was coded.")
    ] = False,
) -> None:
    """Show one article: its text with the records marked, and each event with its words and sources."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found = listed.find(connection, wanted)
        if len(found) != 1:
            several = ", ".join(each.id[:8] + " " + message_lines.short(each.address) for each in found)
            raise Refused(f"{wanted!r} fits several articles: {several}" if found else f"no article fits {wanted!r}")
        row = records.stored_document(connection, found[0].id)
        facts = records.current(connection, found[0].id)
        newest = learning.table_of(connection, found[0].source).version
    if stripped or why:
        _show_reasons(wiring, found[0], row, why=why, as_json=as_json)
        return
    if unsaid:
        if row is None:
            raise Refused(f"{found[0].address} has no text yet, so there is nothing that could have been coded")
        out.print(uncoded(row.data, why_not(reading_for("events", Document.model_validate(row.data), found[0].id))))
        return
    learned = {"read_with": row.learned, "newest": newest} if row else None
    if as_json:
        document = row.data if row else None
        print_json({"article": found[0].id, "document": document, "records": facts, "learned": learned})
        return
    table = (
        f", learned lines {row.learned}" + (f" (outdated: {newest})" if row.learned != newest else "") if row else ""
    )
    for part in of_article(found[0], row.data if row else None, facts, table if newest else ""):
        out.print(part, soft_wrap=False)


def _show_reasons(wiring: Wiring, article: Listed, row: StoredDocument | None, *, why: bool, as_json: bool) -> None:
    with wiring.database.read() as connection:
        snapshot_id = row.snapshot_id if row else article.snapshot_id
        snapshot = snapshots.one(connection, snapshot_id) if snapshot_id else None
        table = learning.table_of(connection, article.source, row.learned) if row and row.learned else None
        stated = listed.stated_date(connection, article.id)
    if snapshot is None:
        raise Refused(f"{article.address} has no snapshot yet, so there is nothing to compare its text with")
    told = explain(
        wiring.snapshots.load(snapshot.sha256), url=article.address, content_type=snapshot.header("Content-Type"),
        published=stated, fetched_at=snapshot.fetched_at, learned=table,
    )  # fmt: skip
    if as_json:
        print_json(TypeAdapter(Explanation).dump_python(told, mode="json"))
    elif why:
        for part in reasons(told, row.data if row else {"paragraphs": [], "text": ""}):
            out.print(part)
    else:
        out.print(left_out(told))

"""Messages and polls as lines on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from worker import consume
from worker.cli.show import wording
from worker.consume import Message
from worker.store.articles.listed import Listed
from worker.store.sources import Source

INDENT = " " * 10
WORDS_SHOWN = 60


def of_message(message: Message, *, clock: str = "") -> Iterator[Text]:
    """One message in one or two lines; `clock` stands before it, or as much space. What only looks like one says so."""
    try:
        data = message.event["data"]
        told = list(_event(message, data)) if message.type.startswith("wireroom.event.") else [
            _article(message, data, clock)
        ]  # fmt: skip
    except consume.UNREADABLE as error:
        told = [
            Text(f"{message.id} ({message.type}) is not as the contract says: {type(error).__name__}: {error}", "red")
        ]
    yield from told


def of_poll(source: Source, *, clock: str) -> Text:
    """What the last poll of the source brought."""
    line = Text.assemble((f"{clock:<10}", "dim"), ("polled   ", "cyan"), f"{source.name:<22} ")
    if source.last_reason:
        return line.append(f"{source.last_reason}: {source.last_detail}", "red")
    found = wording.count(source.last_entries or 0, "entry", "entries")
    return line.append(f"{found}, {source.last_new or 0} new")


def of_refusal(article: Listed, *, clock: str) -> Text:
    """An article that ended without records, with the reason."""
    label = "kept back" if article.state == "rejected" else article.state
    line = Text.assemble((f"{clock:<10}", "dim"), (f"{label:<9}", "yellow"), " ", wording.short(article.address), "  ")
    return line.append(f"{article.reason}: {article.detail}   ", "yellow").append(article.id[:8], "dim")


def _article(message: Message, data: Mapping[str, Any], clock: str) -> Text:
    document = data["document"]
    verb = message.type.rpartition(".")[2]
    line = Text.assemble((f"{clock:<10}", "dim"), ("article  ", "green"))
    if verb != "created":
        line.append(f"{verb}, revision {data['revision']}  ", "yellow")
    line.append(document["title"] or "(no title)", "bold")
    line.append(f"   {_origin(document)}", "dim")
    citations = sum(record["kind"] == "citation" for record in data["records"])
    return line.append(f"   {wording.count(citations, 'citation')}   ").append(message.subject[:8], "dim")


def _origin(document: Mapping[str, Any]) -> str:
    name = document["publication"] or document["family"]
    number = f" {document['volume']}/{document['issue']}" if document["volume"] else ""
    published = document["published"]
    date = wording.interval(published)
    return f"{name}{number}" + (f", {date} ({published['basis']})" if date else ", no date")


def _event(message: Message, data: Mapping[str, Any]) -> Iterator[Text]:
    event = data["event"]
    verb = message.type.rpartition(".")[2]
    style = "red strike" if verb == "retracted" else "bold magenta"
    place = event["place"]["name"] if event["place"] else ""
    when = ", ".join(part for part in (wording.interval(event["date"]), place) if part)
    head = Text.assemble(INDENT, (f"{event['type']:<10}", style))
    if verb != "created":
        head.append(f"{verb}, revision {data['revision']}  ", "yellow")
    if event["status"] != "actual":
        head.append(f"{event['status']}  ", "yellow")
    yield head.append(wording.parties(event)).append(f"    {when}" if when else "", "cyan")
    yield Text.assemble(INDENT, " " * 10, (_grounds(data), "dim"))


def _grounds(data: Mapping[str, Any]) -> str:
    event = data["event"]
    trigger = data["trigger"]
    shown = trigger if len(trigger) <= WORDS_SHOWN else trigger[:WORDS_SHOWN] + "…"
    cited = wording.sources([each["citation"] for each in data["citations"]])
    speaker = event["attribution"]["speaker"]
    parts = [f"“{shown}”", f"reported by {cited}" if cited else "", f"said by {speaker}" if speaker else ""]
    return " · ".join(part for part in (*parts, f"{event['confidence']:.2f}".lstrip("0"), event["rule"]) if part)

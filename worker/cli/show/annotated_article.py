"""One article on the terminal: what is known of it, its text with its records marked, its events with their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from extractors import Document, Explanation, Published, Reasons, Tried, Uncoded
from worker.cli.show import wording
from worker.store.articles.listed import Listed

PERSON, CITATION, TRIGGER = "cyan", "yellow", "bold magenta"
AUXILIARIES = frozenset({"be", "is", "are", "was", "were", "been", "being", "has", "have", "had", "do", "does", "did"})
NO_TRIGGER = "no word in it names an event"
NOT_READ = "not parsed: nobody in it who can act, or no word that an event may hang on"
FACTS = ("title", "publication", "section", "byline", "agency", "dateline", "language", "url")


def of_article(
    article: Listed, document: Document | None, facts: Sequence[Mapping[str, Any]], learned: str = ""
) -> Iterator[RenderableType]:
    """The parts to print, in order; `learned` says which of its source's tables of own lines the document was read
    with."""
    yield _head(article, document, learned)
    if document is None:
        return
    yield Rule(style="dim")
    yield Padding(annotated(document, facts), (0, 2))
    events = [fact for fact in facts if fact["kind"] == "event"]
    by_id = {fact["id"]: fact for fact in facts}
    for kind in ("event", "person", "citation"):
        of_kind = [fact for fact in facts if fact["kind"] == kind]
        if of_kind:
            yield Rule(wording.count(len(of_kind), kind, "people" if kind == "person" else None), style="dim")
        if kind == "event":
            for number, fact in enumerate(events, start=1):
                yield Padding(_event(number, fact, document.text, by_id), (0, 0, 1, 2))
        elif of_kind:
            yield Padding(_people(of_kind) if kind == "person" else _citations(of_kind), (0, 2))


def annotated(document: Document, facts: Sequence[Mapping[str, Any]]) -> Text:
    """The text with names, citations and triggers in their colours, and each trigger's event number behind it."""
    text = Text(document.text)
    events = [fact for fact in facts if fact["kind"] == "event"]
    for fact in facts:
        if fact["kind"] == "citation":
            text.stylize(CITATION, *fact["span"])
        if fact["kind"] == "person":
            for mention in fact["data"]["mentions"]:
                text.stylize(PERSON, *mention["span"])
    triggers = [(number, fact["data"]["evidence"]["trigger"]) for number, fact in enumerate(events, start=1)]
    for _, span in triggers:
        text.stylize(TRIGGER, *span)
    numbered, at = Text(), 0
    for number, (_, end) in sorted(triggers, key=lambda each: each[1][1]):
        numbered.append_text(text[at:end]).append(f"[{number}]", TRIGGER)
        at = end
    return numbered.append_text(text[at:])


def left_out(found: Explanation) -> Table:
    """The lines of the page that are not in the document, each with where it stood and why it went."""
    table = _columns("line", "reason", "text")
    for each in found.stripped:
        table.add_row(str(each.place.line), each.reason, each.text)
    return table


def reasons(found: Reasons, document: Document | None) -> Iterator[RenderableType]:
    """How the page was decoded, every date that it gives and which was taken, where each paragraph stood, and which
    rule gave each event."""
    yield Text(f"decoded as {found.decoded}")
    dates = _columns("date", "basis", "confidence", "words", "")
    for each in found.dates:
        verdict = ("taken: " if each.taken else "not taken: ") + each.why
        dates.add_row(_days(each.date), each.date.basis, f"{each.date.confidence:.2f}", each.date.text or "", verdict)
    yield dates
    places = _columns("line", "stood in", "paragraph")
    for (start, end), place in zip(document.paragraphs if document else (), found.origins, strict=False):
        line, path = (str(place.line), place.path) if place else ("-", "put together from several lines")
        places.add_row(line, path, document.text[start:end] if document else "")
    yield places
    yield _events_by_rule(found)


def _events_by_rule(found: Reasons) -> Table:
    """The rule and the word of each event, and the rules that had refused that word."""
    table = _columns("event", "word", "rule", "stricter rules that did not fit")
    for each in found.events:
        table.add_row(each.type, each.word, each.rule, ", ".join(no.rule for no in each.refused if no.rule))
    return table


def _columns(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _head(article: Listed, document: Document | None, learned: str) -> Table:
    table = _facts()
    table.add_row("id", article.id)
    table.add_row("state", f"{article.state}  {article.reason or ''}  {article.detail or ''}".strip())
    if document is None:
        table.add_row("address", article.address)
        return table
    stated, changed = document.published, document.modified
    told = {name: getattr(document, name) for name in FACTS} | {
        "people": ", ".join(document.authors),
        "image": document.image,
        "volume/issue": f"{document.volume}/{document.issue}" if document.volume is not None else None,
        "published": f"{_days(stated)}   ({stated.basis}, {stated.confidence:.2f})" if stated else "-",
        "modified": f"{_days(changed)}   ({changed.basis})" if changed else None,
        "read as": f"{document.family}, {document.form}, {document.verdict}{learned}",
    }
    for name, value in told.items():
        if value:
            table.add_row(name, str(value))
    return table


def _days(date: Published) -> str:
    return wording.interval(date.model_dump(mode="json"))


def uncoded(found: Iterable[Uncoded]) -> Table:
    """The sentences without an event: under each the words that might have named one, and what they lacked."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    for each in found:
        table.add_row(Text(each.text, "italic"))
        for line in _lacks(each):
            table.add_row(line)
        table.add_row("")
    return table


def _lacks(sentence: Uncoded) -> Iterator[Text]:
    near = [word for word in sentence.tried if word.near]
    far = [word for word in sentence.tried if not word.near and word.word.lower() not in AUXILIARIES]
    yield from (_lack(word) for word in near)
    if far:
        yield Text(f"  {', '.join(dict.fromkeys(word.word for word in far))}: {far[0].reason}", "dim")
    elif not near:
        yield Text(f"  {NO_TRIGGER if sentence.read else NOT_READ}", "dim")


def _lack(word: Tried) -> Text:
    rule = f" ({word.rule})" if word.rule else ""
    return Text.assemble("  ", (word.word, TRIGGER), (rule, "dim"), f": {word.reason}")


def _event(number: int, fact: Mapping[str, Any], text: str, by_id: Mapping[str, Mapping[str, Any]]) -> Table:
    event = fact["data"]
    cited = [by_id[each]["data"] for each in event["attribution"]["citations"] if each in by_id]
    treaties = [by_id[each]["data"]["name"] for each in event["instruments"] if each in by_id]
    said = event["attribution"]
    rows: dict[str, str | Text | None] = {
        "who": wording.parties(event),
        "when": f"{wording.interval(event['date']) or 'not known'}   ({_basis(event['date'])})",
        "where": event["place"]["name"] if event["place"] else None,
        "about": ", ".join([*treaties, *event["topics"]]),
        "said by": f"{said['speaker'] or 'somebody'} ({said['mode']})" if said["mode"] != "asserted" else None,
        "reported by": wording.sources(cited),
        "mention of": f"{event['cluster']}, number {event['mention']}" if event.get("mention", 1) > 1 else None,
        "by rule": f"{event['rule']}   confidence {event['confidence']:.2f}   {fact['extractor']} {fact['version']}",
        "words": _marked(event, text, [by_id[each] for each in said["citations"] if each in by_id]),
    }
    table = _facts()
    codes = ", ".join([*event["mode"], *event["context"]])
    cue = f" (“{text[slice(*event['status_span'])]}”)" if event["status_span"] else ""
    table.add_row(Text(f"[{number}] {event['type']}", TRIGGER), f"{codes}   {event['status']}{cue}")
    for name, value in rows.items():
        if value:
            table.add_row(Text(f"    {name}", "dim"), value)
    return table


def _basis(date: Mapping[str, Any]) -> str:
    """The rule that gave a date, with the words that it read."""
    return f"{date['basis']}: “{date['text']}”" if date["text"] else str(date["basis"])


def _marked(event: Mapping[str, Any], text: str, citations: Sequence[Mapping[str, Any]]) -> Text:
    """The sentence with what each part of it is to the event written behind it, for terminals without colours too."""
    start, end = event["evidence"]["sentence"]
    parts = [(tuple(event["evidence"]["trigger"]), event["type"], TRIGGER)]
    parts += [(tuple(party["span"]), "actor", PERSON) for party in event["actor"]]
    parts += [(tuple(party["span"]), "recipient", PERSON) for party in event["recipient"]]
    parts += [(tuple(fact["span"]), "source", CITATION) for fact in citations]
    for name, label in (("date", "when"), ("place", "where")):
        if event[name] and event[name]["span"]:
            parts.append((tuple(event[name]["span"]), label, "green"))
    marked, at = Text(style="italic"), start
    for span, label, style in sorted(parts):
        if at <= span[0] and span[1] <= end:
            marked.append(text[at : span[0]]).append(text[slice(*span)], style).append(f"[{label}]", "dim")
            at = span[1]
    return marked.append(text[at:end])


def _people(facts: Sequence[Mapping[str, Any]]) -> Table:
    table = _facts()
    for fact in facts:
        data = fact["data"]
        mentions = wording.count(len(data["mentions"]), "mention")
        table.add_row(Text(data["name"], PERSON), data["office"] or "", data["country"] or "", mentions)
    return table


def _citations(facts: Sequence[Mapping[str, Any]]) -> Table:
    table = _facts()
    for fact in facts:
        covers = fact["data"]["covers"]
        passage = f"covers {covers[1] - covers[0]:,} characters"
        table.add_row(Text(wording.sources([fact["data"]]), CITATION), fact["data"]["type"], passage)
    return table


def _facts() -> Table:
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))

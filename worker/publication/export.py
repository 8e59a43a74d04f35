"""Events as rows in the columns that users of POLECAT know, with ours behind them; docs/export.md explains each.

Read article by article, so that memory stays the same however many there are.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.tables import articles, documents, records

Cell: TypeAlias = "str | int | float | list[str] | None"
Row = dict[str, Cell]
Written: TypeAlias = Mapping[str, Any]
"""A document or record as it was stored, which is read here field by field and goes out again as it stands."""
ARTICLES = 50  # read at a time
ROWS = 2_000  # a Parquet row group
JOIN = "; "

# The columns of POLECAT's yearly files, in their order.
POLECAT = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title",
    "Actor Name Raw", "Wikipedia Actor ID",
    "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors",
    "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID",
    "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename",
    "Feature Type", "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language",
    "Version",
)  # fmt: skip
OURS = (
    "Event End Date", "Date Precision", "Date Basis", "Status", "Reciprocal", "Sentence", "Trigger", "Cited Agencies",
    "Confidence", "Rule", "Revision", "Headline", "URL", "Article ID",
)  # fmt: skip
COLUMNS = POLECAT + OURS
NUMBERS = ("Intensity", "Latitude", "Longitude", "Confidence")
WHOLE = ("Quad Code", "Version", "Revision")
STORY = {"Story People": "person", "Story Organizations": "organisation", "Story Locations": "place"}


class MissingExtra(RuntimeError):
    """A format needs a library that is not installed; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of these days (those without a day: by the article's day), between these countries (all of them
    take part)."""

    since: dt.date | None = None
    until: dt.date | None = None
    countries: tuple[str, ...] = ()

    def __call__(self, row: Row) -> bool:
        """True where the row is wanted."""
        first = row["Event Date"] or row["Publication Date"]
        last = row["Event End Date"] or first
        if self.since and not (last and str(last) >= self.since.isoformat()):
            return False
        if self.until and not (first and str(first) < self.until.isoformat()):
            return False
        return set(self.countries) <= {*_values(row["Actor Country"]), *_values(row["Recipient Country"])}


def events(database: Database, wanted: Wanted) -> Iterator[Row]:
    """The events that stand and are wanted, a row each, by article."""
    after = ""
    while True:
        with database.read() as connection:
            told = _told(connection, after)
            standing = _standing(connection, [each.id for each in told])
        for each in told:
            yield from filter(wanted, _rows(each, standing.get(each.id, [])))
        if len(told) < ARTICLES:
            return
        after = told[-1].id


def write_jsonl(rows: Iterable[Row], out: IO[bytes]) -> int:
    """One JSON object a line, several values as lists; how many lines."""
    number = 0
    for number, row in enumerate(rows, start=1):  # noqa: B007
        out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return number


def write_csv(rows: Iterable[Row], out: IO[bytes]) -> int:
    """RFC 4180 with a header line, several values in one cell behind semicolons; how many rows."""
    number = 0
    writer = csv.writer(_Text(out))
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, start=1):  # noqa: B007
        writer.writerow(_cell(row[name]) for name in COLUMNS)
    return number


def write_parquet(rows: Iterable[Row], out: IO[bytes]) -> int:
    """A Parquet file, cells as in CSV; how many rows. Raises MissingExtra without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow, which is not installed: pip install 'wireroom[parquet]'") from error
    types = (
        dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(NUMBERS, pa.float64()) | dict.fromkeys(WHOLE, pa.int64())
    )
    schema = pa.schema([(name, types[name]) for name in COLUMNS])
    number = 0
    source = iter(rows)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while part := list(islice(source, ROWS)):
            number += len(part)
            cells = [{name: _typed(name, row[name]) for name in COLUMNS} for row in part]
            writer.write_table(pa.Table.from_pylist(cells, schema=schema))
    return number


FORMATS: Mapping[str, Callable[[Iterable[Row], IO[bytes]], int]] = {
    "jsonl": write_jsonl, "csv": write_csv, "parquet": write_parquet,
}  # fmt: skip


class _Text:
    """Bytes under the csv module's feet."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out

    def write(self, text: str) -> int:
        return self.out.write(text.encode())


class _Told(NamedTuple):
    """An article that is out."""

    id: str
    address: str
    document: Written


class _Standing(NamedTuple):
    """A record that stands."""

    article: str
    kind: str
    version: int
    revision: int
    written: Written


def _told(connection: sa.Connection, after: str) -> list[_Told]:
    query = sa.select(articles.c.id, articles.c.address, documents.c.data).join(documents)
    query = query.where(articles.c.id > after, ~documents.c.withdrawn).order_by(articles.c.id).limit(ARTICLES)
    return [_Told(*row) for row in connection.execute(query)]


def _standing(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[_Standing]]:
    columns = (records.c.article_id, records.c.kind, records.c.version, records.c.revision, records.c.data)
    query = sa.select(*columns).where(records.c.article_id.in_(ids), ~records.c.retracted)
    found: dict[str, list[_Standing]] = {}
    for row in connection.execute(query.order_by(records.c.article_id, records.c.position)):
        found.setdefault(row.article_id, []).append(_Standing(*row))
    return found


def _rows(told: _Told, standing: Sequence[_Standing]) -> Iterator[Row]:
    story: Row = {
        column: list(dict.fromkeys(each.written["data"]["name"] for each in standing if each.kind == kind))
        for column, kind in STORY.items()
    }
    cited = {each.written["id"]: each.written["data"]["items"] for each in standing if each.kind == "citation"}
    for each in standing:
        if each.kind == "event":
            values = _about(told, each, cited) | story | _of_event(each.written["data"])
            yield {name: values.get(name) for name in COLUMNS}


def _of_event(event: Written) -> Row:
    date, place = event["date"], event["place"] or {}
    told: Row = {
        "Event Date": date["start"],
        "Event End Date": date["end"],
        "Date Precision": date["precision"],
        "Date Basis": date["basis"],
        "Event Type": event["type"],
        "Event Mode": event["mode"],
        "Contexts": event["context"],
        "Intensity": event["score"],
        "Quad Code": event["quad"],
        "Status": event["status"],
        "Reciprocal": event["reciprocal"],
        "Placename": place.get("name"),
        "Raw Placename": place.get("name"),
        "Country": place.get("country"),
        "Latitude": place.get("latitude"),
        "Longitude": place.get("longitude"),
        "Confidence": event["confidence"],
        "Rule": event["rule"],
    }
    return _parties("Actor", event["actor"]) | _parties("Recipient", event["recipient"]) | told


def _parties(side: str, parties: Sequence[Written]) -> Row:
    def each(name: str) -> list[str]:
        return [str(party[name]) for party in parties if party[name]]

    sectors = list(dict.fromkeys(each("sector")))
    return {
        f"{side} Name": [str(party["name"] or party["text"]) for party in parties],
        f"{side} Country": list(dict.fromkeys(each("country"))),
        f"Primary {side} Sector": sectors[0] if sectors else None,
        f"{side} Sectors": sectors,
        f"{side} Title": each("office"),
        f"{side} Name Raw": each("text"),
    }


def _about(told: _Told, record: _Standing, cited: Mapping[str, Sequence[Written]]) -> Row:
    document, event = told.document, record.written["data"]
    text, evidence = document["text"], event["evidence"]
    agencies = chain.from_iterable(cited.get(each, ()) for each in event["attribution"]["citations"])
    return {
        "Event ID": record.written["id"],
        "Revision": record.revision,
        "Version": record.version,
        "Source": document["publication"] or document["agency"],
        "Publication Date": document["published"] and document["published"]["start"],
        "Language": document["language"],
        "Headline": document["title"],
        "URL": told.address,
        "Article ID": told.id,
        "Sentence": text[slice(*evidence["sentence"])],
        "Trigger": text[slice(*evidence["trigger"])],
        "Cited Agencies": list(dict.fromkeys(item["agency"] for item in agencies)),
    }


def _values(cell: Cell) -> list[str]:
    return cell if isinstance(cell, list) else []


def _cell(value: Cell) -> str | int | float | None:
    return JOIN.join(value) if isinstance(value, list) else value


def _typed(name: str, value: Cell) -> str | int | float | None:
    cell = _cell(value)
    return cell if cell is None or name in NUMBERS or name in WHOLE else str(cell)

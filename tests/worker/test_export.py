"""Events as tables: the columns that others know, by time and countries, at constant memory."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.world import World, page, story
from worker.publication.export import (
    COLUMNS,
    FORMATS,
    POLECAT,
    MissingExtra,
    Wanted,
    events,
    write_csv,
    write_jsonl,
    write_parquet,
)
from worker.store.database import Database
from worker.store.tables import articles, documents, records, snapshots, sources

NOW = dt.datetime(2002, 3, 12, tzinfo=dt.UTC)
TEXT = "The ministers of Finland and Turkey met in Ankara on March 11 (Reuters)."
PER_ARTICLE = 10
SOME = 500  # articles stored at a time


def party(country: str, name: str) -> dict[str, Any]:
    return {"text": name, "span": [0, 3], "name": name, "person": None, "office": "minister", "country": country,
            "sector": "GOV"}  # fmt: skip


def event(number: int, **fields: Any) -> dict[str, Any]:
    """An event record in its JSON form."""
    data = {
        "type": "CONSULT", "mode": ["visit"], "context": ["diplomatic", "military"], "status": "actual",
        "status_span": None, "quad": 1, "score": 1.5, "actor": [party("FIN", "Aino Halvari")],
        "recipient": [party("TUR", "Demir Aksoylu")], "reciprocal": False,
        "date": {"start": "2002-03-11", "end": "2002-03-12", "precision": "range", "text": "", "basis": "explicit"},
        "place": {"name": "Ankara", "span": [0, 1], "country": "TUR", "latitude": 39.9, "longitude": 32.8},
        "instruments": [], "topics": [], "evidence": {"sentence": [0, len(TEXT)], "trigger": [36, 39]},
        "attribution": {"mode": "asserted", "speaker": None, "citations": ["cited"]}, "cluster": "", "confidence": 0.9,
        "rule": "meet",
    }  # fmt: skip
    return {"id": f"event-{number:06}", "kind": "event", "extractor": "events", "version": 2, "span": [0, 9],
            "data": data | fields}  # fmt: skip


def store(database: Database, number: int, **fields: Any) -> None:
    """That many events in articles of ten, a citation in each."""
    with database.write() as connection:
        source = {"name": "s", "kind": "feed", "address": "", "written": "", "origin": "file", "paused": False,
                  "local": False, "sample": False}  # fmt: skip
        connection.execute(sa.insert(sources).values(source))
        for start in range(0, number, PER_ARTICLE * SOME):
            names = range(start, min(number, start + PER_ARTICLE * SOME), PER_ARTICLE)
            facts = {f"a{at:06}": [event(n, **fields) for n in range(at, at + PER_ARTICLE)] for at in names}
            _articles(connection, facts)


def _articles(connection: sa.Connection, facts: dict[str, list[dict[str, Any]]]) -> None:
    row = {"source": "s", "state": "extracted", "seen_at": NOW, "changed_at": NOW}
    each = [row | {"id": name, "address": f"http://a.example/{name}"} for name in facts]
    connection.execute(sa.insert(articles), each)
    answer = {"article_id": next(iter(facts)), "sha256": "0", "size": 1, "address": "", "final_address": "",
              "headers": [], "redirects": [], "fetched_at": NOW}  # fmt: skip
    snapshot = connection.execute(sa.insert(snapshots).values(answer).returning(snapshots.c.id)).scalar_one()
    told = {"text": TEXT, "publication": "Monitor", "agency": None, "language": "en", "title": "A visit",
            "published": {"start": "2002-03-12"}}  # fmt: skip
    document = {"snapshot_id": snapshot, "revision": 1, "hash": "", "withdrawn": False, "data": told, "extractors": {},
                "errors": [], "extracted_at": NOW}  # fmt: skip
    connection.execute(sa.insert(documents), [document | {"article_id": name} for name in facts])
    cited = {"id": "cited", "kind": "citation", "extractor": "citations", "version": 1, "span": [0, 1],
             "data": {"items": [{"agency": "Reuters"}, {"agency": "STT"}]}}  # fmt: skip
    rows = [
        {"id": f"{name} {fact['id']}", "article_id": name, "kind": fact["kind"], "extractor": fact["extractor"],
         "version": fact["version"], "revision": 3, "hash": "", "retracted": False, "position": at, "data": fact}
        for name, found in facts.items() for at, fact in enumerate([cited, *found])
    ]  # fmt: skip
    connection.execute(sa.insert(records), rows)


def test_an_event_stands_in_the_columns_of_polecat(database: Database) -> None:
    """Every column is there in its place, and ours come behind."""
    store(database, 10)
    row = next(events(database, Wanted()))
    assert tuple(row) == COLUMNS
    assert COLUMNS[: len(POLECAT)] == POLECAT
    known = {
        "Event Date": "2002-03-11", "Event Type": "CONSULT", "Event Mode": ["visit"], "Actor Country": ["FIN"],
        "Recipient Name": ["Demir Aksoylu"], "Placename": "Ankara", "Latitude": 39.9, "Source": "Monitor",
        "Publication Date": "2002-03-12", "Cited Agencies": ["Reuters", "STT"], "Trigger": "met", "Revision": 3,
        "Primary Actor Sector": "GOV", "Actor COW": None, "URL": "http://a.example/a000000",
    }  # fmt: skip
    assert {name: row[name] for name in known} == known


@pytest.mark.parametrize(
    ("wanted", "number"),
    [(Wanted(), 10), (Wanted(since=dt.date(2002, 3, 12)), 10), (Wanted(since=dt.date(2002, 3, 13)), 0),
     (Wanted(until=dt.date(2002, 3, 11)), 0), (Wanted(until=dt.date(2002, 3, 12)), 10),
     (Wanted(countries=("TUR", "FIN")), 10), (Wanted(countries=("TUR",)), 10), (Wanted(countries=("TUR", "USA")), 0)],
)  # fmt: skip
def test_events_are_chosen_by_day_and_countries(database: Database, wanted: Wanted, number: int) -> None:
    """An interval counts where it touches the days; both countries must take part, on whichever side."""
    store(database, 10)
    assert len(list(events(database, wanted))) == number


def test_an_event_without_a_day_is_chosen_by_its_article_and_told_without_one(database: Database) -> None:
    """The publication date is never passed off as the event's."""
    nothing = {"start": None, "end": None, "precision": "none", "text": None, "basis": "none"}
    store(database, 10, date=nothing, place=None)
    found = list(events(database, Wanted(since=dt.date(2002, 3, 12), until=dt.date(2002, 3, 13))))
    assert len(found) == 10
    assert found[0]["Event Date"] is None


def test_the_formats_tell_the_same(database: Database) -> None:
    """JSON lines keep lists, CSV joins them."""
    store(database, 10)
    lines, table = io.BytesIO(), io.BytesIO()
    assert write_jsonl(events(database, Wanted()), lines) == write_csv(events(database, Wanted()), table) == 10
    objects = [json.loads(line) for line in lines.getvalue().splitlines()]
    rows = list(csv.DictReader(io.StringIO(table.getvalue().decode(), newline="")))
    assert [row["Event ID"] for row in rows] == [each["Event ID"] for each in objects]
    assert rows[0]["Contexts"] == "diplomatic; military"
    assert objects[0]["Contexts"] == ["diplomatic", "military"]


def test_parquet_holds_the_same_rows(database: Database) -> None:
    """With types; only where the optional library is there."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an optional extra")
    store(database, 20)
    out = io.BytesIO()
    assert write_parquet(events(database, Wanted()), out) == 20
    rows = parquet.read_table(io.BytesIO(out.getvalue())).to_pylist()
    assert (len(rows), tuple(rows[0]), rows[0]["Latitude"]) == (20, COLUMNS, 39.9)


def test_without_the_library_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, not with a traceback."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'wireroom\[parquet\]'"):
        FORMATS["parquet"]([], io.BytesIO())


def test_what_was_really_extracted_can_be_exported(world: World) -> None:
    """No made-up event: the whole path."""
    text = story().partition("\n\n")[2]
    world.source("wire", world.site.feed("/feed.xml", [world.site.page("/a", page("A story", text))]))
    world.settle()
    rows = list(events(world.database, Wanted(countries=("FIN", "TUR"))))
    assert rows
    assert {"CONSULT"} <= {row["Event Type"] for row in rows}
    assert all(row["Sentence"] in text.replace("\n", " ") for row in rows)


class Nowhere(io.RawIOBase):
    """Takes everything, keeps nothing, and notes the memory in use at every ten thousandth line."""

    def __init__(self) -> None:
        self.written = 0
        self.pages: list[int] = []

    def write(self, data: Any) -> int:
        self.written += 1
        if self.written % 10_000 == 0:
            self.pages.append(int(Path("/proc/self/statm").read_text().split()[1]))
        return len(data)


def multiply(connection: sa.Connection, times: int) -> None:
    """Copies all articles, with what belongs to them, under other ids."""
    for table, keys in ((articles, ("id", "address")), (documents, ("article_id",)), (records, ("id", "article_id"))):
        for number in range(1, times):
            columns = [c + f"-{number}" if c.name in keys else c for c in table.c]
            originals = sa.select(*columns).where(~table.c["id" if table is articles else "article_id"].contains("-"))
            connection.execute(sa.insert(table).from_select([c.name for c in table.c], originals))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_the_same_over_fifty_thousand_events(database: Database) -> None:
    """Rows are read a few articles at a time, and written at once."""
    store(database, 5_000)
    with database.write() as connection:
        multiply(connection, 10)
    out: Any = Nowhere()
    assert write_csv(events(database, Wanted()), out) == 50_000
    grown = (out.pages[-1] - out.pages[0]) * resource.getpagesize()
    assert grown < 5_000_000

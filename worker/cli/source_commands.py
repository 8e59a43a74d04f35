"""The commands under `wireroom sources`: where articles are listed."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import redis
import sqlalchemy as sa
import typer
from pydantic import ValidationError

from worker.cli.declared import commands
from worker.cli.show import state_tables, wording
from worker.cli.show.attempt_lines import as_json as attempt_json
from worker.cli.show.attempt_lines import of_attempts
from worker.cli.show.console import AsJson, Refused, err, known, now_utc, out, print_json, wired
from worker.cli.show.poll_plan import of_source
from worker.engine.wiring import Wiring
from worker.errors import BadAddress, WireroomError
from worker.http.polite.budget import Budgeted, host_of
from worker.settings import load_settings
from worker.sources import KINDS, address_of, guess
from worker.sources.check import Checked, check_source
from worker.sources.discover import Offered, discover
from worker.sources.opml import Outline, read_opml, write_opml
from worker.steps import learn
from worker.store import attempts, learning, sources
from worker.store.sources import Source

app = commands("sources", "Where articles are listed.")
SHOWN = 10

Local = Annotated[bool, typer.Option(help="It may be on this machine or network.")]
Interval = Annotated[
    int | None, typer.Option(min=1, help="Seconds between two polls; else by what the source publishes.")
]


@app.command("list")
def list_() -> None:
    """List the sources, when each is polled, and how its last poll went."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        out.print(state_tables.of_sources(sources.all_of(connection), now=now_utc()))


@app.command()
def why(name: str) -> None:
    """Explain when a source is polled next, step by step, and how its last polls went."""
    _, wiring = wired()
    now = now_utc()
    with wiring.database.read() as connection:
        source = _one(connection, name)
        history = attempts.last_polls(connection, name)
    host = host_of(source.address) if "://" in source.address and not source.local else ""
    out.print(of_source(source, history, _budget(host, wiring, now), host=host, now=now))


@app.command()
def learned(
    name: str,
    give_back: Annotated[
        str, typer.Option(help="A line that is the stories' own after all: it stays from now on.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the lines that a source's articles taught to be boilerplate: they go from the ends of its stories."""
    _, wiring = wired()
    if give_back:
        version = learn.give_back(name, give_back, database=wiring.database, now=now_utc())
        if version is None:
            raise Refused(f"{give_back!r} is none of the learned lines of {name}; see wireroom sources learned {name}")
        out.print(
            f"given back: table {version} of {name}. Texts follow with wireroom reextract --source {name} --outdated"
        )
        return
    with wiring.database.read() as connection:
        _one(connection, name)
        table = learning.table_of(connection, name)
    if as_json:
        print_json({"source": name, "version": table.version, "lines": sorted(table.lines), "kept": sorted(table.kept)})
        return
    out.print(f"table {table.version} of {name}: {wording.count(len(table.lines), 'line')}", style="bold")
    for line in sorted(table.lines):
        out.print(f"  {line}")


@app.command("attempts")
def attempts_of(name: str, as_json: AsJson = False) -> None:
    """List what the last polls of a source met; with --json also the validators."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        _one(connection, name)
        history = attempts.last_polls(connection, name)
    if as_json:
        for each in history:
            print_json(attempt_json(each))
    else:
        out.print(of_attempts(history))


def _one(connection: sa.Connection, name: str) -> Source:
    """The source of this name; refuses one that is not there."""
    source = sources.one(connection, name)
    if source is None:
        known(name, [each.name for each in sources.all_of(connection)], "source")
        raise Refused("a source has a name; see wireroom sources list")
    return source


def _budget(host: str, wiring: Wiring, now: dt.datetime) -> Budgeted | None:
    """How the host stands; None where nobody counts, as for local sources, or Redis is not running."""
    try:
        return wiring.polite.budget.known(host, now) if host else None
    except redis.RedisError:
        return None


@app.command()
def add(
    name: str,
    address: Annotated[str, typer.Argument(help="Address of a site, feed, sitemap or page; path of a folder or WARC.")],
    kind: Annotated[str, typer.Option(help=f"{', '.join(KINDS)}; else told by what is there.")] = "",
    interval: Interval = None,
    local: Local = False,
    option: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE of the kind, such as links='h2 a' of a listing.")
    ] = None,
) -> None:
    """Add a source; of a site, the feed that it offers. It is polled with the next tick."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        if sources.one(connection, name):
            raise Refused(f"there is a source {name!r} already; see wireroom sources list")
    kind = kind or guess(address) or ""
    if not kind:
        found = _discovered(address, wiring, local=local)
        kind, address = found.kind, found.address
    source = _source(name, kind, address, local=local, interval=interval, options=option or [])
    with wiring.database.write() as connection:
        sources.put(connection, source)
    every = f"every {interval} s" if interval else "as often as it publishes"
    out.print(f"added {name}: {kind} {source.address}, polled {every}")


def _discovered(address: str, wiring: Wiring, *, local: bool) -> Offered:
    """The best of what is offered there, all of it told."""
    try:
        offered = discover(address, wiring.fetcher, local=local, now=now_utc())
    except WireroomError as error:
        raise Refused(
            f"{address}: {error.reason}: {error.detail}. To add it all the same, say what it is: --kind feed"
        ) from error
    for place, each in enumerate(offered):
        listed = wording.count(each.entries, "entry", "entries")
        out.print(f"{'also ' if place else ''}found {each.kind} {each.address}: {listed}; {each.how}")
    return offered[0]


def _source(name: str, kind: str, address: str, *, local: bool, interval: int | None, options: list[str]) -> Source:
    known(kind, KINDS, "kind of source")
    if KINDS[kind].is_path and not Path(address).expanduser().exists():
        raise Refused(f"{address}: there is no such {'folder' if kind == 'folder' else 'file or folder'}")
    given = dict(each.partition("=")[::2] for each in options)
    try:
        chosen = KINDS[kind].options.model_validate(given).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Refused(f"options of a {kind}: {'; '.join(faults)}") from error
    return Source(
        name=name,
        kind=kind,
        address=address_of(kind, address),
        local=local or KINDS[kind].is_path,
        interval_seconds=interval,
        options=chosen or None,
        due_at=now_utc(),
    )


@app.command()
def check(
    urls: Annotated[list[str], typer.Argument(help="Addresses of feeds, sitemaps or pages.", metavar="URL")],
    local: Annotated[bool, typer.Option(help="They may be on this machine or network.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what one poll would find now; nothing is stored."""
    fetcher = Wiring(load_settings()).fetcher
    failed = False
    for url in urls:
        found = check_source(url, fetcher, local=local, now=now_utc())
        failed = failed or found.error is not None
        if as_json:
            print_json(found.as_json())
        else:
            _show(found)
    raise typer.Exit(1 if failed else 0)


def _show(found: Checked) -> None:
    if found.error:
        err.print(f"{found.url}: {found.error}", style="red")
        return
    entries = found.listing.entries
    more = f", {found.listing.left_out} more left out" if found.listing.left_out else ""
    out.print(f"{found.kind} {found.address}: {wording.count(len(entries), 'entry', 'entries')}{more}")
    for entry in entries[:SHOWN]:
        day = entry.stated_date or "no date   "
        out.print(f"  {day}  {entry.title or '(no title)'}  {entry.refused or entry.address}")
    if len(entries) > SHOWN:
        out.print(f"  … and {len(entries) - SHOWN} more")


@app.command()
def pause(names: list[str]) -> None:
    """Stop polling these sources until they are resumed."""
    _set_paused(names, paused=True)


@app.command()
def resume(names: list[str]) -> None:
    """Poll these sources again."""
    _set_paused(names, paused=False)


def _set_paused(names: list[str], *, paused: bool) -> None:
    _, wiring = wired()
    with wiring.database.write() as connection:
        for name in names:
            _one(connection, name)
        sources.pause(connection, names, paused=paused)
    out.print(f"{'paused' if paused else 'resumed'} {', '.join(names)}")


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="An OPML file, or - for standard input.")],
    interval: Interval = None,
    local: Annotated[bool, typer.Option(help="They may be on this machine or network.")] = False,
) -> None:
    """Add every feed that an OPML file lists; what is there already stays as it is."""
    content = sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
    outlines = read_opml(content, path=file)
    _, wiring = wired()
    added, known = 0, 0
    faults: list[str] = []
    with wiring.database.write() as connection:
        every = sources.all_of(connection)
        names, addresses = {each.name for each in every}, {each.address for each in every}
        for outline in outlines:
            source = _imported(outline, names, faults, local=local, interval=interval)
            if source and source.address in addresses:
                known += 1
            elif source:
                sources.put(connection, source)
                names.add(source.name)
                addresses.add(source.address)
                added += 1
    for fault in faults:
        err.print(fault, style="red")
    out.print(f"{wording.count(added, 'source')} added, {known} known already, {len(faults)} refused")
    raise typer.Exit(1 if faults else 0)


def _imported(
    outline: Outline, names: set[str], faults: list[str], *, local: bool, interval: int | None
) -> Source | None:
    """The source of an outline, under a name that is free; a path in a stranger's file is refused."""
    try:
        if outline.kind not in KINDS or KINDS[outline.kind].is_path:
            raise BadAddress(outline.address, f"a source of the kind {outline.kind!r} is not imported")
        source = _source(outline.name, outline.kind, outline.address, local=local, interval=interval, options=[])
    except WireroomError as error:
        faults.append(f"{outline.name}: {error.detail}")
        return None
    free = (outline.name, *(f"{outline.name[:190]} {number}" for number in range(2, len(names) + 3)))
    return replace(source, name=next(name for name in free if name not in names))


@app.command()
def export() -> None:
    """Write the sources as OPML on standard output."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        listed = [source for source in sources.all_of(connection) if source.kind in KINDS]
    sys.stdout.write(write_opml(listed))

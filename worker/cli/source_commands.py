"""The commands under `wireroom sources`: where articles are listed."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import redis
import typer

from worker.cli.declared import commands
from worker.cli.given.given_source import (
    best_of,
    changeable,
    in_place,
    made,
    named,
    only_once,
    reachable,
    where_there_are_any,
)
from worker.cli.given.outlines import take_in
from worker.cli.show import state_tables, wording
from worker.cli.show.attempt_lines import as_json as attempt_json
from worker.cli.show.attempt_lines import of_attempts
from worker.cli.show.check_lines import of_check
from worker.cli.show.console import AsJson, Refused, err, now_utc, out, print_json, wired
from worker.cli.show.poll_plan import of_source
from worker.engine.wiring import Wiring
from worker.http.polite.budget import Budgeted, host_of
from worker.settings import load_settings
from worker.sources import KINDS, guess
from worker.sources.catalogue import FROM_FILE
from worker.sources.check import check_source
from worker.sources.opml import LONGEST_NAME, read_opml, write_opml
from worker.steps import learn
from worker.store import attempts, learning, source_changes, sources

app = commands("sources", "Where articles are listed.")

Local = Annotated[bool, typer.Option(help="It may be on this machine or network.")]
Interval = Annotated[
    int | None, typer.Option(min=1, help="Seconds between two polls; else by what the source publishes.")
]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the sources, when each is polled, and how its last poll went."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found = in_place(connection)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        out.print(state_tables.of_sources(found, now=now_utc()))


@app.command()
def why(name: str, as_json: AsJson = False) -> None:
    """Explain when a source is polled next, step by step, and how its last polls went."""
    _, wiring = wired()
    now = now_utc()
    with wiring.database.read() as connection:
        source = named(connection, name)
        history = attempts.last_polls(connection, name)
    if as_json:
        print_json(asdict(source) | {"polled": [attempt_json(each) for each in history]})
        return
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
        named(connection, name)
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
        named(connection, name)
        history = attempts.last_polls(connection, name)
    if as_json:
        for each in history:
            print_json(attempt_json(each))
    else:
        out.print(of_attempts(history))


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
    again: Annotated[bool, typer.Option("--again", help="Also what is a source already, under another name.")] = False,
) -> None:
    """Add a source; of a site, the feed that it offers. It is polled with the next tick."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        others = in_place(connection)
        if name in {each.name for each in others}:
            raise Refused(f"there is a source {name!r} already; see wireroom sources list")
    kind = kind or guess(address) or ""
    if not kind:
        found = best_of(address, wiring, local=local)
        kind, address = found.kind, found.address
    source = reachable(made(name, kind, address, local=local, interval=interval, options=option or ()))
    if not again:
        only_once(source, others)
    with wiring.database.write() as connection:
        sources.put(connection, source)
    every = f"every {interval} s" if interval else "as often as it publishes"
    out.print(f"added {name}: {kind} {source.address}, polled {every}")


@app.command()
def check(
    urls: Annotated[list[str], typer.Argument(help="Addresses of feeds, sitemaps or pages.", metavar="URL")],
    local: Annotated[bool, typer.Option(help="They may be on this machine or network.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what one poll would find now; nothing is stored."""
    fetcher, there = Wiring(load_settings()).fetcher, where_there_are_any()
    failed = False
    for url in urls:
        found = check_source(url, fetcher, local=local, now=now_utc(), known=there)
        failed = failed or found.error is not None
        if as_json:
            print_json(found.as_json())
        elif found.error:
            err.print(f"{found.url}: {found.error}", style="red")
        else:
            for line in of_check(found):
                out.print(line)
    raise typer.Exit(1 if failed else 0)


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
            named(connection, name)
        sources.pause(connection, names, paused=paused)
    out.print(f"{'paused' if paused else 'resumed'} {', '.join(names)}")


@app.command("set")
def set_(
    name: str,
    address: Annotated[str, typer.Option(help="Where it lists from now on.")] = "",
    interval: Annotated[int | None, typer.Option(min=0, help="Seconds between two polls; 0: as it publishes.")] = None,
    local: Annotated[bool | None, typer.Option(help="It may be on this machine or network.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of its kind, for all that it had.")] = None,
) -> None:
    """Change a source that was added by command; what is not named stays."""
    if address == "" and interval is None and local is None and option is None:
        raise Refused("say what: --address, --interval, --local or --no-local, --option")
    _, wiring = wired()
    with wiring.database.write() as connection:
        before = changeable(connection, name)
        source = made(
            name, before.kind, address or before.address, options=option or (),
            local=before.local if local is None else local,
            interval=before.interval_seconds if interval is None else interval or None,
        )  # fmt: skip
        reachable(source)
        kept = source.options if option is not None else before.options
        sources.put(connection, replace(source, options=kept, paused=before.paused, note=before.note))
    out.print(f"changed {name}: {source.kind} {source.address}")


@app.command()
def rename(name: str, to: Annotated[str, typer.Argument(help="Its name from now on.", metavar="NEW")]) -> None:
    """Give a source another name, and with it all that it has listed."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        changeable(connection, name)
        if sources.one(connection, to):
            raise Refused(f"there is a source {to!r} already, or what it listed; see wireroom sources list")
        if not to.strip() or len(to) > LONGEST_NAME:
            raise Refused(f"a name has 1 to {LONGEST_NAME} characters")
        if not source_changes.rename(connection, name, to):
            raise Refused(f"{name} is being polled; try again in a moment")
    out.print(f"{name} is {to} from now on")


@app.command()
def poll(names: list[str]) -> None:
    """Poll these sources at the next tick, whenever they were due."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        for name in names:
            named(connection, name)
            if not source_changes.poll_now(connection, name, now=now_utc()):
                raise Refused(f"{name} is paused: wireroom sources resume {name}")
    out.print(f"{', '.join(names)} will be polled by the next tick of a running Wireroom")


@app.command()
def remove(names: list[str]) -> None:
    """Take sources out of all lists; what they have listed stays in the ledger, under their names."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        gone = [(named(connection, name), source_changes.remove(connection, name)) for name in names]
    for source, wholly in gone:
        kept = "" if wholly else "; its articles stay"
        back = "; a start that finds it in its sources file brings it back" if source.origin == FROM_FILE else ""
        out.print(f"removed {source.name}{kept}{back}")


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="An OPML file, or - for standard input.")],
    interval: Interval = None,
    local: Annotated[bool, typer.Option(help="They may be on this machine or network.")] = False,
) -> None:
    """Add every feed that an OPML file lists; what is there already stays as it is."""
    content = sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
    _, wiring = wired()
    with wiring.database.write() as connection:
        names = [each.name for each in sources.all_of(connection)]
        found = take_in(connection, read_opml(content, path=file, names=names), local=local, interval=interval)
    for fault in found.faults:
        err.print(fault, style="red")
    added = wording.count(found.added, "source")
    out.print(f"{added} added, {found.known} known already, {len(found.faults)} refused")
    raise typer.Exit(1 if found.faults else 0)


@app.command()
def export() -> None:
    """Write the sources as OPML on standard output."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        listed = [source for source in in_place(connection) if source.kind in KINDS]
    sys.stdout.write(write_opml(listed))

"""The commands that say where everything stands: status, ledger, health, settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from worker.cli.declared import commands
from worker.cli.show import state_tables, wording
from worker.cli.show.console import AsJson, known, now_utc, out, print_json, wired
from worker.cli.show.state_tables import Backlog, StreamState
from worker.engine.wiring import host
from worker.settings import Settings, effective, load_settings
from worker.store import heartbeats
from worker.store import ledger as ledger_rows
from worker.store import status as status_rows

app = commands()
MAX_HEALTH_SECONDS = 60.0
STREAM_SECONDS = 5.0


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say where everything stands."""
    settings, wiring = wired()
    now, stream = now_utc(), stream_state(settings)
    with wiring.database.read() as connection:
        found = status_rows.status(connection)
        alive = heartbeats.seen(connection, since=now - dt.timedelta(seconds=MAX_HEALTH_SECONDS))
    if as_json:
        print_json(asdict(found) | {"alive": _names(alive), "stream": asdict(stream) if stream else {}})
    else:
        out.print(state_tables.of_status(found, alive, now=now))
        out.print(state_tables.of_stream(stream))


@app.command()
def ledger(as_json: AsJson = False) -> None:
    """Account for every entry ever seen, and prove that none is missing."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found = ledger_rows.ledger(connection)
    if as_json:
        print_json(asdict(found) | {"balanced": found.balanced})
    else:
        for part in state_tables.of_ledger(found):
            out.print(part)
        for source, reason, detail in found.polls:
            out.print(f"poll failed  {source}  {reason}: {detail}", style="yellow")
        for fault in found.faults:
            out.print(f"fault: {fault}", style="red")
        seen = wording.count(sum(line.seen for line in found.lines), "entry", "entries")
        out.print(f"balanced: {seen}" if found.balanced else "NOT balanced", style="green" if found.balanced else "red")
    raise typer.Exit(0 if found.balanced else 1)


@app.command()
def health(role: Annotated[str, typer.Option(help="A line of the Procfile: poll, beat, web …")]) -> None:
    """Exit with 0 if this role was alive on this machine (beat: anywhere) within the last minute."""
    from worker.engine.run import role_commands  # and with it Redis, which the others here do without

    settings = load_settings()
    known(role, (*role_commands(settings), "web"), "role")
    since = now_utc() - dt.timedelta(seconds=MAX_HEALTH_SECONDS)
    _, wiring = wired()
    with wiring.database.read() as connection:
        seen = heartbeats.seen(connection, since=since)
    alive = any(name == role and (role == "beat" or machine == host()) for name, machine in seen)
    out.print(f"{role}: {'alive' if alive else 'not seen for a minute'}")
    raise typer.Exit(0 if alive else 1)


@app.command("settings")
def print_settings(as_json: AsJson = False) -> None:
    """Print the effective settings, secrets hidden, and which extractors of other distributions are installed."""
    from extractors import plugins  # loads all of them

    found = effective(load_settings())
    if as_json:
        values = {name: value for name, (value, _) in found.items()}
        told = [{"name": each.name, "of": each.place, "fault": each.fault or None} for each in plugins()]
        print_json({"settings": values, "extractors": told})
        return
    out.print(state_tables.of_settings(found))
    for each in plugins():
        fault = f"; not loaded: {each.fault}" if each.fault else ""
        out.print(f"extractor {each.name} of {each.place}{fault}", style="red" if fault else None)


def stream_state(settings: Settings) -> StreamState | None:
    """How full the stream is and who is furthest behind; None where Redis does not answer."""
    if settings.embedded_redis and not settings.redis_socket.exists():
        return None  # nobody has started it
    import redis

    from worker import consume
    from worker.publication.stream import DROPPED, QUEUE_PREFIX

    with redis.Redis.from_url(settings.redis_address, socket_timeout=STREAM_SECONDS) as client:
        try:
            length, groups, dead = client.xlen(consume.STREAM), consume.lag(client), client.xlen(consume.DEAD)
            dropped = int(client.get(QUEUE_PREFIX + DROPPED) or 0)
        except consume.AWAY:
            return None
    behind = (Backlog(each.group, (each.behind or 0) + each.pending) for each in groups)
    last = max(behind, key=lambda each: each.behind, default=None)
    return StreamState(length, settings.stream_limit, length >= settings.stream_limit, last, dead, dropped)


def _names(alive: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{role}@{machine}" for role, machine in alive]

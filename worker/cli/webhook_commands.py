"""The commands under `wireroom webhooks`: who is posted to, how far each is, and what an endpoint did not take."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from worker.cli.declared import commands
from worker.cli.given.web_address import outside, within
from worker.cli.show import wording
from worker.cli.show.console import AsJson, Refused, now_utc, out, print_json, wired
from worker.cli.show.webhook_tables import of_letters, of_webhooks
from worker.cli.stream_commands import Between, Confidence, Types, wanted_by
from worker.engine.wiring import Wiring
from worker.http.signed_post import key_of, new_secret
from worker.store.outgoing import published, webhooks
from worker.store.outgoing.webhooks import Letter, New

app = commands("webhooks", "Who is told of what is published by signed HTTP requests.")

SecretFile = Annotated[
    str,
    typer.Option(
        "--secret-file",
        help="File with the secret (whsec_…), - for standard input; one that is not there is made, with a new secret.",
        metavar="FILE",
    ),
]
Start = Annotated[str, typer.Option("--from", help="now or start: what it is told of first.")]
Since = Annotated[dt.datetime | None, typer.Option(help="Only messages made since then (UTC).")]
Letters = Annotated[list[str], typer.Argument(help="Their numbers, or all.", metavar="LETTER")]


@app.command()
def add(
    name: str,
    address: str,
    secret_file: SecretFile,
    only: Types = [],  # noqa: B006
    between: Between = "",
    confidence: Confidence = 0.0,
    start: Start = "now",
    since: Since = None,
    local: Annotated[bool, typer.Option(help="It may be on this machine or network.")] = False,
) -> None:
    """Tell an endpoint of what is published: a POST a message, signed, in order."""
    wanted = wanted_by(only, between, confidence)
    target = outside(address)
    if not local:
        within(target)
    _, wiring = wired()
    secret, made = _secret(secret_file)
    new = New(name, target, secret, local, wanted.types, wanted.between, wanted.confidence)
    place = _place(wiring, start, since)
    with wiring.database.write() as connection:
        added = webhooks.add(connection, new, place=place, now=now_utc())
    if not added:
        raise Refused(f"there is a webhook {name!r}; wireroom webhooks remove {name} ends it")
    out.print(f"added {name}: {target}" + (f"; its secret is in {secret_file}" if made else ""))


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the webhooks, and how far each is behind."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found, dead = webhooks.every(connection), webhooks.dead(connection)
        behind = {each.name: published.number_after(connection, each.place) for each in found}
    if as_json:
        counts = {each.name: sum(letter.webhook == each.name for letter in dead) for each in found}
        print_json([{**asdict(each), "behind": behind[each.name], "dead": counts[each.name]} for each in found])
    else:
        out.print(of_webhooks(found, dead, behind, now=now_utc()))


@app.command()
def pause(name: str) -> None:
    """Send nothing until it is resumed; what it is not sent waits."""
    _change(name, paused=True)
    out.print(f"paused {name}")


@app.command()
def resume(name: str) -> None:
    """Send again, from where it was, and at once."""
    _change(name, paused=False, failing_since=None, detail=None)
    out.print(f"resumed {name}")


@app.command()
def rotate(name: str, secret_file: SecretFile) -> None:
    """Sign with another secret from now on: the endpoint must know it first, and accept both for a while."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        if webhooks.one(connection, name) is None:
            raise Refused(f"there is no webhook {name!r}")
    secret, made = _secret(secret_file)
    _change(name, secret=secret)
    out.print(f"{name} is signed with the secret in {secret_file}" + (" (made)" if made else ""))


@app.command()
def replay(name: str, start: Start = "now", since: Since = None) -> None:
    """Send again what was published from there on, in its order."""
    if start == "now" and since is None:
        raise Refused("say from where: --since or --from start")
    _, wiring = wired()
    _change(name, place=_place(wiring, start, since))
    out.print(f"{name} is sent again what it has had since then")


@app.command()
def remove(name: str) -> None:
    """Forget a webhook, and its dead letters."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        removed = webhooks.remove(connection, name)
    if not removed:
        raise Refused(f"there is no webhook {name!r}")
    out.print(f"removed {name}")


@app.command("dead")
def dead(name: Annotated[str, typer.Argument(help="Only of this webhook.")] = "", as_json: AsJson = False) -> None:
    """List the messages that endpoints did not take, with the last reason."""
    _, wiring = wired()
    with wiring.database.read() as connection:
        found = webhooks.dead(connection, name)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        out.print(of_letters(found))


@app.command()
def retry(letters: Letters) -> None:
    """Send dead letters once more, at once: their revisions tell whether newer ones came before."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        number = webhooks.retry(connection, _numbers(webhooks.dead(connection), letters), now=now_utc())
    out.print(f"{wording.count(number, 'message')} will be sent again")


@app.command()
def drop(letters: Letters) -> None:
    """Forget dead letters."""
    _, wiring = wired()
    with wiring.database.write() as connection:
        number = webhooks.drop(connection, _numbers(webhooks.dead(connection), letters))
    out.print(f"{wording.count(number, 'message')} dropped")


def _change(name: str, **values: object) -> None:
    _, wiring = wired()
    with wiring.database.write() as connection:
        changed = webhooks.change(connection, name, now=now_utc(), **values)
    if not changed:
        raise Refused(f"there is no webhook {name!r}")


def _secret(path: str) -> tuple[str, bool]:
    """The secret that a file holds, and whether it was made now."""
    if path == "-":
        return _checked(sys.stdin.readline(), "standard input"), False
    if Path(path).exists():
        return _checked(Path(path).read_text(encoding="utf-8", errors="replace"), path), False
    secret = new_secret()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
    return secret, True


def _checked(text: str, where: str) -> str:
    secret = text.strip()
    try:
        key_of(secret)
    except ValueError as error:
        raise Refused(f"{where}: {error}") from error
    return secret


def _place(wiring: Wiring, start: str, since: dt.datetime | None) -> int:
    if start not in ("now", "start"):
        raise Refused(f"--from {start}: now or start")
    with wiring.database.read() as connection:
        if since:
            return published.place_before(connection, since.replace(tzinfo=dt.UTC))
        return 0 if start == "start" else published.last(connection)


def _numbers(found: Sequence[Letter], wanted: Sequence[str]) -> list[int]:
    if list(wanted) == ["all"]:
        return [each.id for each in found]
    if not all(each.isdigit() for each in wanted):
        raise Refused("say the numbers of dead letters, or all")
    return [int(each) for each in wanted]

"""The commands over the stream: follow it, consume it, publish again, and see to its groups and dead letters."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import shutil
import signal
import subprocess
from contextlib import closing, nullcontext
from dataclasses import asdict
from typing import Annotated

import redis
import typer

from extractors import country_codes
from worker import consume
from worker.cli.article_commands import one_article, source_names
from worker.cli.declared import commands
from worker.cli.show import message_lines, wording
from worker.cli.show.console import AsJson, Refused, known, out, print_json, stream_settings, wired
from worker.cli.show.stream_tables import of_dead_letters, of_groups
from worker.consume import Consumer, Filter, Message
from worker.engine.run import server
from worker.publication.stream import Stream
from worker.steps.publish import replay as replay_messages
from worker.store.outgoing.outbox import Chosen

app = commands()
groups_app = commands("groups", "Who reads the stream, and how far behind.")
dead_app = commands("dead", "Messages that a consumer could not handle.")
app.add_typer(groups_app)
app.add_typer(dead_app)

# A place in the stream. yes: "1700000000000-0"  "1700000000000"  "0-0"     no: "yesterday"  "1-2-3"
PLACE = re.compile(r"[0-9]{1,20}(?:-[0-9]{1,20})?")
MESSAGE_TYPES = (
    "article.created", "article.updated", "article.withdrawn", "event.created", "event.updated", "event.retracted",
)  # fmt: skip

Types = Annotated[
    list[str], typer.Option("--type", help="Only types that begin so: event, article.updated … (again for more).")
]
Between = Annotated[str, typer.Option(help="Only events in which both countries take part: RUS,USA.")]
Confidence = Annotated[
    float, typer.Option("--confidence", min=0, max=1, help="Only events of at least this confidence.")
]


@app.command()
def tail(
    start: Annotated[str, typer.Option("--from", help="A place in the stream, or start; else from now on.")] = "",
    only: Types = [],  # noqa: B006
    between: Between = "",
    confidence: Confidence = 0.0,
    as_json: AsJson = False,
    once: Annotated[bool, typer.Option(help="Stop at the stream's end.")] = False,
) -> None:
    """Show the stream, live."""
    settings = stream_settings()
    place = _place(start or ("start" if once else "end"))
    wanted = wanted_by(only, between, confidence)
    # A look at what is there starts the embedded server if it must; to follow it, somebody has to run it.
    running = server(settings) if once else nullcontext()
    with running, redis.Redis.from_url(settings.redis_address) as client:
        for message in consume.follow(client, start=place, once=once):
            if not _is_wanted(wanted, message):
                continue
            if as_json:
                print_json(message.event)
            else:
                for line in message_lines.of_message(message):
                    out.print(line)


@app.command("consume")
def consume_command(
    command: Annotated[
        str, typer.Option("--exec", help="Run for each message, given as a line on its standard input.")
    ],
    group: Annotated[str, typer.Option(help="Consumers of one group share the messages.")] = "exec",
    only: Types = [],  # noqa: B006
    between: Between = "",
    confidence: Confidence = 0.0,
    start: Annotated[str, typer.Option("--from", help="Where a new group begins: start, end or a place.")] = "start",
    attempts: Annotated[int, typer.Option(min=1, help="Tries before a message is a dead letter.")] = 5,
    once: Annotated[bool, typer.Option(help="Stop when nothing is left.")] = False,
) -> None:
    """Run a command for each message; exit code 0 means that it is handled, anything else that it is tried again."""
    place = _place(start)
    with redis.Redis.from_url(stream_settings().redis_address) as client:
        consumer = Consumer(
            client, group, _runs(command), wanted=wanted_by(only, between, confidence), start=place, attempts=attempts
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: consumer.stop())
        tally = consumer.run(until_empty=once)
    out.print(", ".join(f"{number} {name}" for name, number in asdict(tally).items()))
    raise typer.Exit(1 if tally.dead else 0)


@app.command()
def replay(
    since: Annotated[dt.datetime | None, typer.Option(help="Only messages made since then (UTC).")] = None,
    start: Annotated[str, typer.Option("--from", help="Only this message (its id) and those after it.")] = "",
    only: Annotated[str, typer.Option("--type", help="Only types that begin so: event, article.updated …")] = "",
    source: Annotated[str, typer.Option(help="Only of articles that this source listed.")] = "",
    article: Annotated[str, typer.Option(help="Only of this article: its id's beginning.")] = "",
    force: Annotated[bool, typer.Option(help="Also what the stream remembers: it will stand there twice.")] = False,
) -> None:
    """Publish again what was published: fills a stream that was lost. What the stream remembers is not doubled, unless
    forced."""
    known_type(only)
    _, wiring = wired()
    with wiring.database.read() as connection:
        known(source, source_names(connection), "source")
    moment = since.replace(tzinfo=dt.UTC) if since else None
    of = one_article(wiring, article).id if article else ""
    chosen = Chosen(since=moment, start=start, type=only, source=source, article=of)
    forget = wiring.stream.forget if force else None
    number = replay_messages(chosen, database=wiring.database, forget=forget)
    out.print(f"{wording.count(number, 'message')} will be published again by the next tick of a running Wireroom.")


@groups_app.command("list")
def groups_list(as_json: AsJson = False) -> None:
    """List the groups of consumers, and how far each is behind."""
    with redis.Redis.from_url(stream_settings().redis_address) as client:
        found = consume.lag(client)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        out.print(of_groups(found))


@groups_app.command("drop")
def groups_drop(name: str) -> None:
    """Forget a group that nobody reads any more, so that the stream may be cut again."""
    with redis.Redis.from_url(stream_settings().redis_address) as client:
        dropped = client.xgroup_destroy(consume.STREAM, name)
    out.print(f"dropped {name}" if dropped else f"no group {name!r}")
    raise typer.Exit(0 if dropped else 1)


@dead_app.command("list")
def dead_list(as_json: AsJson = False) -> None:
    """List the messages that consumers gave up, with the reason."""
    with _stream() as stream:
        letters = stream.dead_letters()
    if as_json:
        print_json(letters)
    else:
        for line in of_dead_letters(letters):
            out.print(line)


@dead_app.command("retry")
def dead_retry(places: Annotated[list[str], typer.Argument(help="Their places, or all.")]) -> None:
    """Put dead letters at the end of the stream again, for every group: revisions and ids tell who had them."""
    _settle(places, again=True)


@dead_app.command("drop")
def dead_drop(places: Annotated[list[str], typer.Argument(help="Their places, or all.")]) -> None:
    """Forget dead letters."""
    _settle(places, again=False)


def wanted_by(types: list[str], between: str, confidence: float) -> Filter:
    """The filter that these options ask for; refuses a pair that is none."""
    pair = tuple(part.strip().upper() for part in between.split(",")) if between else None
    if pair is not None and len(pair) != 2:
        raise Refused(f"--between {between}: two countries, as in RUS,USA")
    for code in pair or ():
        known(code, country_codes(), "country")
    for each in types:
        known_type(each)
    return Filter(tuple(types), pair, confidence)


def known_type(beginning: str) -> None:
    """Refuses what no type of message begins with."""
    if not any(each.startswith(beginning.removeprefix("wireroom.")) for each in MESSAGE_TYPES):
        known(beginning, MESSAGE_TYPES, "type of message")


def _settle(places: list[str], *, again: bool) -> None:
    with _stream() as stream:
        number = stream.settle_dead(None if places == ["all"] else places, again=again)
    out.print(f"{wording.count(number, 'message')} {'on the stream again' if again else 'dropped'}")


def _stream() -> closing[Stream]:
    settings = stream_settings()
    return closing(Stream(settings.redis_address, dedupe_days=settings.dedupe_days))


def _place(start: str) -> str:
    """A place in the stream as Redis writes it; refuses what is none."""
    if start in ("start", "end"):
        return consume.BEGINNING if start == "start" else consume.END
    if not PLACE.fullmatch(start) or max(map(int, start.split("-"))) >= 2**64:
        raise Refused(f"{start!r} is no place in the stream: start, end, or one such as 1700000000000-0")
    return start


def _is_wanted(wanted: Filter, message: Message) -> bool:
    """True also for what only looks like a message: it is shown as what it is."""
    try:
        return wanted(message)
    except consume.UNREADABLE:
        return True


def _runs(command: str) -> consume.Handler:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Refused(f"--exec {command}: {str(error).lower()}") from error
    if not words or shutil.which(words[0]) is None:  # else every message would become a dead letter
        raise Refused(f"--exec {command}: no command that can be run")

    def handle(message: Message) -> None:
        line = json.dumps(message.event, ensure_ascii=False) + "\n"
        done = subprocess.run(words, input=line.encode(), check=False, start_new_session=True)
        if done.returncode:
            raise RuntimeError(f"{words[0]} ended with {done.returncode}")

    return handle

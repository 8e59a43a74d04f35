"""One set of roles, written in three places: the Procfile, the compose file and `wireroom run`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from worker.engine.run import role_commands
from worker.settings import Settings

ROOT = Path(__file__).parents[1]
ROLES = ("poll", "fetch", "extract", "reextract", "publish", "deliver", "beat")
SERVICE = re.compile(r"^  (?P<name>\w+):[^\n]*\n(?P<body>(?:(?:    [^\n]*)?\n)*)", re.MULTILINE)
COMMAND = re.compile(r"^    command:\s*\[(?P<words>[^\]]*)\]", re.MULTILINE)
LINE = re.compile(r"^(?P<role>\w+): celery (?P<command>.+)$", re.MULTILINE)


def without_numbers(words: list[str]) -> list[str]:
    """The command, without how many there are of it."""
    return ["N" if before == "--concurrency" else word for before, word in zip(["", *words], words, strict=False)]


def of_procfile() -> dict[str, list[str]]:
    text = (ROOT / "Procfile").read_text(encoding="utf-8")
    return {match["role"]: shlex.split(match["command"]) for match in LINE.finditer(text)}


def services() -> dict[str, str]:
    text = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8").partition("\nservices:\n")[2]
    return {match["name"]: match["body"] for match in SERVICE.finditer(text.partition("\nnetworks:\n")[0] + "\n")}


def of_compose() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, body in services().items():
        if match := COMMAND.search(body):
            words = [word.strip().strip('"') for word in re.findall(r'"[^"]*"|[^,\s]+', match["words"])]
            if words[0] == "celery":
                found[name] = words[1:]
    return found


def test_the_roles_are_the_same_everywhere() -> None:
    """None is forgotten where it is run in another way."""
    assert tuple(of_procfile()) == tuple(of_compose()) == tuple(role_commands(Settings())) == ROLES


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_one_command(role: str) -> None:
    """But for the numbers, which belong to a machine."""
    here = without_numbers(role_commands(Settings())[role])
    assert without_numbers(of_procfile()[role]) == here
    assert without_numbers(of_compose()[role]) == here


def test_the_web_is_served_everywhere() -> None:
    """By one command, which is no worker of Celery's."""
    assert "\nweb: wireroom web\n" in (ROOT / "Procfile").read_text(encoding="utf-8")
    assert "command: [wireroom, web]" in services()["web"]


@pytest.mark.parametrize("role", [*ROLES, "web"])
def test_a_service_asks_after_its_own_health(role: str) -> None:
    """A copied health check of another role would never be noticed."""
    assert re.search(rf"test: \[CMD, wireroom, health, --role, {role}\]", services()[role])


def test_every_queue_has_a_worker() -> None:
    """A wake-up that nobody listens for is lost."""
    pytest.importorskip("celery")
    queues = {queue for words in of_procfile().values() if "--queues" in words
              for queue in words[words.index("--queues") + 1].split(",")}  # fmt: skip
    assert queues == {"poll", "sweep", "publish", "fetch", "extract", "reextract", "deliver"}

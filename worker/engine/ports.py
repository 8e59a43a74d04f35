"""Ports that are about to be served on: whether they are free, and who has them where they are not."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from worker.engine.children import StartFailed

LEFT_OVER_SECONDS = 8.0
"""What a run that was killed left behind ends within these."""
LOOK_SECONDS = 0.1
OURS = (b"worker.web", b"samples")
LISTENING = "0A"


def await_free(host: str, port: int, setting: str) -> None:
    """Returns when the port can be served on; raises StartFailed where somebody else has it, or nobody may."""
    give_up = time.monotonic() + LEFT_OVER_SECONDS
    while (fault := _fault(host, port)) is not None:
        owner = owner_of(port)
        if owner is None or not _is_ours(owner) or time.monotonic() > give_up:
            by = f" by process {owner} ({_name(owner)})" if owner else ""
            raise StartFailed(f"port {port} cannot be served on: {fault.lower()}{by}; {setting} names another")
        time.sleep(LOOK_SECONDS)


def owner_of(port: int) -> int | None:
    """The process that listens on the port, where the system tells."""
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        with suppress(OSError):  # it has ended, or is another user's
            if any(os.readlink(each) in inodes for each in (process / "fd").iterdir()):
                return int(process.name)
    return None


def _fault(host: str, port: int) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *_, inode = line.split()[:10]
                if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                    yield inode


def _is_ours(process: int) -> bool:
    with suppress(OSError):
        return any(word in OURS for word in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0"))
    return True  # it has ended meanwhile


def _name(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8", errors="replace").strip()
    return "gone"

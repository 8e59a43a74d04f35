"""An address on the web, as somebody typed it."""

from __future__ import annotations

from urllib.parse import urlsplit

from worker.cli.show.console import Refused
from worker.http.canonical import canonical
from worker.http.guard import forbidden, is_literal
from worker.sources.check import WITHOUT_SCHEME


def outside(address: str) -> str:
    """The address in its plain form; raises BadAddress, and refuses one without its scheme."""
    if "://" not in address and WITHOUT_SCHEME.fullmatch(address):
        raise Refused(f"{address}: an address begins with its scheme: https://{address}")
    return canonical(address)


def within(address: str) -> None:
    """Refuses an address that by its words alone is on this machine or network."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or (is_literal(host) and forbidden(host)):
        raise Refused(f"{host} is on this machine or network; --local says that this is meant")

"""The address guard: names are resolved here, each address is judged, and the judged one is connected to, so that a
name that answers differently the next time (DNS rebinding) gains nothing."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from worker.errors import ForbiddenAddress
from worker.http.allowance import CONNECT_SECONDS, Allowance, Overdue

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
UNICAST = ipaddress.IPv6Network("2000::/3")  # all IPv6 that the internet routes (IANA); site-local, SIIT … are outside
PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890; one cloud has its metadata there
COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, deprecated, still routed by some stacks
ISATAP = 0x00005EFE  # RFC 5214: an interface identifier that holds an IPv4 address, whatever the prefix

# The ports of the web and their registered alternatives (IANA: http, https, http-alt twice, pcsync-https), and 8000,
# where feeds of small sites are met. Any other port is some other service, which a stranger's link must not knock at.
WEB_PORTS = frozenset((80, 443, 8000, 8008, 8080, 8443))
EVERY_PORT = range(1, 65_536)
LOOKUPS = 32  # at once; a resolver that hangs holds as many threads and no more
MOST_ADDRESSES = 4  # that are tried of one name

Resolve = Callable[..., Collection[tuple[Any, ...]]]
Connect = Callable[[tuple[str, int], float], socket.socket]


def forbidden(address: str) -> str | None:
    """Why strangers' links may not reach this IP address; None where they may."""
    ip: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    if all(_public(each) for each in (ip, *_embedded(ip))):
        return None
    return f"{address} is not a public address"


def _public(ip: IPAddress) -> bool:
    routed = ip not in PROTOCOLS if ip.version == 4 else ip in UNICAST or ip in NAT64
    return routed and ip.is_global and not ip.is_multicast


def _embedded(ip: IPAddress) -> Iterable[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo
    if ip in NAT64 or ip in COMPATIBLE or (int(ip) >> 32) & 0xFDFFFFFF == ISATAP:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


@dataclass(frozen=True)
class Dialer:
    """Connects only to addresses that pass the guard and to ports of the web; `open_guard` lets all pass, for sources
    marked local."""

    open_guard: bool = False
    ports: Collection[int] = WEB_PORTS
    resolve: Resolve = socket.getaddrinfo
    connect: Connect = socket.create_connection
    places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(LOOKUPS))

    def dial(self, host: str, port: int, allowance: Allowance) -> socket.socket:
        """A connection to the first judged address of the host that answers; raises OSError where none does."""
        if not self.open_guard and port not in self.ports:
            raise ForbiddenAddress(f"{host}:{port}", f"port {port} is none of the web's")
        failure: OSError = OSError(f"{host} has no address")
        for address in self._judged(host, port, allowance):
            try:
                return self.connect((address, port), allowance.left(CONNECT_SECONDS))
            except OSError as error:
                failure = error
        raise failure

    def _judged(self, host: str, port: int, allowance: Allowance) -> list[str]:
        """The addresses to try; where one of them is forbidden the name is, so that it has no choice to offer."""
        found = [host] if is_literal(host) else self._looked_up(host, port, allowance)
        if not self.open_guard:
            for address in found:
                if why := forbidden(address):
                    raise ForbiddenAddress(host, why)
        return found[:MOST_ADDRESSES]

    def _looked_up(self, host: str, port: int, allowance: Allowance) -> list[str]:
        """What the resolver says. It knows no timeout, so it runs in a thread that is left behind when time is up."""
        if not self.places.acquire(timeout=allowance.left(CONNECT_SECONDS)):
            raise Overdue(f"{LOOKUPS} look-ups of names hang, no room for {host}")
        answer: list[Collection[tuple[Any, ...]] | Exception] = []
        lookup = threading.Thread(target=self._look_up, args=(host, port, answer), daemon=True, name="lookup")
        lookup.start()
        lookup.join(allowance.left(CONNECT_SECONDS))
        if not answer:
            raise Overdue(f"{host}: no answer of the resolver")
        if isinstance(answer[0], Exception):
            raise OSError(f"{host}: {answer[0]}") from answer[0]
        return list(dict.fromkeys(str(each[4][0]) for each in answer[0]))

    def _look_up(self, host: str, port: int, answer: list[Collection[tuple[Any, ...]] | Exception]) -> None:
        try:
            answer.append(self.resolve(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError, ValueError) as error:
            answer.append(error)
        finally:
            self.places.release()


def is_literal(host: str) -> bool:
    """True for an IP address as it is, without brackets."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host  # a zone needs the resolver

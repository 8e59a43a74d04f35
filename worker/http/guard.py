"""The address guard: names are resolved here, each address is judged, and the judged one is connected to, so that a
name that answers differently the next time (DNS rebinding) gains nothing. Each read and write keeps the deadline."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

import httpcore

from worker.errors import ForbiddenAddress

deadline: ContextVar[float] = ContextVar("deadline")
"""Monotonic time at which the current fetch is over."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
UNICAST = ipaddress.IPv6Network("2000::/3")  # all IPv6 that the internet routes (IANA); site-local, SIIT … are outside
PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890; one cloud has its metadata there
COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, deprecated, still routed by some stacks


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
    if ip in NAT64 or ip in COMPATIBLE:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def remaining(exceeded: type[Exception], timeout: float | None = None) -> float:
    """Seconds that the current fetch has left, at most `timeout`; raises `exceeded` where it has none."""
    left = deadline.get() - time.monotonic()
    if left <= 0:
        raise exceeded("the whole fetch took longer than its deadline")
    return left if timeout is None else min(left, timeout)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects only to addresses that pass the guard; `open_guard` lets all pass, for sources marked local."""

    def __init__(self, *, open_guard: bool) -> None:
        self.open_guard = open_guard
        self.backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first judged address of the host that answers."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            try:
                left = remaining(httpcore.ConnectTimeout, timeout)
                stream = self.backend.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream)
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self.open_guard:
            for address in addresses:
                if why := forbidden(address):
                    raise ForbiddenAddress(host, why)
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no single operation outlasts the fetch."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, remaining(httpcore.ReadTimeout, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, remaining(httpcore.WriteTimeout, timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = remaining(httpcore.ConnectTimeout, timeout)
        return _TimedStream(self.stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)

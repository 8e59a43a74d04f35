"""The address guard: which addresses strangers' links may reach, and that nothing else is ever connected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from tests.world import Site
from worker.errors import BadAddress, ForbiddenAddress, Unreachable
from worker.http import guard
from worker.http.client import Fetcher
from worker.http.guard import GuardedBackend, deadline, forbidden

INSIDE = {
    "loopback": ["127.0.0.1", "127.0.0.53", "127.255.255.254", "::1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "private": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
    "unique local": ["fc00::1", "fd00:ec2::254", "fdff:ffff::1"],
    "link-local": ["169.254.0.1", "fe80::1", "febf::1"],
    "metadata": ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1", "ff05::1:3"],
    "broadcast and reserved": ["255.255.255.255", "240.0.0.1", "254.0.0.1"],
    "documentation and tests": [
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "198.19.255.1",
        "2001:db8::1",
    ],
    "protocol assignments": ["192.0.0.1", "100::1", "2001:2::1", "2001:10::1"],
    "site-local, deprecated": ["fec0::1", "feff::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1"],
    "compatible": ["::127.0.0.1", "::10.0.0.1", "::a9fe:a9fe"],
    "translated": ["::ffff:0:127.0.0.1", "::ffff:0:10.0.0.1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "2002:c0a8:1::1"],
    "Teredo": ["2001:0:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"],
    "with a zone": ["fe80::1%eth0", "fe80::1%1", "::1%lo", "ff02::1%2"],
    "not routed": ["4000::1", "1fff::1", "5f00::1", "e000::1"],
}

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "192.169.0.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "2001:4860:4860::8888",
    "2002:808:808::1",
    "64:ff9b::808:808",
]

# Ways to write 127.0.0.1 that the C library's resolver reads, though they are no dotted quad.
WRITTEN_OTHERWISE = [
    "2130706433",
    "0x7f000001",
    "017700000001",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "ⓛocalhost",
]


@pytest.mark.parametrize("address", [address for group in INSIDE.values() for address in group])
def test_an_address_inside_is_forbidden(address: str) -> None:
    """Whatever is on this machine, on its network or of no use to a news site is refused, in every disguise."""
    why = forbidden(address)
    assert why is not None
    assert address in why


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    """The neighbours of the forbidden ranges are fetched from."""
    assert forbidden(address) is None


class Listener:
    """A socket on loopback that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            connection.close()

    def settled(self) -> int:
        """How many connected before this call: our own is the last in the queue."""
        with socket.create_connection(("127.0.0.1", self.port)) as ours:
            assert ours.recv(1) == b""
        return self.visits - 1


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.socket.shutdown(socket.SHUT_RDWR)
    found.socket.close()


@pytest.mark.parametrize("host", WRITTEN_OTHERWISE)
def test_nothing_on_loopback_hears_of_a_guarded_fetch(fetcher: Fetcher, listener: Listener, host: str) -> None:
    """However the host is written, the connection is not even tried."""
    with pytest.raises((ForbiddenAddress, BadAddress, Unreachable)):
        fetcher.get(f"http://{host}:{listener.port}/")
    assert listener.settled() == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "127.1", "localhost", "[::ffff:127.0.0.1]"])
def test_a_host_on_loopback_is_a_forbidden_address(fetcher: Fetcher, listener: Listener, host: str) -> None:
    """The reason says that it is the guard, so that the operator knows of `local`."""
    with pytest.raises(ForbiddenAddress, match="not a public address"):
        fetcher.get(f"http://{host}:{listener.port}/")
    assert listener.settled() == 0


@pytest.mark.parametrize("host", ["0177.0.0.1", "0127.0.0.1", "127.0.0.1.", "1.2.3.999", "[v1.x]", "[fe80::1%25lo]"])
def test_a_host_that_reads_in_two_ways_gets_no_connection(fetcher: Fetcher, listener: Listener, host: str) -> None:
    """What one parser takes for a name and another for an address is fetched by neither."""
    with pytest.raises((ForbiddenAddress, BadAddress, Unreachable)):
        fetcher.get(f"http://{host}:{listener.port}/")
    assert listener.settled() == 0


def answers(*batches: list[str]) -> object:
    """A resolver whose answers follow each other, as a rebinding name server's do."""
    left = list(batches)

    def resolve(host: str, port: int, **_: object) -> list[object]:
        batch = left.pop(0) if len(left) > 1 else left[0]
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in each], socket.SOCK_STREAM, 6, "", (each, port)) for each in batch]

    return resolve


class Resolver:
    """Stands for the socket module in the guard: names resolve as told, everything else is the real one."""

    SOCK_STREAM = socket.SOCK_STREAM

    def __init__(self, *batches: list[str]) -> None:
        self.getaddrinfo = answers(*batches)


def test_a_name_with_one_address_inside_is_forbidden_whole(
    monkeypatch: pytest.MonkeyPatch, fetcher: Fetcher, listener: Listener
) -> None:
    """A name server that mixes public and private addresses is not given a choice."""
    monkeypatch.setattr(guard, "socket", Resolver(["93.184.216.34", "127.0.0.1"]))
    with pytest.raises(ForbiddenAddress):
        fetcher.get(f"http://mixed.example:{listener.port}/")
    assert listener.settled() == 0


def test_the_address_that_was_judged_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time (DNS rebinding) is asked only once."""
    monkeypatch.setattr(guard, "socket", Resolver(["93.184.216.34"], ["127.0.0.1"]))
    reached: list[str] = []

    class Wire(httpcore.MockBackend):
        def connect_tcp(self, host: str, *args: object, **kwargs: object) -> httpcore.NetworkStream:
            reached.append(host)
            return super().connect_tcp(host, *args, **kwargs)  # type: ignore[arg-type]

    backend = GuardedBackend(open_guard=False)
    backend.backend = Wire([])  # type: ignore[assignment]
    token = deadline.set(float("inf"))
    try:
        backend.connect_tcp("rebinding.example", 80)
        with pytest.raises(ForbiddenAddress):
            backend.connect_tcp("rebinding.example", 80)
    finally:
        deadline.reset(token)
    assert reached == ["93.184.216.34"]


class Outside(httpcore.SyncBackend):
    """A cable from one public address to a port of this machine; every other address is connected to as it is."""

    ADDRESS = "93.184.216.34"

    def connect_tcp(self, host: str, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return super().connect_tcp("127.0.0.1" if host == self.ADDRESS else host, *args, **kwargs)


@pytest.fixture
def outside(fetcher: Fetcher, site: Site) -> str:
    """The start of the site's addresses as if it stood on the internet."""
    backend = fetcher._transports[False]._pool._network_backend  # type: ignore[attr-defined]
    backend.backend = Outside()
    return f"http://{Outside.ADDRESS}:{site.server_port}"


def test_a_public_site_is_fetched_from(outside: str, site: Site, fetcher: Fetcher) -> None:
    """The guard lets a stranger's page pass, and its redirect to another public page."""
    site.page("/a", "outside")
    site.redirect("/hop", f"{outside}/a")
    assert fetcher.get(f"{outside}/hop").body == b"outside"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_a_redirect_inside_is_refused_on_the_way(
    outside: str, site: Site, fetcher: Fetcher, listener: Listener, host: str
) -> None:
    """A public page that sends on to an address inside is stopped there."""
    site.redirect("/1", "/2")
    site.redirect("/2", f"http://{host}:{listener.port}/latest/meta-data/")
    with pytest.raises(ForbiddenAddress):
        fetcher.get(f"{outside}/1")
    assert [path for path, _ in site.requests] == ["/1", "/2"]
    assert listener.settled() == 0


def test_a_connection_made_for_a_local_source_serves_no_stranger(site: Site, fetcher: Fetcher) -> None:
    """An open connection to an address inside is not used again by a guarded fetch."""
    address = site.page("/a", "inside")
    assert fetcher.get(address, local=True).body == b"inside"
    with pytest.raises(ForbiddenAddress):
        fetcher.get(address)
    assert len(site.requests) == 1

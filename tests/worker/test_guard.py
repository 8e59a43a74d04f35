"""The address guard: which addresses strangers' links may reach, and that nothing else is ever connected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.world import Site
from worker.errors import BadAddress, ForbiddenAddress, TimedOut, Unreachable
from worker.http.client import Fetcher
from worker.http.guard import EVERY_PORT, MOST_ADDRESSES, Dialer, forbidden

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
    "ISATAP": ["2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1"],
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


Found = list[tuple[Any, ...]]


def resolver(*batches: list[str]) -> Callable[..., Found]:
    """A resolver whose answers follow each other, as a rebinding name server's do."""
    left = list(batches)

    def resolve(host: str, port: int, **_: object) -> Found:
        batch = left.pop(0) if len(left) > 1 else left[0]
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in each], socket.SOCK_STREAM, 6, "", (each, port)) for each in batch]

    return resolve


def through(dialer: Dialer) -> Fetcher:
    """A client whose guarded fetches go through this dialer."""
    return Fetcher(user_agent="wireroom-tests", timeout_seconds=3, max_bytes=100_000, max_redirects=5, dialer=dialer)


@pytest.fixture
def fetcher() -> Fetcher:
    """A client that reaches every port, so that only the address is judged."""
    return through(Dialer(ports=EVERY_PORT))


@pytest.mark.parametrize("mixed", [["93.184.216.34", "127.0.0.1"], ["::1", "2606:4700:4700::1111"]])
def test_a_name_with_one_address_inside_is_forbidden_whole(listener: Listener, mixed: list[str]) -> None:
    """A name server that mixes public and private addresses is not given a choice."""
    with pytest.raises(ForbiddenAddress):
        through(Dialer(ports=EVERY_PORT, resolve=resolver(mixed))).get(f"http://mixed.example:{listener.port}/")
    assert listener.settled() == 0


@pytest.mark.parametrize("address", [address for group in INSIDE.values() for address in group])
def test_no_name_leads_inside(address: str) -> None:
    """Each forbidden address is refused as what a name resolves to, too, and no connection is tried."""
    tried: list[str] = []

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(place[0])
        raise OSError("not tried")

    with pytest.raises(ForbiddenAddress):
        through(Dialer(resolve=resolver([address]), connect=connect)).get("http://inside.example/")
    assert tried == []


def test_the_address_that_was_judged_is_the_one_connected_to() -> None:
    """A name that answers differently the second time (DNS rebinding) is asked only once for each connection."""
    tried: list[str] = []

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(place[0])
        raise OSError("nobody there")

    fetcher = through(Dialer(resolve=resolver(["93.184.216.34"], ["127.0.0.1"]), connect=connect))
    with pytest.raises(Unreachable, match="nobody there"):
        fetcher.get("http://rebinding.example/")
    with pytest.raises(ForbiddenAddress):
        fetcher.get("http://rebinding.example/")
    assert tried == ["93.184.216.34"]


def test_the_next_address_of_a_name_is_tried(site: Site) -> None:
    """One that does not answer is no reason to give up, a dozen are."""
    tried: list[str] = []

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(place[0])
        raise OSError("nobody there")

    with pytest.raises(Unreachable):
        through(Dialer(resolve=resolver([f"93.184.216.{n}" for n in range(12)]), connect=connect)).get(
            "http://many.example/"
        )
    assert len(tried) == MOST_ADDRESSES


def test_a_resolver_that_hangs_holds_nobody() -> None:
    """A look-up ends with the fetch's time, and what hangs is bounded in number."""
    release = threading.Event()

    def hang(*_: object, **__: object) -> Found:
        release.wait(10)
        return []

    dialer = Dialer(resolve=hang, places=threading.BoundedSemaphore(2))
    fetcher = Fetcher(user_agent="wireroom-tests", timeout_seconds=0.2, max_bytes=1000, max_redirects=1, dialer=dialer)
    before = threading.active_count()
    for n in range(4):
        with pytest.raises(TimedOut, match=r"resolver|look-ups"):
            fetcher.get(f"http://hanging{n}.example/")
    assert threading.active_count() - before <= 2
    release.set()


@pytest.mark.parametrize("port", [1, 22, 25, 110, 3306, 5432, 6379, 9200, 11211, 27017, 65535])
def test_a_port_that_is_none_of_the_webs_is_forbidden(port: int) -> None:
    """A stranger's link cannot make us speak to a mail server or a database, be it on a public address."""
    with pytest.raises(ForbiddenAddress, match=f"port {port}"):
        through(Dialer(connect=None)).get(f"http://93.184.216.34:{port}/")  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["http://a:b@example.org/", "http://a@example.org/", "https://:@example.org/"])
def test_an_address_with_credentials_is_refused(address: str) -> None:
    """Whether they are empty or not."""
    with pytest.raises(BadAddress, match="credentials"):
        through(Dialer(connect=None)).get(address)  # type: ignore[arg-type]


OUTSIDE = "93.184.216.34"


@pytest.fixture
def outside(site: Site) -> str:
    """The start of the site's addresses as if it stood on the internet."""
    return f"http://{OUTSIDE}"


@pytest.fixture
def cabled(site: Site) -> Fetcher:
    """A client with a cable from one public address to the site; every other address is connected to as it is."""

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", site.server_port) if place[0] == OUTSIDE else place, timeout)

    return through(Dialer(ports=EVERY_PORT, connect=connect))


def test_a_public_site_is_fetched_from(outside: str, site: Site, cabled: Fetcher) -> None:
    """The guard lets a stranger's page pass, and its redirect to another public page."""
    site.page("/a", "outside")
    site.redirect("/hop", f"{outside}/a")
    assert cabled.get(f"{outside}/hop").body == b"outside"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_a_redirect_inside_is_refused_on_the_way(
    outside: str, site: Site, cabled: Fetcher, listener: Listener, host: str
) -> None:
    """A public page that sends on to an address inside is stopped there."""
    site.redirect("/1", "/2")
    site.redirect("/2", f"http://{host}:{listener.port}/latest/meta-data/")
    with pytest.raises(ForbiddenAddress):
        cabled.get(f"{outside}/1")
    assert [path for path, _ in site.requests] == ["/1", "/2"]
    assert listener.settled() == 0


def test_a_connection_made_for_a_local_source_serves_no_stranger(site: Site, fetcher: Fetcher) -> None:
    """An open connection to an address inside is not used again by a guarded fetch."""
    address = site.page("/a", "inside")
    assert fetcher.get(address, local=True).body == b"inside"
    with pytest.raises(ForbiddenAddress):
        fetcher.get(address)
    assert len(site.requests) == 1

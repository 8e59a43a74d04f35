"""The misbehaviours, each with its name, what it sends, and the reason under which its fetch is counted; OK where the
client copes."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import brotli
import zstandard

from tests.hostile.site import RESET, Script
from worker.errors import Reason

OK = "ok"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PAGE = b"<html><p>A story.</html>"
GIGABYTES = 10
MEGABYTE = bytes(1 << 20)


@dataclass(frozen=True)
class Misbehaviour:
    """One way to misbehave: the script, and the reason under which its fetch is counted."""

    name: str
    reason: str
    script: Script
    says: str = ""
    """Part of the explanation."""


def chunked(body: bytes) -> bytes:
    """The body as one chunk."""
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def plays(*parts: bytes | float | None) -> Script:
    return lambda path: parts


def drips(before: bytes, drop: bytes, pause: float = 0.05) -> Script:
    """One drop at a time, for ever."""
    return lambda path: itertools.chain([before], itertools.cycle([drop, pause]))


def floods(before: bytes, wave: bytes) -> Script:
    """As fast as the wire allows, for ever."""
    return lambda path: itertools.chain([before], itertools.repeat(wave))


def encoded(encoding: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    yield HEAD + b"Content-Encoding: " + encoding.encode() + b"\r\n\r\n"
    yield from parts


def flushed() -> Callable[[bytes], bytes]:
    """Brotli as a server sends it, piece by piece; it would keep small things to itself for long."""
    squeeze = brotli.Compressor(quality=1)
    return lambda data: squeeze.process(data) + squeeze.flush()


def bomb(encoding: str) -> Iterator[bytes]:
    """Ten gigabytes of nothing, compressed on the way, so that only what is taken is made."""
    squeeze = {
        "gzip": lambda: zlib.compressobj(9, wbits=31).compress,
        "deflate": lambda: zlib.compressobj(9).compress,
        "br": flushed,
        "zstd": lambda: zstandard.ZstdCompressor().compressobj().compress,
    }[encoding]()
    return (part for _ in range(GIGABYTES * 1024) if (part := squeeze(MEGABYTE)))


def redirects(to: str, status: str = "302 Found", body: bytes = b"") -> Script:
    length = f"Content-Length: {len(body)}\r\n"
    return plays(f"HTTP/1.1 {status}\r\nLocation: {to}\r\n{length}\r\n".encode() + body)


def answers(fields: str, body: bytes = PAGE, status: str = "200 OK") -> Script:
    return plays(f"HTTP/1.1 {status}\r\n{fields}\r\n".encode("latin-1") + body)


def hops(path: str) -> list[bytes | float | None]:
    number = int(path.strip("/") or 0)
    return [f"HTTP/1.1 302 Found\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n".encode()]


def m(name: str, reason: str, script: Script, says: str = "") -> Misbehaviour:
    return Misbehaviour(name, reason, script, says)


U, T, L = Reason.UNREACHABLE, Reason.TIMEOUT, Reason.TOO_LARGE
A, F, R, H = Reason.BAD_ADDRESS, Reason.FORBIDDEN_ADDRESS, Reason.TOO_MANY_REDIRECTS, Reason.HTTP_ERROR

BOMBS = [
    *[m(f"10 GB bomb, {each}", L, lambda path, each=each: encoded(each, bomb(each))) for each in
      ("gzip", "deflate", "br", "zstd")],
    m("10 GB bomb, raw deflate", L, lambda path: encoded("deflate", (part[2:] if n == 0 else part for n, part in
                                                                    enumerate(bomb("deflate"))))),
    m("a bomb in a bomb, both named", H, lambda path: encoded("gzip, gzip", bomb("gzip")), "not asked for"),
    m("a bomb in a bomb, one named", OK,
      lambda path: encoded("gzip", [gzip.compress(gzip.compress(bytes(9_000_000)))])),
    m("a bomb of a thousand members", L, lambda path: encoded("gzip", [gzip.compress(bytes(100_000))] * 1000)),
    m("members without end", U, lambda path: encoded("gzip", itertools.repeat(gzip.compress(b""))), "members"),
    m("zstd frames without end", U, lambda path: encoded("zstd", itertools.repeat(zstandard.compress(b""))), "frames"),
    m("a zstd window of a gigabyte", U, lambda path: encoded("zstd", [b"\x28\xb5\x2f\xfd\x00\xa0" + bytes(8)])),
    m("endless body", L, floods(HEAD + b"\r\n", MEGABYTE[:65_536])),
    m("endless chunks", L, floods(CHUNKED, b"10000\r\n" + bytes(65_536) + b"\r\n")),
    m("a million chunks of a byte", L, floods(CHUNKED, b"1\r\nx\r\n" * 1000), "chunks"),
    m("chunks with endless extensions", L, floods(CHUNKED, b"1;" + b"x" * 50_000 + b"\r\nx\r\n")),
    m("endless headers", L, floods(b"HTTP/1.1 200 OK\r\n", b"X-More: more and more\r\n"), "headers"),
    m("an endless header", L, floods(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 1000), "headers"),
    m("an endless status line", L, floods(b"HTTP/1.1 200 ", b"O" * 1000)),
    m("endless trailers", L, floods(CHUNKED + b"0\r\n", b"X-More: more\r\n")),
    m("500 headers", L, answers("".join(f"X-{n}: {n}\r\n" for n in range(500))), "header fields"),
    m("a flood of cookies", L, answers("".join(f"Set-Cookie: c{n}={'x' * 200}\r\n" for n in range(1000)))),
    m("a flood of interim answers", U, floods(b"", b"HTTP/1.1 102 Processing\r\n\r\n"), "interim"),
    m("a flood of early hints", U, floods(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"), "interim"),
]  # fmt: skip

SLOW = [
    m("silence", T, plays(9.0)),
    m("a byte at a time, status line", T, drips(b"HTTP/1.1 200 ", b"O"), "slower"),
    m("a byte at a time, headers", T, drips(b"HTTP/1.1 200 OK\r\nX: ", b"x"), "slower"),
    m("a header at a time", T, drips(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"), "slower"),
    m("a byte at a time, body", T, drips(HEAD + b"\r\n", b"x"), "slower"),
    m("a byte at a time, promised", T, drips(HEAD + b"Content-Length: 5000\r\n\r\n", b"x"), "slower"),
    m("a byte at a time, chunks", T, drips(CHUNKED, b"1\r\nx\r\n"), "slower"),
    m("a byte at a time, chunk size", T, drips(CHUNKED, b"0"), "slower"),
    m("a byte at a time, chunk extension", T, drips(CHUNKED + b"5;", b"x"), "slower"),
    m("a byte at a time, trailers", T, drips(CHUNKED + b"0\r\nX: ", b"x"), "slower"),
    m("a byte at a time, gzip", T, lambda path: itertools.chain.from_iterable(
        (bytes([b]), 0.05) for b in b"".join(encoded("gzip", [gzip.compress(PAGE * 99)])))),
    m("an interim answer at a time", T, drips(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.3)),
    m("a pause after the headers", T, plays(HEAD + b"Content-Length: 5\r\n\r\n", 9.0), "slower"),
    m("a pause in the body", T, plays(HEAD + b"Content-Length: 5000\r\n\r\n", b"x" * 1000, 9.0)),
    m("a redirect with a body at a byte a time", OK, lambda path: (
        drips(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n", b"x")(path) if path != "/b" else [HEAD + b"\r\n" + PAGE])),
]  # fmt: skip

LYING = [
    m("a length too long", U, answers("Content-Length: 5000\r\n")),
    m("a length too short", OK, answers("Content-Length: 10\r\n")),
    m("a length below nothing", U, answers("Content-Length: -1\r\n")),
    m("a length in letters", U, answers("Content-Length: many\r\n")),
    m("a length with a plus", U, answers("Content-Length: +5\r\n")),
    m("a length in hexadecimal", U, answers("Content-Length: 0x18\r\n")),
    m("a length of 5,000 digits", U, answers(f"Content-Length: {'9' * 5000}\r\n")),
    m("a length of terabytes", L, answers("Content-Length: 9999999999999\r\n"), "announced"),
    m("two lengths that differ", U, answers("Content-Length: 5\r\nContent-Length: 24\r\n")),
    m("two lengths that agree", OK, answers("Content-Length: 24\r\nContent-Length: 24\r\n")),
    m("a length and chunks", OK,
      answers("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"5\r\nabcde\r\n0\r\n\r\n")),
    m("chunks of letters", U, answers("Transfer-Encoding: chunked\r\n", b"zz\r\nabc\r\n")),
    m("a chunk of negative size", U, answers("Transfer-Encoding: chunked\r\n", b"-5\r\nabc\r\n")),
    m("a chunk of too many digits", U, answers("Transfer-Encoding: chunked\r\n", b"f" * 40 + b"\r\nabc\r\n")),
    m("a chunk longer than its size", U, answers("Transfer-Encoding: chunked\r\n", b"3\r\nabcdef\r\n0\r\n\r\n")),
    m("chunks without an end", U, answers("Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n")),
    m("chunks that are none", U, answers("Transfer-Encoding: chunked\r\n", PAGE)),
    m("a transfer coding that nobody knows", U, answers("Transfer-Encoding: gzip\r\n")),
    m("gzip that is none", OK, answers("Content-Encoding: gzip\r\n")),
    m("gzip that ends early", U, answers("Content-Encoding: gzip\r\n", gzip.compress(PAGE)[:-5])),
    m("brotli that is none", OK, answers("Content-Encoding: br\r\n")),
    m("brotli with a tail", U, answers("Content-Encoding: br\r\n", brotli.compress(PAGE) + PAGE)),
    m("zstd that is none", OK, answers("Content-Encoding: zstd\r\n")),
    m("an encoding that nobody knows", OK, answers("Content-Encoding: rot13\r\n")),
    m("an encoding without a name", OK, answers("Content-Encoding: \r\n")),
    m("a charset for an encoding", OK, answers("Content-Encoding: UTF-8\r\n")),
    m("a stack of encodings", H, answers("Content-Encoding: gzip, br, zstd, gzip\r\n"), "not asked for"),
    m("a stack of encoding headers", H, answers("Content-Encoding: gzip\r\n" * 9), "not asked for"),
    m("gzip announced as identity", OK, answers("Content-Encoding: identity\r\n", gzip.compress(PAGE))),
    m("204 with a body", H, answers("Content-Length: 24\r\n", status="204 No Content"), "204"),
    m("205 unasked", H, answers("Content-Length: 24\r\n", status="205 Reset Content"), "205"),
    m("206 unasked", H, answers("Content-Range: bytes 0-23/9999\r\n", status="206 Partial Content"), "206"),
    m("304 unasked", H, answers("Content-Length: 24\r\n", status="304 Not Modified"), "304"),
    m("101 unasked", U, answers("Upgrade: websocket\r\nConnection: upgrade\r\n", status="101 Switching Protocols")),
    m("an endless patience asked for", Reason.RATE_LIMITED,
      answers(f"Retry-After: {'9' * 300}\r\n", status="429 Too Many")),
    m("a patience that is nonsense", Reason.RATE_LIMITED, answers("Retry-After: \xff\xfe\r\n", status="429 Too Many")),
]  # fmt: skip

GARBAGE = [
    m("HTTP/0.9", U, plays(PAGE)),
    m("HTTP/2 unasked", U, plays(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18))),
    m("HTTP/3.0 claimed", OK, plays(b"HTTP/3.0 200 OK\r\n\r\n" + PAGE)),
    m("another protocol", U, plays(b"220 mail.example ESMTP\r\n")),
    m("a status of letters", U, plays(b"HTTP/1.1 abc OK\r\n\r\n")),
    m("a status of four digits", U, plays(b"HTTP/1.1 2000 OK\r\n\r\n")),
    m("no status", U, plays(b"HTTP/1.1\r\n\r\n")),
    m("a status without words", OK, plays(b"HTTP/1.1 200\r\n\r\n" + PAGE)),
    m("a NUL in a header", U, answers("X-Odd: a\x00b\r\n")),
    m("a NUL in a header's name", U, answers("X-O\x00dd: a\r\n")),
    m("a header without a colon", OK, answers("nonsense\r\n")),
    m("a header without a name", OK, answers(": nothing\r\n")),
    m("a header with a space in its name", OK, answers("X Odd: a\r\n")),
    m("a junk line that goes on", OK, answers("no header at all\r\n  and more of it\r\n")),
    m("a length with a blank in its name", U, answers("Content-Length : 3\r\n")),
    m("a coding with a blank in its name", U, answers("Transfer-Encoding : chunked\r\n")),
    m("a length behind a bare return", U, answers("X-Odd: a\rContent-Length: 3\r\n"), "head"),
    m("identity as a transfer coding", OK, answers("Transfer-Encoding: identity\r\n")),
    m("chunked said twice", OK, answers("Transfer-Encoding: chunked\r\n" * 2, chunked(PAGE))),
    m("a folded header", OK, answers("X-Odd: a\r\n b\r\n")),
    m("lines that end in LF only", OK, plays(b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE)),
    m("noise", U, plays(bytes(range(256)) * 16)),
    m("nothing", U, plays()),
    m("a reset before the answer", U, plays(RESET)),
    m("a reset in the status line", U, plays(b"HTTP/1.", 0.05, RESET)),
    m("a reset in the headers", U, plays(HEAD, 0.05, RESET)),
    m("a reset in the body", U, plays(HEAD + b"Content-Length: 50\r\n\r\n", b"x", 0.05, RESET)),
    m("a reset between chunks", U, plays(CHUNKED + b"1\r\nx\r\n", 0.05, RESET)),
    m("an end in the headers", U, plays(HEAD)),
    m("an end after an interim answer", U, plays(b"HTTP/1.1 100 Continue\r\n\r\n")),
]

ASTRAY = [
    m("a redirect to itself", R, redirects("/"), "circle"),
    m("a circle of redirects", R, lambda path: redirects("/b" if path == "/a" else "/a")(path), "circle"),
    m("100 redirects", R, hops, "more than"),
    m("a redirect to a file", A, redirects("file:///etc/passwd"), "scheme"),
    m("a redirect to gopher", A, redirects("gopher://127.0.0.1:6379/_FLUSHALL"), "scheme"),
    m("a redirect to data", A, redirects("data:text/html,hello"), "scheme"),
    m("a redirect to loopback", F, redirects("http://127.0.0.1/"), "not a public"),
    m("a redirect to a private network", F, redirects("http://10.0.0.1/"), "not a public"),
    m("a redirect to metadata", F, redirects("http://169.254.169.254/latest/"), "not a public"),
    m("a redirect to loopback, IPv6", F, redirects("http://[::1]/"), "not a public"),
    m("a redirect to loopback, mapped", F, redirects("http://[::ffff:127.0.0.1]/"), "not a public"),
    m("a redirect to another service", F, redirects("http://93.184.216.34:25/"), "port 25"),
    m("a redirect with credentials", A, redirects("http://user:secret@hostile.example/"), "credentials"),
    m("a redirect to a broken host", A, redirects("http://[::1/")),
    m("a redirect to a port of letters", A, redirects("http://hostile.example:http/")),
    m("a redirect to white space", H, plays(b"HTTP/1.1 302 Found\r\nLocation:   \r\nContent-Length: 0\r\n\r\n"), "302"),
    m("a redirect to an endless address", A, redirects("/" + "x" * 9000), "longer than"),
    m("a redirect to relative junk", R, redirects("../../..//?#//"), ""),
    m("a redirect without a place", H, answers("", status="302 Found"), "302"),
    m("a redirect to UTF-8", OK, lambda path: (redirects("/\u00e9")(path) if path == "/" else [HEAD + b"\r\n" + PAGE])),
    m("a redirect with a huge body", OK, lambda path: (
        [b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n", *[MEGABYTE] * 50]
        if path != "/b" else [HEAD + b"\r\n" + PAGE])),
    m("a redirect with two places", OK, lambda path: (
        answers("Location: /b\r\nLocation: http://127.0.0.1/\r\n", status="301 Moved")(path)
        if path == "/" else [HEAD + b"\r\n" + PAGE])),
]  # fmt: skip

ALL = [*BOMBS, *SLOW, *LYING, *GARBAGE, *ASTRAY]

"""One story, one address: the form of an address under which an article is known."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from worker.errors import BadAddress

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
# Exact names that only tell who sent the reader, never what page is shown. `ref`, `source`, `cid` and the like are
# kept: on some sites they choose the article, and dropping them merges stories (seen with Media Cloud's rules).
TRACKING = frozenset(
    (
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "at_medium",
        "at_campaign",
    )
)
# Parameters by which a page is shown in another dress, with the values that they have then: it is the same story, and
# the page without them is the one that the dress was made from.
DRESSES = {"amp": ("", "1", "true"), "outputtype": ("amp",), "output": ("amp",)}
# What servlet engines put into links of visitors without cookies, another at each visit. One run of letters.
# yes: ";jsessionid=0AF3.node1"   no: ";v=2"
SESSION = re.compile(r";jsessionid=[\w.!-]*", re.IGNORECASE)
NUMBER = re.compile(r"\d{5}")
SLUG_WORDS = 4
# A character that no address may hold as it is: a control character or white space inside it, or half of a pair.
UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
# Index rows of PostgreSQL hold 2,704 bytes; longer addresses of stories are not met, only traps for robots.
MAX_BYTES = 2048
SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
SAFE_IN_QUERY = "".join(map(chr, range(0x21, 0x7F)))  # what is not ASCII is written as UTF-8, as browsers send it


def canonical(address: str) -> str:
    """The address with scheme and host in lower case, without default port, fragment, tracking parameters and what asks
    for an AMP page; raises BadAddress for whatever is not a plain http or https address."""
    address = address.strip()
    if UNPRINTABLE.search(address):
        raise BadAddress(address, "white space or a control character inside the address")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadAddress(address, str(error)) from error
    if parts.scheme not in DEFAULT_PORTS:
        raise BadAddress(address, f"scheme {parts.scheme or 'missing'!r}: only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise BadAddress(address, "it holds credentials")
    host = _host(address, parts.hostname)
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = _without_amp(quote(SESSION.sub("", parts.path) or "/", safe=SAFE_IN_PATH))
    found = urlunsplit((parts.scheme, netloc, path, _query(parts.query), ""))
    if len(found.encode()) > MAX_BYTES:
        raise BadAddress(f"{address[:200]}…", f"longer than {MAX_BYTES:,} bytes")
    return found


def link(written: str) -> str:
    """A link as browsers take it: line ends and tabs left out, blanks inside percent-encoded (WHATWG URL, 4.4)."""
    return re.sub(r"[\t\r\n]", "", written).strip().replace(" ", "%20")


def at_one_place(address: str, other: str) -> bool:
    """Whether two addresses are of one server: the same host and port, or both of the web's own ports there."""
    one, two = (urlsplit(each) for each in (address, other))
    ports = {each.port or DEFAULT_PORTS.get(each.scheme, 0) for each in (one, two)}
    return one.hostname == two.hostname and (len(ports) == 1 or ports <= set(DEFAULT_PORTS.values()))


def _host(address: str, host: str | None) -> str:
    if not host:
        raise BadAddress(address, "no host")
    if ":" in host:
        return f"[{host}]"
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadAddress(address, f"host {host!r}: {error}") from error
    if UNPRINTABLE.search(name):  # the encoding takes some letters apart into white space and an accent
        raise BadAddress(address, f"host {host!r} is no name")
    return name


def _without_amp(path: str) -> str:
    """The path without a last part "amp", where what stands before it names a story, by a number or a slug of words:
    "/a/leaders-meet-in-ankara/amp/" is one, "/tags/amp" is a list."""
    bare = path.rstrip("/")
    before, _, last = bare.rpartition("/")
    name = before.rpartition("/")[2]
    is_story = NUMBER.search(name) or len(name.replace("_", "-").split("-")) >= SLUG_WORDS
    return before + path[len(bare) :] if last == "amp" and is_story else path


def _query(query: str) -> str:
    """The query as it is written, without its tracking parameters and dresses."""
    return quote("&".join(part for part in query.split("&") if not _says_nothing(part)), safe=SAFE_IN_QUERY)


def _says_nothing(part: str) -> bool:
    key, value = (unquote_plus(each).lower() for each in part.partition("=")[::2])
    return key.startswith(TRACKING_PREFIXES) or key in TRACKING or value in DRESSES.get(key, ())

"""Every way in which a step can fail, and every reason that the ledger knows.

WireroomError's class decides what happens next; its reason is what is counted:

    WireroomError
    ├── Retryable      try again when due, at last dead        Unreachable, TimedOut, RateLimited, ServerFailed,
    │                                                          RobotsUnreachable, WorkerLost; StoreDown, ours, is
    │                                                          tried for ever
    ├── Rejected       count it and stop                       NotFound, Forbidden, TooLarge, BadAddress, …
    └── Broken         a bug or a broken set-up: counts as an attempt; an extraction that it broke is dead at once
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The closed set of reasons under which anything is rejected, dead, or a poll failed."""

    # the fetch was refused or made no sense
    NOT_FOUND = "not-found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    HTTP_ERROR = "http-error"
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    BAD_ADDRESS = "bad-address"
    FORBIDDEN_ADDRESS = "forbidden-address"
    ROBOTS = "robots"
    UNREADABLE = "unreadable"
    # the fetch failed and was tried again
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    ROBOTS_UNREACHABLE = "robots-unreachable"
    # the page is no article: the verdicts of the core
    EMPTY = "empty"
    NOT_HTML = "not-html"
    TEASER = "teaser"
    PAYWALL = "paywall"
    CONSENT = "consent"
    CHALLENGE = "challenge"
    SOFT_404 = "soft-404"
    INDEX = "index"
    # the poll brought no list
    NOT_A_FEED = "not-a-feed"
    # removed on request
    PURGED = "purged"
    # ours
    STORE_DOWN = "store-down"
    WORKER_LOST = "worker-lost"
    SNAPSHOT_LOST = "snapshot-lost"
    BROKEN = "broken"


class WireroomError(Exception):
    """What failed (`subject`: an address, path or id), under which reason, and in one sentence what happened."""

    reason: Reason = Reason.BROKEN

    def __init__(self, subject: str, detail: str) -> None:
        super().__init__(subject, detail)  # both in args: unpickles as it was
        self.subject = subject
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason} {self.subject}: {self.detail}"


class Retryable(WireroomError):
    """May pass by itself: tried again when due, and dead after the last attempt. `delay_seconds`: for how long the
    server asked for patience, where it did."""

    def __init__(self, subject: str, detail: str, delay_seconds: float | None = None) -> None:
        super().__init__(subject, detail)
        self.args = (subject, detail, delay_seconds)
        self.delay_seconds = delay_seconds


class Unreachable(Retryable):
    """No connection: name not found, refused, reset, TLS failure."""

    reason = Reason.UNREACHABLE


class TimedOut(Retryable):
    """The whole fetch took longer than its deadline."""

    reason = Reason.TIMEOUT


class ServerFailed(Retryable):
    """Status 5xx or 408."""

    reason = Reason.SERVER_ERROR


class WorkerLost(Retryable):
    """Whoever was at it did not come back: it may be what the worker died of, or took longer than it had."""

    reason = Reason.WORKER_LOST


class RateLimited(Retryable):
    """Status 429: the server asks for patience, for `delay_seconds` where it says how much."""

    reason = Reason.RATE_LIMITED


class StoreDown(Retryable):
    """Our own store took nothing: a full disk, a folder that is gone. No article is at fault, so none dies of it."""

    reason = Reason.STORE_DOWN


class Rejected(WireroomError):
    """Will not get better by trying again."""


class NotFound(Rejected):
    """Status 404, or a file that is no longer there."""

    reason = Reason.NOT_FOUND


class Gone(NotFound):
    """Status 410: it was there, and will not be again."""

    reason = Reason.GONE


class Forbidden(Rejected):
    """Status 401, 403 or 451."""

    reason = Reason.FORBIDDEN


class HttpError(Rejected):
    """Any other status that brings no page."""

    reason = Reason.HTTP_ERROR


class TooLarge(Rejected):
    """More bytes than the cap, as received or once decompressed."""

    reason = Reason.TOO_LARGE


class TooManyRedirects(Rejected):
    """A redirect chain longer than the cap, or one that runs in a circle."""

    reason = Reason.TOO_MANY_REDIRECTS


class BadAddress(Rejected):
    """Not an http or https address that can be fetched."""

    reason = Reason.BAD_ADDRESS


class ForbiddenAddress(Rejected):
    """The name resolves to an address that strangers' links may not reach."""

    reason = Reason.FORBIDDEN_ADDRESS


class Disallowed(Rejected):
    """Disallowed by the robots.txt of its host."""

    reason = Reason.ROBOTS


class RobotsUnreachable(Retryable):
    """The host's robots.txt cannot be had: whether it allows the fetch is not known (RFC 9309, 2.3.1.4)."""

    reason = Reason.ROBOTS_UNREACHABLE


class Unreadable(Rejected):
    """A file that cannot be read: permissions, a device, an I/O error."""

    reason = Reason.UNREADABLE


class NotAFeed(Rejected):
    """A poll that brought something else than a list of entries."""

    reason = Reason.NOT_A_FEED


class SnapshotLost(Rejected):
    """The bytes of a snapshot that the database names are not in the snapshot folder."""

    reason = Reason.SNAPSHOT_LOST


class Broken(WireroomError):
    """A bug of ours or a broken set-up."""


class SchemaMismatch(Broken):
    """The database has other tables than this code: `wireroom migrate` was not run, or a newer Wireroom ran it."""

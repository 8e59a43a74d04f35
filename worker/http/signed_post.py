"""One signed POST to a webhook's endpoint, after the Standard Webhooks convention, and what its answer means.

The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` let the receiver tell that a message is ours, that
it was not changed on its way, that it is no old one sent by somebody else, and whether it had it before.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import h11

from worker.errors import ForbiddenAddress, WireroomError
from worker.http.allowance import Allowance, Overdue, Overweight
from worker.http.caching import retry_after
from worker.http.canonical import canonical
from worker.http.client import authorities, place
from worker.http.connection import Malformed, Pool, Wire
from worker.http.guard import EVERY_PORT, Dialer

PREFIX = "whsec_"
SECRET_BYTES = (24, 64)  # as the convention bounds them
CONTENT_TYPE = "application/cloudevents+json"
ANSWER_BYTES = 65_536  # of an answer that nobody reads
DETAIL = 200
SECONDS = 15.0  # within which an endpoint must have answered
BUSY = frozenset((408, 425, 429, 502, 503, 504))  # says nothing of the message: the endpoint is not up to it now


class Verdict(StrEnum):
    """What an attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """It answered, and will not have this message."""
    AWAY = "away"
    """It did not answer, or said that it cannot now."""
    GONE = "gone"
    """Status 410: it wants no more messages at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, with what was seen, and for how long the endpoint asked for patience."""

    verdict: Verdict
    detail: str
    delay_seconds: float | None = None


def new_secret() -> str:
    """A secret of 32 random bytes, in the convention's form."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret; raises ValueError where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is whsec_ and base64") from error
    least, most = SECRET_BYTES
    if not secret.startswith(PREFIX) or not least <= len(key) <= most:
        raise ValueError(f"a secret is whsec_ and the base64 of {least} to {most} bytes")
    return key


def signed(message_id: str, body: bytes, secret: str, *, now: dt.datetime) -> dict[str, str]:
    """The three headers that sign a message: HMAC-SHA256 over id, time and body."""
    moment = str(int(now.timestamp()))
    content = b".".join((message_id.encode(), moment.encode(), body))
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signature}


class Poster:
    """Posts messages. Two pools, as in `Fetcher`; redirects are not followed: an operator who moves an endpoint says
    so, and a stranger who can make it redirect gets nothing."""

    def __init__(self, *, user_agent: str, seconds: float = SECONDS, dialer: Dialer | None = None) -> None:
        self.user_agent, self.seconds = user_agent, seconds
        trust = authorities()
        dialers = {False: dialer or Dialer(), True: Dialer(open_guard=True, ports=EVERY_PORT)}
        self._pools = {local: Pool(each, trust) for local, each in dialers.items()}

    def post(self, address: str, body: bytes, headers: Mapping[str, str], *, local: bool, now: dt.datetime) -> Answer:
        """What the endpoint says to this body; never raises for what it does."""
        allowance = Allowance(self.seconds, ANSWER_BYTES)
        try:
            key, path, host = place(canonical(address))
            fixed = {"Host": host, "User-Agent": self.user_agent, "Content-Type": CONTENT_TYPE, "Accept": "*/*"}
            fields = [(name.encode(), value.encode()) for name, value in {**fixed, **headers}.items()]
            pool = self._pools[local]
            wire, head = pool.ask(key, path, fields, allowance, body=body)
        except (Overdue, Overweight, Malformed, OSError, h11.ProtocolError) as error:
            return Answer(Verdict.AWAY, f"{type(error).__name__}: {error}"[:DETAIL])
        except ForbiddenAddress as error:
            return Answer(Verdict.AWAY, f"{error}; --local lifts the address guard"[:DETAIL])
        except WireroomError as error:
            return Answer(Verdict.AWAY, str(error)[:DETAIL])
        said = self._said(wire, allowance)
        pool.give(wire)
        fields_back = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in head.headers]
        asked = retry_after(dict(fields_back).get("retry-after"), now)
        return _judged(head.status_code, said, asked)

    def close(self) -> None:
        """Closes the connections that were kept."""
        for pool in self._pools.values():
            pool.close()

    @staticmethod
    def _said(wire: Wire, allowance: Allowance) -> str:
        """The beginning of an answer; the status counts, whatever becomes of the rest."""
        said = b""
        with suppress(Overdue, Overweight, Malformed, OSError, h11.ProtocolError):
            for part in wire.parts(allowance):
                said = (said + part)[:DETAIL]
        return " ".join(said.decode("utf-8", errors="replace").split())


def _judged(status: int, said: str, asked: float | None) -> Answer:
    detail = f"status {status}" + (f": {said}" if said else "")
    if 200 <= status < 300:
        return Answer(Verdict.ACCEPTED, detail)
    if status == 410:
        return Answer(Verdict.GONE, detail[:DETAIL])
    verdict = Verdict.AWAY if status in BUSY else Verdict.REFUSED
    return Answer(verdict, detail[:DETAIL], asked)

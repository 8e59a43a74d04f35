"""An endpoint for webhooks: checks the signature, then handles each message once. Standard library only.

python docs/example_receiver.py PORT FILE-WITH-THE-SECRET
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

OLDEST_SECONDS = 300  # a request that somebody kept and sends again later is refused


def genuine(headers: dict[str, str], body: bytes, secret: str, now: float) -> bool:
    """True where the request was signed with our secret, and lately."""
    message_id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(now - int(moment)) > OLDEST_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{moment}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")  # several while a secret is changed
    return any(hmac.compare_digest(each.encode(), expected.encode()) for each in given)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what it has handled, now or before; 401 to what is not ours."""

    protocol_version = "HTTP/1.1"  # so that the connection is kept for the next message
    secret = ""
    handled: ClassVar[set[str]] = set()  # in a real service: a table, in one transaction with the effect

    def do_POST(self) -> None:
        """One message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not genuine(headers, body, self.secret, time.time()):
            self.answer(401)
            return
        if headers["webhook-id"] not in self.handled:
            message = json.loads(body)
            sys.stdout.write(f"{message['type']} {message['id']}\n")
            sys.stdout.flush()
            self.handled.add(headers["webhook-id"])
        self.answer(204)

    def answer(self, status: int) -> None:
        """The status alone."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    Receiver.secret = Path(sys.argv[2]).read_text().strip()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()

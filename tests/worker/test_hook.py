"""One signed POST: how it is signed, and what becomes of it where the endpoint misbehaves."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator

import pytest

from tests.faults.delivery import guide
from tests.receiver import Receiver, accept, answering, dropping, endless, garbled, silent, trickling
from worker.http.guard import EVERY_PORT, Dialer
from worker.http.signed_post import Answer, Poster, Verdict, key_of, new_secret, signed

NOW = dt.datetime(2002, 3, 11, 9, 0, tzinfo=dt.UTC)
SECRET = new_secret()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


@pytest.fixture
def poster() -> Iterator[Poster]:
    found = Poster(user_agent="wireroom-tests", seconds=1.0)
    yield found
    found.close()


def post(poster: Poster, receiver: Receiver, body: bytes = b"{}", *, local: bool = True) -> Answer:
    return poster.post(receiver.address, body, signed("a:1", body, SECRET, now=NOW), local=local, now=NOW)


def test_a_signature_is_that_of_the_convention() -> None:
    """The example of the Standard Webhooks specification."""
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    body, secret = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert signed("msg_p5jXN8AQM9LWM0D4loKWxJek", body, secret, now=at) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_example_receiver_believes_only_what_we_signed() -> None:
    """Not another body, id, time or secret, and nothing that is old."""
    genuine, body = guide("example_receiver").genuine, '{"ä": 1}'.encode()
    headers = signed("a:1", body, SECRET, now=NOW)
    now = NOW.timestamp()
    assert genuine(headers, body, SECRET, now)
    assert genuine({**headers, "webhook-signature": f"v1,AAAA {headers['webhook-signature']}"}, body, SECRET, now)
    assert not genuine(headers, body + b" ", SECRET, now)
    assert not genuine({**headers, "webhook-id": "a:2"}, body, SECRET, now)
    assert not genuine({**headers, "webhook-timestamp": str(int(now) + 1)}, body, SECRET, now)
    assert not genuine(headers, body, new_secret(), now)
    assert not genuine(headers, body, SECRET, now + 301)
    assert not genuine({}, body, SECRET, now)


NO_SECRETS = ("", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64", SECRET.removeprefix("whsec_"), "whsec_" + "QUFB" * 30)


@pytest.mark.parametrize("secret", NO_SECRETS, ids=[str(n) for n in range(len(NO_SECRETS))])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    """Without its mark, too short, too long, or not base64."""
    with pytest.raises(ValueError, match="a secret is whsec_"):
        key_of(secret)


def test_what_is_posted_is_what_was_signed(poster: Poster, receiver: Receiver) -> None:
    """Byte for byte, with the content type of CloudEvents, to the address with its query."""
    body = '{"w": "é"}'.encode()
    assert post(poster, receiver, body) == Answer(Verdict.ACCEPTED, "status 204")
    ((headers, got),) = receiver.seen
    assert got == body
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["user-agent"] == "wireroom-tests"
    assert guide("example_receiver").genuine(headers, got, SECRET, NOW.timestamp())


def test_a_connection_is_kept_for_the_next_message(poster: Poster, receiver: Receiver) -> None:
    """And given up where the endpoint closed it, or had more to say."""
    assert {post(poster, receiver).verdict for _ in range(3)} == {Verdict.ACCEPTED}
    assert len(receiver.connections) == 1
    receiver.behaviour = answering(200, Connection="close")
    post(poster, receiver)
    receiver.behaviour = accept
    assert post(poster, receiver).verdict is Verdict.ACCEPTED
    assert len(receiver.connections) == 2
    assert len(receiver.seen) == 5


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, Verdict.ACCEPTED), (202, Verdict.ACCEPTED), (204, Verdict.ACCEPTED), (301, Verdict.REFUSED),
     (307, Verdict.REFUSED), (400, Verdict.REFUSED), (401, Verdict.REFUSED), (404, Verdict.REFUSED),
     (408, Verdict.AWAY), (410, Verdict.GONE), (422, Verdict.REFUSED), (429, Verdict.AWAY), (500, Verdict.REFUSED),
     (502, Verdict.AWAY), (503, Verdict.AWAY), (504, Verdict.AWAY)],
)  # fmt: skip
def test_a_status_is_a_verdict(poster: Poster, receiver: Receiver, status: int, verdict: Verdict) -> None:
    """Of the message, of the endpoint as it is now, or of the endpoint for good."""
    receiver.behaviour = answering(status, b"" if status == 204 else b"because\n of <it>")
    answer = post(poster, receiver)
    assert answer.verdict is verdict
    assert answer.detail == (f"status {status}" if status == 204 else f"status {status}: because of <it>")


def test_a_redirect_is_not_followed(poster: Poster, receiver: Receiver) -> None:
    """Whoever can make an endpoint redirect would choose where messages go."""
    with Receiver() as other:
        receiver.behaviour = answering(307, Location=other.address)
        assert post(poster, receiver).verdict is Verdict.REFUSED
        assert other.seen == []


def test_an_endpoint_may_ask_for_patience(poster: Poster, receiver: Receiver) -> None:
    """In seconds or by a date."""
    receiver.behaviour = answering(503, Retry_After="120")
    assert post(poster, receiver).delay_seconds == 120
    receiver.behaviour = answering(429, Retry_After="Mon, 11 Mar 2002 09:10:00 GMT")
    assert post(poster, receiver).delay_seconds == 600


@pytest.mark.parametrize("behaviour", [silent, trickling, dropping, garbled], ids=lambda each: each.__name__)
def test_an_endpoint_that_does_not_answer_is_away(poster: Poster, receiver: Receiver, behaviour) -> None:
    """Within its deadline, and the next one is none the worse for it."""
    receiver.behaviour = behaviour
    answer = post(poster, receiver)
    assert answer.verdict is Verdict.AWAY
    assert answer.detail
    receiver.behaviour = accept
    assert post(poster, receiver).verdict is Verdict.ACCEPTED


def test_the_rest_of_an_answer_does_not_matter(poster: Poster, receiver: Receiver) -> None:
    """An endpoint that has accepted may say as much as it likes; it is not listened to for long."""
    receiver.behaviour = endless
    answer = post(poster, receiver)
    assert answer.verdict is Verdict.ACCEPTED
    assert len(answer.detail) < 300


def test_nobody_there_is_away(poster: Poster) -> None:
    """No server, no such name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address in (f"http://127.0.0.1:{port}/", "http://nobody.invalid/"):
        assert poster.post(address, b"{}", {}, local=True, now=NOW).verdict is Verdict.AWAY


@pytest.mark.parametrize("name", ["127.0.0.1", "hook.example"])
def test_an_address_inside_is_not_reached_unless_it_is_meant(receiver: Receiver, name: str) -> None:
    """By number, or by a name that resolves to it."""
    dialer = Dialer(ports=EVERY_PORT, resolve=lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", 0))])
    poster = Poster(user_agent="wireroom-tests", seconds=1.0, dialer=dialer)
    answer = poster.post(f"http://{name}:{receiver.server_port}/", b"{}", {}, local=False, now=NOW)
    assert answer.verdict is Verdict.AWAY
    assert "not a public address" in answer.detail
    assert "--local" in answer.detail
    assert receiver.seen == []
    poster.close()

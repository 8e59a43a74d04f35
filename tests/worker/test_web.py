"""What is served over HTTP beside the messages, and who may call it."""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from jsonschema import Draft202012Validator

from extractors import versions
from tests.contract import on_disk
from tests.faults.engine import free_port
from tests.server import serving
from tests.world import World, page, story
from worker.engine.wiring import Wiring, host
from worker.errors import Broken
from worker.settings import Settings
from worker.steps import reextract as step
from worker.store import heartbeats, runs
from worker.store.database import Database
from worker.web.serve import listen

TOKEN = "a token of enough characters"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def wiring(world: World, redis_address: str) -> Wiring:
    settings = Settings(data=world.settings.data, redis_url=redis_address)
    found = Wiring(settings)
    found.__dict__["database"] = world.database
    return found


@pytest.fixture
def client(wiring: Wiring) -> Iterator[httpx.Client]:
    with serving(wiring) as address, httpx.Client(base_url=address, timeout=90, verify=False) as found:
        yield found


@pytest.fixture
def stored(world: World) -> World:
    """Two extracted articles."""
    text = story().partition("\n\n")[2]
    links = [world.site.page(f"/{name}", page(f"Story {name}", text)) for name in ("a", "b")]
    world.source("wire", world.site.feed("/feed.xml", links))
    world.settle()
    return world


def test_the_index_names_what_is_served(client: httpx.Client) -> None:
    """And every address that it names answers."""
    text = client.get("/").text
    named = [word for line in text.splitlines() for word in line.split()[:2] if word.startswith("/")]
    assert {"/schemas", "/asyncapi.json", "/api/openapi.json", "/healthz", "/readyz"} <= set(named)
    for each in named:
        if each not in ("/messages", "/api/v1/reextract"):
            assert client.get(each).status_code == 200, each


def test_the_contract_is_served_as_it_is_shipped(client: httpx.Client) -> None:
    """Byte for byte."""
    shipped = on_disk()
    assert len(shipped) > 1
    assert client.get("/asyncapi.json").text == shipped.pop("asyncapi.json")
    assert client.get("/schemas").json() == sorted(shipped)
    for name, text in shipped.items():
        answer = client.get(f"/schemas/{name}")
        assert (answer.text, answer.headers["content-type"]) == (text, "application/schema+json")
        Draft202012Validator.check_schema(answer.json())
    for unknown in ("asyncapi.json", "event.v9.json", "..%2fmessages.py", "%00"):
        assert client.get(f"/schemas/{unknown}").status_code == 404


def test_the_openapi_document_names_every_call(client: httpx.Client) -> None:
    """With its parameters, and schemas that are such."""
    told = client.get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {
        "/messages", "/schemas", "/schemas/{name}", "/asyncapi.json", "/healthz", "/readyz", "/api/v1/reextract",
        "/api/v1/runs", "/api/v1/runs/{number}", "/api/v1/runs/{number}/cancel",
    }  # fmt: skip
    asked = {each["name"] for each in told["paths"]["/messages"]["get"]["parameters"]}
    assert asked == {"type", "between", "confidence", "from", "once", "last-event-id"}
    for each in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(each)


def test_a_run_is_asked_for_and_seen_to_its_end(client: httpx.Client, stored: World) -> None:
    """As by command: what was asked, by whom, and what it changed."""
    answer = client.post("/api/v1/reextract", json={"source": "wire", "asked_by": "service-7"})
    assert answer.status_code == 202
    run = answer.json()
    assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert (run["state"], run["total"], run["done"], run["selection"]) == ("running", 2, 0, {"source": "wire"})
    assert run["asked_by"] == "service-7 (http:127.0.0.1)"
    assert run["versions"] == versions()
    for each in step.plan(database=stored.database, settings=stored.settings, room=9, now=later(stored)):
        step.reextract(
            each, database=stored.database, snapshots=stored.snapshots, settings=stored.settings, owner="test",
            clock=lambda: later(stored),
        )  # fmt: skip
    step.plan(database=stored.database, settings=stored.settings, room=9, now=later(stored))
    seen = client.get(f"/api/v1/runs/{run['id']}").json()
    assert (seen["state"], seen["done"], seen["tally"]) == ("done", 2, {"article unchanged": 2})
    assert client.get("/api/v1/runs").json() == [seen]


def later(stored: World) -> dt.datetime:
    """The server's clock is the machine's."""
    return max(stored.now, dt.datetime.now(dt.UTC))


def test_one_article_is_extracted_again(client: httpx.Client, stored: World) -> None:
    """By its id, the id's beginning, or the address's end."""
    article = next(each for each in stored.articles() if each.address.endswith("/a"))
    for name in (article.id, article.id[:9], "/a"):
        run = client.post("/api/v1/reextract", json={"articles": [name]}).json()
        assert (run["selection"], run["total"]) == ({"articles": [article.id]}, 1)


def test_a_run_is_cancelled(client: httpx.Client, stored: World) -> None:
    """Once."""
    number = client.post("/api/v1/reextract", json={"all": True}).json()["id"]
    answer = client.post(f"/api/v1/runs/{number}/cancel", headers=JSON)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert client.post(f"/api/v1/runs/{number}/cancel", headers=JSON).status_code == 409
    with stored.database.read() as connection:
        assert runs.one(connection, number).state == "cancelled"


@pytest.mark.parametrize(
    "body", [{}, {"all": True, "source": "wire"}, {"extractor": "palmistry"}, {"family": "gossip"}, {"verdict": "good"},
             {"since": "yesterday"}, {"since": "2002-03-11T08:00:00"}, {"sauce": "wire"}, {"articles": ["nobody"]},
             {"articles": [""]}, {"articles": ["/a"] * 1001}, [], "all", None],
    ids=lambda each: json.dumps(each)[:30],
)  # fmt: skip
def test_a_run_that_makes_no_sense_is_refused(client: httpx.Client, stored: World, body: object) -> None:
    """With the reason; nothing is begun."""
    answer = client.post("/api/v1/reextract", json=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert client.get("/api/v1/runs").json() == []


@pytest.mark.parametrize("path", ["/api/v1/runs/99", "/api/v1/runs/0", "/api/v1/runs/x", "/api/v1/runs/9" + "9" * 30])
def test_a_run_that_is_not_there(client: httpx.Client, path: str) -> None:
    """Says so, whatever is asked of it."""
    assert client.get(path).status_code in (404, 422)
    assert client.post(f"{path}/cancel", headers=JSON).status_code in (404, 422)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FORM, 415),  # a form on any page
        ({"Content-Type": "text/plain"}, 415),  # a script that needs nobody's leave (Fetch, 2.2.2)
        ({}, 415),
        ({**JSON, "Origin": "https://elsewhere.example"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        ({**JSON, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**JSON, "Sec-Fetch-Site": "same-site"}, 403),  # another port of this machine
        ({**JSON, "Host": "rebound.example"}, 421),
        ({**JSON, "Host": "rebound.example:8480"}, 421),
        ({**JSON, "Host": ""}, 421),
    ],
    ids=str,
)
def test_no_page_in_a_browser_can_change_anything(
    client: httpx.Client, stored: World, headers: dict[str, str], status: int
) -> None:
    """By a form, a script, or a name of its own that resolves to this machine."""
    answer = client.post("/api/v1/reextract", content=b'{"all": true}', headers=headers)
    assert answer.status_code == status
    assert client.get("/api/v1/runs").json() == []


def test_no_page_in_a_browser_reads_under_a_name_of_its_own(client: httpx.Client) -> None:
    """Under ours it may show us; nobody is allowed to read it from elsewhere."""
    port = client.base_url.port
    for name in ("localhost", f"localhost:{port}", "127.0.0.1", "[::1]", f"[::1]:{port}", "LOCALHOST"):
        answer = client.get("/api/v1/runs", headers={"Host": name, "Origin": "https://elsewhere.example"})
        assert answer.status_code == 200, name
        assert "access-control-allow-origin" not in answer.headers
    for name in ("rebound.example", "127.0.0.1.nip.example", "localhost.example", "[::1", "127.0.0.1@x"):
        assert client.get("/messages?once=1", headers={"Host": name}).status_code == 421, name


def test_a_body_has_a_limit(client: httpx.Client) -> None:
    """Before it is read; one of unknown length is not read either."""
    assert client.post("/api/v1/reextract", content=b" " * 1_000_001, headers=JSON).status_code == 413
    assert client.post("/api/v1/reextract", content=iter([b"{}"]), headers=JSON).status_code == 411


def test_with_a_token_every_call_but_health_needs_it(world: World, redis_address: str) -> None:
    """Then no name is asked for: others may call."""
    wiring = Wiring(Settings(data=world.settings.data, redis_url=redis_address, web_token=TOKEN))
    wiring.__dict__["database"] = world.database
    with serving(wiring) as address, httpx.Client(base_url=address, timeout=90, verify=False) as client:
        for path in ("/", "/messages?once=1", "/asyncapi.json", "/api/v1/runs", "/api/openapi.json", "/nothing"):
            for given in ({}, {"Authorization": "Bearer another token"}, {"Authorization": f"Basic {TOKEN}"},
                          {"Authorization": "Bearer ä".encode()}):  # fmt: skip
                answer = client.get(path, headers=given)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
        for path in ("/healthz", "/readyz"):
            assert client.get(path).status_code == 200
        known = {"Authorization": f"bearer {TOKEN}", "Host": "news.example"}
        assert client.get("/messages?once=1", headers=known).status_code == 200
        assert client.post("/api/v1/reextract", json={"all": True}, headers=known).status_code == 202
        assert client.post("/api/v1/reextract", data={"all": "1"}, headers=known).status_code == 415


def test_it_is_ready_when_what_it_stands_on_is(world: World, wiring: Wiring) -> None:
    """Each by name; an address that may hold a password is not shown."""
    with serving(wiring) as address:
        assert httpx.get(f"{address}/readyz", timeout=90).json() == {"database": "ok", "redis": "ok"}
    broken = Wiring(
        Settings(
            data=world.settings.data,
            redis_url=f"redis://:s3cret@127.0.0.1:{free_port()}/0",
            database_url=f"postgresql://u:s3cret@127.0.0.1:{free_port()}/none",
        )
    )
    with serving(broken) as address:
        answer = httpx.get(f"{address}/readyz", timeout=90)
        assert (answer.status_code, answer.json()) == (
            503,
            {"database": "OperationalError", "redis": "ConnectionError"},
        )
        assert httpx.get(f"{address}/healthz", timeout=90).status_code == 200
        assert "s3cret" not in httpx.get(f"{address}/api/v1/runs", timeout=90).text


def test_the_role_is_seen_while_it_serves(wiring: Wiring, database: Database) -> None:
    """By whoever asks `wireroom health --role web`."""
    with serving(wiring) as address:
        httpx.get(f"{address}/healthz", timeout=90)
        assert alive(database)
    assert not alive(database)


def alive(database: Database) -> bool:
    with database.read() as connection:
        return ("web", host()) in heartbeats.seen(connection, since=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))


def test_a_port_that_is_taken_is_told() -> None:
    """With what to do; a child of `wireroom run` says it in its log."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Broken, match=f"127.0.0.1:{port}: Address already in use; set WIREROOM_WEB_PORT"):
            listen("127.0.0.1", port)

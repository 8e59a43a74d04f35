"""The application: all that is served, behind its gate, and what runs beside it while it is served."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import PlainTextResponse

from worker.engine.wiring import Wiring, host
from worker.store import heartbeats
from worker.web import contract_documents, event_stream, health, reextract_api
from worker.web.event_stream import HEARTBEAT_SECONDS, MOST_READERS
from worker.web.fanout import Feed
from worker.web.gate import Gate

log = structlog.get_logger()

ROLE = "web"
BEAT_SECONDS = 10.0
OPENAPI = "/api/openapi.json"
INDEX = f"""\
Wireroom

/messages               what is published, as Server-Sent Events: ?type= ?between=RUS,USA ?confidence= ?from=start
/schemas                JSON Schemas of the messages' data
/asyncapi.json          the streams, as an AsyncAPI 3 document
/api/v1/reextract       POST: extract stored articles again
/api/v1/runs            what was extracted again, by whom, and what it changed
{OPENAPI}       all of these, as an OpenAPI document
/healthz /readyz        whether this process answers; whether database and Redis do
"""


def application(
    wiring: Wiring, *, heartbeat_seconds: float = HEARTBEAT_SECONDS, most_readers: int = MOST_READERS
) -> FastAPI:
    """The application over these parts."""
    app = FastAPI(title="Wireroom", version="1", openapi_url=OPENAPI, docs_url=None, redoc_url=None, lifespan=_beside,
                  redirect_slashes=False,
                  description="News articles and the sourced events in them. Guide: docs/consumers.md.")  # fmt: skip
    app.state.wiring = wiring
    app.state.feed = Feed(wiring.database)
    app.state.heartbeat_seconds, app.state.most_readers = heartbeat_seconds, most_readers
    for router in (event_stream.router, contract_documents.router, reextract_api.router, health.router):
        app.include_router(router)
    app.add_api_route("/", _index, include_in_schema=False)
    token = wiring.settings.web_token
    app.add_middleware(Gate, token=token.get_secret_value() if token else None)
    return app


async def _index() -> PlainTextResponse:
    return PlainTextResponse(INDEX)


@asynccontextmanager
async def _beside(app: FastAPI) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in (app.state.feed.run(), _beat(app.state.wiring))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        with suppress(SQLAlchemyError):
            await anyio.to_thread.run_sync(_forget, app.state.wiring)


async def _beat(wiring: Wiring) -> None:
    """Notes now and then that this role is alive: on the loop that answers, so that one that hangs does not."""
    while True:
        try:
            await anyio.to_thread.run_sync(_note, wiring)
        except SQLAlchemyError as error:
            log.warning("web.database-down", detail=str(error)[:200])
        await asyncio.sleep(BEAT_SECONDS)


def _note(wiring: Wiring) -> None:
    with wiring.database.write() as connection:
        heartbeats.beat(connection, ROLE, host(), now=dt.datetime.now(dt.UTC))


def _forget(wiring: Wiring) -> None:
    with wiring.database.write() as connection:
        heartbeats.forget(connection, ROLE, host())

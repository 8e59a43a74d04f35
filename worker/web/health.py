"""`/healthz` and `/readyz`: whether this process answers, and whether what it stands on does."""

from __future__ import annotations

import redis
from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse

from worker.engine.wiring import Wiring
from worker.store.outgoing import published

router = APIRouter(tags=["health"])

PING_SECONDS = 2.0
FINE = "ok"


@router.get("/healthz", summary="Whether this process answers")
async def healthz() -> dict[str, str]:
    """It does."""
    return {"status": FINE}


@router.get("/readyz", summary="Whether database and Redis answer", responses={503: {"description": "One does not."}})
def readyz(request: Request) -> JSONResponse:
    """Each by name, with what is wrong."""
    wiring: Wiring = request.app.state.wiring
    found = {"database": _database(wiring), "redis": _redis(wiring.settings.redis_address)}
    return JSONResponse(found, 200 if set(found.values()) == {FINE} else 503)


def _database(wiring: Wiring) -> str:
    try:
        with wiring.database.read() as connection:
            published.last(connection)
    except SQLAlchemyError as error:
        return type(error).__name__  # its text may hold the address
    return FINE


def _redis(address: str) -> str:
    try:
        with redis.Redis.from_url(address, socket_timeout=PING_SECONDS, socket_connect_timeout=PING_SECONDS) as client:
            client.ping()
    except redis.RedisError as error:
        return type(error).__name__
    return FINE

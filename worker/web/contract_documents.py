"""`/schemas/…` and `/asyncapi.json`: the contract's documents, byte for byte as they are shipped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

router = APIRouter(tags=["contract"])

ASYNCAPI = "asyncapi.json"
AN_HOUR = {"Cache-Control": "max-age=3600"}


@router.get("/schemas", summary="The schemas by name")
def names() -> list[str]:
    """Each stands under /schemas/ with its name."""
    return sorted(name for name in _shipped() if name != ASYNCAPI)


@router.get("/schemas/{name}", summary="A JSON Schema (2020-12)", responses={404: {"description": "No such schema."}})
def schema(name: str) -> Response:
    """Of the data of a message; messages name it in `dataschema`."""
    if name == ASYNCAPI or name not in _shipped():
        raise HTTPException(404, f"no schema {name[:50]!r}; there are {', '.join(names())}")
    return Response(_shipped()[name], media_type="application/schema+json", headers=AN_HOUR)


@router.get("/asyncapi.json", summary="The AsyncAPI 3 document of the streams")
def asyncapi() -> Response:
    """For generators and viewers."""
    return Response(_shipped()[ASYNCAPI], media_type="application/json", headers=AN_HOUR)


@cache
def _shipped() -> dict[str, bytes]:
    folder = files("worker") / "schemas"
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".json")}

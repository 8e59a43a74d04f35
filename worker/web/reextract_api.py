"""`/api/v1`: stored articles extracted again for services, like `wireroom reextract` and `wireroom runs` for people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from extractors import FamilyName, Verdict, versions
from worker.engine.wiring import Wiring
from worker.steps.reextract import begin
from worker.store import runs
from worker.store.articles import listed
from worker.store.articles.listed import NotOne
from worker.store.articles.selection import Selection

router = APIRouter(prefix="/api/v1", tags=["re-extraction"])

MOST_ARTICLES = 1000
Number = Annotated[int, Path(ge=1, le=2**53)]
NO_RUN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such run."}}


class Wanted(BaseModel):
    """Which stored articles are extracted again: those to which all that is given applies."""

    model_config = ConfigDict(extra="forbid")

    articles: tuple[Annotated[str, Field(min_length=1, max_length=2048)], ...] = Field(
        (), max_length=MOST_ARTICLES, description="ids, their beginnings, or ends of addresses"
    )
    source: str = Field("", max_length=200, description="listed by this source")
    since: AwareDatetime | None = Field(None, description="first seen then or later")
    until: AwareDatetime | None = Field(None, description="first seen before then")
    family: FamilyName | Literal[""] = ""
    verdict: Verdict | None = Field(None, description="as they were judged")
    extractor: str = Field("", description="only where this extractor is outdated or failed")
    outdated: bool = Field(False, description="extracted by other versions than today's")
    all: bool = Field(False, description="everything that is stored; must be said where nothing else is")
    asked_by: str = Field("", max_length=100, description="who asks: kept with the run")

    @model_validator(mode="after")
    def _says_what(self) -> Wanted:
        chosen = self.model_dump(exclude={"all", "asked_by"}, exclude_defaults=True)
        if not chosen and not self.all:
            raise ValueError('say which articles, or that all are meant: {"all": true}')
        if chosen and self.all:
            raise ValueError("all, or a selection: not both")
        if self.extractor and self.extractor not in versions():
            raise ValueError(f"no extractor {self.extractor!r}; there are {', '.join(sorted(versions()))}")
        return self


class Run(BaseModel):
    """A run as it stands: `done` of `total` articles, and in `tally` what happened to them and their records."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    state: runs.RunState
    asked_by: str
    asked_at: dt.datetime
    selection: dict[str, Any]
    versions: dict[str, int]
    total: int
    done: int
    tally: dict[str, int]
    ended_at: dt.datetime | None


@router.post("/reextract", status_code=202, summary="Extract stored articles again")
def reextract(request: Request, response: Response, wanted: Wanted) -> Run:
    """From stored pages only, in no hurry; what changed is published. Answers at once with the run."""
    wiring: Wiring = request.app.state.wiring
    chosen = Selection(
        _articles(wiring, wanted.articles), wanted.source, wanted.since, wanted.until, wanted.family,
        wanted.verdict.value if wanted.verdict else "", wanted.extractor, wanted.outdated,
    )  # fmt: skip
    caller = f"http:{request.client.host if request.client else '?'}"
    asked_by = f"{wanted.asked_by} ({caller})" if wanted.asked_by else caller
    new = begin(chosen, asked_by=asked_by, database=wiring.database, now=_now())
    response.headers["Location"] = f"/api/v1/runs/{new}"
    return _run(wiring, new)


@router.get("/runs", summary="The last runs, newest first")
def newest(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> list[Run]:
    """Who asked for what, how far it is, and what it changed."""
    wiring: Wiring = request.app.state.wiring
    with wiring.database.read() as connection:
        return [Run.model_validate(each) for each in runs.newest(connection, limit)]


@router.get("/runs/{number}", summary="One run", responses=NO_RUN)
def one(request: Request, number: Number) -> Run:
    """Ask again to see it go on."""
    return _run(request.app.state.wiring, number)


@router.post("/runs/{number}/cancel", summary="Stop a run",
             responses={**NO_RUN, 409: {"description": "It is not running."}})  # fmt: skip
def cancel(request: Request, number: Number) -> Run:
    """What it has done stays."""
    wiring: Wiring = request.app.state.wiring
    found = _run(wiring, number)
    with wiring.database.write() as connection:
        if not runs.cancel(connection, number, now=_now()):
            raise HTTPException(409, f"run {number} is {found.state}")
    return _run(wiring, number)


def _run(wiring: Wiring, number: int) -> Run:
    with wiring.database.read() as connection:
        found = runs.one(connection, number)
    if found is None:
        raise HTTPException(404, f"there is no run {number}")
    return Run.model_validate(found)


def _articles(wiring: Wiring, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Their ids; one that fits none or several articles is refused, or a typing error would do nothing silently."""
    ids = []
    for each in wanted:
        try:
            with wiring.database.read() as connection:
                ids.append(listed.only(connection, each).id)
        except NotOne as error:
            what = "several articles" if error.found else "no article"
            raise HTTPException(422, f"{each[:100]!r} fits {what}") from error
    return tuple(ids)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

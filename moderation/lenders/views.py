"""The registry over HTTP, for reading: GET /v1/lenders, GET /v1/lenders/{id}."""

from datetime import date
from typing import Annotated

from flask import Response, current_app
from flask_openapi import APIBlueprint
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from moderation.access.guard import SECURITY, requires
from moderation.days import today
from moderation.errors import NotFound
from moderation.lenders import store
from moderation.lenders.portrait import LenderOut, draw, number_of, search
from moderation.problems import documented
from moderation.services import services

api = APIBlueprint(
    "lenders",
    __name__,
    url_prefix="/v1",
    abp_security=SECURITY,
    abp_tags=[{"name": "lenders", "description": "The registry of licensed lenders."}],
    abp_responses=documented(400, 401, 403, 422, 503),
)


class LendersQuery(BaseModel):
    """Which lenders, as of which day."""

    model_config = ConfigDict(extra="forbid")

    # Texts of PostgreSQL hold every character but U+0000.
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = Field(
        "", description="Part of any name of the lender."
    )
    at: date | None = Field(None, description="Day that status is given for; today unless given.")
    known_at: AwareDatetime | None = Field(None, description="As the registry was at this instant; now unless given.")
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)


class DayQuery(BaseModel):
    """As of which day, and as known at which instant."""

    model_config = ConfigDict(extra="forbid")

    at: date | None = Field(None, description="Day that status is given for; today unless given.")
    known_at: AwareDatetime | None = Field(None, description="As the registry was at this instant; now unless given.")


class LenderPath(BaseModel):
    """The registry's own number of a lender."""

    lender_id: int = Field(ge=1, le=2**53)


class LendersOut(BaseModel):
    """A page of lenders. ``total`` counts all that fit; ``registry`` is the registry's version."""

    registry: str
    total: int
    lenders: list[LenderOut]


@api.get("/lenders", summary="Search the registry", responses={200: LendersOut})
@requires("lenders:read")
def list_lenders(query: LendersQuery) -> Response:
    """List lenders in order of their legal names. A lender's being here proves nothing about who uses its name."""
    day = query.at or today()
    with services().db.read() as session:
        registry = services().registry.get(session)
        found = search(registry.facts, query.name.strip())
        page = found[query.offset : query.offset + query.limit]
        lenders = [draw(store.about(session, lender.legal_name, query.known_at), day) for lender in page]
    return _json(LendersOut(registry=registry.version, total=len(found), lenders=lenders))


@api.get("/lenders/<int:lender_id>", summary="Read one lender", responses={200: LenderOut, **documented(404)})
@requires("lenders:read")
def get_lender(path: LenderPath, query: DayQuery) -> Response:
    """Return a lender as of a day, as it is known now or was known at an instant."""
    with services().db.read() as session:
        lenders = services().registry.get(session).facts.lenders
        name = next((each.legal_name for each in lenders if number_of(each.legal_name) == path.lender_id), None)
        records = store.about(session, name, query.known_at) if name else []
    if not records:
        raise NotFound(f"there is no lender {path.lender_id}")
    return _json(draw(records, query.at or today()))


def _json(model: BaseModel) -> Response:
    return current_app.response_class(model.model_dump_json(), 200, content_type="application/json")

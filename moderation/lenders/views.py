"""The registry over HTTP, for reading: GET /v1/lenders, GET /v1/lenders/{id}."""

from datetime import date
from typing import Annotated

from flask import Response, current_app
from flask_openapi import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, func, select

from moderation.access.guard import SECURITY, requires
from moderation.db import utcnow
from moderation.errors import NotFound
from moderation.lenders import timeline
from moderation.lenders.facts import row_timeline
from moderation.lenders.models import LenderEntity, LenderName
from moderation.lenders.registry import current_version
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
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)


class DayQuery(BaseModel):
    """As of which day."""

    model_config = ConfigDict(extra="forbid")

    at: date | None = Field(None, description="Day that status is given for; today unless given.")


class LenderPath(BaseModel):
    """The registry's own number of a lender."""

    lender_id: int = Field(ge=1, le=2**53)


class NameOut(BaseModel):
    """A name of a lender and how surely it is."""

    name: str
    kind: str
    confidence: str
    source: str


class DomainOut(BaseModel):
    """A domain of a lender and how surely it is."""

    domain: str
    confidence: str
    source: str


class LenderOut(BaseModel):
    """A lender as of a day; ``status`` is that day's, ``status_history`` all that is known."""

    id: int
    legal_name: str
    licence_type: str
    nfra_code: str
    regulator: str
    region: str
    province: str
    status: str
    at: date
    status_history: str
    confidence: str
    source: str
    note: str
    as_of: date | None
    names: list[NameOut]
    domains: list[DomainOut]


class LendersOut(BaseModel):
    """A page of lenders. ``total`` counts all that fit; ``registry`` is the registry's version."""

    registry: str
    total: int
    lenders: list[LenderOut]


@api.get("/lenders", summary="Search the registry", responses={200: LendersOut})
@requires("lenders:read")
def list_lenders(query: LendersQuery) -> Response:
    """List lenders in the order they were entered. A lender's being here proves nothing about who uses its name."""
    day = query.at or utcnow().date()
    wanted = _named(query.name.strip())
    with services().db.read() as session:
        total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        rows = session.scalars(wanted.order_by(LenderEntity.id).limit(query.limit).offset(query.offset))
        page = LendersOut(registry=current_version(session), total=total, lenders=[_out(row, day) for row in rows])
    return _json(page)


@api.get("/lenders/<int:lender_id>", summary="Read one lender", responses={200: LenderOut, **documented(404)})
@requires("lenders:read")
def get_lender(path: LenderPath, query: DayQuery) -> Response:
    """Return a lender as of a day."""
    with services().db.read() as session:
        row = session.get(LenderEntity, path.lender_id)
        if row is None:
            raise NotFound(f"there is no lender {path.lender_id}")
        return _json(_out(row, query.at or utcnow().date()))


def _named(name: str) -> Select[LenderEntity]:
    if not name:
        return select(LenderEntity)
    holders = select(LenderName.entity_id).where(LenderName.name.icontains(name, autoescape=True))
    return select(LenderEntity).where(LenderEntity.id.in_(holders))


def _out(row: LenderEntity, day: date) -> LenderOut:
    statuses = row_timeline(row)
    return LenderOut(
        id=row.id,
        legal_name=row.legal_name,
        licence_type=row.licence_type,
        nfra_code=row.nfra_code,
        regulator=row.regulator,
        region=row.region,
        province=row.province,
        status=timeline.at(statuses, day),
        at=day,
        status_history=timeline.render(statuses),
        confidence=row.confidence,
        source=row.source,
        note=row.note,
        as_of=row.as_of,
        names=[NameOut.model_validate(name, from_attributes=True) for name in row.names],
        domains=[DomainOut.model_validate(domain, from_attributes=True) for domain in row.domains],
    )


def _json(model: BaseModel) -> Response:
    return current_app.response_class(model.model_dump_json(), 200, content_type="application/json")

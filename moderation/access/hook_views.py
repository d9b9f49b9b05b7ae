"""POST /v1/hooks/content: items by signed webhook."""

from typing import Annotated, Any

from flask import Response, request
from flask_openapi import APIBlueprint
from pydantic import BaseModel, Field

from moderation.access import hooks
from moderation.bodies import parse, read
from moderation.db import utcnow
from moderation.items import store
from moderation.items.models import LIVE
from moderation.items.schemas import Answer, Submission
from moderation.items.views import Intake, answer
from moderation.problems import documented
from moderation.services import services

api = APIBlueprint(
    "hooks",
    __name__,
    url_prefix="/v1/hooks",
    abp_tags=[{"name": "hooks", "description": "Items by signed webhook (Standard Webhooks)."}],
    abp_responses=documented(400, 401, 409, 413, 415, 422, 503),
)


class HookQuery(BaseModel):
    """Which source sends; ``daidun keys hook-create`` prints the whole URL."""

    source: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]+$")]


class HookHeaders(BaseModel):
    """Standard Webhooks headers. The signature is over ``id.timestamp.body`` with the source's secret."""

    webhook_id: Annotated[str, Field(min_length=1, max_length=200, alias="webhook-id")]
    webhook_timestamp: Annotated[str, Field(max_length=20, alias="webhook-timestamp")]
    webhook_signature: Annotated[str, Field(max_length=2000, alias="webhook-signature")]


class Event(BaseModel):
    """The envelope that Standard Webhooks recommends; a bare item or batch is taken as well."""

    type: Annotated[str, Field(max_length=100)]
    timestamp: str | None = None
    data: dict[str, Any] | list[Any]


@api.post(
    "/content",
    summary="Send items by signed webhook",
    responses={200: Answer, 202: Answer},
)
def content(query: HookQuery, header: HookHeaders) -> Response:
    """Verify the signature, then store the items as POST /v1/items does. The same message again is answered alike."""
    house = services()
    body = request.get_data()
    with house.db.read() as session:
        source = hooks.verify(
            session, query.source, body, dict(request.headers), utcnow(), house.settings.hook_tolerance
        )
    submission = read(Submission, _unwrap(parse(body)))
    with house.db.write() as session:
        hooks.remember(session, source, header.webhook_id, body)
        accepted = store.accept(session, source.tenant_id, submission.items, LIVE, utcnow())
    if accepted.new:
        house.doorbell.moderate(LIVE)
    return answer(house, Intake(accepted.rows, submission.single))


def _unwrap(value: Any) -> Any:
    return read(Event, value).data if isinstance(value, dict) and "data" in value else value

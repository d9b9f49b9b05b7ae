"""Webhooks over HTTP: /v1/webhooks, their secrets and the log of their deliveries."""

from datetime import timedelta
from typing import Annotated

from flask import Response, current_app
from flask_openapi import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from moderation.access.guard import SECURITY, caller, requires
from moderation.db import utcnow
from moderation.errors import Conflict
from moderation.problems import documented
from moderation.services import services
from moderation.webhooks import outbox, registry
from moderation.webhooks.models import ACTIVE
from moderation.webhooks.schemas import (
    DeliveriesOut,
    DeliveryOut,
    EndpointChange,
    EndpointIn,
    EndpointOut,
    EndpointsOut,
    EndpointWithSecret,
    RotationIn,
    State,
    delivery_out,
    endpoint_out,
    endpoint_with_secret,
)

SCOPE = "webhooks:manage"
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_]+$")]

api = APIBlueprint(
    "webhooks",
    __name__,
    url_prefix="/v1/webhooks",
    abp_security=SECURITY,
    abp_tags=[{"name": "webhooks", "description": "Receivers of verdicts, and the log of what was sent to them."}],
    abp_responses=documented(400, 401, 403, 413, 415, 422, 503),
)


class EndpointPath(BaseModel):
    """The endpoint's id."""

    webhook_id: Id


class DeliveryPath(BaseModel):
    """The message's id."""

    delivery_id: Id


class LogQuery(BaseModel):
    """Which part of the log."""

    model_config = ConfigDict(extra="forbid")

    cursor: Id | None = Field(None, description="next_cursor of the page before")
    limit: int = Field(50, ge=1, le=200)
    state: State | None = None


@api.post("", summary="Register a receiver", responses={201: EndpointWithSecret, **documented(409)})
@requires(SCOPE)
def create(body: EndpointIn) -> Response:
    """Register a receiver. The answer holds its signing secret, which is not shown again."""
    house, now = services(), utcnow()
    with house.db.write() as session:
        endpoint, secret = registry.register(session, house.settings, caller().tenant_id, body.url, body.events, now)
    response = _json(endpoint_with_secret(endpoint, now, secret), 201)
    response.headers["Location"] = f"/v1/webhooks/{endpoint.id}"
    return response


@api.get("", summary="List the receivers", responses={200: EndpointsOut})
@requires(SCOPE)
def index() -> Response:
    """Return all receivers of the key's tenant, the oldest first."""
    now = utcnow()
    with services().db.read() as session:
        rows = registry.endpoints(session, caller().tenant_id)
    return _json(EndpointsOut(webhooks=[endpoint_out(row, now) for row in rows]), 200)


@api.get("/<webhook_id>", summary="Read a receiver", responses={200: EndpointOut, **documented(404)})
@requires(SCOPE)
def show(path: EndpointPath) -> Response:
    """Return one receiver; another tenant's is not found."""
    with services().db.read() as session:
        endpoint = registry.find(session, caller().tenant_id, path.webhook_id)
    return _json(endpoint_out(endpoint, utcnow()), 200)


@api.patch("/<webhook_id>", summary="Change a receiver", responses={200: EndpointOut, **documented(404)})
@requires(SCOPE)
def change(path: EndpointPath, body: EndpointChange) -> Response:
    """Change URL, events or state. What waits for a disabled receiver is kept, and sent when it is active again."""
    house = services()
    with house.db.write() as session:
        endpoint = registry.find(session, caller().tenant_id, path.webhook_id)
        if body.url is not None:
            registry.change_url(endpoint, house.settings, body.url)
        if body.events is not None:
            registry.change_events(endpoint, body.events)
        if body.state is not None:
            registry.change_state(endpoint, body.state)
    house.doorbell.deliver()
    return _json(endpoint_out(endpoint, utcnow()), 200)


@api.delete("/<webhook_id>", summary="Remove a receiver", responses={204: None, **documented(404)})
@requires(SCOPE)
def remove(path: EndpointPath) -> Response:
    """Remove a receiver with its secrets, its waiting messages and its log."""
    with services().db.write() as session:
        session.delete(registry.find(session, caller().tenant_id, path.webhook_id))
    return current_app.response_class(status=204)


@api.post("/<webhook_id>/rotate", summary="Rotate the secret", responses={200: EndpointWithSecret, **documented(404)})
@requires(SCOPE)
def rotate(path: EndpointPath, body: RotationIn) -> Response:
    """Make a new signing secret. Until the overlap ends, messages carry a signature by the former one as well."""
    now = utcnow()
    with services().db.write() as session:
        endpoint = registry.find(session, caller().tenant_id, path.webhook_id)
        secret = registry.rotate(endpoint, timedelta(hours=body.overlap_hours), now)
    return _json(endpoint_with_secret(endpoint, now, secret), 200)


@api.post("/<webhook_id>/test", summary="Send a test message", responses={202: DeliveryOut, **documented(404, 409)})
@requires(SCOPE)
def test(path: EndpointPath) -> Response:
    """Send a ``webhook.test`` message; the log tells what came of it."""
    house = services()
    with house.db.write() as session:
        endpoint = registry.find(session, caller().tenant_id, path.webhook_id)
        if endpoint.state != ACTIVE:
            raise Conflict("the webhook is disabled; activate it first")
        delivery = outbox.enqueue_test(session, endpoint)
    house.doorbell.deliver()
    return _json(delivery_out(delivery, []), 202)


@api.get("/<webhook_id>/deliveries", summary="Read the log", responses={200: DeliveriesOut, **documented(404)})
@requires(SCOPE)
def deliveries(path: EndpointPath, query: LogQuery) -> Response:
    """Return deliveries with their attempts, the newest first."""
    with services().db.read() as session:
        endpoint = registry.find(session, caller().tenant_id, path.webhook_id)
        page = registry.page(session, endpoint.id, query.cursor, query.limit, query.state)
    shown = [delivery_out(row, page.attempts.get(row.id, [])) for row in page.deliveries]
    return _json(DeliveriesOut(deliveries=shown, next_cursor=page.next_cursor), 200)


@api.post(
    "/deliveries/<delivery_id>/redeliver",
    summary="Send a message once more",
    responses={202: DeliveryOut, **documented(404, 409)},
)
@requires(SCOPE)
def redeliver(path: DeliveryPath) -> Response:
    """Send a delivered, dead or waiting message now, with the same id and the same bytes."""
    house = services()
    with house.db.write() as session:
        delivery = registry.redeliver(session, caller().tenant_id, path.delivery_id, utcnow())
        attempts = registry.attempts_of(session, delivery.id)
    house.doorbell.deliver()
    return _json(delivery_out(delivery, attempts), 202)


def _json(model: BaseModel, status: int) -> Response:
    return current_app.response_class(model.model_dump_json(), status, content_type="application/json")

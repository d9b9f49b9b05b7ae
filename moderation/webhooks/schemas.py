"""Webhook endpoints and deliveries as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from moderation.webhooks import signing
from moderation.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from moderation.webhooks.targets import MAX_URL

Event = Literal["item.decided"]
Url = Annotated[str, Field(min_length=1, max_length=MAX_URL, examples=["https://platform.example/daidun"])]
Events = Annotated[list[Event], Field(min_length=1, max_length=10)]
State = Literal["pending", "delivered", "dead", "cancelled"]


class EndpointIn(BaseModel):
    """A receiver to register."""

    model_config = ConfigDict(extra="forbid", title="WebhookIn")

    url: Url
    events: Events = ["item.decided"]


class EndpointChange(BaseModel):
    """What to change; the rest stays. Another URL, or the state ``active``, closes the endpoint's circuit."""

    model_config = ConfigDict(extra="forbid", title="WebhookChange")

    url: Url | None = None
    events: Events | None = None
    state: Literal["active", "disabled"] | None = None


class RotationIn(BaseModel):
    """How long the former secret signs on, in hours; 0 ends it at once."""

    model_config = ConfigDict(extra="forbid", title="WebhookRotation")

    overlap_hours: float = Field(24.0, ge=0, le=7 * 24)


class SecretOut(BaseModel):
    """A signing secret without its value: since when it signs, and until when."""

    created_at: datetime
    expires_at: datetime | None


class EndpointOut(BaseModel):
    """A receiver. ``failures`` counts failed attempts since the last success."""

    model_config = ConfigDict(title="Webhook")

    id: str
    url: str
    events: list[str]
    state: Literal["active", "disabled"]
    disabled_reason: str | None = None
    failures: int
    circuit_until: datetime | None = Field(None, description="Nothing is sent before this, because too much failed.")
    secrets: list[SecretOut]
    created_at: datetime


class EndpointWithSecret(EndpointOut):
    """A receiver with its new signing secret, which is shown this once."""

    model_config = ConfigDict(title="WebhookWithSecret")

    secret: str


class EndpointsOut(BaseModel):
    """All receivers of the tenant."""

    model_config = ConfigDict(title="Webhooks")

    webhooks: list[EndpointOut]


class AttemptOut(BaseModel):
    """One POST and what came of it."""

    number: int
    at: datetime
    status: int | None = None
    latency_ms: float
    error: str | None = None
    response_head: str | None = None


class DeliveryOut(BaseModel):
    """One message; ``id`` is its ``webhook-id``."""

    model_config = ConfigDict(title="Delivery")

    id: str
    webhook_id: str = Field(description="The endpoint.")
    event: str
    sequence: int
    state: State
    next_attempt_at: datetime | None = None
    created_at: datetime
    finished_at: datetime | None = None
    attempts: list[AttemptOut] = []


class DeliveriesOut(BaseModel):
    """A page of the log, the newest first; ``next_cursor`` leads to the next page, if there is one."""

    model_config = ConfigDict(title="Deliveries")

    deliveries: list[DeliveryOut]
    next_cursor: str | None = None


def endpoint_out(row: WebhookEndpoint, now: datetime) -> EndpointOut:
    """Return *row* as the API shows it: without secrets."""
    return EndpointOut.model_validate(_endpoint_fields(row, now))


def endpoint_with_secret(row: WebhookEndpoint, now: datetime, secret: str) -> EndpointWithSecret:
    """Return *row* with the secret that it was just given."""
    return EndpointWithSecret.model_validate(_endpoint_fields(row, now) | {"secret": secret})


def delivery_out(row: WebhookDelivery, attempts: list[WebhookAttempt]) -> DeliveryOut:
    """Return *row* with its attempts."""
    return DeliveryOut(
        id=row.id,
        webhook_id=row.endpoint_id,
        event=row.event_type,
        sequence=row.seq,
        state=row.state,
        next_attempt_at=row.due_at,
        created_at=row.created_at,
        finished_at=row.finished_at,
        attempts=[AttemptOut.model_validate(attempt, from_attributes=True) for attempt in attempts],
    )


def _endpoint_fields(row: WebhookEndpoint, now: datetime) -> dict[str, Any]:
    circuit = row.circuit_until if row.circuit_until is not None and row.circuit_until > now else None
    names = ("id", "url", "events", "state", "disabled_reason", "failures", "created_at")
    secrets = signing.live_entries(row.secrets, now)
    return {name: getattr(row, name) for name in names} | {"circuit_until": circuit, "secrets": secrets}

"""Endpoints and their log, as their tenant manages them; another tenant's are not found."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from moderation.errors import Conflict, Invalid, NotFound
from moderation.settings import Settings
from moderation.webhooks import signing, targets
from moderation.webhooks.failures import Refused
from moderation.webhooks.models import (
    ACTIVE,
    DISABLED,
    PENDING,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)

MAX_ENDPOINTS = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Part of the log: deliveries, their attempts by delivery, and where the next page begins."""

    deliveries: Sequence[WebhookDelivery]
    attempts: dict[str, list[WebhookAttempt]]
    next_cursor: str | None


def register(
    session: Session, settings: Settings, tenant_id: int, url: str, events: Sequence[str], now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Store a new endpoint; return it and its signing secret.

    Raises:
        Invalid: the URL is not one that webhooks may go to.
        Conflict: the tenant has ``MAX_ENDPOINTS`` already.
    """
    _check_url(settings, url)
    count = session.scalar(select(func.count()).where(WebhookEndpoint.tenant_id == tenant_id)) or 0
    if count >= MAX_ENDPOINTS:
        raise Conflict(f"there are {count} webhooks already; {MAX_ENDPOINTS} are the limit")
    secrets, secret = signing.first_secrets(now)
    endpoint = WebhookEndpoint(tenant_id=tenant_id, url=url, secrets=secrets, events=_unique(events), created_at=now)
    session.add(endpoint)
    session.flush()
    return endpoint, secret


def endpoints(session: Session, tenant_id: int) -> Sequence[WebhookEndpoint]:
    """Return the tenant's endpoints, the oldest first."""
    query = select(WebhookEndpoint).where(WebhookEndpoint.tenant_id == tenant_id)
    return session.scalars(query.order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)).all()


def find(session: Session, tenant_id: int, endpoint_id: str) -> WebhookEndpoint:
    """Return the tenant's endpoint, or raise NotFound."""
    endpoint = session.get(WebhookEndpoint, endpoint_id)
    if endpoint is None or endpoint.tenant_id != tenant_id:
        raise NotFound("there is no such webhook")
    return endpoint


def change_url(endpoint: WebhookEndpoint, settings: Settings, url: str) -> None:
    """Send what waits and what comes to *url*; failures of the old one are forgotten."""
    _check_url(settings, url)
    if url != endpoint.url:
        endpoint.url = url
        _close_circuit(endpoint)


def change_events(endpoint: WebhookEndpoint, events: Sequence[str]) -> None:
    """Subscribe *endpoint* to exactly *events*."""
    endpoint.events = _unique(events)


def change_state(endpoint: WebhookEndpoint, state: str) -> None:
    """Activate or disable *endpoint*; what waits for a disabled one is kept for the horizon."""
    if state == ACTIVE:
        endpoint.state, endpoint.disabled_reason = ACTIVE, None
        _close_circuit(endpoint)
    elif endpoint.state != DISABLED:
        endpoint.state, endpoint.disabled_reason = DISABLED, "disabled over the API"


def rotate(endpoint: WebhookEndpoint, overlap: timedelta, now: datetime) -> str:
    """Give *endpoint* a new signing secret and return it; the former one signs on for *overlap*."""
    endpoint.secrets, secret = signing.rotate(endpoint.secrets, now, overlap)
    return secret


def page(session: Session, endpoint_id: str, cursor: str | None, limit: int, state: str | None) -> Page:
    """Return *limit* deliveries of an endpoint, the newest first, from *cursor* on."""
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if cursor is not None:
        query = query.where(WebhookDelivery.id < cursor)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    rows = session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    return Page(shown, _attempts(session, [row.id for row in shown]), shown[-1].id if len(rows) > limit else None)


def redeliver(session: Session, tenant_id: int, delivery_id: str, now: datetime) -> WebhookDelivery:
    """Send a message once more, now; it keeps its id and its bytes.

    Raises:
        NotFound: the tenant has no such delivery.
        Conflict: it is being sent at this moment, or its endpoint is disabled.
    """
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None or delivery.tenant_id != tenant_id:
        raise NotFound("there is no such delivery")
    if find(session, tenant_id, delivery.endpoint_id).state != ACTIVE:
        raise Conflict("the webhook is disabled; activate it first")
    row = WebhookDelivery
    taken = (
        update(row)
        .where(row.id == delivery_id, or_(row.lease.is_(None), row.due_at <= now))
        .values(state=PENDING, due_at=now, lease=None, finished_at=None)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(taken) is None:
        raise Conflict("the delivery is being sent at this moment")
    session.refresh(delivery)
    return delivery


def attempts_of(session: Session, delivery_id: str) -> list[WebhookAttempt]:
    """Return the attempts of one delivery, in order."""
    return _attempts(session, [delivery_id]).get(delivery_id, [])


def _attempts(session: Session, delivery_ids: Sequence[str]) -> dict[str, list[WebhookAttempt]]:
    query = select(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(delivery_ids)).order_by(WebhookAttempt.number)
    found: dict[str, list[WebhookAttempt]] = defaultdict(list)
    for attempt in session.scalars(query):
        found[attempt.delivery_id].append(attempt)
    return found


def _check_url(settings: Settings, url: str) -> None:
    try:
        targets.check(url, settings.allowed_networks, plain_http=settings.webhook_plain_http)
    except Refused as error:
        raise Invalid(str(error), errors=[{"loc": "/url", "msg": str(error)}]) from error


def _close_circuit(endpoint: WebhookEndpoint) -> None:
    endpoint.failures, endpoint.trips, endpoint.circuit_until = 0, 0, None


def _unique(events: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(events))

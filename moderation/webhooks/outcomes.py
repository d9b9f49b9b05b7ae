"""What came of claimed deliveries, written back in one transaction for a whole batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from moderation.webhooks.claims import Claimed
from moderation.webhooks.models import (
    CANCELLED,
    DELIVERED,
    DISABLED,
    PENDING,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from moderation.webhooks.schedule import LONGEST_RETRY_AFTER

log = structlog.get_logger(__name__)

FAILURES_TO_OPEN = 5
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one claim. ``state`` is the delivery's next; pending without ``sent`` puts it back untried.

    ``due_at``: when a pending one is due again. ``gone``: the receiver wants no more calls (410).
    """

    claimed: Claimed
    state: str
    at: datetime
    sent: bool = True
    due_at: datetime | None = None
    latency_ms: float = 0.0
    status: int | None = None
    error: str | None = None
    head: str | None = None
    retry_after: float | None = None

    @property
    def gone(self) -> bool:
        return self.status == 410

    @property
    def delivered(self) -> bool:
        return self.state == DELIVERED


def settle(session: Session, outcomes: Sequence[Outcome], now: datetime) -> int:
    """Write attempts, states and the endpoints' circuits; return how many claims were still owned.

    What another worker has claimed in the meantime is left alone: its lease was lost, its outcome is the other's.
    """
    mine = _owned(session, outcomes)
    if len(mine) < len(outcomes):
        log.warning("webhook.lease_lost", deliveries=len(outcomes) - len(mine))
    attempts = [_attempt(outcome) for outcome in mine if outcome.sent]
    if attempts:
        session.execute(insert(WebhookAttempt), attempts)
    if mine:
        session.execute(update(WebhookDelivery), [_state(outcome, now) for outcome in mine])
        _mark_endpoints(session, mine, now)
    return len(mine)


def _owned(session: Session, outcomes: Iterable[Outcome]) -> list[Outcome]:
    by_id = {outcome.claimed.id: outcome for outcome in outcomes}
    query = (
        select(WebhookDelivery.id, WebhookDelivery.lease)
        .where(WebhookDelivery.id.in_(by_id), WebhookDelivery.state == PENDING)
        .order_by(WebhookDelivery.id)
        .with_for_update(key_share=True)
    )
    leases = session.execute(query)
    return [by_id[delivery_id] for delivery_id, lease in leases if lease == by_id[delivery_id].claimed.lease]


def _attempt(outcome: Outcome) -> dict[str, Any]:
    return {
        "delivery_id": outcome.claimed.id,
        "number": outcome.claimed.attempts,
        "at": outcome.at,
        "status": outcome.status,
        "latency_ms": outcome.latency_ms,
        "error": outcome.error and outcome.error[:300],
        "response_head": outcome.head,
    }


def _state(outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "id": outcome.claimed.id,
        "state": outcome.state,
        "due_at": outcome.due_at,
        "lease": None,
        "attempts": outcome.claimed.attempts - (0 if outcome.sent else 1),
        "finished_at": None if outcome.state == PENDING else now,
    }


def _mark_endpoints(session: Session, outcomes: Iterable[Outcome], now: datetime) -> None:
    """Count failures and move circuits. Endpoints that were well and stay well are not touched, nor locked.

    The lock lets new deliveries refer to the endpoint meanwhile: it must not hold up those who decide.
    """
    by_endpoint: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_endpoint[outcome.claimed.endpoint_id].append(outcome)
    failed = [key for key, group in by_endpoint.items() if not all(outcome.delivered for outcome in group)]
    row = WebhookEndpoint
    ailing = or_(row.id.in_(failed), row.failures > 0, row.circuit_until.is_not(None))
    query = select(row).where(row.id.in_(by_endpoint), ailing).order_by(row.id).with_for_update(key_share=True)
    for endpoint in session.scalars(query).all():
        for outcome in sorted(by_endpoint[endpoint.id], key=lambda outcome: outcome.at):
            if outcome.claimed.url == endpoint.url:
                _mark(session, endpoint, outcome, now)


def _mark(session: Session, endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    if not outcome.sent:
        endpoint.circuit_until = now if outcome.claimed.probe else endpoint.circuit_until
    elif outcome.delivered:
        endpoint.failures, endpoint.trips, endpoint.circuit_until = 0, 0, None
    elif outcome.gone:
        _disable(session, endpoint, now)
    else:
        _failed(endpoint, outcome, now)


def _failed(endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    endpoint.failures += 1
    pauses = []
    if outcome.claimed.probe or (endpoint.circuit_until is None and endpoint.failures >= FAILURES_TO_OPEN):
        pauses.append(min(_FIRST_PAUSE * 2 ** min(endpoint.trips, 10), _LONGEST_PAUSE))
        endpoint.trips += 1
    if outcome.retry_after:
        pauses.append(min(timedelta(seconds=outcome.retry_after), LONGEST_RETRY_AFTER))
    if pauses:
        endpoint.circuit_until = now + max(pauses)
        log.info("webhook.circuit_open", endpoint=endpoint.id, until=endpoint.circuit_until.isoformat())


def _disable(session: Session, endpoint: WebhookEndpoint, now: datetime) -> None:
    """Obey 410 Gone: disable the endpoint and cancel what waits for it; what is in flight settles itself."""
    endpoint.state, endpoint.disabled_reason = DISABLED, "the receiver answered 410 Gone"
    row = WebhookDelivery
    waiting = (
        select(row.id)
        .where(row.endpoint_id == endpoint.id, row.state == PENDING, or_(row.lease.is_(None), row.due_at <= now))
        .with_for_update(skip_locked=True, key_share=True)
    )
    session.execute(
        update(row)
        .where(row.id.in_(waiting))
        .values(state=CANCELLED, due_at=None, lease=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    log.warning("webhook.endpoint_gone", endpoint=endpoint.id)

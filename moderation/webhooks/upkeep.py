"""What nobody delivers any more: messages past their horizon, and old entries of the log."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from moderation.webhooks.models import ACTIVE, DEAD, PENDING, WebhookDelivery, WebhookEndpoint, first_id_at


def expire(session: Session, now: datetime, horizon: timedelta) -> int:
    """Bury what is older than *horizon* and waits for a disabled endpoint or an open circuit; return how many.

    Deliveries to a working endpoint expire at their last attempt instead.
    """
    blocked = select(WebhookEndpoint.id).where(
        or_(WebhookEndpoint.state != ACTIVE, WebhookEndpoint.circuit_until.is_not(None))
    )
    row = WebhookDelivery
    buried = (
        update(row)
        .where(row.endpoint_id.in_(blocked), row.due_at.is_not(None), row.created_at < now - horizon)
        .where(or_(row.lease.is_(None), row.due_at <= now))
        .values(state=DEAD, due_at=None, lease=None, finished_at=now)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(buried).all())


def prune(session: Session, before: datetime, limit: int = 10_000) -> int:
    """Delete up to *limit* finished deliveries made before *before*, with their attempts; return how many."""
    row = WebhookDelivery
    old = select(row.id).where(row.id < first_id_at(before.timestamp()), row.state != PENDING).limit(limit)
    gone = delete(row).where(row.id.in_(old)).returning(row.id).execution_options(synchronize_session=False)
    return len(session.scalars(gone).all())

"""The outbox: deliveries are written by the transaction that appends the decision, or not at all."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from moderation.db import utcnow
from moderation.webhooks.models import (
    ACTIVE,
    ITEM_DECIDED,
    TEST,
    WebhookDelivery,
    WebhookEndpoint,
    message_id,
)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One appended decision, for its tenant's endpoints. ``document`` is the answer as the API gives it."""

    tenant_id: int
    item_id: int
    seq: int
    document: Document
    context: Any = None


def enqueue_many(session: Session, decisions: Sequence[Announcement]) -> int:
    """Write one delivery per decision and active subscribed endpoint; return how many.

    One query and one bulk insert, whatever the number of decisions. The same decision twice violates the
    unique key and fails the caller's transaction. An item's messages arrive in order, so an earlier one that waits
    for its next attempt, hours perhaps, is due at once when a later decision would have to wait behind it.
    """
    endpoints = _subscribed(session, {announcement.tenant_id for announcement in decisions})
    now = utcnow()
    rows = [
        row for announcement in decisions for row in _rows(announcement, endpoints.get(announcement.tenant_id, []), now)
    ]
    _hasten(session, [announcement.item_id for announcement in decisions if announcement.seq > 1], now)
    if rows:
        session.execute(insert(WebhookDelivery), rows)
    return len(rows)


def enqueue_test(session: Session, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Write a test message to *endpoint*; it belongs to no item."""
    now = utcnow()
    delivery = WebhookDelivery(
        id=message_id(),
        endpoint_id=endpoint.id,
        tenant_id=endpoint.tenant_id,
        event_type=TEST,
        body=_body(TEST, now, {"endpoint": endpoint.id}),
        due_at=now,
        created_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery


def _hasten(session: Session, item_ids: Sequence[int], now: datetime) -> None:
    if not item_ids:
        return
    row = WebhookDelivery
    waiting = update(row).where(row.item_id.in_(item_ids), row.due_at > now, row.lease.is_(None))
    session.execute(waiting.values(due_at=now).execution_options(synchronize_session=False))


def _subscribed(session: Session, tenants: set[int]) -> dict[int, list[str]]:
    query = select(WebhookEndpoint.id, WebhookEndpoint.tenant_id, WebhookEndpoint.events).where(
        WebhookEndpoint.tenant_id.in_(tenants), WebhookEndpoint.state == ACTIVE
    )
    found: dict[int, list[str]] = defaultdict(list)
    for endpoint_id, tenant_id, events in session.execute(query):
        if ITEM_DECIDED in events:
            found[tenant_id].append(endpoint_id)
    return found


def _rows(announcement: Announcement, endpoint_ids: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    if not endpoint_ids:
        return
    data = {**announcement.document, "sequence": announcement.seq, "context": announcement.context}
    body = _body(ITEM_DECIDED, now, data)
    for endpoint_id in endpoint_ids:
        yield {
            "id": message_id(),
            "endpoint_id": endpoint_id,
            "tenant_id": announcement.tenant_id,
            "item_id": announcement.item_id,
            "seq": announcement.seq,
            "event_type": ITEM_DECIDED,
            "body": body,
            "due_at": now,
            "created_at": now,
        }


def _body(event_type: str, now: datetime, data: dict[str, Any]) -> bytes:
    """Return the exact bytes that will be signed and sent, as Standard Webhooks lays them out."""
    message = {"type": event_type, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": data}
    # ASCII only: a context may hold lone surrogates, which JSON can spell and UTF-8 cannot.
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode("ascii")

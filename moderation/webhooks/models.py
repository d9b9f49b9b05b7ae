"""Rows of webhook endpoints, deliveries and attempts. The row is the queue: the broker only rings."""

import secrets
import time
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from moderation.db import Base, BigId, Json, UTCDateTime, utcnow
from moderation.privacy import vault
from moderation.privacy.vault import EncryptedJSON

ACTIVE, DISABLED = "active", "disabled"
PENDING, DELIVERED, DEAD, CANCELLED = "pending", "delivered", "dead", "cancelled"
ITEM_DECIDED, TEST = "item.decided", "webhook.test"
EVENTS = (ITEM_DECIDED,)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that the database holds encrypted and gives back exactly as they were."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault.installed().seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault.installed().open(value)


def endpoint_id() -> str:
    """Return a new endpoint id."""
    return f"ep_{secrets.token_hex(12)}"


def message_id() -> str:
    """Return a new message id; ids sort by the millisecond they were made in."""
    return f"{first_id_at(time.time())}{secrets.token_hex(8)}"


def first_id_at(seconds: float) -> str:
    """Return what every message id made since that Unix time sorts after."""
    return f"msg_{int(seconds * 1000):012x}"


class WebhookEndpoint(Base):
    """A receiver. ``secrets`` holds at most two live signing secrets, the newest first.

    ``failures`` counts failed attempts since the last success. When there are too many the circuit opens:
    nothing is sent before ``circuit_until``, then one delivery tries the receiver; ``trips`` counts how often
    in a row that went wrong.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=endpoint_id)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"), index=True)
    url: Mapped[str] = mapped_column(String(2048))
    secrets: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJSON)
    events: Mapped[list[str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(16), default=ACTIVE)
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0)
    trips: Mapped[int] = mapped_column(default=0)
    circuit_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class WebhookDelivery(Base):
    """One message to one endpoint. ``id`` is the ``webhook-id``, the same on every retry; so is ``body``.

    ``due_at`` orders the queue and is the lease at once, as on items; ``attempts`` counts claims. A test
    message belongs to no item. The unique key starts with the item, so that it also serves the order of an
    item's messages and the deletion of an item, which takes its deliveries along.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("item_id", "endpoint_id", "seq"),
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_webhook_deliveries_log", "endpoint_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=message_id)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(default=0)
    event_type: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes] = mapped_column(SealedBytes)
    state: Mapped[str] = mapped_column(String(16), default=PENDING)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class WebhookAttempt(Base):
    """One POST and what came of it. ``response_head`` may quote our own body back, so it is encrypted."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[int | None]
    latency_ms: Mapped[float]
    error: Mapped[str | None] = mapped_column(String(300))
    response_head: Mapped[str | None] = mapped_column(EncryptedJSON)

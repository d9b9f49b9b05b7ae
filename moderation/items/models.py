"""Rows of accepted items. The row is the queue: the broker only rings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, BigId, UTCDateTime, utcnow
from moderation.privacy.vault import EncryptedJSON

PENDING, DECIDED, QUARANTINED = "pending", "decided", "quarantined"
LIVE, RESCAN = "live", "rescan"


class Item(Base):
    """One post or ad as its platform sent it.

    ``due_at`` orders the queue and is the lease at once: a worker may claim the row when it has passed, and
    claiming moves it to the end of the lease; a row with nothing left to do has none. ``lease`` names the
    claim, so that a worker whose lease ran out cannot commit over its successor. ``attempts`` counts claims.
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("tenant_id", "external_id"),
        Index(
            "ix_items_due",
            "lane",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_items_retry",
            "lane",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL AND attempts > 0"),
            postgresql_where=text("due_at IS NOT NULL AND attempts > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    lane: Mapped[str] = mapped_column(String(16), default=LIVE)
    state: Mapped[str] = mapped_column(String(16), default=PENDING)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    seq: Mapped[int] = mapped_column(default=0)

"""Rows of decisions: append-only, numbered by item."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, BigId, UTCDateTime, utcnow
from moderation.privacy.vault import EncryptedJSON

MACHINE, MODERATOR = "machine", "moderator"


class Decision(Base):
    """One verdict on one item. ``seq`` counts from 1 without gaps; the highest one stands.

    ``document`` is the answer as the API gives it (reasons quote the text, so it is encrypted); the columns
    beside it repeat what queries need: ``lender`` is the one that the publisher was matched to, or else the one that
    the item claims.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("item_id", "seq"),
        Index(
            "ix_decisions_lender",
            "lender",
            sqlite_where=text("lender IS NOT NULL"),
            postgresql_where=text("lender IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    seq: Mapped[int]
    source: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(String(8))
    final: Mapped[bool]
    label: Mapped[str] = mapped_column(String(32))
    score: Mapped[float]
    model_version: Mapped[str] = mapped_column(String(64))
    policy_version: Mapped[str] = mapped_column(String(64))
    registry_version: Mapped[str] = mapped_column(String(64))
    lender: Mapped[str | None] = mapped_column(String(200))
    document: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

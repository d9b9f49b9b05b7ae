"""Rows of review cases."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, BigId, UTCDateTime, utcnow
from moderation.privacy.vault import EncryptedJSON

OPEN, CLOSED = "open", "closed"
UNCERTAIN, POLICY, SPOT_CHECK, QUARANTINE = "uncertain", "policy", "spot_check", "quarantine"
CAUSES = (UNCERTAIN, POLICY, SPOT_CHECK, QUARANTINE)


class ReviewCase(Base):
    """A question to a moderator about one item. ``version`` guards against two answers to one question.

    ``note`` is the moderator's, for colleagues only; it may quote the text, so it is encrypted.
    """

    __tablename__ = "review_cases"
    __table_args__ = (
        Index("ix_review_cases_queue", "state", "created_at"),
        Index("ix_review_cases_cause", "state", "cause", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=OPEN)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str | None] = mapped_column(EncryptedJSON)

"""Rows of the audit log, and the head of its chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, BigId, Json, UTCDateTime


class AuditEvent(Base):
    """One thing that somebody did. The database refuses to change or delete it; ids have no gaps."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(120), index=True)
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(300), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: the secret of the chain, and number and hash of its last event, sealed together.

    Whoever can write to the database but has none of the encryption keys can neither make a head nor read one.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


TABLES: tuple[Table, ...] = tuple(Base.metadata.tables[row.__tablename__] for row in (AuditEvent, AuditHead))

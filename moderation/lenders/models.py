"""Rows of the lender registry: records, each true in the registry from one change until another, and the changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, BigId, Json, UTCDateTime, utcnow

PROPOSED, APPLIED, REJECTED = "proposed", "applied", "rejected"


class RegistryChange(Base):
    """Records added, changed or taken out together: who proposed it and who let it in. Never edited once decided.

    ``entries`` holds [key, fields before, fields after] for each record, None where there was or will be none.
    ``widening`` says why the change could turn a block into an allow; such a change needs a second person.
    ``facts`` is the hash of all facts as the change left them. ``undoes`` is the change whose opposite it is.
    """

    __tablename__ = "registry_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    entries: Mapped[list[Any]] = mapped_column(Json)
    missing: Mapped[list[str]] = mapped_column(Json)
    widening: Mapped[list[str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), index=True)
    proposed_by: Mapped[str] = mapped_column(String(100))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("registry_changes.id"))
    facts: Mapped[str | None] = mapped_column(String(64))


class RegistryRecord(Base):
    """One state of one record: what the registry held from the change ``since_id`` until the change ``until_id``."""

    __tablename__ = "registry_records"
    __table_args__ = (
        Index(
            "uq_registry_records_current",
            "kind",
            "key",
            unique=True,
            sqlite_where=text("until_id IS NULL"),
            postgresql_where=text("until_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(800))
    fields: Mapped[dict[str, str]] = mapped_column(Json)
    since_id: Mapped[int] = mapped_column(ForeignKey("registry_changes.id"), index=True)
    until_id: Mapped[int | None] = mapped_column(ForeignKey("registry_changes.id"), index=True)


class RegistryState(Base):
    """One row: the hash of all facts as the last change left them, and how many changes there were."""

    __tablename__ = "registry_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    facts: Mapped[str] = mapped_column(String(64))
    counter: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


TABLES: tuple[Table, ...] = tuple(
    Base.metadata.tables[row.__tablename__] for row in (RegistryChange, RegistryRecord, RegistryState)
)

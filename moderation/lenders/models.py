"""Rows of the lender registry, of what was imported into it, and of the version it is at."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, BigId, Json, UTCDateTime, utcnow


class LenderEntity(Base):
    """A legal person that holds, or held, a licence to lend. ``status`` repeats the newest of its ``periods``."""

    __tablename__ = "lender_entities"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    legal_name: Mapped[str] = mapped_column(String(200), unique=True)
    licence_type: Mapped[str] = mapped_column(String(100))
    nfra_code: Mapped[str] = mapped_column(String(15), default="")
    regulator: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(200), default="")
    province: Mapped[str] = mapped_column(String(20), default="")
    status: Mapped[str] = mapped_column(String(10))
    confidence: Mapped[str] = mapped_column(String(6))
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date | None] = mapped_column(Date)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, onupdate=utcnow)

    names: Mapped[list["LenderName"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="LenderName.id"
    )
    domains: Mapped[list["LenderDomain"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="LenderDomain.id"
    )
    periods: Mapped[list["LenderStatus"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="LenderStatus.id"
    )


class LenderStatus(Base):
    """The licence's state from ``valid_from`` (None: as far back as is known) until the day before ``valid_to``."""

    __tablename__ = "lender_statuses"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("lender_entities.id"), index=True)
    status: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class LenderName(Base):
    """A name of a lender: legal_name, former_name, alias (the firm's short name) or brand (of a product).

    ``origin`` is the column or file that the name came from, so that a new file replaces its own names only.
    """

    __tablename__ = "lender_names"
    __table_args__ = (UniqueConstraint("entity_id", "name", "origin"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("lender_entities.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[str] = mapped_column(String(6))
    source: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(20))


class LenderDomain(Base):
    """A domain of a lender as listed; all hosts below it are the lender's."""

    __tablename__ = "lender_domains"
    __table_args__ = (UniqueConstraint("entity_id", "domain", "origin"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("lender_entities.id"), index=True)
    domain: Mapped[str] = mapped_column(String(253), index=True)
    confidence: Mapped[str] = mapped_column(String(6))
    source: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(20))


class Operator(Base):
    """A firm that brings borrowers to lenders (助贷, 贷超) and holds no lending licence itself."""

    __tablename__ = "lender_operators"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    brands: Mapped[list[str]] = mapped_column(Json)
    role: Mapped[str] = mapped_column(String(100), default="")
    source: Mapped[str] = mapped_column(Text)
    confidence: Mapped[str] = mapped_column(String(6))
    note: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, onupdate=utcnow)


class RegistryImport(Base):
    """One import that changed something: who, when, which file, and the difference it made. Never edited."""

    __tablename__ = "registry_imports"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    rows_added: Mapped[int] = mapped_column()
    rows_changed: Mapped[int] = mapped_column()
    rows_missing: Mapped[int] = mapped_column()
    difference: Mapped[dict[str, Any]] = mapped_column(Json)
    facts: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[str] = mapped_column(String(100))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)


class RegistryState(Base):
    """One row: the hash of all facts as the last import left them, and how many imports there were."""

    __tablename__ = "registry_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    facts: Mapped[str] = mapped_column(String(64))
    counter: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


TABLES: tuple[Table, ...] = tuple(
    Base.metadata.tables[row.__tablename__]
    for row in (
        LenderEntity,
        LenderStatus,
        LenderName,
        LenderDomain,
        Operator,
        RegistryImport,
        RegistryState,
    )
)

"""Rows of policy documents, of what was done with them, and of how a shadow policy compares with the live one."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, BigId, Json, UTCDateTime, utcnow

DRAFT, SHADOW, PROPOSED, LIVE, RETIRED = "draft", "shadow", "proposed", "live", "retired"
STATES = (DRAFT, SHADOW, PROPOSED, LIVE, RETIRED)
FAILED = "failed"
"""In place of a shadow's verdict: the shadow policy raised."""


def _only_one(state: str) -> Index:
    among = text(f"state = '{state}'")
    return Index(f"uq_policies_{state}", "tenant_id", unique=True, sqlite_where=among, postgresql_where=among)


class StoredPolicy(Base):
    """One tenant's policy document: its text as it was given, never edited, and where it is in its life.

    ``digest`` names what the document says. ``proposed_by`` and ``decided_by`` are who last asked for it to be put in
    force, or for it to be taken out of force if ``retiring`` is set, and who decided that. ``against`` is the digest
    of what was in force then, or what would be; ``widening`` says why that could turn a block into an allow.
    """

    __tablename__ = "policies"
    __table_args__ = (UniqueConstraint("tenant_id", "digest"), _only_one(LIVE), _only_one(SHADOW))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    digest: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default=DRAFT)
    note: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    shadow_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposed_by: Mapped[str | None] = mapped_column(String(100))
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    against: Mapped[str | None] = mapped_column(String(16))
    widening: Mapped[list[str]] = mapped_column(Json, default=list)
    retiring: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PolicyEvent(Base):
    """Who did what with a policy, and when. Appended to only."""

    __tablename__ = "policy_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"), index=True)
    what: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class PolicyState(Base):
    """One row: how often what judges items changed. It is the lock under which it may change, too."""

    __tablename__ = "policy_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    counter: Mapped[int] = mapped_column()


class ShadowCount(Base):
    """How often a live and a shadow verdict met on one item, since the shadow began."""

    __tablename__ = "shadow_counts"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"), primary_key=True)
    live_verdict: Mapped[str] = mapped_column(String(8), primary_key=True)
    live_final: Mapped[bool] = mapped_column(primary_key=True)
    shadow_verdict: Mapped[str] = mapped_column(String(8), primary_key=True)
    shadow_final: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class ShadowDifference(Base):
    """One item on which live and shadow policy differ: verdicts, labels, reason codes; nothing of its text."""

    __tablename__ = "shadow_differences"
    __table_args__ = (Index("ix_shadow_differences_policy_id_id", "policy_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    live_verdict: Mapped[str] = mapped_column(String(8))
    live_final: Mapped[bool]
    live_label: Mapped[str] = mapped_column(String(32))
    live_codes: Mapped[list[str]] = mapped_column(Json)
    shadow_verdict: Mapped[str] = mapped_column(String(8))
    shadow_final: Mapped[bool]
    shadow_label: Mapped[str] = mapped_column(String(32))
    shadow_codes: Mapped[list[str]] = mapped_column(Json)

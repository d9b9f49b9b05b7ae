"""Which standing verdicts hang on a lender's entry in the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from moderation.access.models import Tenant
from moderation.decisions.models import Decision
from moderation.items.models import Item


@dataclass(frozen=True, slots=True)
class Dependent:
    """A verdict that stands on an item whose publisher is, or which claims, the lender."""

    tenant: str
    item: str
    verdict: str
    label: str
    source: str
    registry_version: str
    decided_at: datetime


def count(session: Session, lender: str) -> dict[str, int]:
    """Return how many standing verdicts of each kind hang on *lender*."""
    query = _standing(select(Decision.verdict, func.count()), lender).group_by(Decision.verdict)
    return {row[0]: row[1] for row in session.execute(query)}


def newest(session: Session, lender: str, limit: int) -> Sequence[Dependent]:
    """Return the newest standing verdicts that hang on *lender*."""
    columns = select(
        Tenant.name,
        Item.external_id,
        Decision.verdict,
        Decision.label,
        Decision.source,
        Decision.registry_version,
        Decision.created_at,
    )
    query = _standing(columns, lender).join(Tenant, Tenant.id == Item.tenant_id)
    return [Dependent(*row) for row in session.execute(query.order_by(Decision.id.desc()).limit(limit))]


def _standing(query: Select, lender: str) -> Select:  # type: ignore[type-arg]
    joined = query.select_from(Decision).join(Item, (Item.id == Decision.item_id) & (Item.seq == Decision.seq))
    return joined.where(Decision.lender == lender)

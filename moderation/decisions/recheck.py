"""What the verdicts that hang on a lender's entry would be today: judged again, compared, and nothing stored."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.access.models import Tenant
from moderation.decisions.judge import Judge
from moderation.decisions.models import MACHINE, Decision
from moderation.items.models import Item
from moderation.items.schemas import ItemIn

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Rechecked:
    """An item's standing machine verdict and label, and those that the judge gives now."""

    tenant: str
    item: str
    before: tuple[str, str]
    after: tuple[str, str]


def recheck(session: Session, judge: Judge, lender: str) -> Iterator[Rechecked]:
    """Judge again, as of their days, the items on which a machine's verdict stands that hangs on *lender*.

    What a person decided is left out: that stands. Items come in the order in which they were decided.
    """
    query = (
        select(Item, Tenant.name, Decision.verdict, Decision.label)
        .join(Decision, (Decision.item_id == Item.id) & (Decision.seq == Item.seq))
        .join(Tenant, Tenant.id == Item.tenant_id)
        .where(Decision.lender == lender, Decision.source == MACHINE)
        .order_by(Decision.id)
    )
    for rows in session.execute(query.execution_options(yield_per=_BATCH)).partitions():
        items = [row[0] for row in rows]
        judged = judge.judge(
            [(ItemIn.model_validate(item.body), item.published_at or item.received_at) for item in items],
            [item.tenant_id for item in items],
        )
        for (item, tenant, verdict, label), now in zip(rows, judged, strict=True):
            after = (now.outcome.verdict, now.outcome.label)
            yield Rechecked(tenant, item.external_id, (verdict, label), after)

"""How a policy in shadow compares with the one in force: counts of all items, and the newest that differ."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from moderation.items.models import Item
from moderation.policies.models import FAILED, ShadowCount, ShadowDifference
from moderation.policy.outcome import Outcome

MOST_DIFFERENCES = 10_000
"""Differences kept of each policy: the newest."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item under both policies; ``shadow`` is None where the shadow policy failed."""

    policy_id: int
    item_id: int
    live: Outcome
    shadow: Outcome | None

    @property
    def key(self) -> tuple[int, str, bool, str, bool]:
        """What is counted together."""
        shadow = (self.shadow.verdict, self.shadow.final) if self.shadow else (FAILED, False)
        return (self.policy_id, self.live.verdict, self.live.final, *shadow)

    @property
    def differs(self) -> bool:
        """Whether verdict, label, or whether a person is asked, is another."""
        return self.shadow is None or _said(self.live) != _said(self.shadow)


def record(session: Session, comparisons: Sequence[Comparison]) -> None:
    """Count *comparisons* and keep what differs, in the transaction of the live verdicts.

    Those must not be lost for it: what goes wrong here is undone alone, and logged.
    """
    if not comparisons:
        return
    try:
        with session.begin_nested():
            _count(session, comparisons)
            _keep(session, [each for each in comparisons if each.differs])
    except SQLAlchemyError as error:
        log.exception("policy.shadow_not_recorded", error=type(error).__name__, items=len(comparisons))


def forget(session: Session, policy_id: int) -> None:
    """Delete what was counted and kept of a policy."""
    for table in (ShadowCount, ShadowDifference):
        session.execute(delete(table).where(table.policy_id == policy_id))


def counts(session: Session, policy_id: int) -> Sequence[ShadowCount]:
    """Return how often which verdicts met, the most frequent first."""
    query = select(ShadowCount).where(ShadowCount.policy_id == policy_id).order_by(ShadowCount.count.desc())
    return session.scalars(query).all()


def differences(
    session: Session, policy_id: int, limit: int, before: int | None = None
) -> Sequence[Row[ShadowDifference, str]]:
    """Return differences and their items' own ids, newest first; with *before*, those older than that row."""
    query = select(ShadowDifference, Item.external_id).join(Item, Item.id == ShadowDifference.item_id)
    query = query.where(ShadowDifference.policy_id == policy_id)
    if before is not None:
        query = query.where(ShadowDifference.id < before)
    return session.execute(query.order_by(ShadowDifference.id.desc()).limit(limit)).all()


def kept(session: Session, policy_id: int) -> int:
    """Return how many differences are kept of a policy."""
    return session.scalar(select(func.count()).where(ShadowDifference.policy_id == policy_id)) or 0


def _count(session: Session, comparisons: Sequence[Comparison]) -> None:
    # Always in the same order: two workers that wait for each other's rows would wait for ever.
    tally = sorted(Counter(each.key for each in comparisons).items())
    columns = [column.name for column in ShadowCount.__table__.primary_key]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(ShadowCount)
    added = statement.on_conflict_do_update(
        index_elements=columns, set_={"count": ShadowCount.count + statement.excluded.count}
    )
    session.execute(added, [dict(zip(columns, key, strict=True)) | {"count": number} for key, number in tally])


def _keep(session: Session, different: Sequence[Comparison]) -> None:
    if not different:
        return
    session.execute(insert(ShadowDifference), [_row(each) for each in different])
    for policy_id in sorted({each.policy_id for each in different}):
        newest = select(ShadowDifference.id).where(ShadowDifference.policy_id == policy_id)
        last = newest.order_by(ShadowDifference.id.desc()).offset(MOST_DIFFERENCES).limit(1).scalar_subquery()
        session.execute(
            delete(ShadowDifference)
            .where(ShadowDifference.policy_id == policy_id, ShadowDifference.id <= last)
            .execution_options(synchronize_session=False)
        )


def _row(each: Comparison) -> dict[str, object]:
    return {
        "policy_id": each.policy_id,
        "item_id": each.item_id,
        "live_verdict": each.live.verdict,
        "live_final": each.live.final,
        "live_label": each.live.label,
        "live_codes": _codes(each.live),
        "shadow_verdict": each.shadow.verdict if each.shadow else FAILED,
        "shadow_final": each.shadow.final if each.shadow else False,
        "shadow_label": each.shadow.label if each.shadow else "",
        "shadow_codes": _codes(each.shadow) if each.shadow else [],
    }


def _said(outcome: Outcome) -> tuple[str, bool, str]:
    return outcome.verdict, outcome.final, outcome.label


def _codes(outcome: Outcome) -> list[str]:
    return list(dict.fromkeys(reason.code for reason in outcome.reasons))

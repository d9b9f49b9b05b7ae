"""The worker's core: claim a batch, judge it in one call, commit verdicts, deliveries and cases together.

Policy: an item is tried ``max_attempts`` times. What kills the process is counted because the attempt was
counted at the claim; what raises is logged and tried again alone. After that it is quarantined, which opens a
review case: it is never let through for want of a verdict. Where the tenant's policy says so, it is blocked until a
person has decided, and the platform hears of that.
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert
from sqlalchemy.orm import Session

from moderation.db import Database, utcnow
from moderation.decisions.append import Verdict, append
from moderation.decisions.judge import Judge, Judgement
from moderation.decisions.models import MACHINE
from moderation.items import claims
from moderation.items.claims import Claim
from moderation.items.models import Item
from moderation.items.schemas import ItemIn
from moderation.lenders.standing import Standing
from moderation.policies import shadowing
from moderation.policies.shadowing import Comparison
from moderation.policy.config import Policy
from moderation.policy.sampling import is_sampled
from moderation.review.models import QUARANTINE, SPOT_CHECK, ReviewCase
from moderation.settings import Settings

log = structlog.get_logger(__name__)

_PAUSE_AFTER_FAILURE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Round:
    """What one claim came to. ``deliveries`` counts webhooks now waiting; ``decided`` are database ids."""

    claimed: int
    decided: tuple[int, ...] = ()
    deliveries: int = 0


def run_round(db: Database, settings: Settings, judge: Judge, lane: str) -> Round:
    """Claim and decide one batch of *lane*; an empty round means that nothing was due."""
    with db.write() as session:
        claim = claims.claim(session, lane, utcnow(), settings.claim_batch, settings.lease_seconds)
        exhausted = [item for item in claim.items if item.attempts > settings.max_attempts]
        if exhausted:
            error = exhausted[0].last_error or "the worker died while judging it"
            return _quarantine(session, judge, claim, exhausted, error)
    if not claim.items:
        return Round(0)
    try:
        judgements = judge.judge(
            [(ItemIn.model_validate(item.body), _instant(item)) for item in claim.items],
            [item.tenant_id for item in claim.items],
        )
    except Exception as error:  # noqa: BLE001 - the outermost loop of the worker: whatever a text provokes is that text's failure
        return _failed(db, settings, judge, claim, error)
    with db.write() as session:
        return _commit(session, judge, claim, judgements)


def _commit(session: Session, judge: Judge, claim: Claim, judgements: Sequence[Judgement]) -> Round:
    owned = claims.complete(session, claim.token, claim.items)
    mine = [pair for pair in zip(claim.items, judgements, strict=True) if pair[0].id in owned]
    if len(mine) < len(claim.items):
        log.warning("lease.lost", items=[item.id for item in claim.items if item.id not in owned])
    deliveries = append(session, [Verdict(item, judgement.document, MACHINE) for item, judgement in mine])
    cases = [
        {"item_id": item.id, "cause": cause}
        for item, judgement in mine
        if (cause := _case(judge.policy_of(item.tenant_id), item, judgement)) is not None
    ]
    if cases:
        session.execute(insert(ReviewCase), cases)
    shadowing.record(session, [_comparison(item, judgement) for item, judgement in mine if judgement.shadow])
    return Round(len(claim.items), tuple(item.id for item, _ in mine), deliveries)


def _case(policy: Policy, item: Item, judgement: Judgement) -> str | None:
    """Say why a person should look at this verdict, if at all: the machine is unsure, or the lot fell on it."""
    outcome = judgement.outcome
    if outcome.review is not None:
        return outcome.review
    key = f"{item.tenant_id}/{item.external_id}"
    sampled = outcome.verdict == "allow" and is_sampled(key, policy.sample_rate, item.content_hash)
    return SPOT_CHECK if sampled else None


def _comparison(item: Item, judgement: Judgement) -> Comparison:
    assert judgement.shadow is not None  # noqa: S101 - the caller has looked
    return Comparison(judgement.shadow.policy_id, item.id, judgement.outcome, judgement.shadow.outcome)


def _failed(db: Database, settings: Settings, judge: Judge, claim: Claim, error: Exception) -> Round:
    # The message of an exception may quote the text it stumbled over; its type and place do not.
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__} in {frame.name}, {Path(frame.filename).name}:{frame.lineno}"
    log.error("judging.failed", items=[item.id for item in claim.items], error=message)
    last = len(claim.items) == 1 and claim.items[0].attempts >= settings.max_attempts
    with db.write() as session:
        if last:
            return _quarantine(session, judge, claim, claim.items, message)
        pause = _PAUSE_AFTER_FAILURE if len(claim.items) == 1 else timedelta()
        claims.give_back(session, claim.token, claim.items, utcnow() + pause, message)
    return Round(len(claim.items))


def _quarantine(session: Session, judge: Judge, claim: Claim, items: Sequence[Item], error: str) -> Round:
    owned = claims.quarantine(session, claim.token, items, error)
    session.execute(
        insert(ReviewCase), [{"item_id": item.id, "cause": QUARANTINE} for item in items if item.id in owned]
    )
    log.error("item.quarantined", items=sorted(owned))
    verdicts = [
        Verdict(item, _undecidable(item, policy), MACHINE)
        for item in items
        if item.id in owned and (policy := judge.policy_of(item.tenant_id)).unable == "block"
    ]
    deliveries = append(session, verdicts)
    return Round(len(claim.items), tuple(verdict.item.id for verdict in verdicts), deliveries)


def _undecidable(item: Item, policy: Policy) -> dict[str, Any]:
    """The answer for an item that no machine could judge, where the policy blocks such items until a person has."""
    reason = {
        "code": "system.undecidable",
        "source": "moderator",
        "message": "系统未能完成判定，按策略先行拦截，待人工审核",
        "spans": [],
        "basis": [],
    }
    return {
        "id": item.external_id,
        "verdict": "block",
        "final": False,
        "label": "unrelated",
        "labels": {},
        "score": 1.0,
        "reasons": [reason],
        "lender": {"claimed": None, "matched": None, "standing": Standing.NO_CLAIM.value},
        "missing": [],
        "notice": None,
        "versions": {"model": "none", "policy": policy.version, "registry": "none"},
        "elapsed_ms": 0.0,
    }


def _instant(item: Item) -> datetime:
    return item.published_at or item.received_at

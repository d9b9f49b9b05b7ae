"""The engine's own limit: the same Celery application whose judge reads nothing and allows everything."""

from collections.abc import Sequence
from datetime import datetime

from moderation.decisions.judge import CurrentJudge, Judgement
from moderation.items.schemas import ItemIn
from moderation.policy.config import Policy
from moderation.policy.outcome import Outcome
from worker.app import app

__all__ = ["app"]


class NoopJudge:
    """Answers in the shape of a real decision, without reading."""

    policy = Policy.load()

    def policy_of(self, _tenant: int | None) -> Policy:
        return self.policy

    def judge(self, items: Sequence[tuple[ItemIn, datetime]], _tenants: Sequence[int | None] = ()) -> list[Judgement]:
        return [Judgement(Outcome("allow", "unrelated", 0.0), _document(item)) for item, _ in items]


def _document(item: ItemIn) -> dict[str, object]:
    return {
        "id": item.id,
        "verdict": "allow",
        "final": True,
        "label": "unrelated",
        "labels": {"unrelated": 1.0},
        "score": 0.0,
        "reasons": [],
        "lender": {"claimed": None, "matched": None, "standing": "no_claim"},
        "missing": [],
        "notice": None,
        "versions": {"model": "noop", "policy": "noop", "registry": "noop"},
        "elapsed_ms": 0.0,
    }


def _judge(_: CurrentJudge) -> NoopJudge:
    return NoopJudge()


CurrentJudge.judge = _judge  # type: ignore[assignment,method-assign]

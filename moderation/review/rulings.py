"""What a moderator's word does: one conditional update closes the case, and the verdict follows in that transaction.

Whoever comes second finds no open case of the version they looked at, and nothing of what they sent is stored.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from classifiers.labels import LABELS, TAXONOMY, Group, Label
from moderation.db import utcnow
from moderation.decisions.append import Verdict, append, newest
from moderation.decisions.models import MODERATOR, Decision
from moderation.errors import Conflict, Invalid, NotFound
from moderation.items import claims
from moderation.items.models import DECIDED, Item
from moderation.lenders.standing import Standing
from moderation.review.models import CLOSED, OPEN, QUARANTINE, ReviewCase

MAX_NOTE = 2000
# A verified lender's compliant ad is allowed; the same words from anybody else are blocked.
BLOCKABLE: tuple[Label, ...] = tuple(label for label in TAXONOMY if label.group is not Group.BENIGN)
ALLOWABLE: tuple[Label, ...] = tuple(
    label for label in TAXONOMY if label.group is Group.BENIGN or label.key == "licensed_ad"
)
_CHOICES = {"block": BLOCKABLE, "allow": ALLOWABLE}
_WORDS = {"block": "拦截", "allow": "放行"}


class AlreadyHandled(Conflict):
    """The case is closed, or is no longer of the version that the moderator looked at."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A moderator's verdict: what follows, what the text is, and a note for colleagues."""

    verdict: Literal["block", "allow"]
    label: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in _CHOICES or LABELS.get(self.label) not in _CHOICES[self.verdict]:
            raise Invalid(f"{self.verdict!r} does not go with the label {self.label!r}")
        if len(self.note) > MAX_NOTE:
            raise Invalid(f"a note has at most {MAX_NOTE} characters")


@dataclass(frozen=True, slots=True)
class Ruled:
    """What is to be rung for after the commit: the item, and how many webhooks now wait."""

    item_id: int
    deliveries: int


def decide(session: Session, case_id: int, version: int, ruling: Ruling, actor_id: int) -> Ruled:
    """Close the case and append the moderator's verdict.

    The item leaves the machine's queue whatever its state, so that no worker can decide it after a person did.

    Raises:
        NotFound, AlreadyHandled: nothing was stored.
    """
    item_id = _close(session, case_id, version, actor_id, ruling.note)
    session.execute(update(Item).where(Item.id == item_id).values(state=DECIDED, due_at=None, lease=None))
    item = session.get_one(Item, item_id)
    document = _document(item, newest(session, [item_id]).get(item_id), ruling)
    return Ruled(item_id, append(session, [Verdict(item, document, MODERATOR, actor_id)]))


def redrive(session: Session, case_id: int, version: int, actor_id: int) -> str:
    """Close a quarantine case and give its item to the machine once more; return the lane to ring.

    Raises:
        NotFound, AlreadyHandled: nothing was stored.
        Invalid: the case is not about a quarantined item.
    """
    case = session.get(ReviewCase, case_id)
    if case is not None and case.cause != QUARANTINE:
        raise Invalid("only quarantined items can be tried again")
    item_id = _close(session, case_id, version, actor_id)
    if not claims.redrive(session, item_id, utcnow()):
        raise AlreadyHandled(f"the item of case {case_id} is no longer in quarantine")
    return session.get_one(Item, item_id).lane


def suggested(choices: tuple[Label, ...], decision: Decision | None) -> str | None:
    """Return the key of the likeliest of *choices*, or None without a machine's reading."""
    if decision is None or not decision.document["labels"]:
        return None
    probabilities: dict[str, float] = decision.document["labels"]
    return max((label.key for label in choices), key=lambda key: probabilities.get(key, 0.0))


def _close(session: Session, case_id: int, version: int, actor_id: int, note: str = "") -> int:
    closed = (
        update(ReviewCase)
        .where(ReviewCase.id == case_id, ReviewCase.version == version, ReviewCase.state == OPEN)
        .values(state=CLOSED, version=ReviewCase.version + 1, closed_at=utcnow(), closed_by=actor_id, note=note or None)
        .returning(ReviewCase.item_id)
        .execution_options(synchronize_session=False)
    )
    item_id = session.scalar(closed)
    if item_id is not None:
        return item_id
    if session.get(ReviewCase, case_id) is None:
        raise NotFound(f"there is no case {case_id}")
    raise AlreadyHandled(f"somebody else handled case {case_id}")


def _document(item: Item, standing: Decision | None, ruling: Ruling) -> dict[str, Any]:
    """Return the answer as the API gives it: the machine's reading stays, its grounds only where the person agrees."""
    base = standing.document if standing else _unread(item, ruling)
    agreed = base["verdict"] == ruling.verdict and base["label"] == ruling.label
    return base | {
        "verdict": ruling.verdict,
        "final": True,
        "label": ruling.label,
        "reasons": [_reason(ruling), *(base["reasons"] if agreed else [])],
        "missing": base["missing"] if agreed else [],
        "notice": base["notice"] if agreed else None,
        "elapsed_ms": 0.0,
    }


def _reason(ruling: Ruling) -> dict[str, Any]:
    message = f"人工审核：{_WORDS[ruling.verdict]}，认定为“{LABELS[ruling.label].zh}”"
    return {
        "code": f"moderator.{ruling.verdict}",
        "source": "moderator",
        "message": message,
        "spans": [],
        "basis": [],
    }


def _unread(item: Item, ruling: Ruling) -> dict[str, Any]:
    """The answer for an item that no model has read: the person's word is all there is."""
    return {
        "id": item.external_id,
        "verdict": ruling.verdict,
        "label": ruling.label,
        "labels": {ruling.label: 1.0},
        "score": 1.0 if ruling.verdict == "block" else 0.0,
        "reasons": [],
        "lender": {"claimed": None, "matched": None, "standing": Standing.NO_CLAIM.value},
        "missing": [],
        "notice": None,
        "versions": {"model": "none", "policy": "none", "registry": "none"},
    }

"""Appending verdicts: the next sequence number, the decision's row and its deliveries, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from moderation.decisions.models import Decision
from moderation.items.models import Item
from moderation.webhooks.outbox import Announcement, enqueue_many


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict about to be appended to *item*, by a machine or by the person ``actor_id``."""

    item: Item
    document: dict[str, Any]
    source: str
    actor_id: int | None = None


def append(session: Session, verdicts: Sequence[Verdict]) -> int:
    """Append *verdicts* (at most one an item) and enqueue their webhooks; return how many webhooks.

    The numbers are taken by one conditional update, which locks the items' rows until this transaction ends;
    the unique constraint stands behind that.
    """
    if not verdicts:
        return 0
    numbers = _next_numbers(session, [verdict.item.id for verdict in verdicts])
    numbered = [(verdict, numbers[verdict.item.id]) for verdict in verdicts]
    session.execute(insert(Decision), [_row(verdict, seq) for verdict, seq in numbered])
    return enqueue_many(
        session,
        [
            Announcement(
                tenant_id=verdict.item.tenant_id,
                item_id=verdict.item.id,
                seq=seq,
                document=verdict.document,
                context=verdict.item.body.get("context"),
            )
            for verdict, seq in numbered
        ],
    )


def newest(session: Session, item_ids: Sequence[int]) -> dict[int, Decision]:
    """Return the standing decision of each item that has one."""
    rows = session.scalars(
        select(Decision)
        .join(Item, (Item.id == Decision.item_id) & (Item.seq == Decision.seq))
        .where(Item.id.in_(item_ids))
    )
    return {row.item_id: row for row in rows}


def _next_numbers(session: Session, item_ids: Sequence[int]) -> dict[int, int]:
    taken = (
        update(Item)
        .where(Item.id.in_(item_ids))
        .values(seq=Item.seq + 1)
        .returning(Item.id, Item.seq)
        .execution_options(synchronize_session=False)
    )
    return {row.id: row.seq for row in session.execute(taken)}


def _row(verdict: Verdict, seq: int) -> dict[str, Any]:
    document = verdict.document
    versions, lender = document["versions"], document.get("lender") or {}
    return {
        "item_id": verdict.item.id,
        "seq": seq,
        "source": verdict.source,
        "actor_id": verdict.actor_id,
        "verdict": document["verdict"],
        "final": document["final"],
        "label": document["label"],
        "score": document["score"],
        "model_version": versions["model"],
        "policy_version": versions["policy"],
        "registry_version": versions["registry"],
        "lender": _storable(lender.get("matched") or lender.get("claimed")),
        "document": document,
    }


def _storable(name: str | None) -> str | None:
    """Return *name* as a database's text column takes it: without lone surrogates and U+0000, cut to its length."""
    return name.encode("utf-8", "replace").decode().replace("\x00", "?")[:200] if name else None
